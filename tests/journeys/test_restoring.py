"""The trail survives a move to another server: dumped, restored into a newly made cluster, sealed on, verified."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import conninfo

from asuh import database
from asuh.audit.actions import record
from asuh.audit.sealing import seal_events

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BIN = max(Path(database._pgserver().__file__).parent.glob("pginstall*/bin/postgres"), key=str).parent


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A second, newly made cluster, where the server's own user may go."""
    folder = Path(tempfile.mkdtemp(prefix="asuh-other-"))
    folder.chmod(0o755)
    yield database.start_embedded(folder / "pg", settings={"fsync": "off", "shared_buffers": "64MB"})
    database.stop_embedded(folder / "pg")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def asuh(elsewhere: str, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Run a command of ours against the second cluster; its answer, with its exit code."""

    def run(*words: str) -> dict[str, Any]:
        env = {
            **os.environ,
            "DATABASE_URL": elsewhere,
            "ASUH_HOME": str(tmp_path / "home"),
            "ASUH_AUDIT_WITNESS": str(tmp_path / "witness"),
        }
        done = subprocess.run(
            [sys.executable, "-m", "asuh", *words, "--json"], env=env, capture_output=True, text=True
        )
        return json.loads(done.stdout) | {"exit": done.returncode}

    return run


def test_a_dump_restored_into_a_new_cluster(
    elsewhere: str, asuh: Callable[..., dict[str, Any]], settings: Any, tmp_path: Path
) -> None:
    settings.AUDIT_WITNESS = str(tmp_path / "witness")
    with connection.cursor() as cursor:
        for _ in range(2000):  # transactions of a longer life
            cursor.execute("SELECT pg_current_xact_id()")
    for _ in range(3):
        record("access.signed_in", by=None)
    seal_events()
    record("access.signed_out", by=None)
    _copy(elsewhere)

    moved = asuh("audit", "verify")
    assert (moved["sound"], moved["events_sealed"], moved["events_unsealed"]) == (True, 3, 1)

    with psycopg.connect(elsewhere, autocommit=True) as there:
        # what makes this hard: the new cluster counts its transactions from the beginning again
        lower = there.execute(
            "SELECT pg_current_xact_id()::text::bigint < max(below_transaction) FROM audit_seal"
        ).fetchone()
        assert lower == (True,)
        there.execute(
            "INSERT INTO audit_event (what, actor_name, subject_kind, area_key, why, refused, door, details)"
            " VALUES ('access.signed_in', '', '', '', '', false, '', '{}')"
        )
    assert asuh("audit", "seal")["seals"] == 2, "the end of the old cluster, and the beginning of the new"
    after = asuh("audit", "verify")
    assert (after["sound"], after["moves"]) == (True, 1)
    assert (after["events_sealed"], after["events_unsealed"]) == (5, 0)

    with psycopg.connect(elsewhere, autocommit=True) as there:
        there.execute("ALTER TABLE audit_event DISABLE TRIGGER ALL")
        there.execute("UPDATE audit_event SET why = 'x' WHERE id = (SELECT min(id) FROM audit_event)")
    changed = asuh("audit", "verify")
    assert (changed["exit"], changed["findings"][0]["code"]) == (1, "events_changed")


def _copy(target: str) -> None:
    """What an operator does: pg_dump, pg_restore."""
    here = connection.settings_dict
    source = conninfo.make_conninfo(
        "", host=here["HOST"], port=here["PORT"] or None, user=here["USER"], dbname=here["NAME"]
    )
    dump = subprocess.run([BIN / "pg_dump", "-Fc", "-d", source], capture_output=True, check=True)
    subprocess.run(
        [BIN / "pg_restore", "--no-owner", "--single-transaction", "-d", target],
        input=dump.stdout,
        check=True,
    )
