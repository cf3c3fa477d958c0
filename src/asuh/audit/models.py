"""What happened: events that the database lets nobody change, and the seals that would show it."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that somebody did or was refused.

    No foreign keys: an event outlives what it speaks of. `details` holds ids, counts and codes, never a name,
    a number of identity or an answer.
    `at`, `era` and `transaction` are stamped by a trigger whatever the writer says (migration 0002): the
    clock,
    the identity of the database cluster, and PostgreSQL's transaction id. Seals take events in the order
    (era, transaction, id), because ids and clocks both run ahead of late commits, and transaction ids start
    anew when a copy is restored into another cluster.
    """

    at = models.DateTimeField(db_default=Now(), editable=False)
    era = models.BigIntegerField(db_default=0, editable=False)
    transaction = models.BigIntegerField(db_default=0, editable=False)
    actor_id = models.BigIntegerField(_("pelaku"), null=True)
    actor_name = models.CharField(max_length=150, blank=True)
    what = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    area_key = models.CharField(max_length=10, blank=True, db_collation="C")
    why = models.CharField(max_length=500, blank=True)
    refused = models.BooleanField(default=False)
    door = models.CharField(max_length=20, blank=True)
    address = models.GenericIPAddressField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="event_by_subject"),
            models.Index(fields=["actor_id", "-id"], name="event_by_actor"),
            models.Index(fields=["what", "-id"], name="event_by_what"),
            # the column's order is C: a district is a range of it
            models.Index(fields=["area_key", "-id"], name="event_by_area"),
            # events come in the order of time: a day is a stretch of the table, found at no cost to writers
            BrinIndex(fields=["at"], name="event_by_time", autosummarize=True),
            models.Index(fields=["-id"], name="event_refused", condition=models.Q(refused=True)),
            models.Index(fields=["era", "transaction", "id"], name="event_by_transaction"),
        ]


class Seal(models.Model):
    """A link of the chain: the Merkle root of every event of one era whose transaction lies in [from, below).

    chain: see asuh.audit.sealing.link; over the previous seal's chain and everything else in this row.
    """

    at = models.DateTimeField()
    era = models.BigIntegerField()
    from_transaction = models.BigIntegerField()
    below_transaction = models.BigIntegerField()
    events_count = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_transaction__lt=models.F("below_transaction")),
                name="seal_covers_something",
            ),
        ]
        indexes = [models.Index(fields=["era", "from_transaction"], name="seal_by_era")]
