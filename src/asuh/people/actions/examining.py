"""A first reading of a delivery: what only the whole of it can tell, before a single row is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

from asuh.kernel import nik as niks
from asuh.kernel.dtks import normalising, reading
from asuh.kernel.dtks.layout import Layout, Table
from asuh.kernel.dtks.reading import ROW
from asuh.people.actions.ahead import ahead
from asuh.places.resolving import place_rows


class Source(Protocol):
    """Where raw rows come from: a sheet of a delivery, or corrected rows out of the quarantine."""

    @property
    def table(self) -> Table: ...

    def batches(self, only: Sequence[str] | None = None) -> Iterator[pl.DataFrame]: ...


@dataclass
class Examined:
    """What the whole delivery tells about its rows.

    Row numbers are told per source, in the order of `households + members`:
    repeated: rows whose key came before in the same table. shared: members with a NIK that another has too.
    places: VILLAGE, the names of places, key, how; one row for each that occurs.
    household_keys: of the delivered households. wanted_households: of the members', where no household came.
    """

    layout: Layout
    households: list[Source]
    members: list[Source]
    rules: dict[str, normalising.Rules]
    rows: dict[str, int]
    repeated: list[pl.Series]
    shared: list[pl.Series]
    places: pl.DataFrame
    household_keys: pl.Series
    wanted_households: pl.Series
    member_keys: pl.DataFrame
    """IDARTBDT and NIK (null where shared or not valid) of every member row that has a key."""
    orphans: int = 0
    """Member rows whose household is not among those delivered, where households were delivered."""

    @property
    def regencies(self) -> list[str]:
        keys = self.places["key"].drop_nulls().str.slice(0, 4).unique().to_list()
        return sorted(key for key in keys if len(key) == 4)

    @property
    def total(self) -> int:
        return sum(self.rows.values())


@dataclass
class _Ids:
    frames: list[pl.DataFrame] = field(default_factory=list)

    def all(self, schema: dict[str, Any]) -> pl.DataFrame:
        return pl.concat(self.frames) if self.frames else pl.DataFrame(schema=schema)


def examine(
    layout: Layout,
    sources: Sequence[Source],
    *,
    period: dt.date,
    at: dt.date,
    rules: dict[str, normalising.Rules] | None = None,
    tell: Callable[[int], Any] = lambda rows: None,
) -> Examined:
    """Read the telling columns of every source once.

    rules: decided earlier (corrections of an old delivery); decided here otherwise.
    tell: called with the rows read so far.
    """
    households = [source for source in sources if source.table.name == "households"]
    members = [source for source in sources if source.table.name == "members"]
    surveys = {name: normalising.Survey(layout.table(name)) for name in ("households", "members")}
    ids = {"households": _Ids(), "members": _Ids()}
    found_places: list[pl.DataFrame] = []
    homes: list[pl.DataFrame] = []
    read = 0
    for number, source in enumerate([*households, *members]):
        table = source.table
        survey = surveys[table.name]
        regions = (table.village, *table.village_parts, *table.place_names)
        wanted = {*survey.columns, *regions, table.key, table.household, table.person.get("nik", "")} - {""}
        for batch in ahead(source.batches([name for name in table.names if name in wanted]), 1):
            survey.add(batch)
            found_places.append(normalising.places(batch, table))
            ids[table.name].frames.append(_ids(batch, table, number, with_household=not households))
            if households and table.name == "members":
                homes.append(normalising.keys(batch, table, table.household).drop(ROW))
            read += batch.height
            tell(read)
    decided = rules or {name: survey.rules(period=period, at=at) for name, survey in surveys.items()}
    examined = _concluded(layout, households, members, decided, surveys, ids, found_places)
    if homes:
        told = ids["households"].all({"key": pl.String}).select(pl.col("key").unique())
        living = pl.concat(homes)
        examined.orphans = living.join(told, left_on=living.columns[0], right_on="key", how="anti").height
    return examined


def _ids(batch: pl.DataFrame, table: Table, source: int, *, with_household: bool) -> pl.DataFrame:
    which = pl.lit(source, pl.UInt16).alias("source")
    if table.name == "households":
        return normalising.keys(batch, table, table.key).select(which, ROW, pl.col(table.key).alias("key"))
    nik = table.person["nik"]
    tidy = normalising.keys(batch, table, table.key, nik, *([table.household] if with_household else []))
    return tidy.select(
        which,
        ROW,
        pl.col(table.key).alias("key"),
        pl.when(niks.columns(nik).valid).then(pl.col(nik)).alias("nik"),
        (pl.col(table.household) if with_household else pl.lit(None, pl.String)).alias("household"),
    )


def _came_before(rows: pl.DataFrame, column: str) -> pl.Series:
    """Whether the row's value came in an earlier row. Hashes sort out the many that are alone."""
    again = rows.select(pl.col(column).hash().is_duplicated() & pl.col(column).is_not_null()).to_series()
    before = pl.repeat(False, rows.height, eager=True)
    if again.any():
        first = rows.filter(again).select(pl.col(column).is_first_distinct()).to_series()
        before = before.scatter(again.arg_true(), ~first)
    return before


