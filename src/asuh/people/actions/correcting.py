"""What happens to rows in quarantine: corrected and brought in, set aside, and either undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from asuh.access import reasons
from asuh.access.refusals import CannotBeUndone, OutsideYourAreas, refusals_recorded
from asuh.audit.actions import record
from asuh.kernel.dtks import layout as layouts
from asuh.kernel.dtks.layout import Table
from asuh.kernel.dtks.reading import EXTRA, OVERFLOW, ROW
from asuh.people.actions.bounds import lying_outside
from asuh.people.actions.bulk import without_key_triggers
from asuh.people.actions.deliveries import after_rows, allocating, rules_of, standing_households
from asuh.people.actions.delivery_rules import DeliveryNotImported, lock_regencies, patiently, settle
from asuh.people.actions.examining import examine
from asuh.people.actions.taking import HOUSEHOLD_ROWS, MEMBER_ROWS, Taking, look_up, tell_known
from asuh.people.actions.taking_back import persons_built_on, remove_rows
from asuh.people.models import Delivery, HouseholdRow, MemberRow, QuarantinedRow
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User


@dataclass
class Outcome:
    """accepted: rows that are in now, those that waited for a household among them. left: row → reasons."""

    accepted: set[int] = field(default_factory=set)
    left: dict[int, list[str]] = field(default_factory=dict)


@dataclass
class _Rows:
    """Rows out of the quarantine, read like the batches of a file."""

    table: Table
    frame: pl.DataFrame
    ids: list[int]

    def batches(self, only: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        yield self.frame if only is None else self.frame.select(ROW, *only)


@refusals_recorded("people.quarantine_corrected")
@transaction.atomic
def correct_rows(
    delivery: Delivery, corrections: Mapping[int, Mapping[str, str]], *, by: User | None
) -> Outcome:
    """Bring waiting rows in with corrected cells, as if the delivery had had them so.

    corrections: row → {column: new value}; an empty mapping tries the row again as it is. Members that wait
    for a household corrected here come in with it. A row that still does not fit stays, with what was typed
    and its new reasons. Raises DeliveryNotImported, OutsideYourAreas.
    """
    if delivery.state != Delivery.State.IMPORTED:
        raise DeliveryNotImported
    rows = _waiting(delivery, corrections)
    layout, rules = layouts.load(delivery.layout), rules_of(delivery)
    sources = _sources(rows, layout)
    examined = examine(layout, sources, period=delivery.period, at=delivery.received_on, rules=rules)
    if by is not None:
        keys = examined.places["key"].drop_nulls().to_list()
        if lying_outside(keys, by.areas_for(Can.CORRECT_QUARANTINE)):
            raise OutsideYourAreas
    ordered: list[Any] = [*examined.households, *examined.members]
    with connection.cursor() as cursor, allocating() as allocate:
        with patiently(cursor):
            lock_regencies(cursor, examined.regencies)
            settle(cursor)
        areas = None if by is None else by.areas_for(Can.CORRECT_QUARANTINE)
        known = look_up(cursor, examined, delivery.period, areas=areas)
        known.settled = known.settled.clear()
        for number, source in enumerate(ordered):
            again = _keys_that_stand(cursor, source, delivery)
            examined.repeated[number] = pl.concat([examined.repeated[number], again]).unique()
        taking = Taking(
            examined, known, delivery_id=delivery.pk, period=delivery.period, allocate=allocate,
            household_ids=standing_households(
                cursor, examined.wanted_households, delivery.period, areas=areas
            ),
            households_ailing=_ailing(delivery, rows),
        )  # fmt: skip
        taking.held_back = []
        with without_key_triggers(cursor):
            taking.write(cursor)
        tell_known(cursor, taking, delivery.period, delivery.pk)
    after_rows(taking)
    outcome = _settle(rows, ordered, taking, by)
    record(
        "people.quarantine_corrected", by=by, on=("delivery", delivery.pk), area_key=delivery.area_key or "",
        accepted=len(outcome.accepted), left=len(outcome.left),
    )  # fmt: skip
    return outcome


@transaction.atomic
def set_aside(row: QuarantinedRow, *, because: str, by: User) -> None:
    """Leave a waiting row out for good; it stays readable. Raises ReasonUnfit."""
    because = reasons.given(because)
    QuarantinedRow.objects.filter(pk=row.pk, state=QuarantinedRow.State.WAITING).update(
        state=QuarantinedRow.State.SET_ASIDE,
        settled_at=timezone.now(),
        settled_by=by,
        settled_because=because,
    )
    record(
        "people.quarantine_set_aside",
        by=by,
        on=("quarantinedrow", row.pk),
        area_key=row.area_key or "",
        why=because,
    )


@transaction.atomic
def undo_decision(row: QuarantinedRow, *, by: User) -> None:
    """Put a settled row back into the quarantine. An accepted one leaves the registry again, a household with
    the members that came in with it. Raises CannotBeUndone when others have built on it since."""
    found = QuarantinedRow.objects.select_for_update().get(pk=row.pk)
    if found.state == QuarantinedRow.State.WAITING:
        return
    undone = [found]
    if found.state == QuarantinedRow.State.ACCEPTED:
        undone = _taken_out(found)
    QuarantinedRow.objects.filter(pk__in=[one.pk for one in undone]).update(
        state=QuarantinedRow.State.WAITING, settled_at=None, settled_by=None, settled_because="", corrected={}
    )
    record(
        "people.quarantine_undone",
        by=by,
        on=("quarantinedrow", row.pk),
        area_key=row.area_key or "",
        rows=len(undone),
    )


def _taken_out(found: QuarantinedRow) -> list[QuarantinedRow]:
    delivery, layout = found.delivery, layouts.load(found.delivery.layout)
    undone = [found]
    households: list[int] = []
    members = MemberRow.objects.none()
    if found.table == "members":
        members = MemberRow.objects.filter(
            delivery=delivery, source_row=found.source_row, idartbdt=found.value(layout.members.key)
        )
    else:
        key = found.value(layout.households.key)
        households = list(
            HouseholdRow.objects.filter(
                delivery=delivery, source_row=found.source_row, idbdt=key
            ).values_list("pk", flat=True)
        )
        members = MemberRow.objects.filter(delivery=delivery, idbdt=key)
        together = list(
            QuarantinedRow.objects.filter(
                delivery=delivery, table="members", household_key=key, state=QuarantinedRow.State.ACCEPTED
            )
        )
        if members.count() > len(together):
            raise CannotBeUndone
        undone += together
    with connection.cursor() as cursor, patiently(cursor):
        settle(cursor)
    people = list(members.values_list("person_id", flat=True))
    if persons_built_on(people, delivery):
        raise CannotBeUndone
    remove_rows(delivery, members=list(members.values_list("pk", flat=True)), households=households)
    return undone


def _waiting(delivery: Delivery, corrections: Mapping[int, Mapping[str, str]]) -> dict[int, QuarantinedRow]:
    """The rows to try, locked, with what was typed in `corrected`; members that wait for them included."""
    waiting = delivery.quarantine.waiting().select_for_update()
    rows = {row.pk: row for row in waiting.filter(pk__in=corrections)}
    for row in rows.values():
        row.corrected = {
            **row.corrected,
            **{name: value.strip() for name, value in corrections[row.pk].items()},
        }
    key = layouts.load(delivery.layout).households.key
    homes = [row.value(key) for row in rows.values() if row.table == "households"]
    if homes:
        along = waiting.filter(
            table="members", household_key__in=homes, reasons__contains=["waits_for_household"]
        )
        rows |= {row.pk: row for row in along if row.pk not in rows}
    return rows


def _sources(rows: Mapping[int, QuarantinedRow], layout: layouts.Layout) -> list[_Rows]:
    """Sources with each row number once: two member files may both have a row 7."""
    groups: dict[tuple[str, int], list[QuarantinedRow]] = {}
    seen: dict[tuple[str, int], int] = {}
    for row in sorted(rows.values(), key=lambda row: (row.table, row.source_row)):
        nth = seen[row.table, row.source_row] = seen.get((row.table, row.source_row), 0) + 1
        groups.setdefault((row.table, nth), []).append(row)
    return [_source(layout.table(table), group) for (table, _), group in sorted(groups.items())]


def _source(table: Table, rows: Sequence[QuarantinedRow]) -> _Rows:
    def cells(name: str) -> pl.Series:
        return pl.Series(name, [row.value(name) or None for row in rows], dtype=pl.String)

    frame = pl.DataFrame(
        [
            pl.Series(ROW, [row.source_row for row in rows], dtype=pl.UInt32),
            *(cells(name) for name in table.names),
            pl.Series(EXTRA, [row.raw.get(EXTRA) for row in rows], dtype=pl.String),
            pl.Series(OVERFLOW, [None] * len(rows), dtype=pl.String),
        ]
    )
    return _Rows(table, frame, [row.pk for row in rows])


def _keys_that_stand(cursor: Any, source: _Rows, delivery: Delivery) -> pl.Series:
    """Rows of `source` whose key another row of the same delivery holds already."""
    table, column = (MEMBER_ROWS, "idartbdt") if source.table.name == "members" else (HOUSEHOLD_ROWS, "idbdt")
    keys = source.frame[source.table.key].str.strip_chars(" '")
    cursor.execute(
        f"SELECT {column} FROM {table} WHERE delivery_id = %s AND {column} = ANY(%s)",  # noqa: S608  our own names
        [delivery.pk, keys.drop_nulls().to_list()],
    )
    standing = pl.Series([row[0] for row in cursor.fetchall()], dtype=pl.String)
    return source.frame[ROW].filter(keys.is_in(standing.implode()).fill_null(False))


def _ailing(delivery: Delivery, rows: Mapping[int, QuarantinedRow]) -> pl.Series:
    """Keys of households that are still in quarantine themselves."""
    left = delivery.quarantine.waiting().filter(table="households").exclude(pk__in=rows)
    return pl.Series("key", list(left.values_list("row_key", flat=True)), dtype=pl.String)


def _settle(
    rows: Mapping[int, QuarantinedRow], ordered: Sequence[_Rows], taking: Taking, by: User | None
) -> Outcome:
    outcome = Outcome()
    left = {
        (number, row["source_row"]): row
        for number, frame in taking.held_back or []
        for row in frame.to_dicts()
    }
    now = timezone.now()
    for number, source in enumerate(ordered):
        for pk, at in zip(source.ids, source.frame[ROW], strict=True):
            row = rows[pk]
            if (still := left.get((number, at))) is None:
                row.state, row.settled_at, row.settled_by = QuarantinedRow.State.ACCEPTED, now, by
                outcome.accepted.add(pk)
            else:
                row.reasons = still["reasons"]
                row.told = still["told"]
                outcome.left[pk] = row.reasons
    QuarantinedRow.objects.bulk_update(
        rows.values(), ["state", "settled_at", "settled_by", "reasons", "told", "corrected"], batch_size=500
    )
    return outcome
