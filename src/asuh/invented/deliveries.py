"""Write an invented delivery: households.csv, members.csv and faults.csv in the DTKS layout, of any size."""

from __future__ import annotations

import csv
import itertools
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Literal

import polars as pl

from asuh.invented import columns
from asuh.invented.drawing import Dice, cases
from asuh.invented.households import PLACES, born_on, make_households, make_members, villages_of
from asuh.kernel.dtks.layout import load

Style = Literal["plain", "messy"]
CHUNK = 40_000
"""Households written at a time; decides memory, not the result."""
PER_HOUSEHOLD = 3.9

HOUSEHOLD_FAULTS: Mapping[str, float] = {"region": 0.010, "code": 0.012, "short": 0.016}
MEMBER_FAULTS: Mapping[str, float] = {
    "no_name": 0.0053, "orphan": 0.0057, "duplicate": 0.0023, "sex": 0.0033, "bad_code": 0.005,
    "nik_sci": 0.006, "nik_short": 0.0043, "date_future": 0.0053,
}  # fmt: skip
"""Shares of the rows with each planted fault, those of the samples."""
FURTHER_FAULTS = ("nik_zero", "nik_shared", "nik_disagrees")
"""Faults that are planted only when they are asked for by name."""
NO_FAULTS: Mapping[str, float] = {}


@dataclass
class Delivery:
    """What was written. faults: counts by name; rows: rows of the two files, planted doubles included."""

    folder: Path
    households: int = 0
    members: int = 0
    rows: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def write_delivery(
    folder: Path | str,
    *,
    regency: str = "3522",
    members: int = 20_000,
    seed: int = 1,
    period: str = "2020-01",
    faults: Mapping[str, float] | None = None,
    style: Style = "plain",
    areas: pl.DataFrame | None = None,
) -> Delivery:
    """Write `members` invented people of a regency (or a whole province: its two digits) into `folder`.

    regency: BPS code. period: '2020-01'; ages are those of its first day. faults: share of rows by name, None
    for those of the samples, NO_FAULTS for a clean delivery. style 'messy': semicolons, byte order mark,
    misspelt headers in another order, names of places, day/month/year dates, empty lines at the end.
    areas: the shipped list of areas, where it is at hand already. The same arguments write the same files.
    """
    started = time.perf_counter()
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    shares = {**HOUSEHOLD_FAULTS, **MEMBER_FAULTS} if faults is None else dict(faults)
    unknown = set(shares) - set(HOUSEHOLD_FAULTS) - set(MEMBER_FAULTS) - set(FURTHER_FAULTS)
    if unknown:
        raise ValueError(f"unknown faults: {', '.join(sorted(unknown))}")
    if areas is None:
        from asuh.places.published import read_areas

        areas = read_areas()
    today = date(int(period[:4]), int(period[5:7]), 1)
    villages = villages_of(areas, regency)
    seed = seed * 10_007 + int(regency)  # another regency, other people
    households, people = _cast(villages, members, seed, today)
    result = Delivery(folder, households=len(households), members=len(people))
    with _Out(folder, style, seed) as out:
        for start in range(0, len(households), CHUNK):
            some = households.slice(start, CHUNK)
            low, high = some["h"][0] * PLACES, (some["h"][-1] + 1) * PLACES
            theirs = people.filter(pl.col("m").is_between(low, high, closed="left"))
            cells = columns.member_cells(theirs, some, villages, seed, today)
            heads = cells.group_by("h", maintain_order=True).agg(
                Nama_KRT=pl.col("name").first(),
                Jumlah_ART=pl.len().cast(pl.String),
                Jumlah_Keluarga=pl.col("family").n_unique().cast(pl.String),
            )
            homes = columns.household_cells(some, heads, villages, seed, today)
            out.write("households", _plant_households(homes, shares, seed, out.faults), villages)
            out.write("members", _plant_members(cells, shares, seed, out.faults), villages)
        result.rows = out.rows
        result.faults = Counter(fault for _, _, fault in out.faults)
    result.seconds = time.perf_counter() - started
    return result