def _concluded(
    layout: Layout,
    households: list[Source],
    members: list[Source],
    rules: dict[str, normalising.Rules],
    surveys: dict[str, normalising.Survey],
    ids: dict[str, _Ids],
    found_places: list[pl.DataFrame],
) -> Examined:
    household_ids = ids["households"].all({"source": pl.UInt16, ROW: pl.UInt32, "key": pl.String})
    member_ids = ids["members"].all(
        {"source": pl.UInt16, ROW: pl.UInt32, "key": pl.String, "nik": pl.String, "household": pl.String}
    )
    count = len(households) + len(members)
    households_again, members_again = _came_before(household_ids, "key"), _came_before(member_ids, "key")
    once = member_ids.filter(~members_again) if members_again.any() else member_ids
    is_shared = once.select(pl.col("nik").is_not_null() & pl.col("nik").hash().is_duplicated()).to_series()
    shared = once.filter(is_shared)
    columns = [normalising.VILLAGE, *layout.members.place_names]
    places = (
        pl.concat(found_places).unique()
        if found_places
        else pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    )
    own_nik = pl.when(~is_shared).then(pl.col("nik")).alias("nik")
    keys = household_ids.filter(~households_again)["key"].drop_nulls()

    def per_source(*frames: pl.DataFrame) -> list[pl.Series]:
        rows = pl.concat([frame.select("source", ROW) for frame in frames])
        parts = rows.partition_by("source", as_dict=True)
        empty = pl.Series(ROW, [], dtype=pl.UInt32)
        return [parts[(number,)][ROW] if (number,) in parts else empty for number in range(count)]

    return Examined(
        layout=layout,
        households=households,
        members=members,
        rules=rules,
        rows={name: survey.rows for name, survey in surveys.items()},
        repeated=per_source(household_ids.filter(households_again), member_ids.filter(members_again)),
        shared=per_source(shared),
        places=place_rows(places, code=normalising.VILLAGE, names=columns[1:]),
        household_keys=keys,
        wanted_households=member_ids["household"].drop_nulls().unique(),
        member_keys=once.with_columns(own_nik).filter(pl.col("key").is_not_null()).select("key", "nik"),
    )


def open_sources(
    paths: Sequence[Any], layout: Layout, into: Any, names: dict[Any, str] | None = None
) -> list[reading.Sheet]:
    """The sheets of a delivery's files, unpacked into the folder `into`. Raises FileRefused."""
    sheets: list[reading.Sheet] = []
    for path in paths:
        for part in reading.unpack(path, into, (names or {}).get(path)):
            sheets += reading.inspect(part, layout)
    return sheets
