"""A committed trail, a second connection, and the tools of whoever wants to change what happened."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from asuh.audit.actions import record
from asuh.audit.models import Event
from asuh.audit.sealing import seal_events


@pytest.fixture
def witness(settings: Any, tmp_path: Path) -> Path:
    """Where this test's seals are noted outside the database."""
    settings.AUDIT_WITNESS = str(tmp_path / "witness")
    return tmp_path / "witness"


@pytest.fixture
def trail(transactional_db: None, witness: Path) -> list[Event]:
    """Three sealed batches of three, two and one events."""
    for count in (3, 2, 1):
        for number in range(count):
            record("people.child_opened", by=None, on=("person", number + 1), door_number=number)
        seal_events()
    return list(Event.objects.order_by("id"))


@pytest.fixture
def elsewhere() -> Iterator[Callable[[], Any]]:
    """Open further real connections to the test's database."""
    opened = []

    def connect() -> Any:
        fresh = psycopg.connect(
            **connection.get_connection_params() | {"context": None, "cursor_factory": psycopg.Cursor}
        )
        opened.append(fresh)
        return fresh

    yield connect
    for each in opened:
        each.close()


@pytest.fixture
def tamper() -> Callable[..., None]:
    """Run SQL as the database's owner with every trigger of the trail switched off."""

    def run(statement: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            for table in ("audit_event", "audit_seal"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            cursor.execute(statement, values)
            for table in ("audit_event", "audit_seal"):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_append_only")

    return run
