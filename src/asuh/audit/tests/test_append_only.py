"""The database refuses to change the trail, whoever asks."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from asuh.audit.actions import record
from asuh.audit.models import Event, Seal

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET id = id WHERE false"],
)
def test_refuses_to_change(table, statement):
    with (
        pytest.raises(ProgrammingError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_refuses_through_models():
    event = record("people.child_opened", by=None, on=("person", 1))
    event.why = "lain"
    for attempt in (event.save, event.delete, Event.objects.all().delete, Seal.objects.all().delete):
        if attempt == Seal.objects.all().delete and not Seal.objects.exists():
            continue
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            attempt()


def test_refuses_in_replica_mode():
    """session_replication_role switches ordinary triggers off; these stay."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            cursor.execute("DELETE FROM audit_event")


def test_refuses_an_upsert():
    event = record("people.child_opened", by=None)
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        Event.objects.bulk_create(
            [Event(pk=event.pk, what="x")],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["what"],
        )


def test_a_writer_cannot_backdate():
    """Time, cluster and transaction are stamped by the database, whatever the writer says."""
    honest = record("people.child_opened", by=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (at, era, transaction, what, actor_name, subject_kind, area_key, why, refused,"
            " door, details) VALUES ('2001-01-01', 5, 7, 'x', '', '', '', '', false, '', '{}') RETURNING id"
        )
        late = Event.objects.get(pk=cursor.fetchone()[0])
    assert (late.era, late.transaction) == (honest.era, honest.transaction)
    assert late.era != 5
    assert late.at >= honest.at
