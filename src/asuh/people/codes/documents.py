"""Papers that say who somebody is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """Source: FAT; KIA after Permendagri 2/2016."""

    NIK = "nik", _("NIK")
    KK = "kk", _("Kartu Keluarga (KK)")
    KIA = "kia", _("Kartu Identitas Anak (KIA)")
    BIRTH_CERTIFICATE = "birth_certificate", _("Akta kelahiran")
    PASSPORT = "passport", _("Paspor")


class DocumentState(models.TextChoices):
    """Source: ADO, list doc_state, with the check named as work still to be done (*)."""

    VALID = "valid", _("Ada, sah")
    TO_VERIFY = "to_verify", _("Perlu diperiksa")
    REFUSED = "refused", _("Ditolak setelah diperiksa")
    MISSING = "missing", _("Belum memiliki")


#: how many digits a number of this kind has; None = any
DIGITS = {DocumentKind.NIK: 16, DocumentKind.KK: 16, DocumentKind.KIA: 16}
