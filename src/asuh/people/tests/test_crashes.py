"""The importer and the database are killed for real, in the middle; afterwards every row is there once.

An installation of its own: these processes must not share a server with the rest of the suite.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from asuh import database
from asuh.invented.deliveries import write_delivery
from asuh.people.actions.delivery_rules import REGENCY_LOCK

pytestmark = pytest.mark.slow
MEMBERS = 60_000
PATIENCE = 240
TABLES = (
    "people_person",
    "people_household",
    "people_householdrow",
    "people_memberrow",
    "people_quarantinedrow",
)


class Installation:
    """One ASUH_HOME, driven through its command only."""

    def __init__(self, home: Path, files: list[Path]) -> None:
        self.home, self.files = home, [str(file) for file in files]
        self.keeper: subprocess.Popen[str] | None = None
        self.environment = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "ASUH_TESTING")
        } | {"ASUH_HOME": str(home)}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "asuh", *arguments],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *arguments: str, code: int = 0) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == code, err
        return out

    def start_import(self, *more: str) -> subprocess.Popen[str]:
        return self.start("dtks", "import", *self.files, "--period", "2020-01", "--json", *more)

    def finish_import(self, *, code: int = 0) -> dict[str, Any]:
        return json.loads(self.run("dtks", "import", *self.files, "--period", "2020-01", "--json", code=code))

    def ask(self, query: str) -> list[Any]:
        with psycopg.connect(database._embedded_url(self.home / "pg"), autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def census(self) -> dict[str, int]:
        return {table: self.ask(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}

    def wait_for(self, stage: str, process: subprocess.Popen[str], *, rows: int = 0) -> None:
        """Until the import under way is in `stage` with more than `rows` rows done."""
        ends = time.monotonic() + PATIENCE
        query = f"SELECT 1 FROM people_delivery WHERE state = 'importing' AND stage = '{stage}' AND rows_done >= {rows}"
        with psycopg.connect(database._embedded_url(self.home / "pg"), autocommit=True) as connection:
            while time.monotonic() < ends:
                if connection.execute(query).fetchone():
                    return
                assert process.poll() is None, "the import ended before it could be killed"
                time.sleep(0.005)
        raise AssertionError(f"never reached {stage}")

    def keep(self) -> None:
        """Have a process that needs the server, so that it stays up between the commands of a test."""
        if self.keeper is None or self.keeper.poll() is not None:
            self.keeper = subprocess.Popen(
                [sys.executable, "-c", "from asuh.cli import prepare; import time; prepare(); time.sleep(3600)"],
                env=self.environment, text=True,
            )  # fmt: skip
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                self.ask("SELECT 1 FROM people_delivery LIMIT 1")
                return
            except psycopg.Error:
                assert time.monotonic() < ends
                time.sleep(0.2)

    def start_afresh(self) -> None:
        self.keep()
        tables = ", ".join([*TABLES, "people_delivery"])
        self.ask(f"TRUNCATE {tables} CASCADE")

    def kill_database(self) -> None:
        postmaster = int((self.home / "pg" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        ends = time.monotonic() + 30
        while time.monotonic() < ends:  # its children notice and go
            try:
                os.kill(postmaster, 0)
            except ProcessLookupError:
                break
            if _is_gone(postmaster):
                break
            time.sleep(0.05)
        time.sleep(1)


def _is_gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture(scope="module")
def there() -> Iterator[Installation]:
    # not pytest's own folder, which is for its user's eyes only: the server may run as another user
    folder = Path(tempfile.mkdtemp(prefix="asuh-crash-"))
    folder.chmod(0o755)
    written = write_delivery(folder / "delivery", regency="3522", members=MEMBERS, seed=5, period="2020-01")
    home = folder / "home"
    home.mkdir(mode=0o755)
    installation = Installation(home, [written.folder / "households.csv", written.folder / "members.csv"])
    installation.run("init")
    installation.keep()
    yield installation
    if installation.keeper is not None:
        installation.keeper.kill()
        installation.keeper.wait()
    installation.run("manage", "check")  # the last one to leave stops the server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def whole(there: Installation) -> dict[str, int]:
    """What an undisturbed import leaves."""
    there.finish_import()
    counted = there.census()
    assert counted["people_memberrow"] > MEMBERS * 0.9
    return counted


@pytest.fixture(autouse=True)
def afresh(there: Installation, whole: dict[str, int]) -> None:
    there.start_afresh()


NOTHING = dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize(
    ("stage", "rows"), [("reading", 0), ("writing", 0), ("writing", 3000), ("indexing", 0)]
)
def test_killing_the_importer_leaves_the_old_state_and_it_can_go_on(
    there: Installation, whole: dict[str, int], stage: str, rows: int
) -> None:
    process = there.start_import()
    try:
        there.wait_for(stage, process, rows=rows)
    finally:
        process.kill()
        process.communicate()
    ends = time.monotonic() + 30
    while there.ask("SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY%'"):
        assert time.monotonic() < ends
        time.sleep(0.1)
    left = there.census()
    if left != NOTHING:  # it may have been through before the signal came
        assert left == whole
    result = json.loads(there.run("dtks", "import", "--resume", "--json") or "{}") if left == NOTHING else {}
    assert there.census() == whole
    if result:
        assert result["state"] == "imported"


def test_the_same_command_again_takes_up_what_was_left(there: Installation, whole: dict[str, int]) -> None:
    process = there.start_import()
    there.wait_for("writing", process)
    process.kill()
    process.communicate()
    assert there.finish_import()["state"] == "imported"
    assert there.census() == whole
    assert there.ask("SELECT count(*) FROM people_delivery") == [(1,)]


def test_killing_the_database_leaves_the_old_state_and_the_import_can_go_on(
    there: Installation, whole: dict[str, int]
) -> None:
    process = there.start_import()
    there.wait_for("writing", process)
    there.kill_database()
    process.communicate(timeout=PATIENCE)
    assert process.returncode not in (0, None)
    assert there.keeper is not None
    there.keeper.kill()
    there.keeper.wait()
    there.keep()  # starts the server again; it recovers
    assert there.census() == NOTHING
    assert there.finish_import()["state"] == "imported"
    assert there.census() == whole


def test_two_imports_of_one_area_wait_for_each_other(there: Installation, whole: dict[str, int]) -> None:
    other = write_delivery(
        there.home.parent / "other", regency="3522", members=2000, seed=6, period="2020-02"
    )
    files = [str(other.folder / f"{table}.csv") for table in ("households", "members")]
    stages = "SELECT stage FROM people_delivery WHERE state = 'importing'"
    with psycopg.connect(database._embedded_url(there.home / "pg"), autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(%s, 3522)", [REGENCY_LOCK])  # somebody imports this regency
        both = [
            there.start_import("--yes"),
            there.start("dtks", "import", *files, "--period", "2020-02", "--yes", "--json"),
        ]
        ends = time.monotonic() + PATIENCE
        while there.ask(stages) != [("waiting",)] * 2:
            assert time.monotonic() < ends
            assert all(process.poll() is None for process in both)
            time.sleep(0.05)
        assert there.census() == NOTHING
    while any(process.poll() is None for process in both):
        busy = [stage for (stage,) in there.ask(stages) if stage in ("writing", "indexing")]
        assert len(busy) < 2
        time.sleep(0.02)
    for process in both:
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
        assert json.loads(out)["state"] == "imported"
    assert there.census()["people_memberrow"] > whole["people_memberrow"] + 1500
