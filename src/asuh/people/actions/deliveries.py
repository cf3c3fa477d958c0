"""What happens to a delivery: it is received, taken in, refused, taken back; its rows are corrected."""

# ruff: noqa: S608  names of tables and columns come from the models

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import psycopg
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext, override

from asuh.access import reasons
from asuh.access.jobs import DATABASE_AWAY, is_disk_full
from asuh.audit.actions import record
from asuh.kernel.dtks import layout as layouts
from asuh.kernel.dtks import normalising
from asuh.kernel.dtks.reading import FileRefused, Sheet
from asuh.people.actions.bounds import stay_inside
from asuh.people.actions.bulk import IndexesAside, without_key_triggers
from asuh.people.actions.delivery_rules import (
    DELIVERY_LOCK,
    DeliveryBeingTaken,
    DeliveryNotImported,
    DeliveryNotWaiting,
    PeriodNotYet,
    RegistryMoved,
    TablesMissing,
    lock_regencies,
    settle,
)
from asuh.people.actions.examining import Examined, examine, open_sources
from asuh.people.actions.storing import files_stored
from asuh.people.actions.taking import (
    HOUSEHOLD_ROWS,
    HOUSEHOLDS,
    MEMBER_ROWS,
    PERSONS,
    QUARANTINED,
    Known,
    Taking,
    check_still_there,
    inside_sql,
    look_up,
    mark_shared_niks,
    tell_known,
)
from asuh.people.actions.taking_back import (
    BuiltOn,
    take_back_delivery,
    what_passes_on,
    what_waits_again,
    what_was_built_on,
)
from asuh.people.actions.words import learn_words
from asuh.people.models import Delivery
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User

log = logging.getLogger(__name__)


ATTEMPTS = 3
"""How often a delivery is written anew because others changed the same people meanwhile."""
NEW_SHARE, NEW_FROM = 0.3, 200
"""Where people of the area are known already, more new people than this share is unusual."""
LEFT_FOR = dt.timedelta(days=30)
DOUBLES_SHARE, DOUBLES_FROM = 0.02, 20
"""More doubles (repeated keys, shared NIK) than this share of the member rows is unusual."""
ORPHAN_SHARE, ORPHAN_FROM = 0.2, 50
"""Of so many members, more without a household than this share is unusual: the files do not match."""


# -- receiving --------------------------------------------------------------------------------------


def receive_delivery(
    paths: Sequence[Path],
    *,
    period: dt.date,
    by: User | None,
    layout: str = "dtks",
    names: Sequence[str] = (),
    on: dt.date | None = None,
    move: bool = False,
) -> Delivery:
    """Put the files of a delivery where they survive this process, and note it as waiting.

    period: any day of the month it speaks of. names: what the sender called the files. on: the day it was
    received, today otherwise; what is dated later lies in the future. move: take the files away from `paths`.
    Raises PeriodNotYet.
    """
    check_period(period, on or timezone.localdate())
    names = list(names) or [path.name for path in paths]
    files = [
        {"name": name, "bytes": path.stat().st_size, "sha256": _sha256(path)}
        for name, path in zip(names, paths, strict=True)
    ]
    digest = hashlib.sha256("".join(sorted(str(file["sha256"]) for file in files)).encode()).hexdigest()
    with transaction.atomic():
        delivery = Delivery.objects.create(
            layout=layout, period=period.replace(day=1), received_on=on or timezone.localdate(), files=files,
            digest=digest, created_by=by,
        )  # fmt: skip
        with files_stored(delivery, paths, names, move=move):
            record(
                "people.delivery_received",
                by=by,
                on=("delivery", delivery.pk),
                files=len(files),
                period=f"{period:%Y-%m}",
            )
    return delivery


def check_period(period: dt.date, on: dt.date) -> None:
    """Raises PeriodNotYet if the month has not begun on the day `on`."""
    if period.replace(day=1) > on:
        raise PeriodNotYet


