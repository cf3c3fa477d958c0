"""How things became known, where people went, whose phone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class How(models.TextChoices):
    """How the recorder knows. Source: (*), after the list data_source."""

    VISIT = "visit", _("Kunjungan rumah")
    CHILD = "child", _("Keterangan anak")
    CAREGIVER = "caregiver", _("Keterangan orang tua atau pengasuh")
    KIN = "kin", _("Keterangan keluarga lain atau tetangga")
    SCHOOL = "school", _("Sekolah")
    HEALTH = "health", _("Puskesmas atau rumah sakit")
    DOCUMENT = "document", _("Dokumen")
    OFFICE = "office", _("Instansi lain")


class Started(models.TextChoices):
    """How exactly the beginning of a residence is known. Source: (*)"""

    DAY = "day", _("pada hari itu")
    PERIOD = "period", _("antara dua periode DTKS, paling lambat yang disebut")
    BEFORE = "before", _("sebelum periode DTKS yang disebut")


class LeftBecause(models.TextChoices):
    """Why somebody left a household. Source: (*)"""

    MOVED = "moved", _("Pindah")
    HOUSEHOLD_MOVED = "household_moved", _("Rumah tangga pindah")
    SPLIT = "split", _("Rumah tangga berpisah")
    MARRIED = "married", _("Menikah")
    CARE = "care", _("Diasuh di tempat lain")
    SCHOOL = "school", _("Sekolah atau asrama")
    WORK = "work", _("Bekerja")
    INSTITUTION = "institution", _("Masuk lembaga")
    DISASTER = "disaster", _("Bencana")
    DTKS = "dtks", _("Menurut kiriman DTKS")
    OTHER = "other", _("Lainnya")


class PhoneOf(models.TextChoices):
    """Whose number it is. Source: (*)"""

    CHILD = "child", _("Anak")
    CAREGIVER = "caregiver", _("Pengasuh")
    MOTHER = "mother", _("Ibu")
    FATHER = "father", _("Ayah")
    NEIGHBOUR = "neighbour", _("Tetangga atau RT")
    SCHOOL = "school", _("Sekolah")
    OTHER = "other", _("Lainnya")


class WhichAddress(models.TextChoices):
    """Source: FAT, ktp_address and domicile_address."""

    DOMICILE = "domicile", _("Alamat tempat tinggal")
    REGISTERED = "registered", _("Alamat menurut KTP/KK")


#: what says who somebody is
IDENTITY = {
    "name": _("nama"),
    "sex": _("jenis kelamin"),
    "born_on": _("tanggal lahir"),
    "born_year": _("tahun lahir"),
    "birth_place": _("tempat lahir"),
    "mother_name": _("nama ibu"),
    "nik": _("NIK"),
    "kk": _("KK"),
}
