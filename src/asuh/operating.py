"""Bodies of the commands that run an installation: init, serve, worker, demo, manage."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from types import FrameType
from typing import Any

import click
from django.core.management import call_command, execute_from_command_line

from asuh import database
from asuh.lifeline import end_with_server, hold_line

log = logging.getLogger("asuh.operating")
HOST, PORT = "127.0.0.1", 8000


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands, for developers."""
    execute_from_command_line(["asuh manage", *arguments])


@click.command()
def init() -> None:
    """Bring the database up to date and load all areas of Indonesia."""
    migrate()
    from asuh.places import loading

    loading.load_areas(tell=click.echo)


def migrate() -> None:
    """Apply missing migrations, quietly."""
    call_command("migrate", verbosity=0, interactive=False)


@click.command()
@click.option("--once", is_flag=True, help="Do what is waiting now, then stop.")
def worker(once: bool) -> None:
    """Work through imports, exports and seals."""
    from procrastinate.contrib.django import app

    end_with_server()
    connector = app.connector.get_worker_connector()
    with app.replace_connector(connector) as working:
        # several at once: a long import must not keep the trail from being sealed
        working.run_worker(wait=not once, concurrency=3)


@click.command()
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", default=PORT, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve pages, with one worker beside."""
    migrate()
    run_server(host, port)


def run_server(host: str, port: int) -> None:
    """Serve until interrupted; pages, worker and the embedded database end with it.

    Pages and worker are processes of their own, begun afresh and not forked: a fork would take over locks
    and thread pools that nobody ever releases there, of whatever this process did before.
    """
    _claim(host, port)
    call_command("collectstatic", verbosity=0, interactive=False)
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell may have had us ignore the second
        signal.signal(number, _stop)
    hold_line()
    kept = [_Kept("pages", "--host", host, "--port", str(port)), _Kept("worker")]
    try:
        for process in kept:
            process.start()
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        for process in kept:
            process.ask_to_end()
        for process in kept:
            process.see_it_end()
        database.leave()


def _claim(host: str, port: int) -> None:
    """Say so, and end, if somebody else serves there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            database.leave()
            raise click.ClickException(
                f"Cannot serve on {host}:{port}: {error.strerror}. Give another --port."
            ) from error


@click.command(hidden=True)
@click.option("--host", default=HOST)
@click.option("--port", default=PORT)
def pages(host: str, port: int) -> None:
    """The pages alone: what `serve` runs and keeps running."""
    from granian import Granian
    from granian.constants import Interfaces

    end_with_server()
    hold_line()  # what Granian starts ends with us, as we end with the server
    Granian(
        "asuh.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
        log_enabled=False,
    ).serve()


class _Kept(threading.Thread):
    """A process of this installation (`asuh NAME …`), started again whenever it ends before the server does.

    Whatever ended it (a crash, a kill, the database going down) must not stop pages, imports, exports and the
    sealing of the trail until somebody looks. A new one starts the embedded database too, if that is missing.
    """

    PAUSE = 2.0
    """Seconds before a new one: one that cannot start must not be started a thousand times a minute."""

    def __init__(self, name: str, *arguments: str) -> None:
        super().__init__(name=f"{name}-keeper", daemon=True)
        self.command = [sys.executable, "-m", "asuh", name, *arguments]
        self.kept = name
        self.ending = threading.Event()
        self.process = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command, start_new_session=True)

    def run(self) -> None:
        """Wait for the process of the moment, and begin another, until the server ends."""
        while True:
            code = self.process.wait()
            if self.ending.wait(self.PAUSE):
                return
            log.error("%s ended with code %s; another one begins", self.kept, code)
            self.process = self._begin()

    def ask_to_end(self) -> None:
        self.ending.set()
        self.process.terminate()

    def see_it_end(self) -> None:
        self.join(15)
        if self.is_alive():
            self.process.kill()
            self.join()


def _stop(number: int, frame: FrameType | None) -> Any:
    raise KeyboardInterrupt


@click.command()
@click.option("--port", default=PORT, show_default=True)
@click.option("--members", default=20_000, show_default=True, help="How many people to invent.")
@click.option("--no-serve", is_flag=True, help="Prepare everything, then stop.")
def demo(port: int, members: int, no_serve: bool) -> None:
    """An invented kabupaten, imported through the real importer, served for trying out."""
    os.environ["ASUH_DEMO"] = "1"
    from asuh import demonstration

    demonstration.prepare(members=members, tell=click.echo)
    click.echo(demonstration.welcome(f"http://{HOST}:{port}/"))
    if not no_serve:
        run_server(HOST, port)
