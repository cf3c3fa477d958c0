"""Files out of the registry in the layout they came in, lossless for every accepted row."""
# ruff: noqa: S608  names of tables and columns come from the layout

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from asuh.access import reasons
from asuh.access.refusals import BrokenRule, OutsideYourAreas, refusals_recorded
from asuh.audit.actions import record
from asuh.kernel.dtks import layout as layouts
from asuh.kernel.dtks import normalising, writing
from asuh.kernel.dtks.layout import Table
from asuh.people.actions.bulk import copy_out
from asuh.people.actions.taking import HOUSEHOLD_ROWS, MEMBER_ROWS
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User

_AT_ONCE = 50_000


class NothingToExport(BrokenRule):
    message = _("Untuk wilayah dan periode ini tidak ada baris yang berlaku.")


@refusals_recorded("people.dtks_exported")
def export_dtks(
    area_key: str,
    period: dt.date,
    folder: Path,
    *,
    why: str,
    by: User | None,
    form: Literal["csv", "xlsx"] = "csv",
    layout: str = "dtks",
) -> dict[str, Any]:
    """Write households and members of an area and a period into `folder`, and the event that says so.

    area_key: "" is the whole country. by: who exports; None is the operator at the machine. Card numbers are
    written only for who may export them in the whole area. Only the owner of the process reads the files.
    Returns files and row counts. Raises ReasonUnfit, OutsideYourAreas, NothingToExport.
    """
    why = reasons.given(why)
    period = period.replace(day=1)
    if by is not None and not _within(area_key, by, Can.EXPORT_DTKS):
        raise OutsideYourAreas
    with_cards = by is not None and _within(area_key, by, Can.EXPORT_CARD_NUMBERS)
    result: dict[str, Any] = {
        "period": f"{period:%Y-%m}",
        "area": area_key,
        "card_numbers": with_cards,
        "files": [],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # one snapshot for both files: a household and its members belong together
        if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = layouts.load(layout)
        if not any(_any(cursor, rows, area_key, period) for rows in (HOUSEHOLD_ROWS, MEMBER_ROWS)):
            raise NothingToExport
        folder.mkdir(parents=True, exist_ok=True)
        for table, rows in ((found.households, HOUSEHOLD_ROWS), (found.members, MEMBER_ROWS)):
            path = folder / f"{table.name}.{form}"
            path.touch(mode=0o600)
            path.chmod(0o600)  # also where an earlier export lies
            extra = _extra_columns(cursor, rows, area_key, period)
            frames = _frames(cursor, table, rows, area_key, period, extra, with_hidden=with_cards)
            write = writing.write_xlsx if form == "xlsx" else writing.write_csv
            result[table.name] = write(table, frames, path, extra=extra)
            result["files"].append(str(path))
        record(
            "people.dtks_exported", by=by, area_key=area_key, why=why, period=f"{period:%Y-%m}",
            households=result["households"], members=result["members"], card_numbers=with_cards,
        )  # fmt: skip
    return result


def _within(area_key: str, by: User, permission: str) -> bool:
    return any(area_key.startswith(own) for own in by.areas_for(permission))


def _which(area_key: str, period: dt.date) -> str:
    if area_key and not (area_key.isascii() and area_key.isdecimal()):
        raise ValueError("area keys are digits")  # never read as "no area", which is the whole country
    return f"period = DATE '{period.isoformat()}' AND area_key LIKE '{area_key}%' AND replaced_by_id IS NULL"


def _any(cursor: Any, rows: str, area_key: str, period: dt.date) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT FROM {rows} WHERE {_which(area_key, period)})")
    return bool(cursor.fetchone()[0])


def _extra_columns(cursor: Any, rows: str, area_key: str, period: dt.date) -> list[str]:
    cursor.execute(
        f"SELECT DISTINCT jsonb_object_keys(extra) FROM {rows} WHERE extra IS NOT NULL AND "
        + _which(area_key, period).replace("%", "%%"),
        [],
    )
    return sorted(row[0] for row in cursor.fetchall())


def _frames(
    cursor: Any,
    table: Table,
    rows: str,
    area_key: str,
    period: dt.date,
    extra: Sequence[str],
    *,
    with_hidden: bool,
) -> Iterator[pl.DataFrame]:
    names = ", ".join(f'"{name.lower()}"' for name in table.names)
    types = {name: normalising.TYPES[table[name].kind] for name in table.names}
    read = {name: pl.String if kind == pl.Datetime("us") else kind for name, kind in types.items()}
    schema = {"id": pl.Int64, "raw": pl.String, "extra": pl.String} | read
    last = 0
    while True:
        frame = copy_out(
            cursor,
            f"SELECT id, raw, extra, {names} FROM {rows} WHERE {_which(area_key, period)} AND id > {last} "
            f"ORDER BY id LIMIT {_AT_ONCE}",
            schema,
        )
        if not frame.height:
            return
        last = int(frame["id"][-1])
        typed = frame.with_columns(
            pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
            for name, kind in types.items()
            if kind == pl.Datetime("us")
        )
        texts = writing.rendered(table, typed, frame["raw"], with_hidden=with_hidden)
        if extra:
            # the sender chose the names, so none of them becomes part of a path or a statement
            fields = frame["extra"].str.json_decode(pl.Struct(dict.fromkeys(extra, pl.String)))
            texts = texts.hstack([fields.struct.field(name).alias(name) for name in extra])
        yield texts
