"""School."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Participation(models.TextChoices):
    """Source: DTS, list school_participation; in DTKS 0, 1, 2."""

    NEVER = "never", _("Tidak/belum pernah sekolah")
    ATTENDING = "attending", _("Masih sekolah")
    LEFT = "left", _("Tidak bersekolah lagi")


class Level(models.TextChoices):
    """Source: SEN, list education."""

    NONE = "none", _("Tidak/belum sekolah")
    PRESCHOOL = "preschool", _("PAUD/TK")
    PRIMARY = "primary", _("SD/MI/Paket A")
    LOWER = "lower", _("SMP/MTs/Paket B")
    UPPER = "upper", _("SMA/MA/SMK/Paket C")
    SPECIAL = "special", _("SLB")
    DIPLOMA = "diploma", _("D1–D3")
    BACHELOR = "bachelor", _("D4/S1")


class Attendance(models.TextChoices):
    """How regularly. Source: (*)"""

    REGULAR = "regular", _("Rutin masuk")
    SOMETIMES = "sometimes", _("Kadang tidak masuk")
    RARELY = "rarely", _("Jarang masuk")
    UNKNOWN = "unknown", _("Tidak diketahui")


class NotAttending(models.TextChoices):
    """Why not in school. Source: (*), list no_school_reason."""

    COST = "cost", _("Biaya")
    DISTANCE = "distance", _("Jarak")
    WORK = "work", _("Bekerja")
    MARRIED = "married", _("Menikah")
    PREGNANT = "pregnant", _("Hamil")
    DISABILITY = "disability", _("Disabilitas")
    BULLIED = "bullied", _("Dirundung")
    EXPELLED = "expelled", _("Dikeluarkan")
    NO_PAPERS = "no_papers", _("Tanpa dokumen")
    NOT_WILLING = "not_willing", _("Tidak mau")
    CARING = "caring", _("Mengurus keluarga")
    OTHER = "other", _("Lainnya")


#: answers that are a separate right to read
RESTRICTED = frozenset({NotAttending.PREGNANT})