@transaction.atomic
def forget_received(delivery: Delivery) -> None:
    """Drop a delivery that was received but never begun: the same one is under way already."""
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING).delete()
    transaction.on_commit(lambda: shutil.rmtree(delivery.folder, ignore_errors=True))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- taking in --------------------------------------------------------------------------------------


def take_delivery(
    delivery: Delivery,
    *,
    by: User | None,
    confirmed: bool = False,
    tell: Callable[[Delivery], Any] = lambda _: None,
    measure: bool = True,
) -> Delivery:
    """Read a waiting delivery and write all of it, or nothing, in one transaction.

    Ends imported; asking, when the files were seen before or an unusual share of rows would be new people or
    doubles (then `confirmed` takes it in all the same); or failed, when the files are no delivery. Killed at
    any moment, it can simply be called again. Two deliveries of one regency wait for each other.
    measure: also time a raw COPY of a part of the files, for the ratio in the result.
    Raises DeliveryNotWaiting, DeliveryBeingTaken.
    """
    states = Delivery.State
    with _side_connection() as side:
        free = side.execute("SELECT pg_try_advisory_lock(%s, %s)", [DELIVERY_LOCK, delivery.pk]).fetchone()
        if free != (True,):
            raise DeliveryBeingTaken
        delivery.refresh_from_db()
        if delivery.state not in (states.WAITING, states.IMPORTING, states.ASKING, states.FAILED):
            raise DeliveryNotWaiting
        progress = _Progress(side, delivery, tell)
        began = time.monotonic()
        Delivery.objects.filter(pk=delivery.pk).update(
            state=states.IMPORTING, stage="reading", rows_done=0, rows_total=0, asks=[], error={}
        )
        try:
            return _take(delivery, by, confirmed, progress, side, began, measure)
        except (FileRefused, TablesMissing) as refusal:
            details = refusal.details if isinstance(refusal, FileRefused) else {}
            file = refusal.file if isinstance(refusal, FileRefused) else ""
            error = {"code": refusal.code, "file": _sender_name(delivery, file), **details}
            Delivery.objects.filter(pk=delivery.pk).update(state=states.FAILED, stage="", error=error)
            delivery.refresh_from_db()
            return delivery
        except Exception as error:
            full = is_disk_full(error)
            if isinstance(error, DATABASE_AWAY) and not full:
                raise  # stays "importing": whoever comes next takes it up again
            log.exception("import of delivery %s failed", delivery.pk)
            Delivery.objects.filter(pk=delivery.pk).update(
                state=states.FAILED, stage="", error={"code": "disk_full" if full else "internal"}
            )
            if full:
                delivery.refresh_from_db()
                return delivery
            raise


def _take(
    delivery: Delivery,
    by: User | None,
    confirmed: bool,
    progress: _Progress,
    side: psycopg.Connection,
    began: float,
    measure: bool,
) -> Delivery:
    layout = layouts.load(delivery.layout)
    sheets = _sheets(delivery)
    progress.stage("reading")
    examined = examine(layout, sheets, period=delivery.period, at=delivery.received_on, tell=progress.rows)
    if not examined.total:
        raise FileRefused("empty", sheets[0].path.name)
    stay_inside(examined.places, by=by)
    areas = None if by is None else by.areas_for(Can.IMPORT_DTKS)
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                progress.stage("waiting")
                lock_regencies(cursor, examined.regencies)
                known = look_up(cursor, examined, delivery.period, areas=areas)
                asks = [] if confirmed else _questions(cursor, delivery, examined, known, areas)
                if asks:
                    transaction.set_rollback(True)
                else:
                    result = _taken(
                        cursor, delivery, by, confirmed, examined, known, areas, progress, side, sheets, began
                    )
            break
        except (RegistryMoved, IntegrityError, psycopg.errors.UniqueViolation) as error:
            if attempt + 1 == ATTEMPTS or not _somebody_was_quicker(error):
                raise
    if asks:
        return _ask(delivery, asks, examined, known)
    seconds = time.monotonic() - began
    result |= {"seconds": round(seconds, 2), "copy_ratio": None}
    if measure and (raw := _raw_copy_seconds(side, sheets)):
        result["copy_ratio"] = round(seconds / raw, 2)
    Delivery.objects.filter(pk=delivery.pk).update(result=result, rows_done=examined.total)
    with connection.cursor() as cursor:
        for table in (HOUSEHOLD_ROWS, MEMBER_ROWS, HOUSEHOLDS, PERSONS, "people_quarantinedrow"):
            cursor.execute(f"ANALYZE {table}")
    if not connection.in_atomic_block:
        shutil.rmtree(delivery.folder, ignore_errors=True)
    delivery.refresh_from_db()
    return delivery


