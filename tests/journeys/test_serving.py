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
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from asuh.demonstration import PASSWORD

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


def serve(folder: Path, *command: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start `asuh serve`, or another command that serves, on a free port; returns once it answers."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "ASUH_TESTING"}
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "asuh", *(command or ["serve"]), "--port", str(port)],
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


def test_the_pages_live_on_once_they_answer(home: Path) -> None:
    server, _ = serve(home)
    (pages,) = [
        psutil.Process(pid) for pid in kept(home, "pages") if psutil.Process(pid).ppid() == server.pid
    ]
    (serving,) = pages.children()

    until(lambda: time.time() - serving.create_time() > 8, "eight seconds of life", seconds=20)
    assert serving.is_running()
    assert serving.status() != psutil.STATUS_ZOMBIE
    server.send_signal(signal.SIGINT)
    server.wait(60)
    nothing_runs(home)


def kept(folder: Path, name: str) -> set[int]:
    """The processes that run `asuh NAME`."""
    return {one.pid for one in processes_of(folder) if one.cmdline()[1:4] == ["-m", "asuh", name]}


@pytest.mark.parametrize("name", ["worker", "pages"])
def test_what_was_killed_is_followed_by_another(home: Path, name: str) -> None:
    server, address = serve(home)
    until(lambda: kept(home, name), f"the {name}", seconds=60)
    first = kept(home, name)
    for pid in first:
        psutil.Process(pid).kill()

    until(lambda: kept(home, name) - first, "another one", seconds=60)
    until(lambda: answers(address), "the pages to answer", seconds=60)
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


def test_a_port_in_use_is_said_and_nothing_is_left_running(home: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        result = subprocess.run(
            [sys.executable, "-m", "asuh", "serve", "--port", str(other.getsockname()[1])],
            env={
                name: value
                for name, value in os.environ.items()
                if name not in {"DATABASE_URL", "ASUH_TESTING"}
            }
            | {"ASUH_HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert result.returncode == 1
    assert "Give another --port" in result.stderr
    nothing_runs(home)


def test_a_first_demo_opens_its_quarantine(home: Path) -> None:
    """What the demo did before serving must not stand in the way of the pages."""
    server, address = serve(home, "demo", "--members", "2000")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    form = browser.open(address + "akun/masuk/", timeout=30).read().decode()
    token = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = {"csrfmiddlewaretoken": token, "login": "rangga", "password": PASSWORD}
    browser.open(
        urllib.request.Request(
            address + "akun/masuk/", urllib.parse.urlencode(answer).encode(), {"Referer": address}
        ),
        timeout=30,
    )
    page = browser.open(address + "data-terpadu/kiriman/1/karantina/", timeout=30).read().decode()
    assert "Karantina" in page
    server.send_signal(signal.SIGINT)
    server.wait(60)
    nothing_runs(home)
