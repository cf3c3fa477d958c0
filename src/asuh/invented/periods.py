"""The same people a while later: a second delivery over a first one, for history, merging and screening."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from asuh.invented.columns import nik
from asuh.invented.drawing import Dice
from asuh.kernel.dtks.layout import load

CHANGES: Mapping[str, float] = {
    "moved": 0.02, "left": 0.015, "died": 0.008, "born": 0.012, "renamed": 0.004, "nik_found": 0.3,
    "school_left": 0.03, "gone": 0.02,
}  # fmt: skip
"""What changes from one period to the next, and for which share.

moved: households that live in another village of the delivery; gone: households that are missing.
left, died: members with that presence code; born: households with a new child; renamed: members whose name is
written a little differently; nik_found: members without a NIK who now have one; school_left: pupils of 10 to
17 who no longer attend.
"""


@dataclass
class LaterDelivery:
    folder: Path
    households: int = 0
    members: int = 0
    changes: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def second_period(
    earlier: Path | str,
    folder: Path | str,
    *,
    period: str = "2021-01",
    seed: int = 2,
    changes: Mapping[str, float] | None = None,
) -> LaterDelivery:
    """Write into `folder` the people of the plain delivery in `earlier` as they are at `period`.

    Ids stay (IDBDT, IDARTBDT): the village inside them is that of the first delivery. Ages follow the birth
    date; where it is unknown or impossible they grow by the years between. Faults of the first delivery stay
    as they are. Returns how many rows each change touched.
    """
    started = time.perf_counter()
    earlier, folder = Path(earlier), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    shares = {**CHANGES, **(changes or {})}
    today = date(int(period[:4]), int(period[5:7]), 1)
    homes = _read(earlier / "households.csv").with_row_index("h")
    people = _read(earlier / "members.csv").with_row_index("m")
    counted: dict[str, int] = {}
    dice = Dice(seed, "h")

    def note(name: str, rows: pl.DataFrame, condition: pl.Expr) -> pl.Expr:
        counted[name] = int(rows.select(condition.sum()).item() or 0)
        return condition

    gone = note("gone", homes, dice.chance("gone", shares["gone"]))
    people = people.join(homes.filter(gone).select("IDBDT"), on="IDBDT", how="anti")
    homes = homes.filter(~gone)
    homes = _moved(homes, note("moved", homes, dice.chance("moved", shares["moved"])), dice)
    place = ["KDGabungan4", "KDPROP", "KDKAB", "KDKEC", "KDDESA"]
    people = people.join(
        homes.select("IDBDT", *(pl.col(c).alias(c + "_now") for c in place)), on="IDBDT", how="left"
    )
    people = people.sort("m").with_columns(pl.coalesce(c + "_now", c).alias(c) for c in place)

    before = _day(people["LastUpdateData"].drop_nulls().to_list()[:1])
    years = today.year - before.year if before else 1
    born = pl.col("TglLahir").str.to_date("%Y-%m-%d", strict=False)
    born = pl.when(born.is_between(date(1900, 1, 2), today)).then(born)
    birthday_to_come = (born.dt.month() > today.month) | (
        (born.dt.month() == today.month) & (born.dt.day() > today.day)
    )
    age = pl.coalesce(
        today.year - born.dt.year() - birthday_to_come.cast(pl.Int32),
        pl.col("Umur").cast(pl.Int32, strict=False) + years,
    )
    dice = Dice(seed, "m")
    people = people.with_columns(Umur=age.cast(pl.String), _age=age)
    pupil = (pl.col("Partisipasi_sekolah") == "1") & pl.col("_age").is_between(10, 17)
    leaves = note("school_left", people, pupil & dice.chance("school", shares["school_left"]))
    starts = (pl.col("_age") >= 7) & pl.col("Partisipasi_sekolah").is_in(["", "0"]) & (pl.col("_age") < 13)
    here = pl.col("Sta_keberadaan_art") == "1"
    died = note("died", people, here & dice.chance("died", shares["died"]))
    left = note("left", people, here & ~died & dice.chance("left", shares["left"]))
    valid = born.is_not_null() & pl.col("JnsKel").is_in(["1", "2"]) & (pl.col("NIK") == "")
    found = note("nik_found", people, valid & dice.chance("nik", shares["nik_found"]))
    district = pl.coalesce(
        pl.when(pl.col("NoKK") != "").then(pl.col("NoKK").str.slice(0, 6)), pl.lit("000000")
    )
    number = nik(district, born, pl.col("JnsKel").cast(pl.Int8, strict=False), 9000 + pl.col("m") % 1000)
    renamed = note(
        "renamed", people, dice.chance("renamed", shares["renamed"]) & (pl.col("Nama").str.len_chars() > 5)
    )
    people = people.with_columns(
        Partisipasi_sekolah=pl.when(leaves)
        .then(pl.lit("2"))
        .when(starts)
        .then(pl.lit("1"))
        .otherwise("Partisipasi_sekolah"),
        Pendidikan_tertinggi=pl.when(starts).then(pl.lit("01")).otherwise("Pendidikan_tertinggi"),
        Kelas_tertinggi=pl.when(starts).then(pl.lit("1")).otherwise("Kelas_tertinggi"),
        Ijazah_tertinggi=pl.when(starts).then(pl.lit("0")).otherwise("Ijazah_tertinggi"),
        Sta_Bekerja=pl.when((pl.col("_age") >= 5) & (pl.col("Sta_Bekerja") == ""))
        .then(pl.lit("2"))
        .otherwise("Sta_Bekerja"),
        Sta_keberadaan_art=pl.when(died)
        .then(pl.lit("2"))
        .when(left)
        .then(pl.lit("3"))
        .otherwise("Sta_keberadaan_art"),
        NIK=pl.when(found).then(number).otherwise("NIK"),
        Nama=pl.when(renamed)
        .then(
            pl.col("Nama")
            .str.replace("SITI ", "ST. ")
            .str.replace("MUHAMMAD ", "MUH. ")
            .str.replace(r"(.)(.) ", "${1} ")
        )
        .otherwise("Nama"),
        LastUpdateData=pl.lit(f"{today} 00:00:00"),
    )
    homes = homes.with_columns(LastUpdateData=pl.lit(f"{today} 00:00:00"))
    newborn = _newborn(people, Dice(seed, "m"), shares["born"], today)
    counted["born"] = len(newborn)
    people = pl.concat([people, newborn], how="diagonal").sort("m", maintain_order=True)
    sizes = people.group_by("IDBDT").agg(_size=pl.len().cast(pl.String))
    size = homes.select("IDBDT").join(sizes, on="IDBDT", how="left", maintain_order="left")["_size"]
    counts = pl.col("Jumlah_ART").str.contains(r"^\d+$") & pl.lit(size).is_not_null()
    homes = homes.with_columns(Jumlah_ART=pl.when(counts).then(pl.lit(size)).otherwise("Jumlah_ART"))
    for name, frame in (("households", homes), ("members", people)):
        names = load().table(name).names
        cells = frame.select(
            pl.when(pl.col(column) != "").then(pl.col(column)).alias(column) for column in names
        )
        cells.write_csv(folder / f"{name}.csv", null_value="")
    return LaterDelivery(folder, len(homes), len(people), counted, time.perf_counter() - started)


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).fill_null("")


def _day(stamps: list[str]) -> date | None:
    return date.fromisoformat(stamps[0][:10]) if stamps and stamps[0] else None


def _moved(homes: pl.DataFrame, condition: pl.Expr, dice: Dice) -> pl.DataFrame:
    """Give these households the village of another row of the delivery, and another address."""
    sound = homes.filter(pl.col("KDKEC") != "999")["KDGabungan4"]
    other = sound.gather(homes.select(dice.below("to", len(sound))).to_series())
    code = pl.when(condition).then(pl.lit(other)).otherwise("KDGabungan4")
    return homes.with_columns(
        KDGabungan4=code,
        Alamat=pl.when(condition).then(pl.lit("DSN PINDAHAN RT 001 RW 001")).otherwise("Alamat"),
        KDPROP=code.str.slice(0, 2),
        KDKAB=code.str.slice(2, 2),
        KDKEC=code.str.slice(4, 3),
        KDDESA=code.str.slice(7, 3),
    )


def _newborn(people: pl.DataFrame, dice: Dice, share: float, today: date) -> pl.DataFrame:
    """A child below one year for some of the younger wives, with an id beyond those in use."""
    mothers = people.filter(
        pl.col("Hub_KRT").is_in(["1", "2"])
        & (pl.col("JnsKel") == "2")
        & pl.col("_age").is_between(17, 42)
        & dice.chance("born", share * 2.6)
    )
    last = people["IDARTBDT"].str.slice(10).cast(pl.Int64, strict=False).max()
    first = int(last) + 1 if isinstance(last, int) else 1
    born = (pl.lit(today) - pl.duration(days=dice.below("days", 330) + 10)).cast(pl.Date)
    sex = (dice.below("sex", 2) + 1).cast(pl.String)
    kept = (
        "m",
        "IDBDT",
        "KDGabungan4",
        "KDPROP",
        "KDKAB",
        "KDKEC",
        "KDDESA",
        "NoKK",
        "NUK",
        "TmpLahir",
        "InitData",
        "LastUpdateData",
    )
    return mothers.select(
        *kept,
        IDARTBDT=pl.col("IDARTBDT").str.slice(0, 10)
        + (pl.int_range(pl.len()) + first).cast(pl.String).str.zfill(8),
        Nama=pl.when(sex == "1").then(pl.lit("BAYI LAKI-LAKI NY. ")).otherwise(pl.lit("BAYI PEREMPUAN NY. "))
        + pl.col("Nama").str.split(" ").list.first(),
        JnsKel=sex,
        TglLahir=born.dt.to_string("%Y-%m-%d"),
        HubKRT=pl.lit("3"),
        Hub_KRT=pl.lit("3"),
        Hubkel=pl.lit("3"),
        Umur=pl.lit("0"),
        Sta_kawin=pl.lit("1"),
        Sta_keberadaan_art=pl.lit("4"),
        Jenis_cacat=pl.lit("00"),
        Penyakit_kronis=pl.lit("0"),
        namagadis_ibukandung=pl.col("Nama"),
    )