def _taken(
    cursor: Any,
    delivery: Delivery,
    by: User | None,
    confirmed: bool,
    examined: Examined,
    known: Known,
    areas: Sequence[str] | None,
    progress: _Progress,
    side: psycopg.Connection,
    sheets: Sequence[Sheet],
    began: float,
) -> dict[str, Any]:
    """Everything the delivery changes, its own state and the event included. Returns the result."""
    progress.stage("writing", examined.total)
    taking = Taking(
        examined,
        known,
        delivery_id=delivery.pk,
        period=delivery.period,
        allocate=_Allocator(side),
        tell=progress.rows,
        household_ids=None
        if examined.households
        else standing_households(cursor, examined.wanted_households, delivery.period, areas=areas),
    )
    _write(cursor, taking, examined, progress)
    settle(cursor)
    check_still_there(cursor, taking)
    mark_shared_niks(cursor, taking)
    tell_known(cursor, taking, delivery.period, delivery.pk)
    after_rows(taking)
    area = _common(examined.regencies)
    result = _result(delivery, taking, time.monotonic() - began)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.IMPORTED, stage="", regencies=examined.regencies, area_key=area, result=result,
        rules=_plain_rules(examined.rules), imported_at=timezone.now(),
        found=[sheet.told() | {"empty_rows": sheet.empty_rows} for sheet in sheets],
    )  # fmt: skip
    tallies: dict[str, Any] = {table: tally.plain() for table, tally in taking.tallies.items()}
    record(
        "people.delivery_imported",
        by=by,
        on=("delivery", delivery.pk),
        area_key=area or "",
        confirmed=confirmed,
        **tallies,
    )
    return result


def _somebody_was_quicker(error: BaseException) -> bool:
    """Whether another delivery that ended in between explains `error`: then the registry is read anew."""
    return isinstance(error, RegistryMoved | psycopg.errors.UniqueViolation) or isinstance(
        error.__cause__, psycopg.errors.UniqueViolation
    )


def _write(cursor: Any, taking: Taking, examined: Examined, progress: _Progress) -> None:
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL max_parallel_maintenance_workers = 2")
    members, households = examined.rows["members"], examined.rows["households"]
    aside = {
        table: IndexesAside(cursor, table, coming)
        for table, coming in (
            (HOUSEHOLDS, households), (HOUSEHOLD_ROWS, households), (PERSONS, members),
            (MEMBER_ROWS, members), (QUARANTINED, examined.total),
        )
    }  # fmt: skip
    with without_key_triggers(cursor):
        taking.write(cursor, complete=lambda table: aside[table].build())
    progress.stage("indexing", examined.total)
    for table in aside.values():
        table.build()


def _sheets(delivery: Delivery) -> list[Sheet]:
    """The delivery's sheets, households first. Raises FileRefused, TablesMissing."""
    inside = delivery.folder / "unpacked"
    shutil.rmtree(inside, ignore_errors=True)
    inside.mkdir(mode=0o700, parents=True)
    paths = sorted(path for path in delivery.folder.iterdir() if path.is_file())
    if not paths:
        raise FileRefused("empty", str(delivery))
    sheets = open_sources(paths, layouts.load(delivery.layout), inside)
    return sorted(sheets, key=lambda sheet: sheet.table.name)


