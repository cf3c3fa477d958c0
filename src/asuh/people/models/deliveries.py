"""DTKS deliveries as they came: what was delivered, what was accepted from it by period, what waits."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Delivery(models.Model):
    """One delivery of DTKS: a household file and a member file for one period. (Kiriman.)"""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("menunggu")
        IMPORTING = "importing", _("sedang diimpor")
        ASKING = "asking", _("menunggu keputusan")
        IMPORTED = "imported", _("sudah diimpor")
        REFUSED = "refused", _("ditolak")
        TAKEN_BACK = "taken_back", _("ditarik kembali")
        FAILED = "failed", _("gagal")

    layout = models.CharField(max_length=20, default="dtks")
    period = models.DateField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class HouseholdRow(models.Model):
    """One household as one delivery told it."""

    delivery = models.ForeignKey(Delivery, models.PROTECT)


class MemberRow(models.Model):
    """One member as one delivery told it."""

    delivery = models.ForeignKey(Delivery, models.PROTECT)


class QuarantinedRow(models.Model):
    """A row that could not be accepted, as it came, with its reasons."""

    delivery = models.ForeignKey(Delivery, models.PROTECT)
