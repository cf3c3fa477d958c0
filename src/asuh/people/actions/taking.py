"""How the rows of a delivery come in: batch by batch through a pipeline, in one transaction.

While rows are copied into their tables, one thread reads ahead, one normalises the next batch, and one writes
it down for the database; each waits for the next (`ahead`), so memory stays bounded. Nothing is staged: what
rows need to know about each other was found out in a first reading (`examining`), so each goes straight to
where it stays.
"""

# ruff: noqa: S608  names of tables and columns come from the models

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from asuh.kernel.dtks import normalising
from asuh.kernel.dtks.layout import Table
from asuh.kernel.dtks.reading import EXTRA, OVERFLOW, ROW
from asuh.kernel.dtks.reasons import QUARANTINE, WARNING
from asuh.kernel.linkage import keys as name_keys
from asuh.kernel.linkage.comparison import compare
from asuh.kernel.linkage.writing import addresses_as_written
from asuh.people.actions.ahead import ahead
from asuh.people.actions.bulk import as_csv, copy_frame, copy_in, copy_out
from asuh.people.actions.delivery_rules import RegistryMoved
from asuh.people.actions.examining import Examined, Source
from asuh.people.actions.naming import delivered_names
from asuh.people.actions.residing import leave_homes

HOUSEHOLD_ROWS, MEMBER_ROWS = "people_householdrow", "people_memberrow"
HOUSEHOLDS, PERSONS, QUARANTINED = "people_household", "people_person", "people_quarantinedrow"
RESTATED = "people_restatedrow"

JOBS_AHEAD = 9
"""How much may wait to be written, while indexes of households are built: a batch of 16 MB is three jobs."""

SAME_NAME = 0.65
"""Likeness (`linkage.comparison`) below which two names contradict each other: another word in it, or more
words missing than are there."""

_PERSON = {
    "name": pl.String, "name_norm": pl.String, "name_keys": pl.String, "sex": pl.Int16, "born_on": pl.Date,
    "born_year": pl.Int16, "birth_place": pl.String, "mother_name": pl.String, "nik": pl.String,
    "kk": pl.String, "area_key": pl.String, "household_id": pl.Int64, "relation": pl.Int16,
}  # fmt: skip
_HOUSEHOLD = {
    "area_key": pl.String, "address": pl.String, "neighbourhood": pl.String, "latitude": pl.Float64,
    "longitude": pl.Float64, "percentile": pl.Int16,
}  # fmt: skip


# -- what the registry knows already ---------------------------------------------------------------


@dataclass
class Known:
    """What stands in the registry about the keys of a delivery, fetched set by set before rows are read.

    household_rows, member_rows: rows of the same period: key, row_id, known_hash, and whose they are.
    households: key, household_id. by_key, by_nik: key / nik, person_id, name_norm, born_on, elsewhere (1: the
    person lies outside the importer's areas).
    """

    household_rows: pl.DataFrame
    member_rows: pl.DataFrame
    households: pl.DataFrame
    by_key: pl.DataFrame
    by_nik: pl.DataFrame
    settled: pl.DataFrame
    """table, content_hash, row_id of rows already in quarantine for the period, waiting or settled."""
    households_elsewhere: pl.Series
    """Keys of households that lie, or whose row of the period lies, outside the importer's areas."""
    members_elsewhere: pl.Series
    """Keys of member rows of the period that lie outside the importer's areas."""


