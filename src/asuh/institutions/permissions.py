"""What one can do with institutions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Can(models.TextChoices):
    """Rights in the register of institutions."""

    SEE_INSTITUTIONS = "institutions.see", _("Melihat daftar lembaga")
    EDIT_INSTITUTIONS = "institutions.edit", _("Menambah dan mengubah lembaga")
