"""What people corrected in the golden record, so that what stood before can be read and put back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from asuh.access.querysets import OwnQuerySet
from asuh.people.models.registry import Person


class RecordedSheet(models.Model):
    """A spreadsheet about many people whose rows were recorded, and may be undone together.

    undoing_since: a job is at it. undone_at: it came to its end; rows that could not be undone say why.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    reason = models.CharField(max_length=500)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    undoing_since = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_because = models.CharField(max_length=500, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undoing_since__isnull=True) | ~Q(undone_because=""),
                name="recorded_sheet_undone_with_reason",
            )
        ]


class IdentityChange(models.Model):
    """One correction of who somebody is.

    before, after: the fields that changed, dates as ISO text. delivery: who had told what stood before, None
    if people had. doubts, settled: codes that the correction added to `Person.unsure`, and
    those it took away.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="identity_changes")
    before = models.JSONField()
    after = models.JSONField()
    doubts = ArrayField(models.CharField(max_length=30), default=list)
    settled = ArrayField(models.CharField(max_length=30), default=list)
    delivery = models.ForeignKey(
        "people.Delivery", models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=500)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="identity_change_with_reason"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="identity_change_undone_by_somebody",
            ),
        ]


class RecordedLine(models.Model):
    """One row of a recorded sheet. number: its line in the file. facts: [[kind, id], …] it brought."""

    class State(models.TextChoices):
        RECORDED = "recorded"
        UNDONE = "undone"
        KEPT = "kept"

    sheet = models.ForeignKey(RecordedSheet, models.PROTECT, related_name="lines")
    number = models.IntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    change = models.OneToOneField(IdentityChange, models.PROTECT, null=True, related_name="line")
    facts = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECORDED)
    kept_because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="recorded_line_once"),
        ]
