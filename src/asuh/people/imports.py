"""The door for delivered files: reads them for a report, or hands them to the verbs that take them in."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from asuh.kernel.dtks import layout as layouts
from asuh.people.actions.deliveries import forget_received, receive_delivery, take_delivery
from asuh.people.actions.delivery_rules import DeliveryBeingTaken
from asuh.people.actions.examining import examine, open_sources
from asuh.people.actions.taking import HOUSEHOLDS, PERSONS, Taking, look_up
from asuh.people.models import Delivery

if TYPE_CHECKING:
    from asuh.access.models import User


def check_files(
    paths: Sequence[Path],
    *,
    period: dt.date,
    layout: str = "dtks",
    tell: Callable[[int, int], Any] = lambda done, of: None,
) -> dict[str, Any]:
    """What importing these files would do, without writing a row: the result of an import, with
    `matches`: how many rows are new, changed or the same as what stands for the period, and how many people
    are known. Raises FileRefused."""
    period = period.replace(day=1)
    scratch = Path(settings.HOME) / "uploads"
    scratch.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=scratch) as folder,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        sheets = sorted(
            open_sources(paths, layouts.load(layout), Path(folder)), key=lambda sheet: sheet.table.name
        )
        examined = examine(layouts.load(layout), sheets, period=period, at=timezone.localdate())
        known = look_up(cursor, examined, period)
        ids: Counter[str] = Counter()

        def allocate(table: str, count: int) -> pl.Series:
            ids[table] += count
            return pl.int_range(-ids[table], -ids[table] + count, dtype=pl.Int64, eager=True)

        taking = Taking(
            examined, known, delivery_id=0, period=period, allocate=allocate,
            tell=lambda done: tell(done, examined.total),
        )  # fmt: skip
        for _ in taking.jobs():
            pass
        transaction.set_rollback(True)
    tallies = {table: tally.plain() for table, tally in taking.tallies.items()}
    return {
        "period": f"{period:%Y-%m}",
        "state": "checked",
        **tallies,
        "reasons": {code: count for code, count in sorted(taking.reasons.items()) if count > 0},
        "unchanged": sum(tally["unchanged"] for tally in tallies.values()),
        "matches": {
            "households_new": ids[HOUSEHOLDS],
            "persons_new": ids[PERSONS],
            "persons_known": taking.persons_known,
            "persons_doubtful": taking.doubtful,
            "rows_changed": taking.rows_replaced,
        },
        "regencies": examined.regencies,
        "files": [sheet.told() | {"empty_rows": sheet.empty_rows} for sheet in sheets],
    }


def import_files(
    paths: Sequence[Path],
    *,
    period: dt.date,
    by: User | None,
    confirmed: bool = False,
    layout: str = "dtks",
    tell: Callable[[Delivery], Any] = lambda delivery: None,
) -> Delivery:
    """Receive the files and take them in. The same files for the same period that were left unfinished, by a
    crash or because the import asked, are taken up again instead of being received twice."""
    delivery = receive_delivery(paths, period=period, by=by, layout=layout)
    left = (
        Delivery.objects.filter(
            digest=delivery.digest, period=delivery.period, state__in=["importing", "asking", "waiting"]
        )
        .exclude(pk=delivery.pk)
        .order_by("pk")
        .first()
    )
    if left is not None and left.folder.exists():
        _discard(delivery)
        delivery = left
    return take_delivery(delivery, by=by, confirmed=confirmed, tell=tell)


def resume(*, by: User | None, tell: Callable[[Delivery], Any] = lambda delivery: None) -> list[Delivery]:
    """Take up every delivery that a crash left half way; those another process works on are left to it."""
    done = []
    for delivery in Delivery.objects.unfinished().order_by("pk"):
        try:
            done.append(take_delivery(delivery, by=by, tell=tell))
        except DeliveryBeingTaken:
            continue
    return done


def _discard(delivery: Delivery) -> None:
    forget_received(delivery)
