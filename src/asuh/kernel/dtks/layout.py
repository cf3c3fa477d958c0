"""Layouts: which columns a delivery has, and what each means. Read from `layouts/NAME/`.

households.csv, members.csv    every column in delivery order: name, type, code list, labels, note
codes.csv                      the code lists
layout.toml                    which column plays which part (key, name, sex …), aliases, bounds
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any, Literal

Kind = Literal[
    "id", "text", "name", "region", "code", "sum", "int", "decimal", "date", "datetime", "nik", "kk"
]
TABLES = ("households", "members")


@dataclass(frozen=True)
class CodeList:
    """A list of codes. `labels` maps the number to its labels; `width` is how codes are written ("01")."""

    name: str
    width: int
    labels: Mapping[int, tuple[str, str]]

    def written(self, code: int) -> str:
        return str(code).zfill(self.width)


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    codes: CodeList | None
    label_id: str
    label_en: str
    note: str

    def label(self, language: str) -> str:
        return (self.label_en if language == "en" else self.label_id) or self.name


@dataclass(frozen=True)
class Table:
    """One of the two files of a delivery. Part names (`key`, `born` …) hold column names."""

    name: str
    columns: tuple[Column, ...]
    key: str
    village: str
    village_parts: tuple[str, ...]
    village_widths: tuple[int, ...]
    place_names: tuple[str, ...]
    required: frozenset[str]
    hidden: frozenset[str]
    aliases: Mapping[str, str]
    bounds: Mapping[str, tuple[float, float]]
    household: str = ""
    person: Mapping[str, str] = field(default_factory=dict)
    home: Mapping[str, str] = field(default_factory=dict)
    twins: Mapping[str, str] = field(default_factory=dict)
    numbered_from_zero_or_one: tuple[str, ...] = ()

    def __getitem__(self, column: str) -> Column:
        return self._by_name[column]

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @cached_property
    def by_header(self) -> dict[str, str]:
        """Header as `tidy_header` leaves it → column name, aliases included."""
        known = {tidy_header(name): name for name in self.names}
        return known | {tidy_header(alias): name for alias, name in self.aliases.items()}

    def of_kind(self, *kinds: Kind) -> list[Column]:
        return [column for column in self.columns if column.kind in kinds]


@dataclass(frozen=True)
class Layout:
    name: str
    title: str
    households: Table
    members: Table

    def table(self, name: str) -> Table:
        return self.households if name == "households" else self.members


def tidy_header(text: str) -> str:
    """Headers are compared without case, spaces, quotes or a byte order mark; underscores count."""
    return "".join(text.replace("\ufeff", "").split()).strip("\"'").casefold()


@cache
def load(name: str = "dtks") -> Layout:
    folder = resources.files(__package__) / "layouts" / name
    parts = tomllib.loads((folder / "layout.toml").read_text("utf-8"))
    lists = _code_lists((folder / "codes.csv").read_text("utf-8"))
    tables = {
        table: _table(table, (folder / f"{table}.csv").read_text("utf-8"), lists, parts[table])
        for table in TABLES
    }
    return Layout(name=name, title=parts["title"], **tables)


def _code_lists(text: str) -> dict[str, CodeList]:
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        rows.setdefault(row["list"], []).append(row)
    return {
        name: CodeList(
            name,
            # codes of one list are written in one width only when they carry a leading zero
            width=max(len(row["code"]) for row in entries)
            if any(len(row["code"]) > 1 and row["code"][0] == "0" for row in entries)
            else 1,
            labels={int(row["code"]): (row["label_id"], row["label_en"]) for row in entries},
        )
        for name, entries in rows.items()
    }


def _table(name: str, text: str, lists: dict[str, CodeList], parts: dict[str, Any]) -> Table:
    columns = tuple(
        Column(
            row["column"],
            row["type"],  # type: ignore[arg-type]
            lists[row["codes"]] if row["codes"] else None,
            row["label_id"],
            row["label_en"],
            row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    )
    person = ("name", "sex", "born", "age", "nik", "family_card", "mother", "birth_place", "relation")
    return Table(
        name=name,
        columns=columns,
        key=parts["key"],
        village=parts["village"],
        village_parts=tuple(parts["village_parts"]),
        village_widths=tuple(parts["village_widths"]),
        place_names=tuple(parts["place_names"]),
        required=frozenset(parts["required"]),
        hidden=frozenset(parts["hidden"]),
        aliases=parts["aliases"],
        bounds={column: (low, high) for column, (low, high) in parts["bounds"].items()},
        household=parts.get("household", ""),
        person={part: parts[part] for part in person if part in parts},
        home=parts.get("home", {}),
        twins=parts.get("twins", {}),
        numbered_from_zero_or_one=tuple(parts.get("numbered_from_zero_or_one", ())),
    )
