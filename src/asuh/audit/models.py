"""What happened: events that the database lets nobody change, and the seals that would show it."""

from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """One thing that somebody did or was refused.

    No foreign keys: an event outlives what it speaks of. `details` holds ids, counts and codes, never a name,
    a number of identity or an answer. `transaction` is PostgreSQL's own transaction id; seals take events in
    its order, because ids and clocks both run ahead of late commits.
    """

    at = models.DateTimeField(db_default=Now(), editable=False)
    transaction = models.BigIntegerField(
        db_default=models.expressions.RawSQL("(pg_current_xact_id()::text::bigint)", []), editable=False
    )
    actor_id = models.BigIntegerField(null=True)
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
            models.Index(fields=["transaction", "id"], name="event_by_transaction"),
        ]


class Seal(models.Model):
    """A link of the chain: the Merkle root of every event whose transaction lies in [from, below).

    chain = SHA-256 over the previous seal's chain, the root, the bounds and the count.
    """

    at = models.DateTimeField(db_default=Now(), editable=False)
    from_transaction = models.BigIntegerField()
    below_transaction = models.BigIntegerField()
    events_count = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
