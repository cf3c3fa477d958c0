"""Files of DTKS in the layout they came in, and (from their own modules) every other file of this app."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from asuh.access.exports import Column, Kind, declare
from asuh.kernel.dtks import layout as layouts
from asuh.kernel.dtks.layout import Table
from asuh.kernel.dtks.normalising import TYPES
from asuh.kernel.dtks.writing import rendered
from asuh.people import lists, reports
from asuh.people.models import HouseholdRow, MemberRow
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User

ROWS_AT_ONCE = 5000
KINDS = {"households": "people.dtks_households", "members": "people.dtks_members"}


def dtks_rows(table: Table) -> Any:
    """The rows function of a kind for `table`.

    choices: "area", an area key or "" for all that is reached, and "period", "2020-01".
    """

    def rows(by: User, choices: Mapping[str, Any], columns: Sequence[str]) -> Iterator[Sequence[Any]]:
        area, period = str(choices.get("area", "")), date.fromisoformat(f"{choices['period']}-01")
        model = MemberRow if table.person else HouseholdRow
        found = model.objects.reachable(by=by, to=Can.EXPORT_DTKS).standing()
        found = found.filter(area_key__startswith=area, period=period).order_by("pk")
        names = [name.lower() for name in table.names]
        schema: dict[str, Any] = {name: TYPES[table[name].kind] for name in table.names}
        with_hidden = may_see_card_numbers(by, area)
        every = found.values_list(*names, "raw").iterator(chunk_size=ROWS_AT_ONCE)
        while part := list(islice(every, ROWS_AT_ONCE)):
            typed = pl.DataFrame([row[:-1] for row in part], schema=schema, orient="row")
            yield from rendered(table, typed, _raw(part), with_hidden=with_hidden).select(columns).iter_rows()

    return rows


def _raw(part: Sequence[Sequence[Any]]) -> pl.Series:
    return pl.Series([json.dumps(row[-1]) if row[-1] else None for row in part], dtype=pl.String)


def may_see_card_numbers(by: User, area: str) -> bool:
    """Whether all of `area` lies where `by` may export card numbers."""
    return any(area.startswith(own) for own in by.areas_for(Can.EXPORT_CARD_NUMBERS))


def _kind(name: str, label: Any) -> Kind:
    table = layouts.load().table(name)
    columns = [
        Column(column.name, column.name, chosen=column.name not in table.hidden) for column in table.columns
    ]
    return Kind(KINDS[name], label, str(Can.EXPORT_DTKS), columns, rows=dtks_rows(table))


declare(_kind("households", _("DTKS: rumah tangga")))
declare(_kind("members", _("DTKS: anggota rumah tangga")))

__all__ = ["KINDS", "dtks_rows", "lists", "may_see_card_numbers", "reports"]