def look_up(cursor: Any, examined: Examined, period: dt.date, *, areas: Sequence[str] | None = None) -> Known:
    """Ask the registry about the keys of a delivery.

    areas: where whoever brings it may bring rows into; None is everywhere. What lies outside is marked and
    never taken over: knowing a number must not be enough to pull somebody into one's own district.
    """
    row_inside = inside_sql(areas, "r.area_key")
    home_inside = f"({inside_sql(areas, 'h.area_key')} OR h.area_key IS NULL)"
    person_inside = (
        f"({inside_sql(areas, 'p.area_key')} OR {inside_sql(areas, 'p.stay_key')} "
        "OR COALESCE(p.area_key, p.stay_key) IS NULL)"
    )
    cursor.execute(
        "DROP TABLE IF EXISTS coming_household, coming_member;"
        'CREATE TEMPORARY TABLE coming_household (key text COLLATE "C") ON COMMIT DROP;'
        'CREATE TEMPORARY TABLE coming_member (key text COLLATE "C", nik text COLLATE "C") ON COMMIT DROP'
    )
    any_household, any_member = _any(cursor, HOUSEHOLDS), _any(cursor, PERSONS)
    if any_household:
        copy_frame(cursor, "coming_household", examined.household_keys.to_frame("key"))
    if any_member:
        copy_frame(cursor, "coming_member", examined.member_keys)
    cursor.execute("ANALYZE coming_household; ANALYZE coming_member")
    standing = f"r.replaced_by_id IS NULL AND r.period = DATE '{period.isoformat()}'"
    person = f"p.id, p.name_norm, p.born_on, (NOT {person_inside})::int"
    person_columns = {
        "person_id": pl.Int64, "name_norm": pl.String, "born_on": pl.Date, "elsewhere": pl.Int16,
    }  # fmt: skip
    return Known(
        household_rows=copy_out(
            cursor,
            f"SELECT c.key, r.id, r.content_hash, r.household_id FROM coming_household c "
            f"JOIN {HOUSEHOLD_ROWS} r ON r.idbdt = c.key WHERE {standing}",
            {"key": pl.String, "row_id": pl.Int64, "known_hash": pl.Int64, "household_id": pl.Int64},
        ),
        member_rows=copy_out(
            cursor,
            f"SELECT c.key, r.id, r.content_hash, r.person_id FROM coming_member c "
            f"JOIN {MEMBER_ROWS} r ON r.idartbdt = c.key WHERE {standing}",
            {"key": pl.String, "row_id": pl.Int64, "known_hash": pl.Int64, "person_id": pl.Int64},
        ),
        households=copy_out(
            cursor,
            f"SELECT c.key, h.id FROM coming_household c JOIN {HOUSEHOLDS} h ON h.idbdt = c.key",
            {"key": pl.String, "household_id": pl.Int64},
        ),
        by_key=copy_out(
            cursor,
            f"SELECT DISTINCT c.key, {person} FROM coming_member c "
            f"JOIN {MEMBER_ROWS} r ON r.idartbdt = c.key AND r.replaced_by_id IS NULL "
            f"JOIN {PERSONS} p ON p.id = r.person_id WHERE p.withdrawn_at IS NULL",
            {"key": pl.String} | person_columns,
        ),
        by_nik=copy_out(
            cursor,
            f"SELECT DISTINCT c.nik, {person} FROM coming_member c JOIN {PERSONS} p ON p.nik = c.nik "
            f"WHERE p.withdrawn_at IS NULL",
            {"nik": pl.String} | person_columns,
        ),
        settled=copy_out(
            cursor,
            f'SELECT q."table", q.content_hash, q.id FROM {QUARANTINED} q JOIN people_delivery d ON '
            f"d.id = q.delivery_id WHERE d.period = DATE '{period.isoformat()}' AND d.state <> 'taken_back'",
            {"table": pl.String, "content_hash": pl.Int64, "row_id": pl.Int64},
        ),
        households_elsewhere=copy_out(
            cursor,
            f"SELECT c.key FROM coming_household c JOIN {HOUSEHOLDS} h ON h.idbdt = c.key "
            f"WHERE NOT {home_inside} "
            f"UNION SELECT c.key FROM coming_household c JOIN {HOUSEHOLD_ROWS} r ON r.idbdt = c.key "
            f"WHERE {standing} AND NOT {row_inside}",
            {"key": pl.String},
        )["key"],
        members_elsewhere=copy_out(
            cursor,
            f"SELECT c.key FROM coming_member c JOIN {MEMBER_ROWS} r ON r.idartbdt = c.key "
            f"WHERE {standing} AND NOT {row_inside}",
            {"key": pl.String},
        )["key"],
    )


def inside_sql(areas: Sequence[str] | None, column: str) -> str:
    """SQL for "lies in one of the areas", never null; keys are digits, and checked to be."""
    if areas is None or "" in areas:
        return "TRUE"
    if not all(area.isascii() and area.isdecimal() for area in areas):
        raise ValueError("area keys are digits")
    begins = " OR ".join(f"starts_with({column}, '{area}')" for area in areas) or "FALSE"
    return f"COALESCE({begins}, FALSE)"


def _any(cursor: Any, table: str) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
    return bool(cursor.fetchone()[0])


# -- counting ---------------------------------------------------------------------------------------


@dataclass
class Tally:
    """Rows by outcome, for one table; together they are the rows of its files."""

    accepted: int = 0
    warned: int = 0
    quarantined: int = 0
    unchanged: int = 0

    def plain(self) -> dict[str, int]:
        return {"accepted": self.accepted, "warned": self.warned, "quarantined": self.quarantined,
                "unchanged": self.unchanged}  # fmt: skip


@dataclass
class Job:
    """Something for the writing thread: rows for a table, or rows that the next ones replace."""

    table: str
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    replaced: list[int] = field(default_factory=list)
    complete: bool = False
    """Nothing more comes for `table`."""


# -- the pipeline -----------------------------------------------------------------------------------


