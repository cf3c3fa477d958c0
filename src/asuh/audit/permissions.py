"""What one can do with the audit trail."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Can(models.TextChoices):
    """Rights over the trail; nobody has the right to change it."""

    READ_TRAIL = "audit.read_trail", _("Membaca dan mengunduh jejak audit")