def _cast(villages: pl.DataFrame, wanted: int, seed: int, today: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Exactly `wanted` people in their households; the last household may be cut short behind its head."""
    count = int(wanted / 3.2) + 5
    households = make_households(villages, count, seed, today)
    people = born_on(make_members(households, seed), seed, today).head(wanted)
    households = households.head(people["h"][-1] + 1)
    districts = villages["district"]
    people = columns.with_numbers(people, households, districts, seed)
    # A mother cut off with the last household's end is one who lives elsewhere.
    people = people.with_columns(
        mother=pl.when(pl.col("mother") <= people["m"][-1]).then("mother").otherwise(-1)
    )
    bps = villages["bps"].gather(households["place"])
    return households.with_columns(idbdt=pl.concat_str(pl.lit(bps), columns.text(pl.col("h") + 1, 6))), people


# ── faults ────────────────────────────────────────────────────────────────────────────────────────


def _drawn(
    frame: pl.DataFrame, shares: Mapping[str, float], names: tuple[str, ...], dice: Dice
) -> pl.DataFrame:
    """Add `fault`: at most one for a row, '' for most."""
    planted = [name for name in names if shares.get(name)]
    reached = list(itertools.accumulate(shares[name] for name in planted))
    chosen = [(dice.unit("fault") < top, pl.lit(name)) for top, name in zip(reached, planted, strict=True)]
    return frame.with_columns(fault=cases(chosen, pl.lit("")))


def _plant_households(
    homes: pl.DataFrame, shares: Mapping[str, float], seed: int, found: list[tuple[str, str, str]]
) -> pl.DataFrame:
    dice = Dice(seed, "h")
    homes = _drawn(homes, shares, tuple(HOUSEHOLD_FAULTS), dice)
    fault = pl.col("fault")
    nowhere = pl.concat_str(
        pl.col("bps").str.slice(0, 4), pl.lit("999"), columns.text(dice.below("nowhere", 12) + 1, 3)
    )
    homes = homes.with_columns(
        Jumlah_ART=pl.when(fault == "short").then(pl.lit("x")).otherwise("Jumlah_ART"),
        lantai=pl.when(fault == "code").then(pl.lit("99")).otherwise("lantai"),
        KDKEC=pl.when(fault == "region").then(pl.lit("999")).otherwise("KDKEC"),
        KDGabungan4=pl.when(fault == "region").then(nowhere).otherwise("KDGabungan4"),
    ).with_columns(KDDESA=pl.col("KDGabungan4").str.slice(7, 3))
    found += [
        ("households", row[0], row[1]) for row in homes.filter(fault != "").select("IDBDT", "fault").rows()
    ]
    return homes


def _plant_members(
    cells: pl.DataFrame, shares: Mapping[str, float], seed: int, found: list[tuple[str, str, str]]
) -> pl.DataFrame:
    dice = Dice(seed, "m")
    cells = _drawn(cells, shares, (*MEMBER_FAULTS, *FURTHER_FAULTS), dice)
    # Without a number there is none to spoil.
    about_nik = pl.col("fault").str.starts_with("nik_")
    cells = cells.with_columns(
        fault=pl.when(about_nik & (pl.col("NIK") == "")).then(pl.lit("")).otherwise("fault"),
        _neighbour=pl.col("NIK").shift(1).fill_null(""),
    )
    fault, digits = pl.col("fault"), pl.col("NIK")
    other = pl.concat_str(digits.str.slice(0, 6), pl.lit("310190"), digits.str.slice(12, 4))
    cells = cells.with_columns(
        Nama=pl.when(fault == "no_name").then(pl.lit(" ")).otherwise("Nama"),
        IDBDT=pl.when(fault == "orphan")
        .then(pl.concat_str(pl.col("IDBDT").str.slice(0, 15), pl.lit("X")))
        .otherwise("IDBDT"),
        JnsKel=pl.when(fault == "sex").then(pl.lit("")).otherwise("JnsKel"),
        Hub_KRT=pl.when(fault == "bad_code").then(pl.lit("19")).otherwise("Hub_KRT"),
        HubKRT=pl.when(fault == "bad_code").then(pl.lit("19")).otherwise("HubKRT"),
        TglLahir=pl.when(fault == "date_future").then(pl.lit("2091-03-04")).otherwise("TglLahir"),
        NIK=pl.when(fault == "nik_sci")
        .then(pl.concat_str(digits.str.slice(0, 1), pl.lit("."), digits.str.slice(1, 5), pl.lit("E+15")))
        .when(fault == "nik_short")
        .then(digits.str.slice(1))
        .when(fault == "nik_zero")
        .then(pl.lit("0" * 16))
        .when((fault == "nik_shared") & (pl.col("_neighbour") != ""))
        .then("_neighbour")
        .when(fault == "nik_disagrees")
        .then(other)
        .otherwise(digits),
    )
    doubles = cells.filter(pl.col("fault") == "duplicate")
    found += [
        ("members", row[0], row[1])
        for row in cells.filter(pl.col("fault") != "").select("IDARTBDT", "fault").rows()
    ]
    return pl.concat([cells, doubles])


# ── files ─────────────────────────────────────────────────────────────────────────────────────────


class _Out:
    """The three files, written chunk by chunk."""

    def __init__(self, folder: Path, style: Style, seed: int) -> None:
        self.folder, self.style, self.seed = folder, style, seed
        self.files: dict[str, IO[bytes]] = {}
        self.faults: list[tuple[str, str, str]] = []
        self.rows = 0

    def __enter__(self) -> _Out:
        for name in ("households", "members"):
            self.files[name] = (self.folder / f"{name}.csv").open("wb")
        return self

    def __exit__(self, *error: object) -> None:
        for name, file in self.files.items():
            if self.style == "messy":
                file.write((";" * (len(_header(name, self.style)) - 1) + "\r\n").encode() * 2)
            file.close()
        with (self.folder / "faults.csv").open("w", newline="") as faults:
            writer = csv.writer(faults, lineterminator="\n")
            writer.writerow(["file", "id", "fault"])
            writer.writerows(self.faults)

    def write(self, table: str, cells: pl.DataFrame, villages: pl.DataFrame) -> None:
        header = _header(table, self.style)
        names = ("NMPROP", "NMKAB", "NMKEC", "NMDESA")
        if self.style == "messy":
            lost = cells["KDGabungan4"].str.slice(4, 3) == "999"
            cells = cells.with_columns(villages[name].gather(cells["place"]).alias(name) for name in names)
            cells = cells.with_columns(
                pl.when(lost).then(pl.lit("")).otherwise(name).alias(name) for name in names[2:]
            )
            if table == "members":
                dmy = pl.col("TglLahir").str.replace(r"^(\d{4})-(\d{2})-(\d{2})$", "$3/$2/$1")
                keep = (pl.col("TglLahir") == "0000-00-00") | Dice(self.seed, "m").chance("iso", 0.1)
                cells = cells.with_columns(TglLahir=pl.when(keep).then("TglLahir").otherwise(dmy))
            else:
                broken = Dice(self.seed, "h").chance("broken", 0.003)
                cells = cells.with_columns(
                    Alamat=pl.when(broken)
                    .then(pl.col("Alamat").str.replace(" RT", "\nRT"))
                    .otherwise("Alamat")
                )
        layout = [name for name in load().table(table).names if name in cells.columns]
        full = cells.select(layout).with_columns(
            pl.lit(None, pl.String).alias(name) for name in load().table(table).names if name not in layout
        )
        # An empty cell is written as nothing, not as two quotes.
        full = full.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))
        first = not self.files[table].tell()
        messy = self.style == "messy"
        if first:
            if messy:
                self.files[table].write(b"\xef\xbb\xbf")
            titles = [_misspelt(name, i) if messy else name for i, name in enumerate(header)]
            end = "\r\n" if messy else "\n"
            self.files[table].write(((";" if messy else ",").join(titles) + end).encode())
        self.files[table].write(
            full.select(header)
            .write_csv(
                separator=";" if messy else ",",
                include_header=False,
                null_value="",
                line_terminator="\r\n" if messy else "\n",
            )
            .encode()
        )
        self.rows += len(full)


def _header(table: str, style: Style) -> list[str]:
    """Columns in the order of the layout, or turned by eight."""
    names = load().table(table).names
    return [*names[8:], *names[:8]] if style == "messy" else list(names)


def _misspelt(name: str, position: int) -> str:
    return f"{name.upper()} " if position % 3 == 0 else name.lower()
