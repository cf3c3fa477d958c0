"""Parents and whoever cares for the child."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Relation(models.TextChoices):
    """What somebody is to the child. Source: CPI, list relation."""

    MOTHER = "mother", _("Ibu")
    FATHER = "father", _("Ayah")
    STEPMOTHER = "stepmother", _("Ibu tiri")
    STEPFATHER = "stepfather", _("Ayah tiri")
    GRANDMOTHER = "grandmother", _("Nenek")
    GRANDFATHER = "grandfather", _("Kakek")
    AUNT = "aunt", _("Bibi")
    UNCLE = "uncle", _("Paman")
    SISTER = "sister", _("Kakak/adik perempuan")
    BROTHER = "brother", _("Kakak/adik laki-laki")
    COUSIN = "cousin", _("Sepupu")
    FOSTER = "foster", _("Orang tua asuh")
    ADOPTIVE = "adoptive", _("Orang tua angkat")
    GUARDIAN = "guardian", _("Wali")
    SPOUSE = "spouse", _("Suami/istri")
    NEIGHBOUR = "neighbour", _("Tetangga")
    CARER = "carer", _("Pengasuh lembaga")
    WORKER = "worker", _("Pekerja sosial/pendamping")
    SELF = "self", _("Anak sendiri")
    OTHER_KIN = "other_kin", _("Keluarga lain")
    OTHER = "other", _("Bukan keluarga")


class Arrangement(models.TextChoices):
    """Who cares, in kind. Source: CPI, list care_type."""

    PARENTS = "parents", pgettext_lazy("pengasuhan", "Orang tua")
    STEP = "step", _("Orang tua tiri")
    SIBLING = "sibling", _("Saudara dewasa")
    KIN = "kin", _("Kerabat/keluarga besar")
    FOSTER = "foster", _("Orang tua asuh")
    GUARDIAN = "guardian", _("Wali")
    ADOPTIVE = "adoptive", _("Orang tua angkat")
    RESIDENTIAL = "residential", _("LKSA/Balai/Loka")
    BOARDING = "boarding", _("Pesantren/asrama")
    EMPLOYER = "employer", _("Majikan")
    INDEPENDENT = "independent", _("Hidup mandiri")
    CHILD_HEADED = "child_headed", _("Kepala keluarga anak")
    UNRELATED = "unrelated", _("Orang lain")
    NONE = "none", _("Tanpa pengasuh")


#: arrangements in which nobody need be named
WITHOUT_CAREGIVER = frozenset({Arrangement.INDEPENDENT, Arrangement.CHILD_HEADED, Arrangement.NONE})


class Alive(models.TextChoices):
    """Whether a parent lives; as in kernel.orphanhood. Source: CPI, family.member_alive."""

    ALIVE = "alive", _("Masih hidup")
    DEAD = "dead", _("Meninggal")
    UNKNOWN = "unknown", _("Tidak diketahui")


#: what follows from both parents, see kernel.orphanhood. Source: SAH, list parents_status
ORPHANHOOD: dict[str, Any] = {
    "both": _("Orang tua lengkap"),
    "fatherless": _("Yatim"),
    "motherless": _("Piatu"),
    "orphan": _("Yatim piatu"),
    "unknown": _("Belum diketahui"),
}


class ParentAway(models.TextChoices):
    """Why a parent does not live with the child. Source: (*), list parent_absent."""

    PRESENT = "present", pgettext_lazy("keberadaan orang tua", "Tinggal bersama")
    WORK_CITY = "work_city", _("Bekerja di luar daerah")
    MIGRANT = "migrant", _("Pekerja migran di luar negeri")
    DIVORCED = "divorced", _("Cerai/berpisah")
    DETAINED = "detained", _("Ditahan/dipenjara")
    SICK = "sick", _("Sakit/dirawat")
    LEFT = "left", _("Meninggalkan anak")
    UNKNOWN = "unknown", _("Tidak diketahui")
