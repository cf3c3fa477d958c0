"""Kinds of files that people can ask for. Each app declares its own in `exports.py`, found when Django
starts:

    from asuh.access.exports import Column, Kind, declare

    declare(Kind("people.children", _("Daftar anak"), Can.EXPORT_CHILDREN, COLUMNS, rows=child_rows))

`rows(by, choices, columns)` begins with `reachable(by=by, to=…)`, yields one list a row in the order of
`columns`, and streams. `choices` are the filters of the list the person was looking at: ids, codes, dates.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asuh.access.models import User


@dataclass(frozen=True)
class Column:
    """One column people may choose. chosen: whether it is ticked at first."""

    code: str
    label: Any
    chosen: bool = True


Rows = Callable[[User, Mapping[str, Any], Sequence[str]], Iterator[Sequence[Any]]]


@dataclass(frozen=True)
class Kind:
    """A kind of file. permission: held when it is asked for, when it is made, and when it is fetched.

    book: writes a whole XLSX of several sheets to a path, like `rows` otherwise, and returns how many rows it
    holds; `columns` are then its sheets. check: raises Refused where `by` may not have the file that the
    choices name (one delivery, one child); asked at the same three times.
    """

    code: str
    label: Any
    permission: str
    columns: Sequence[Column]
    rows: Rows | None = None
    book: Callable[[Path, User, Mapping[str, Any], Sequence[str]], int] | None = None
    check: Callable[[User, Mapping[str, Any]], None] | None = None


_kinds: dict[str, Kind] = {}


def declare(kind: Kind) -> None:
    """Add a kind; the same code again replaces it."""
    _kinds[kind.code] = kind


def all_kinds() -> Mapping[str, Kind]:
    """Every kind by its code."""
    return _kinds
