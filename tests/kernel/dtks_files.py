"""Small deliveries for the tests of reading and normalising."""

import csv
import datetime as dt
import io
from pathlib import Path

import polars as pl

from asuh.kernel.dtks import layout, normalising, reading

DTKS = layout.load()
SAMPLES = Path(__file__).parents[2].parent / "shared" / "dtks" / "sample"
RULES = normalising.Rules(dt.date(2020, 1, 1), dt.date(2026, 11, 24))
MEMBER = {
    "IDBDT": "3522200011000001", "IDARTBDT": "352220001100000001", "KDGabungan4": "3522200011", "KDPROP": "35",
    "KDKAB": "22", "KDKEC": "200", "KDDESA": "011", "Nama": "SITI AMINAH", "JnsKel": "2", "TglLahir": "1995-09-04",
    "HubKRT": "3", "NIK": "3522094409950001", "NoKK": "3522091403192388", "Hub_KRT": "3", "Umur": "24",
    "Jenis_cacat": "00", "namagadis_ibukandung": "INDAH", "InitData": "2015-08-01 00:00:00",
}  # fmt: skip


def text_file(folder: Path, rows: list[dict[str, str]], *, name="members.csv", delimiter=",", encoding="utf-8",
              before="", after="") -> Path:  # fmt: skip
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path = folder / name
    path.write_bytes((before + made.getvalue() + after).encode(encoding))
    return path


def read(path: Path) -> pl.DataFrame:
    (sheet,) = reading.inspect(path, DTKS)
    return pl.concat(list(sheet.batches()), how="diagonal")


def normalised(rules=RULES, table="members", **changes):
    """One row with `changes`: (typed row as a dict, {code: severity}, kept raw values)."""
    done = normalised_frame(rules, table, **changes)
    told = {row["code"]: row["severity"] for row in done.problems.iter_rows(named=True) if row["code"]}
    kept = {row["column"]: row["raw"] for row in done.problems.filter(pl.col("kept")).iter_rows(named=True)}
    return done.typed.row(0, named=True), told, kept


def normalised_frame(rules=RULES, table="members", **changes) -> normalising.Normalised:
    columns = dict.fromkeys(DTKS.table(table).names) | (MEMBER if table == "members" else {}) | changes
    raw = pl.DataFrame(
        {name: pl.Series([value], dtype=pl.String) for name, value in columns.items()}
        | {
            reading.EXTRA: pl.Series([None], dtype=pl.String),
            reading.OVERFLOW: pl.Series([None], dtype=pl.String),
        }
    ).with_row_index(reading.ROW, offset=2)
    return normalising.Normaliser(DTKS.table(table), rules)(raw)