def _sender_name(delivery: Delivery, stored: str) -> str:
    number = Path(stored).stem
    if number.isdecimal() and int(number) < len(delivery.files):
        return str(delivery.files[int(number)]["name"])
    return stored


def _questions(
    cursor: Any, delivery: Delivery, examined: Examined, known: Known, areas: Sequence[str] | None
) -> list[dict[str, Any]]:
    """What somebody should say yes to before anything is written; codes of `codes.deliveries.ASKS`."""
    alone = _one_table_alone(cursor, examined, delivery.period, areas)
    return _seen_before(delivery) + alone + _unusual(examined, known)


def _seen_before(delivery: Delivery) -> list[dict[str, Any]]:
    seen = Delivery.objects.seen_before(delivery.digest, delivery.period)
    earlier = seen.exclude(pk=delivery.pk).order_by("-pk").first()
    return [{"code": "seen_before", "delivery": earlier.pk}] if earlier else []


def _one_table_alone(
    cursor: Any, examined: Examined, period: dt.date, areas: Sequence[str] | None
) -> list[dict[str, Any]]:
    """Households without members; members of households most of which are not in for the period."""
    if not examined.rows["members"]:
        return [{"code": "only_households", "rows": examined.rows["households"]}]
    if examined.rows["households"]:
        return []
    wanted = examined.wanted_households.drop_nulls().n_unique()
    missing = wanted - standing_households(cursor, examined.wanted_households, period, areas=areas).height
    if missing > ORPHAN_SHARE * wanted:
        return [{"code": "only_members", "rows": missing, "of": wanted}]
    return []


def _unusual(examined: Examined, known: Known) -> list[dict[str, Any]]:
    members = examined.member_keys.height
    doubles = sum(rows.len() for rows in (*examined.repeated, *examined.shared))
    asks: list[dict[str, Any]] = []
    if (of := examined.rows["members"]) >= ORPHAN_FROM and examined.orphans > ORPHAN_SHARE * of:
        asks.append({"code": "many_orphans", "rows": examined.orphans, "of": of})
    if doubles >= DOUBLES_FROM and doubles > DOUBLES_SHARE * examined.rows["members"]:
        asks.append({"code": "many_doubles", "rows": doubles, "of": examined.rows["members"]})
    if known.by_key.height or known.by_nik.height:
        met = examined.member_keys.select(
            (pl.col("key").is_in(known.by_key["key"].implode())
             | pl.col("nik").is_in(known.by_nik["nik"].implode()).fill_null(False)).sum()
        ).item()  # fmt: skip
        new = members - met
        if new >= NEW_FROM and new > NEW_SHARE * members:
            asks.append({"code": "many_new", "rows": new, "of": members})
    return asks


def _ask(delivery: Delivery, asks: list[dict[str, Any]], examined: Examined, known: Known) -> Delivery:
    earlier = Delivery.objects.filter(pk__in=[ask["delivery"] for ask in asks if "delivery" in ask]).first()
    nothing = {"accepted": 0, "warned": 0, "quarantined": 0, "unchanged": 0}
    same = known.household_rows.height + known.member_rows.height if earlier else 0
    result = {
        "period": f"{delivery.period:%Y-%m}", "delivery": delivery.pk, "state": "asking", "asks": asks,
        "households": nothing, "members": nothing, "reasons": {}, "unchanged": same,
        "seconds": None, "copy_ratio": None,
    }  # fmt: skip
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.ASKING, stage="", asks=asks, result=result, regencies=examined.regencies,
        area_key=_common(examined.regencies),
    )  # fmt: skip
    delivery.refresh_from_db()
    return delivery


def _result(delivery: Delivery, taking: Taking, seconds: float) -> dict[str, Any]:
    tallies = {table: tally.plain() for table, tally in taking.tallies.items()}
    return {
        "period": f"{delivery.period:%Y-%m}",
        "delivery": delivery.pk,
        "state": "imported",
        **tallies,
        "reasons": {code: count for code, count in sorted(taking.reasons.items()) if count > 0},
        "unchanged": sum(tally["unchanged"] for tally in tallies.values()),
        "persons": {"new": taking.persons_new, "known": taking.persons_known, "doubtful": taking.doubtful},
        "seconds": round(seconds, 2),
    }


