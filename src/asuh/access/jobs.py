"""Background work in words. Each app declares its tasks in `tasks.py`, beside their bodies:

    declare_task("people.take_delivery", _("Mengimpor kiriman DTKS"))

A task's arguments are ids and instants, never a name or a number of identity: jobs are kept, and shown.
"""

import errno
from collections.abc import Mapping
from typing import Any

import psycopg
from django import db

DATABASE_AWAY = (db.OperationalError, db.InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
"""The database is gone, or too busy: what was begun is undone there, and can be tried again. Rows that are
copied in raise psycopg's own errors."""

_FULL = (errno.ENOSPC, errno.EDQUOT)

_words: dict[str, Any] = {}


def declare_task(name: str, words: Any) -> None:
    """Say what a task does."""
    _words[name] = words


def all_task_words() -> Mapping[str, Any]:
    """Every declared task."""
    return _words


def task_words(name: str) -> str:
    """What a task does; its name where nobody said."""
    return str(_words.get(name, name))


def is_disk_full(error: BaseException | None) -> bool:
    """Whether `error`, or what caused it, says that no room is left, here or at the database."""
    while error is not None:
        if isinstance(error, psycopg.errors.DiskFull) or getattr(error, "errno", None) in _FULL:
            return True
        error = error.__cause__
    return False
