"""DTKS deliveries as they came: what was delivered, what was accepted from it by period, what waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from asuh.people.models.columns import HouseholdColumns, MemberColumns
from asuh.people.querysets import DeliveryQuerySet, QuarantineQuerySet, RowQuerySet


class Delivery(models.Model):
    """One delivery of DTKS: a household file and a member file for one period. (Kiriman.)

    files: what was handed in, [{"name", "bytes", "sha256"}]; the files rest under ASUH_HOME until the
    delivery is imported, refused or taken back. digest: of all of them, to know a delivery seen before.
    regencies: keys of the regencies its rows lie in, known after the first reading; area_key: what these have
    in common, "" for several provinces, None before.
    rules: what was decided once for the files (order of day and month …), for later corrections.
    asks: why it stopped, [{"code", …}]. result: as `asuh dtks import --json` prints it.
    stage, rows_done, rows_total: progress, written in transactions of their own.
    """

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
    received_on = models.DateField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    files = models.JSONField(default=list)
    digest = models.CharField(max_length=64, db_collation="C")
    regencies = ArrayField(models.CharField(max_length=4), default=list)
    area_key = models.CharField(max_length=10, null=True, db_collation="C")
    rules = models.JSONField(default=dict)
    asks = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    found = models.JSONField(default=list)
    error = models.JSONField(default=dict)
    stage = models.CharField(max_length=20, blank=True)
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(default=0)
    progress_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_because = models.CharField(max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["digest"], name="delivery_by_digest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "taken_back"]) | ~Q(ended_because=""),
                name="delivery_ended_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(period__day=1), name="delivery_period_is_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.layout.upper()} {self.period:%Y-%m} #{self.pk}"

    @property
    def folder(self) -> Path:
        """Where its files rest."""
        return Path(settings.HOME) / "deliveries" / str(self.pk)

    @property
    def share_done(self) -> float:
        """0..1, for a progress bar."""
        return min(1.0, self.rows_done / self.rows_total) if self.rows_total else 0.0


class Row(models.Model):
    """What every accepted row carries beside its columns.

    source_row: number of the record in the file. area_key: where it lies (village, or the district where
    only that is certain). raw: values the typed columns could not hold, by column. extra: columns the layout
    does not know. reasons: codes of its warnings. content_hash: of everything delivered in it.
    replaced_by: the later delivery of the same period that changed this row; None = stands.
    """

    id = models.BigAutoField(primary_key=True)
    delivery_id: int
    period = models.DateField()
    source_row = models.IntegerField()
    area_key = models.CharField(max_length=10, db_collation="C")
    raw = models.JSONField(null=True)
    extra = models.JSONField(null=True)
    reasons = ArrayField(models.CharField(max_length=20), null=True)
    content_hash = models.BigIntegerField()

    objects = RowQuerySet.as_manager()

    class Meta:
        abstract = True


class HouseholdRow(Row, HouseholdColumns):
    """One household as one delivery told it."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="household_rows", db_index=False)
    replaced_by = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="+", db_index=False)
    household = models.ForeignKey("people.Household", models.PROTECT, related_name="rows")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["idbdt", "period"],
                condition=Q(replaced_by__isnull=True),
                name="household_row_once_a_period",
            ),
            models.CheckConstraint(condition=Q(idbdt__isnull=False), name="household_row_has_its_key"),
        ]
        # rows of one delivery lie together: a map of page ranges finds them
        indexes = [BrinIndex(fields=["delivery"], name="household_row_by_delivery")]


class MemberRow(Row, MemberColumns):
    """One member as one delivery told it. born_year: of the birth date, else estimated from the age."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="member_rows", db_index=False)
    replaced_by = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="rows")
    born_year = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["idartbdt", "period"],
                condition=Q(replaced_by__isnull=True),
                name="member_row_once_a_period",
            ),
            models.CheckConstraint(
                condition=Q(
                    idartbdt__isnull=False, idbdt__isnull=False, nama__isnull=False, jnskel__isnull=False
                ),
                name="member_row_has_what_it_needs",
            ),
        ]
        indexes = [
            BrinIndex(fields=["delivery"], name="member_row_by_delivery"),
            models.Index(fields=["idbdt"], name="member_row_by_household"),
        ]


class QuarantinedRow(models.Model):
    """A row that could not be accepted, as it came, with its reasons.

    table: households or members. row_key, household_key: its ids as delivered, where it has them.
    told: [[code, column, raw value]]. raw: every filled cell by column. state: waits until corrected and
    accepted, or set aside for good.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("menunggu perbaikan")
        ACCEPTED = "accepted", _("sudah diterima")
        SET_ASIDE = "set_aside", _("dikesampingkan")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="quarantine")
    table = models.CharField(max_length=10)
    source_row = models.IntegerField()
    row_key = models.CharField(max_length=60, blank=True, db_collation="C")
    household_key = models.CharField(max_length=60, blank=True, db_collation="C")
    area_key = models.CharField(max_length=10, null=True, db_collation="C")
    reasons = ArrayField(models.CharField(max_length=20))
    told = models.JSONField(default=list)
    raw = models.JSONField()
    corrected = models.JSONField(default=dict)
    content_hash = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_because = models.CharField(max_length=500, blank=True)

    objects = QuarantineQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["delivery", "table", "source_row"], name="quarantine_by_file"),
            models.Index(fields=["household_key"], name="quarantine_by_household"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reasons=[]), name="quarantined_for_a_reason"),
            models.CheckConstraint(
                condition=Q(table__in=["households", "members"]), name="quarantined_from_a_table"
            ),
        ]

    def value(self, column: str) -> Any:
        """The cell as corrected, else as delivered."""
        return self.corrected.get(column, self.raw.get(column, ""))


class RestatedRow(models.Model):
    """A row that stood already when a later delivery of the same period said the very same.

    Nothing is written anew for it; but if the delivery that brought it goes, the row is the later one's.
    table: households, members, or quarantine. row: its id there. source_row: where the later file has it.
    """

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="restated", db_index=False)
    table = models.CharField(max_length=10)
    row = models.BigIntegerField()
    source_row = models.IntegerField()

    class Meta:
        indexes = [BrinIndex(fields=["delivery"], name="restated_row_by_delivery")]
        constraints = [
            models.CheckConstraint(
                condition=Q(table__in=["households", "members", "quarantine"]), name="restated_of_a_table"
            ),
        ]