def after_rows(taking: Taking) -> None:
    """What follows from new names: a slip in a search must find the words they are made of."""
    learn_words(taking.words)


def standing_households(
    cursor: Any, keys: pl.Series, period: dt.date, *, areas: Sequence[str] | None = None
) -> pl.DataFrame:
    """Households of the period that stand already, inside `areas` (None is everywhere): key, household_id,
    household_area."""
    cursor.execute(
        f"SELECT r.idbdt, r.household_id, r.area_key FROM {HOUSEHOLD_ROWS} r "
        f"JOIN {HOUSEHOLDS} h ON h.id = r.household_id "
        "WHERE r.idbdt = ANY(%s) AND r.period = %s AND r.replaced_by_id IS NULL "
        f"AND {inside_sql(areas, 'r.area_key')} "
        f"AND ({inside_sql(areas, 'h.area_key')} OR h.area_key IS NULL)",
        [keys.to_list(), period],
    )
    schema = {"key": pl.String, "household_id": pl.Int64, "household_area": pl.String}
    return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def _common(keys: Sequence[str]) -> str | None:
    if not keys:
        return None
    if len(set(keys)) == 1:
        return keys[0]
    return keys[0][:2] if len({key[:2] for key in keys}) == 1 else ""


def _plain_rules(rules: dict[str, normalising.Rules]) -> dict[str, Any]:
    return {
        table: {"day_first": rule.day_first, "from_one": sorted(rule.from_one)}
        for table, rule in rules.items()
    }


def rules_of(delivery: Delivery) -> dict[str, normalising.Rules]:
    """What was decided for the files of an imported delivery."""
    return {
        table: normalising.Rules(
            delivery.period, delivery.received_on, rule["day_first"], frozenset(rule["from_one"])
        )
        for table, rule in delivery.rules.items()
    }


# -- the second connection: what must not wait for the big transaction -------------------------------


@contextmanager
def _side_connection() -> Iterator[psycopg.Connection]:
    """Progress, ids and the lock that says "somebody works on this delivery", outside the transaction."""
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters, autocommit=True) as side:
        yield side


@contextmanager
def allocating() -> Iterator[Callable[[str, int], pl.Series]]:
    """New ids by table, drawn on a connection of their own."""
    with _side_connection() as side:
        yield _Allocator(side)


class _Progress:
    def __init__(self, side: psycopg.Connection, delivery: Delivery, tell: Callable[[Delivery], Any]) -> None:
        self.side, self.delivery, self.told = side, delivery, tell
        self.last = 0.0

    def stage(self, stage: str, total: int = 0) -> None:
        self.delivery.stage, self.delivery.rows_total = stage, total or self.delivery.rows_total
        self.delivery.rows_done = total if stage == "indexing" else 0
        self._write()

    def rows(self, done: int) -> None:
        self.delivery.rows_done = done
        if time.monotonic() - self.last > 0.5:
            self._write()

    def _write(self) -> None:
        self.last = time.monotonic()
        self.side.execute(
            "UPDATE people_delivery SET stage = %s, rows_done = %s, rows_total = %s, progress_at = now() "
            "WHERE id = %s",
            [self.delivery.stage, self.delivery.rows_done, self.delivery.rows_total, self.delivery.pk],
        )
        self.told(self.delivery)


