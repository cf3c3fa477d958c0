"""`asuh serve` as an operator knows it: it comes up, and whatever ends it leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder of its own, whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="asuh-serve-"))
    folder.chmod(0o755)
    yield folder
    for process in processes_of(folder):
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)


def processes_of(folder: Path) -> list[psutil.Process]:
    """Everything alive that belongs to the installation in `folder`, the database included."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        try:
            belongs = process.environ().get("ASUH_HOME") == str(folder)
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            belongs = False
        named = any(str(folder) in part for part in process.info["cmdline"] or [])
        if (belongs or named) and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start `asuh serve` on a free port; returns once it answers."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "ASUH_TESTING"}
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "asuh", "serve", "--port", str(port)],
        env={**environment, "ASUH_HOME": str(folder)},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/"
    until(lambda: answers(address), "the sign-in page to answer", seconds=120)
    return server, address


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def until(condition: Callable[[], object], what: str, *, seconds: float) -> None:
    """Wait for a condition of other processes; they cannot tell us, so we look."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s for {what}")


def nothing_runs(folder: Path) -> None:
    """Within a moment no process of the installation is left."""
    try:
        until(lambda: not processes_of(folder), "everything to end", seconds=60)
    except AssertionError as error:
        left = [" ".join(process.cmdline()) for process in processes_of(folder)]
        raise AssertionError(f"{error}; still there: {left}") from None


def test_ctrl_c_leaves_nothing_running(home: Path) -> None:
    server, _ = serve(home)
    assert len(processes_of(home)) >= 4  # server, its child, the worker, PostgreSQL

    server.send_signal(signal.SIGINT)

    server.wait(30)
    nothing_runs(home)


def test_a_killed_server_takes_its_worker_along_and_starts_again(home: Path) -> None:
    server, address = serve(home)
    server.kill()
    server.wait()
    until(lambda: not answers(address), "the pages to end", seconds=60)
    until(
        lambda: not [one for one in processes_of(home) if "asuh" in one.cmdline()],
        "the worker to end",
        seconds=60,
    )

    again, _ = serve(home)
    again.send_signal(signal.SIGTERM)
    again.wait(30)
    nothing_runs(home)


def workers_of(folder: Path) -> set[int]:
    return {one.pid for one in processes_of(folder) if one.cmdline()[-2:] == ["asuh", "worker"]}


def test_a_killed_worker_is_followed_by_another(home: Path) -> None:
    server, _ = serve(home)
    until(lambda: workers_of(home), "a worker", seconds=60)
    first = workers_of(home)
    for pid in first:
        psutil.Process(pid).kill()

    until(lambda: workers_of(home) - first, "another worker", seconds=60)
    server.send_signal(signal.SIGINT)
    server.wait(60)
    nothing_runs(home)


def test_pages_come_back_after_the_database_was_killed(home: Path) -> None:
    server, address = serve(home)
    health = address + "sehat/"
    until(lambda: answers(health), "good health", seconds=60)
    postmaster = int((home / "pg" / "postmaster.pid").read_text().split()[0])
    psutil.Process(postmaster).kill()
    until(lambda: not answers(health), "the pages to notice", seconds=60)

    until(lambda: answers(health), "the pages to come back", seconds=180)
    server.send_signal(signal.SIGINT)
    server.wait(60)
    nothing_runs(home)
