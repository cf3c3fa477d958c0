"""Background work in words. Each app declares its tasks in `tasks.py`, beside their bodies:

    declare_task("people.take_delivery", _("Mengimpor kiriman DTKS"))

A task's arguments are ids and instants, never a name or a number of identity: jobs are kept, and shown.
"""

from collections.abc import Mapping
from typing import Any

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