class Taking:
    """One run over the sources of a delivery.

    allocate: (table, count) → that many new ids of it. Called in the reading thread, like `tell`.
    """

    def __init__(
        self,
        examined: Examined,
        known: Known,
        *,
        delivery_id: int,
        period: dt.date,
        allocate: Callable[[str, int], pl.Series],
        tell: Callable[[int], Any] = lambda rows: None,
        household_ids: pl.DataFrame | None = None,
        households_ailing: pl.Series | None = None,
    ) -> None:
        self.examined, self.known, self.delivery_id, self.period = examined, known, delivery_id, period
        self.allocate, self.tell = allocate, tell
        self.tallies = {"households": Tally(), "members": Tally()}
        self.reasons: Counter[str] = Counter()
        self.read = 0
        self.persons_new = self.persons_known = self.doubtful = self.rows_replaced = 0
        schema = {"key": pl.String, "household_id": pl.Int64, "household_area": pl.String}
        self._households: list[pl.DataFrame] = [] if household_ids is None else [household_ids]
        self._household_map = pl.DataFrame(schema=schema) if household_ids is None else household_ids
        self._ailing: list[pl.Series] = [] if households_ailing is None else [households_ailing]
        self._ailing_keys = pl.Series("key", [], dtype=pl.String)
        self._taken: list[pl.Series] = []
        self.new_persons: list[pl.Series] = []
        self.recognised: dict[str, list[pl.Series]] = {PERSONS: [], HOUSEHOLDS: []}
        """Ids of people and households that rows point to and that were there before, by table."""
        if household_ids is not None:
            self.recognised[HOUSEHOLDS].append(household_ids["household_id"])
        self.told_households: list[pl.DataFrame] = []
        self.told_persons: list[pl.DataFrame] = []
        self.words: set[str] = set()
        self.held_back: list[tuple[int, pl.DataFrame]] | None = None
        """Set to a list, rows that do not come in are told here (source, rows) and not written anywhere."""

    def write(self, cursor: Any, complete: Callable[[str], Any] = lambda table: None) -> None:
        """Read everything and copy it in. Runs in the caller's transaction.

        complete: called with each table that has got all its rows, while the next ones are being read.
        """
        with closing(ahead(self.jobs(), 3)) as made, closing(ahead(map(_sendable, made), JOBS_AHEAD)) as jobs:
            for job, data in jobs:
                if job.complete:
                    complete(job.table)
                if job.replaced:
                    cursor.execute(
                        f"UPDATE {job.table} SET replaced_by_id = %s WHERE id = ANY(%s)",
                        [self.delivery_id, job.replaced],
                    )
                if data:
                    copy_in(cursor, job.table, job.rows.columns, data)

    def jobs(self) -> Iterator[Job]:
        examined = self.examined
        sources: list[Source] = [*examined.households, *examined.members]
        for number, source in enumerate(sources):
            if number == len(examined.households):
                self._close_households()
                yield from (Job(table, complete=True) for table in (HOUSEHOLDS, HOUSEHOLD_ROWS))
            normalise = normalising.Normaliser(source.table, examined.rules[source.table.name])
            take = self._households_of if source.table.name == "households" else self._members_of
            for raw in ahead(source.batches(), 1):
                done = normalise(raw)
                yield from take(raw, done, number)
                self.read += raw.height
                self.tell(self.read)

    # -- judging -----------------------------------------------------------------------------------

    def _judged(
        self,
        raw: pl.DataFrame,
        done: normalising.Normalised,
        source: int,
        table: Table,
        more: list[pl.DataFrame],
    ) -> tuple[pl.DataFrame, Iterator[Job]]:
        """Accepted rows with what every row carries, and the jobs that quarantine the others."""
        rows = raw[ROW]
        key = raw[table.key].fill_null("")
        repeated = rows.filter(rows.is_in(self.examined.repeated[source].implode()))
        doubles = key.filter(rows.is_in(repeated.implode()))
        doubled = normalising.add_problems(repeated, "duplicate", QUARANTINE, table.key, doubles)
        told = normalising.outcome(pl.concat([done.problems, doubled, *more]))
        whole = done.typed.join(told, on=ROW, how="left", maintain_order="left")
        waits = whole["severity"].fill_null(0) == int(QUARANTINE)
        warned = whole["severity"].fill_null(0) == int(WARNING)
        tally = self.tallies[table.name]
        whole = whole.with_columns(pl.Series("content_hash", self._hashes(whole, table)))
        accepted = whole.filter(~waits)
        if self.held_back is not None:
            kept = whole.filter(waits).select(pl.col(ROW).alias("source_row"), "reasons", "told")
            kept = kept.with_columns(
                pl.Series("told", [json.loads(told) for told in kept["told"]], dtype=pl.Object)
            )
            self.held_back.append((source, kept))
            quarantine: Iterator[Job] = iter(())
        else:
            quarantine = self._quarantine(raw.filter(waits), whole.filter(waits), table)
        for code, count in _counted(whole["reasons"]):
            self.reasons[code] += count
        tally.warned += int((warned & ~waits).sum())
        tally.accepted += accepted.height - int((warned & ~waits).sum())
        return accepted, quarantine

    def _hashes(self, whole: pl.DataFrame, table: Table) -> pl.Series:
        """What was delivered, in 64 bits: same content, same hash, whatever file it came in."""
        content = whole.select(*table.names, EXTRA, "raw")
        return content.hash_rows(seed=1).reinterpret(signed=True)

    def _quarantine(self, raw: pl.DataFrame, whole: pl.DataFrame, table: Table) -> Iterator[Job]:
        if not raw.height:
            return
        texts = raw.with_columns(
            pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in table.names
        )
        extra = [name for name in (EXTRA, OVERFLOW) if name in raw.columns]
        household = table.household or table.key
        frame = pl.DataFrame({
            "delivery_id": pl.repeat(self.delivery_id, raw.height, eager=True),
            "table": pl.repeat(table.name, raw.height, eager=True),
            "source_row": raw[ROW],
            "row_key": texts[table.key].fill_null("").str.strip_chars().str.slice(0, 60),
            "household_key": texts[household].fill_null("").str.strip_chars().str.slice(0, 60),
            "area_key": whole["area_key"] if "area_key" in whole.columns else None,
            "reasons": array_text(whole["reasons"]),
            "told": whole["told"],
            "raw": normalising.json_rows(texts, [*table.names, *extra]),
            "corrected": pl.repeat("{}", raw.height, eager=True),
            "content_hash": whole["content_hash"],
            "state": pl.repeat("waiting", raw.height, eager=True),
            "settled_because": pl.repeat("", raw.height, eager=True),
        })  # fmt: skip
        tally = self.tallies[table.name]
        settled = self.known.settled.filter(pl.col("table") == table.name)
        seen = settled["content_hash"]
        fresh = frame.filter(~frame["content_hash"].is_in(seen.implode())) if seen.len() else frame
        tally.quarantined += fresh.height
        tally.unchanged += frame.height - fresh.height
        if fresh.height < frame.height:
            again = whole.filter(whole["content_hash"].is_in(seen.implode()))["reasons"]
            for code, count in _counted(again):
                self.reasons[code] -= count
            # the same row several times is paired off, one with one
            nth = pl.int_range(pl.len()).over("content_hash").alias("nth")
            same = frame.select("content_hash", "source_row", nth).join(
                settled.with_columns(nth), on=["content_hash", "nth"], how="inner"
            )
            yield from self._restated("quarantine", same)
        if fresh.height:
            yield Job(QUARANTINED, fresh)

    def _placed(
        self, done: normalising.Normalised, table: Table
    ) -> tuple[normalising.Normalised, pl.DataFrame]:
        """The typed rows with `area_key` and `how`."""
        typed = done.typed.with_columns(normalising.village_codes(table).alias(normalising.VILLAGE))
        columns = [normalising.VILLAGE, *table.place_names]
        placed = typed.join(
            self.examined.places, on=columns, how="left", nulls_equal=True, maintain_order="left"
        ).rename({"key": "area_key"})
        return normalising.Normalised(placed, done.problems), placed.select(ROW, "area_key", "how")

    def _place_problems(
        self, raw: pl.DataFrame, where: pl.DataFrame, table: Table, excused: pl.Series | None = None
    ) -> list[pl.DataFrame]:
        nowhere = where["area_key"].is_null()
        if excused is not None:
            nowhere &= ~excused
        rough = (where["how"] == "district").fill_null(False)
        codes = raw[table.village].fill_null("")
        return [
            normalising.add_problems(
                where[ROW].filter(mask), code, severity, table.village, codes.filter(mask)
            )
            for mask, code, severity in ((nowhere, "region", QUARANTINE), (rough, "district_only", WARNING))
            if mask.any()
        ]

    def _elsewhere(self, typed: pl.DataFrame, table: Table, keys: pl.Series) -> list[pl.DataFrame]:
        """Rows whose number belongs to somebody outside the importer's areas wait: whoever reaches both
        places decides whether they moved."""
        mask = typed[table.key].is_in(keys.implode()).fill_null(False)
        if not mask.any():
            return []
        rows, values = typed[ROW].filter(mask), typed[table.key].filter(mask)
        return [normalising.add_problems(rows, "elsewhere", QUARANTINE, table.key, values)]

    # -- households --------------------------------------------------------------------------------

    def _households_of(self, raw: pl.DataFrame, done: normalising.Normalised, source: int) -> Iterator[Job]:
        table = self.examined.layout.households
        done, where = self._placed(done, table)
        more = self._place_problems(raw, where, table)
        more += self._elsewhere(done.typed, table, self.known.households_elsewhere)
        accepted, quarantine = self._judged(raw, done, source, table, more)
        yield from quarantine
        key = accepted[table.key]
        self._ailing.append(
            done.typed[table.key].filter(~done.typed[ROW].is_in(accepted[ROW].implode())).rename("key")
        )
        rows = accepted.with_columns(key.alias("key"))
        rows = rows.join(
            self.known.household_rows.drop("household_id"), on="key", how="left", maintain_order="left"
        )
        rows = rows.join(self.known.households, on="key", how="left", maintain_order="left")
        unchanged = (rows["known_hash"] == rows["content_hash"]).fill_null(False)
        self._count_unchanged("households", rows, unchanged)
        yield from self._restated("households", rows.filter(unchanged))
        isnew = rows["household_id"].is_null()
        self.recognised[HOUSEHOLDS].append(rows["household_id"].drop_nulls())
        count = int(isnew.sum())
        if count:
            ids = self.allocate(HOUSEHOLDS, count)
            rows = rows.with_columns(_filled(rows["household_id"], isnew, ids))
        self._households.append(
            rows.select("key", "household_id", pl.col("area_key").alias("household_area"))
        )
        facts = rows.select("household_id", pl.col("key").alias("idbdt"), *_household_facts(table))
        new = facts.filter(isnew)
        if new.height:
            new = new.rename({"household_id": "id"}).with_columns(
                pl.lit(self.delivery_id).alias("delivery_id"), pl.lit("").alias("withdrawn_because")
            )
            yield Job(HOUSEHOLDS, new)
        known = facts.filter(~isnew & ~unchanged).drop("idbdt")
        if known.height:
            self.told_households.append(known)
        yield from self._rows(rows.filter(~unchanged), table, HOUSEHOLD_ROWS, ["household_id"])

    def _close_households(self) -> None:
        if self._households:
            self._household_map = pl.concat(self._households)
            self._households = []
        accepted = self._household_map["key"]
        if self._ailing:
            self._ailing_keys = pl.concat(self._ailing).drop_nulls().unique()
            self._ailing_keys = self._ailing_keys.filter(~self._ailing_keys.is_in(accepted.implode()))

    # -- members -----------------------------------------------------------------------------------

    def _members_of(self, raw: pl.DataFrame, done: normalising.Normalised, source: int) -> Iterator[Job]:
        table = self.examined.layout.members
        done, _ = self._placed(done, table)
        home = done.typed[table.household]
        typed = done.typed.with_columns(home.alias("key")).join(
            self._household_map, on="key", how="left", maintain_order="left"
        ).drop("key")  # fmt: skip
        # no place of its own: where the household is
        silent = pl.all_horizontal(
            pl.col(name).is_null() for name in (normalising.VILLAGE, *table.place_names)
        )
        typed = typed.with_columns(
            pl.when(silent)
            .then(pl.coalesce("area_key", "household_area"))
            .otherwise(pl.col("area_key"))
            .alias("area_key")
        )
        silent_rows = typed.select((silent & pl.col("area_key").is_null()).alias("it"))["it"]
        rows = raw[ROW]
        households = raw[table.household].fill_null("")
        waits = home.is_in(self._ailing_keys.implode()).fill_null(False)
        orphan = typed["household_id"].is_null() & ~waits
        shared = rows.is_in(self.examined.shared[source].implode())
        excused = silent_rows & (orphan | waits)
        more = self._place_problems(raw, typed.select(ROW, "area_key", "how"), table, excused)
        for mask, code, severity, column in (
            (orphan, "orphan", QUARANTINE, table.household),
            (waits, "waits_for_household", QUARANTINE, table.household),
        ):
            if mask.any():
                more.append(
                    normalising.add_problems(
                        rows.filter(mask), code, severity, column, households.filter(mask)
                    )
                )
        more += self._elsewhere(typed, table, self.known.members_elsewhere)
        if shared.any():
            nik = table.person["nik"]
            values = raw[nik].fill_null("").filter(shared)
            more.append(normalising.add_problems(rows.filter(shared), "nik_shared", WARNING, nik, values))
        accepted, quarantine = self._judged(
            raw, normalising.Normalised(typed, done.problems), source, table, more
        )
        yield from quarantine
        accepted = accepted.with_columns(accepted[table.key].alias("key"))
        found = accepted.join(self.known.member_rows, on="key", how="left", maintain_order="left")
        unchanged = (found["known_hash"] == found["content_hash"]).fill_null(False)
        self._count_unchanged("members", found, unchanged)
        yield from self._restated("members", found.filter(unchanged))
        found = found.filter(~unchanged)
        if not found.height:
            return
        found = self._assigned(found)
        facts = self._person_facts(found)
        isnew = found["is_new"]
        new = facts.filter(isnew)
        if new.height:
            new = new.rename({"person_id": "id"}).with_columns(
                pl.lit(self.delivery_id).alias("delivery_id"), pl.lit("").alias("withdrawn_because")
            )
            yield Job(PERSONS, new)
        if new.height < facts.height:
            self.told_persons.append(facts.filter(~isnew))
        yield from self._rows(
            found.rename({normalising.BORN_YEAR: "born_year"}), table, MEMBER_ROWS, ["person_id", "born_year"]
        )

    def _assigned(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` with person_id, is_new and unsure (reasons for matching to look)."""
        part = self.examined.layout.members.person
        doubts = pl.concat_list(
            pl.when(pl.col("reasons").list.contains(code)).then(pl.lit(code))
            for code in ("nik_shared", "nik_disagrees")
        ).list.drop_nulls()
        told = rows.filter(pl.col("reasons").is_not_null()).select(ROW, doubts.alias("unsure"))
        rows = rows.join(told, on=ROW, how="left", maintain_order="left").with_columns(
            pl.lit(None, pl.String).alias("doubt")
        )
        if self.known.by_key.height or self.known.by_nik.height:
            rows = self._recognised(rows, part)
        rows = rows.with_columns(pl.col("person_id").is_null().alias("is_new"))
        self.recognised[PERSONS].append(rows["person_id"].drop_nulls())
        count = int(rows["is_new"].sum())
        if count:
            ids = self.allocate(PERSONS, count)
            self.new_persons.append(ids)
            rows = rows.with_columns(_filled(rows["person_id"], rows["is_new"], ids))
        self.persons_new += count
        self.persons_known += rows.height - count
        if not rows["doubt"].null_count() < rows.height:
            return rows
        both = pl.concat_list(pl.col("unsure").fill_null([]), "doubt").list.drop_nulls()
        return rows.with_columns(
            pl.when(pl.col("doubt").is_null()).then("unsure").otherwise(both).alias("unsure")
        )

    def _recognised(self, rows: pl.DataFrame, part: Any) -> pl.DataFrame:
        """Who is known: by NIK where name and birth date do not contradict, else by member number.

        Whose row stands for the period under the same number keeps the new one, on the same condition.
        Fits several, contradicts, or was given to another row of this delivery: nobody known, with a doubt.
        """
        rows = self._without_contradicted(rows, part)
        claims = rows.filter(pl.col("person_id").is_null()).select(
            ROW, "key",
            pl.when(~pl.col("unsure").list.contains("nik_shared").fill_null(False)).then(pl.col(part["nik"])).alias("nik"),
            pl.col(part["name"]).alias("name"), pl.col(part["born"]).alias("born"),
        )  # fmt: skip
        by_nik = self._compared(claims.join(self.known.by_nik, on="nik", how="inner"))
        by_key = self._compared(claims.join(self.known.by_key, on="key", how="inner"))
        # somebody of another district is never taken over; another name needs the same birth date
        here = pl.col("elsewhere") == 0
        by_nik = by_nik.with_columns(fits=here & ~pl.col("other_name") & ~pl.col("other_birth"))
        by_key = by_key.with_columns(fits=here & (~pl.col("other_name") | pl.col("same_birth")))
        surely = by_key.filter(here & ~pl.col("other_name") & ~pl.col("other_birth")).select(ROW, "person_id")
        niks = by_nik.group_by(ROW).agg(
            pl.col("person_id").filter("fits").unique().alias("nik_fits"),
            (~pl.col("fits")).any().alias("nik_contradicts"),
            (pl.col("elsewhere") == 1).any().alias("nik_elsewhere"),
        )
        keys = by_key.group_by(ROW).agg(
            pl.col("person_id").filter("fits").unique().alias("key_fits"),
            (~pl.col("fits")).any().alias("key_contradicts"),
            (pl.col("elsewhere") == 1).any().alias("key_elsewhere"),
        )
        sure = surely.group_by(ROW).agg(pl.col("person_id").unique().alias("key_sure"))
        met = (
            claims.select(ROW)
            .join(niks, on=ROW, how="left")
            .join(keys, on=ROW, how="left")
            .join(sure, on=ROW, how="left")
        )
        nik_count = pl.col("nik_fits").list.len().fill_null(0)
        key_count = pl.col("key_fits").list.len().fill_null(0)
        several = (nik_count > 1) | (
            (nik_count == 1)
            & (pl.col("key_sure").list.len().fill_null(0) > 0)
            & ~pl.col("key_sure").list.contains(pl.col("nik_fits").list.first()).fill_null(True)
        ) | ((nik_count == 0) & (key_count > 1))  # fmt: skip
        nobody = (nik_count == 0) & (key_count == 0)
        met = met.with_columns(
            pl.when(several).then(None)
            .when(nik_count == 1).then(pl.col("nik_fits").list.first())
            .when(key_count == 1).then(pl.col("key_fits").list.first()).alias("met_id"),
            pl.when(several).then(pl.lit("fits_several"))
            .when(nobody & pl.any_horizontal(pl.col("nik_elsewhere", "key_elsewhere").fill_null(False)))
            .then(pl.lit("elsewhere"))
            .when(nobody & pl.col("nik_contradicts").fill_null(False)).then(pl.lit("nik_contradicted"))
            .when(nobody & pl.col("key_contradicts").fill_null(False)).then(pl.lit("key_contradicted"))
            .alias("met_doubt"),
        )  # fmt: skip
        again = pl.col("met_id").is_not_null() & ~pl.col("met_id").is_first_distinct()
        if self._taken:
            again |= pl.col("met_id").is_in(pl.concat(self._taken).implode())
        met = met.with_columns(
            pl.when(again.fill_null(False)).then(None).otherwise(pl.col("met_id")).alias("met_id"),
            pl.when(again.fill_null(False))
            .then(pl.lit("person_taken"))
            .otherwise(pl.col("met_doubt"))
            .alias("met_doubt"),
        )
        taken = met["met_id"].drop_nulls()
        self._taken = [pl.concat([*self._taken, taken])] if taken.len() else self._taken
        self.doubtful += int(met["met_doubt"].is_not_null().sum())
        rows = rows.join(met.select(ROW, "met_id", "met_doubt"), on=ROW, how="left", maintain_order="left")
        return rows.with_columns(
            pl.coalesce("person_id", "met_id").alias("person_id"), pl.col("met_doubt").alias("doubt")
        ).drop("met_id", "met_doubt")

    def _without_contradicted(self, rows: pl.DataFrame, part: Any) -> pl.DataFrame:
        """`rows` of which none is given to somebody of another name and another birth date, although that
        one's row of the period has the same number."""
        standing = rows.filter(pl.col("person_id").is_not_null()).select(
            ROW, "key", "person_id", pl.col(part["name"]).alias("name"), pl.col(part["born"]).alias("born")
        )
        if not standing.height:
            return rows
        pairs = self._compared(standing.join(self.known.by_key, on=["key", "person_id"], how="inner"))
        others = pairs.filter(pl.col("other_name") & ~pl.col("same_birth"))[ROW]
        return rows.with_columns(
            pl.when(pl.col(ROW).is_in(others.implode())).then(None).otherwise("person_id").alias("person_id")
        )

    def _compared(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """`other_name`, `other_birth`: whether the two contradict each other in it."""
        forms = name_keys.bulk(pairs["name"])["name_norm"] if pairs.height else pl.Series([], dtype=pl.String)
        # nearly all are the same; each distinct pair of the others is compared once
        differs = (forms != pairs["name_norm"]).fill_null(True)
        others = pl.DataFrame({"a": forms.filter(differs), "b": pairs["name_norm"].filter(differs)})
        likeness = {(a, b): compare(a or "", b or "").score for a, b in others.unique().iter_rows()}
        other = differs.scatter(
            differs.arg_true(), [likeness[pair] < SAME_NAME for pair in others.iter_rows()]
        )
        return pairs.with_columns(
            other.alias("other_name"),
            other_birth=(pl.col("born") != pl.col("born_on")).fill_null(False),
            same_birth=(pl.col("born") == pl.col("born_on")).fill_null(False),
        )

    def _person_facts(self, rows: pl.DataFrame) -> pl.DataFrame:
        part = self.examined.layout.members.person
        columns = {"name": "name", "birth_place": "birth_place", "mother": "mother_name"}
        names = delivered_names(rows.select(pl.col(part[fact]).alias(to) for fact, to in columns.items()))
        self.words.update(name_keys.words_of(names["name_norm"]))
        return rows.select(
            "person_id",
            names["name"],
            names["name_norm"],
            array_text(names["name_keys"]).alias("name_keys"),
            pl.col(part["sex"]).alias("sex"),
            pl.col(part["born"]).alias("born_on"),
            pl.col(normalising.BORN_YEAR).alias("born_year"),
            names["birth_place"],
            names["mother_name"],
            pl.col(part["nik"]).alias("nik"),
            pl.col(part["family_card"]).alias("kk"),
            "area_key",
            "household_id",
            pl.col(part["relation"]).alias("relation"),
            array_text(rows["unsure"]).fill_null("{}").alias("unsure"),
        )

    # -- both --------------------------------------------------------------------------------------

    def _count_unchanged(self, table: str, rows: pl.DataFrame, unchanged: pl.Series) -> None:
        count = int(unchanged.sum())
        if not count:
            return
        tally = self.tallies[table]
        same = rows.filter(unchanged)
        warned = int(same["severity"].is_not_null().sum())
        tally.unchanged += count
        tally.warned -= warned
        tally.accepted -= count - warned
        for code, number in _counted(same["reasons"]):
            self.reasons[code] -= number

    def _restated(self, table: str, rows: pl.DataFrame) -> Iterator[Job]:
        """Rows that stand already and were said again: should who brought them go, they are this one's."""
        if not rows.height:
            return
        where = ROW if ROW in rows.columns else "source_row"
        frame = rows.select(
            pl.lit(self.delivery_id).alias("delivery_id"),
            pl.lit(table).alias("table"),
            pl.col("row_id").alias("row"),
            pl.col(where).alias("source_row"),
        )
        yield Job(RESTATED, frame)

    def _rows(self, rows: pl.DataFrame, table: Table, target: str, links: list[str]) -> Iterator[Job]:
        if not rows.height:
            return
        frame = rows.select(
            pl.lit(self.delivery_id).alias("delivery_id"),
            pl.lit(self.period).alias("period"),
            pl.col(ROW).alias("source_row"),
            "area_key",
            "raw",
            pl.col(EXTRA).alias("extra"),
            array_text(rows["reasons"]).alias("reasons"),
            "content_hash",
            *links,
            *(pl.col(name).alias(name.lower()) for name in table.names),
        )
        # a column without a value needs no parsing on the other side either
        frame = frame.select(name for name in frame.columns if frame[name].null_count() < frame.height)
        replaced = rows["row_id"].drop_nulls().to_list()
        self.rows_replaced += len(replaced)
        yield Job(target, frame, replaced)


# -- others who changed the registry meanwhile --------------------------------------------------------


def check_still_there(cursor: Any, taking: Taking) -> None:
    """Raises RegistryMoved if a person or household that rows point to is gone. Asked under `settle`."""
    for table, ids in taking.recognised.items():
        known = pl.concat(ids).drop_nulls().unique() if ids else pl.Series([], dtype=pl.Int64)
        if not known.len():
            continue
        _ids(cursor, "recognised", known)
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM recognised r "
            f"WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.id = r.id))"
        )
        if cursor.fetchone()[0]:
            raise RegistryMoved(table)


def mark_shared_niks(cursor: Any, taking: Taking) -> int:
    """New people whose NIK somebody got meanwhile, from another delivery or by hand, wait for matching like
    those whom `look_up` met; both are marked. Asked under `settle`; returns how many."""
    if not taking.new_persons:
        return 0
    new = pl.concat(taking.new_persons)
    first, last = new.min(), new.max()
    cursor.execute(f"SELECT EXISTS (SELECT FROM {PERSONS} WHERE id < %s OR id > %s)", [first, last])
    alone = not cursor.fetchone()[0] and int(last) - int(first) + 1 == new.len()  # type: ignore[arg-type]
    if alone:
        return 0
    _ids(cursor, "new_person", new)
    cursor.execute(
        f"""
        WITH ours AS (
            SELECT p.id, p.nik FROM new_person n JOIN {PERSONS} p ON p.id = n.id
            WHERE p.nik IS NOT NULL AND p.unsure = '{{}}'
        ), twins AS (
            SELECT o.id, o.nik FROM ours u JOIN {PERSONS} o ON o.nik = u.nik AND o.id <> u.id
            WHERE o.withdrawn_at IS NULL
        )
        UPDATE {PERSONS} p SET unsure = p.unsure || '{{nik_shared}}'
        WHERE NOT p.unsure @> '{{nik_shared}}' AND p.id IN (
            SELECT id FROM twins UNION SELECT u.id FROM ours u JOIN twins t ON t.nik = u.nik
        )
        """
    )
    return int(cursor.rowcount)


def _ids(cursor: Any, name: str, ids: pl.Series) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {name}; CREATE TEMPORARY TABLE {name} (id bigint) ON COMMIT DROP")
    copy_frame(cursor, name, ids.alias("id").to_frame())
    cursor.execute(f"ANALYZE {name}")


# -- golden records that were known before ----------------------------------------------------------


def tell_known(cursor: Any, taking: Taking, period: dt.date, delivery_id: int) -> None:
    """What this delivery says about people and households known before becomes their present state, unless
    a later period has spoken, or people have changed the record by hand (then it has no `delivery`)."""
    if taking.told_households:
        frame = pl.concat(taking.told_households)
        _tell(cursor, HOUSEHOLDS, "household_id", frame, _HOUSEHOLD, HOUSEHOLD_ROWS, period, delivery_id)
    if taking.told_persons:
        frame = pl.concat(taking.told_persons)
        _tell(cursor, PERSONS, "person_id", frame, _PERSON, MEMBER_ROWS, period, delivery_id)


def _tell(
    cursor: Any,
    target: str,
    link: str,
    frame: pl.DataFrame,
    facts: dict[str, Any],
    rows: str,
    period: dt.date,
    delivery_id: int,
) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS told; CREATE TEMPORARY TABLE told ON COMMIT DROP AS "
                   f"SELECT id AS {link}, {', '.join(facts)} FROM {target} LIMIT 0")  # fmt: skip
    copy_frame(cursor, "told", frame.select(link, *facts))
    cursor.execute(f"CREATE INDEX ON told ({link}); ANALYZE told")
    (_keep_what_is_known if target == PERSONS else _keep_what_is_known_of_homes)(cursor)
    spoken_later = (
        f"EXISTS (SELECT FROM {rows} r WHERE r.{link} = t.{link} AND r.period > %(period)s "
        "AND r.replaced_by_id IS NULL)"
    )
    present, told = (", ".join(f"{which}.{fact}" for fact in facts) for which in "xt")
    differ = f"({present}) IS DISTINCT FROM ({told})"
    may = f"x.id = t.{link} AND x.delivery_id IS NOT NULL AND {differ} AND NOT {spoken_later}"
    values = {"period": period, "delivery": delivery_id}
    if target == PERSONS:
        leave_homes(cursor, may, values)
    facts_told = ", ".join(f"{fact} = t.{fact}" for fact in facts)
    cursor.execute(
        f"UPDATE {target} x SET {facts_told}, delivery_id = %(delivery)s FROM told t WHERE {may}", values
    )


def _keep_what_is_known(cursor: Any) -> None:
    """An empty cell, or one that could not be read, takes nothing away: a NIK that a spreadsheet damaged does
    not erase the good one that stood there."""
    cursor.execute(
        f"""
        UPDATE told t SET
            nik = coalesce(t.nik, x.nik), kk = coalesce(t.kk, x.kk), sex = coalesce(t.sex, x.sex),
            birth_place = coalesce(nullif(t.birth_place, ''), x.birth_place),
            mother_name = coalesce(nullif(t.mother_name, ''), x.mother_name),
            born_on = coalesce(t.born_on, x.born_on),
            born_year = coalesce(extract(year FROM coalesce(t.born_on, x.born_on)), t.born_year, x.born_year)
        FROM {PERSONS} x
        WHERE x.id = t.person_id AND (
            (t.nik IS NULL AND x.nik IS NOT NULL) OR (t.kk IS NULL AND x.kk IS NOT NULL)
            OR (t.sex IS NULL AND x.sex IS NOT NULL) OR (t.born_on IS NULL AND x.born_on IS NOT NULL)
            OR (t.born_year IS NULL AND x.born_year IS NOT NULL)
            OR (t.birth_place = '' AND x.birth_place <> '') OR (t.mother_name = '' AND x.mother_name <> '')
        )
        """
    )


def _keep_what_is_known_of_homes(cursor: Any) -> None:
    """The same for households: the percentile always, where it lies as long as it lies in the same place."""
    cursor.execute(
        f"""
        UPDATE told t SET
            percentile = coalesce(t.percentile, x.percentile),
            address = CASE WHEN here THEN coalesce(nullif(t.address, ''), x.address) ELSE t.address END,
            neighbourhood = CASE WHEN here THEN coalesce(nullif(t.neighbourhood, ''), x.neighbourhood)
                                 ELSE t.neighbourhood END,
            latitude = CASE WHEN here AND t.longitude IS NULL THEN coalesce(t.latitude, x.latitude)
                            ELSE t.latitude END,
            longitude = CASE WHEN here AND t.latitude IS NULL THEN coalesce(t.longitude, x.longitude)
                             ELSE t.longitude END
        FROM (SELECT h.*, m.household_id AS told_id, m.area_key IS NOT DISTINCT FROM h.area_key AS here
              FROM {HOUSEHOLDS} h JOIN told m ON m.household_id = h.id) x
        WHERE x.told_id = t.household_id AND (
            t.percentile IS NULL OR t.address = '' OR t.neighbourhood = ''
            OR t.latitude IS NULL OR t.longitude IS NULL
        )
        """
    )


# -- small helpers ----------------------------------------------------------------------------------


def _household_facts(table: Table) -> list[pl.Expr]:
    home = table.home
    return [
        pl.col("area_key"),
        pl.col(home["address"])
        .fill_null("")
        .map_batches(addresses_as_written, return_dtype=pl.String)
        .str.slice(0, 500)
        .alias("address"),
        pl.col(home["neighbourhood"]).fill_null("").str.slice(0, 200).alias("neighbourhood"),
        pl.col(home["latitude"]).round(6).alias("latitude"),
        pl.col(home["longitude"]).round(6).alias("longitude"),
        pl.col(home["percentile"]).cast(pl.Int16).alias("percentile"),
    ]


def _sendable(job: Job) -> tuple[Job, bytes]:
    """The job, and its rows as they go to the database; without them, for what waits in line takes memory."""
    data = as_csv(job.rows) if job.rows.height else b""
    return replace(job, rows=job.rows.clear()), data


def _counted(lists: pl.Series) -> Iterator[tuple[str, int]]:
    """How often each code stands in lists of codes."""
    codes = lists.explode(empty_as_null=True, keep_nulls=True).drop_nulls()
    return codes.value_counts().iter_rows()


def _filled(column: pl.Series, where: pl.Series, ids: pl.Series) -> pl.Series:
    """`column` with `ids`, in order, where it is to be filled."""
    return column.scatter(where.arg_true(), ids.cast(pl.Int64))


def array_text(lists: pl.Series) -> pl.Series:
    """A list column as PostgreSQL arrays of codes or numbers; null stays null."""
    if lists.dtype == pl.Null:
        return lists.cast(pl.String)
    inner = lists.cast(pl.List(pl.String)).list.join(",")
    return pl.select(
        pl.when(lists.is_not_null()).then(pl.concat_str(pl.lit("{"), inner, pl.lit("}"))).alias(lists.name)
    ).to_series()