class _Allocator:
    """New ids, in blocks. Sequences do not roll back, so that another connection may draw them."""

    def __init__(self, side: psycopg.Connection) -> None:
        self.side = side

    def __call__(self, table: str, count: int) -> pl.Series:
        with self.side.transaction():
            (sequence,) = self._one("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            # changes nothing, but makes everybody else's nextval wait until the block is ours
            self.side.execute(f"ALTER SEQUENCE {sequence} CACHE 1")
            (first,) = self._one(f"SELECT nextval('{sequence}')")
            self._one(f"SELECT setval('{sequence}', %s)", [first + count - 1])
        return pl.int_range(first, first + count, dtype=pl.Int64, eager=True)

    def _one(self, query: Any, values: Sequence[Any] = ()) -> tuple[Any, ...]:
        row = self.side.execute(query, values).fetchone()
        assert row is not None
        return row


def _raw_copy_seconds(
    side: psycopg.Connection, sheets: Sequence[Sheet], limit: int = 64 << 20
) -> float | None:
    """Time a raw COPY of the same files into text tables would take, from the first `limit` bytes of each."""
    total, scratch = 0.0, f"raw_copy_{side.info.backend_pid}"
    for sheet in sheets:
        if sheet.form != "csv":
            return None
        with sheet.path.open("rb") as file:
            file.seek(sheet.data_offset)
            data = file.read(limit)
        size = sheet.path.stat().st_size - sheet.data_offset
        if len(data) < size:
            data = data[: data.rfind(b"\n") + 1]
        columns = ", ".join(f"c{at} text" for at in range(sheet.header.width))
        encoding = "UTF8" if sheet.encoding == "utf-8" else "WIN1252"
        try:
            side.execute(f"DROP TABLE IF EXISTS {scratch}; CREATE TABLE {scratch} ({columns})")
            began = time.monotonic()
            with side.cursor().copy(
                f"COPY {scratch} FROM STDIN (FORMAT csv, DELIMITER E'\\x{ord(sheet.delimiter):02x}', "
                f"ENCODING '{encoding}')"
            ) as copy:
                copy.write(data)
            total += (time.monotonic() - began) * size / max(len(data), 1)
            side.execute(f"DROP TABLE {scratch}")
        except psycopg.Error:
            return None
    return total or None


# -- refusing ---------------------------------------------------------------------------------------


@transaction.atomic
def refuse_delivery(delivery: Delivery, *, because: str, by: User | None) -> Delivery:
    """Send a delivery that is not in yet away, for good; by None is the clock.

    Raises ReasonUnfit, DeliveryNotWaiting.
    """
    because = reasons.given(because)
    states = Delivery.State
    found = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if found.state not in (states.WAITING, states.ASKING, states.FAILED):
        raise DeliveryNotWaiting
    found.state, found.ended_because, found.ended_by, found.ended_at = (
        states.REFUSED,
        because,
        by,
        timezone.now(),
    )
    found.save(update_fields=["state", "ended_because", "ended_by", "ended_at"])
    record(
        "people.delivery_refused",
        by=by,
        on=("delivery", found.pk),
        area_key=found.area_key or "",
        why=because,
    )
    transaction.on_commit(lambda: shutil.rmtree(found.folder, ignore_errors=True))
    return found


def refuse_left_lying(now: dt.datetime) -> int:
    """Send away what stopped and nobody decided on for 30 days: its files hold people's data.

    Returns how many.
    """
    states = Delivery.State
    stopped = Coalesce("progress_at", "created_at")
    left = Delivery.objects.alias(stopped_at=stopped).filter(
        state__in=[states.ASKING, states.FAILED], stopped_at__lt=now - LEFT_FOR
    )
    with override(settings.LANGUAGE_CODE):
        because = gettext("Tidak diputuskan selama 30 hari.")
    for delivery in left:
        refuse_delivery(delivery, because=because, by=None)
    return len(left)


__all__ = [
    "BuiltOn",
    "DeliveryBeingTaken",
    "DeliveryNotImported",
    "DeliveryNotWaiting",
    "PeriodNotYet",
    "TablesMissing",
    "check_period",
    "forget_received",
    "receive_delivery",
    "refuse_delivery",
    "refuse_left_lying",
    "rules_of",
    "take_back_delivery",
    "take_delivery",
    "what_passes_on",
    "what_waits_again",
    "what_was_built_on",
]
