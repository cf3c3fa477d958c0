"""What somebody began to type and has not saved."""

from django.conf import settings
from django.db import models

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
