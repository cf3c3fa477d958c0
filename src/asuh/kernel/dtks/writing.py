"""Writing: typed rows back into a delivery's files, in the layout's own columns and order.

A value that was accepted is written the normalised way (see `normalising`); one that was not is written
raw, as it came, so that reading the file again gives the same rows with the same reasons.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from asuh.kernel.dtks.layout import Column, Table
from asuh.kernel.guarding import guarded_column

SHEET_ROWS = 1_000_000
"""Rows of one sheet; what is longer goes on in the next one, under the same header."""


def rendered(table: Table, typed: pl.DataFrame, raw: pl.Series, *, with_hidden: bool = False) -> pl.DataFrame:
    """Text of every layout column; null where nothing stands.

    raw: per row, JSON of what its typed columns could not hold, or null.
    with_hidden: also the columns the layout hides (card numbers).
    """
    frame = typed.select(_written(table[name]).alias(name) for name in table.names)
    kept: dict[str, dict[int, str]] = {}
    for at, text in zip(raw.is_not_null().arg_true().to_list(), raw.drop_nulls().to_list(), strict=True):
        for name, value in json.loads(text).items():
            kept.setdefault(name, {})[at] = value
    for name, values in kept.items():
        if name in table.names:
            column = frame[name].to_list() if len(values) > frame.height // 2 else None
            if column is None:
                places = pl.Series(list(values), dtype=pl.UInt32)
                frame = frame.with_columns(frame[name].scatter(places, list(values.values())).alias(name))
            else:
                for at, value in values.items():
                    column[at] = value
                frame = frame.with_columns(pl.Series(name, column, dtype=pl.String))
    if not with_hidden:
        frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in table.hidden)
    return frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)) for name in frame.columns)


def write_csv(table: Table, frames: Iterable[pl.DataFrame], path: Path, *, extra: Sequence[str] = ()) -> int:
    """Comma, UTF-8, one header line. What a spreadsheet would run (in any column, and in the header) gets a
    leading apostrophe, which reading takes away again; a negative number stays one. extra: columns of the
    frames beyond the layout's. Returns the number of rows."""
    rows = 0
    header = pl.DataFrame(
        [[*table.names, *extra]],
        orient="row",
        schema=[str(at) for at in range(len(table.names) + len(extra))],
    )
    with path.open("wb") as file:
        header.select(guarded(name) for name in header.columns).write_csv(file, include_header=False)
        for frame in frames:
            frame.select(guarded(name) for name in frame.columns).write_csv(file, include_header=False)
            rows += frame.height
    return rows


def guarded(name: str) -> pl.Expr:
    """The text column with an apostrophe before what a spreadsheet would run."""
    return guarded_column(pl.col(name)).alias(name)


def write_xlsx(table: Table, frames: Iterable[pl.DataFrame], path: Path, *, extra: Sequence[str] = ()) -> int:
    """Every cell as text, so that no program counts, rounds or runs it. Returns the number of rows."""
    header = [*table.names, *extra]
    rows = 0
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    try:
        sheet: Any = None
        for frame in frames:
            for line in frame.iter_rows():
                if rows % SHEET_ROWS == 0:
                    sheet = book.add_worksheet(f"Data {rows // SHEET_ROWS + 1}" if rows else "Data")
                    sheet.write_row(0, 0, header)
                for at, cell in enumerate(line):
                    if cell is not None:
                        sheet.write_string(rows % SHEET_ROWS + 1, at, cell)
                rows += 1
        if sheet is None:
            book.add_worksheet("Data").write_row(0, 0, header)
    finally:
        book.close()
    return rows


def write_template(table: Table, path: Path) -> None:
    """An empty file to fill in: the header alone, in the form `path` names."""
    empty = pl.DataFrame(schema=dict.fromkeys(table.names, pl.String))
    (write_xlsx if path.suffix == ".xlsx" else write_csv)(table, [empty], path)


def _written(column: Column) -> pl.Expr:
    value = pl.col(column.name)
    match column.kind:
        case "code":
            assert column.codes is not None, column.name
            return value.cast(pl.String).str.zfill(column.codes.width)
        case "date":
            return value.dt.to_string("%Y-%m-%d")
        case "datetime":
            whole = value.dt.to_string("%Y-%m-%d %H:%M:%S")
            return (
                pl.when(value.dt.microsecond() == 0)
                .then(whole)
                .otherwise(value.dt.to_string("%Y-%m-%d %H:%M:%S%.6f"))
            )
        case "decimal":
            return value.cast(pl.String).str.replace(r"\.0$", "")
        case _:
            return value.cast(pl.String)
