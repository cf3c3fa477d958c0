"""What somebody typed: not saved yet, or sent already."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from asuh.access.querysets import OwnQuerySet


class Draft(models.Model):
    """One unfinished form of one user. Nobody else can read it; it is gone after a week, or once saved."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    form = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    kept_at = models.DateTimeField(auto_now=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "form"], name="draft_once_a_form")]


class SentForm(models.Model):
    """A form one user has sent, by the hash of its content, and the address of what came of it.

    Forgotten after a day; nothing that was typed can be read out of it.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    address = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="form_sent_once")]
