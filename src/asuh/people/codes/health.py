"""Health and nutrition."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Nutrition(models.TextChoices):
    """Source: DTS; "normal" (*)."""

    WASTED = "wasted", _("Kurang gizi (wasting)")
    STUNTED = "stunted", _("Kerdil (stunting)")
    NORMAL = "normal", _("Gizi baik")
    NO_RECORD = "no_record", _("Tidak ada catatan")
    UNKNOWN = "unknown", _("Tidak diketahui")


class YesNoUnknown(models.TextChoices):
    """Source: CPI, list yesno_dk."""

    YES = "yes", _("Ya")
    NO = "no", _("Tidak")
    UNKNOWN = "unknown", _("Tidak diketahui")


class Chronic(models.TextChoices):
    """Source: DTS, list chronic; epilepsy (*)."""

    NONE = "none", _("Tidak ada")
    HYPERTENSION = "hypertension", _("Hipertensi")
    RHEUMATISM = "rheumatism", _("Rematik")
    ASTHMA = "asthma", _("Asma")
    HEART = "heart", _("Masalah jantung")
    DIABETES = "diabetes", _("Diabetes")
    TB = "tb", _("TBC")
    STROKE = "stroke", _("Stroke")
    CANCER = "cancer", _("Kanker/tumor ganas")
    KIDNEY = "kidney", _("Gagal ginjal")
    HAEMOPHILIA = "haemophilia", _("Hemofilia")
    HIV = "hiv", _("HIV/AIDS (rahasia)")
    CHOLESTEROL = "cholesterol", _("Kolesterol")
    CIRRHOSIS = "cirrhosis", _("Sirosis hati")
    THALASSAEMIA = "thalassaemia", _("Talasemia")
    LEUKAEMIA = "leukaemia", _("Leukemia")
    ALZHEIMER = "alzheimer", _("Alzheimer")
    EPILEPSY = "epilepsy", _("Epilepsi")
    OTHER = "other", _("Lainnya")


#: answers that are a separate right to read
RESTRICTED = frozenset({Chronic.HIV})
