"""Bringing the shipped list of areas into the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
from django.db import connection, transaction

from asuh.places.models import Area, Release
from asuh.places.published import digest_of_files, read_areas, read_unjoined

COLUMNS = (
    "key", "parent_id", "level", "name", "kind", "postal_code", "bps", "other_names", "regulation",
    "valid_from", "retired_on", "successors",
)  # fmt: skip


def load_areas(*, tell: Callable[[str], Any] = lambda _: None, again: bool = False) -> int:
    """Make the table of areas what the shipped file says; returns the number of codes in it.

    Nothing happens when this very file was loaded before, unless `again`. Codes are never deleted: one that a
    later file no longer lists stays as it was, because records carry it.
    """
    digest = digest_of_files()
    if not again and Release.objects.filter(digest=digest).exists():
        return Area.objects.count()
    areas = _rows(read_areas())
    unjoined = read_unjoined().select("bps", "name", "key", "why")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('asuh.places.load_areas'))")
        cursor.execute(
            "CREATE TEMPORARY TABLE new_area (LIKE places_area INCLUDING DEFAULTS) ON COMMIT DROP;"
            "CREATE TEMPORARY TABLE new_unjoined (LIKE places_unjoinedbpscode) ON COMMIT DROP"
        )
        _copy(cursor, "new_area", areas, COLUMNS)
        _copy(cursor, "new_unjoined", unjoined, unjoined.columns)
        values = ", ".join(f"{c} = EXCLUDED.{c}" for c in COLUMNS if c != "key")
        cursor.execute("UPDATE places_area SET bps = NULL WHERE bps IS NOT NULL")  # codes may have moved
        cursor.execute(
            f"INSERT INTO places_area ({', '.join(COLUMNS)}) SELECT {', '.join(COLUMNS)} FROM new_area "  # noqa: S608
            f"ON CONFLICT (key) DO UPDATE SET {values}"
        )
        cursor.execute(
            "DELETE FROM places_unjoinedbpscode;"
            "INSERT INTO places_unjoinedbpscode (bps, name, key, why) "
            "SELECT bps, name, key, why FROM new_unjoined"
        )
        Release.objects.update_or_create(pk=1, defaults={"digest": digest})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE places_area")
    from asuh.places import resolving

    resolving.forget()
    tell(f"{len(areas):,} area codes loaded.")
    return len(areas)


def _rows(areas: pl.DataFrame) -> pl.DataFrame:
    """The file's columns as the table's: parent and level from the key, '' to null, lists as arrays."""
    size = pl.col("key").str.len_chars()
    parent = pl.when(size == 10).then(6).when(size == 2).then(0).otherwise(size - 2)

    def array(column: str) -> pl.Expr:
        quoted = pl.col(column).str.replace_all('"', "").str.replace_all(r"\|", '","')
        return pl.when(pl.col(column) == "").then(pl.lit("{}")).otherwise('{"' + quoted + '"}').alias(column)

    def nullable(column: str) -> pl.Expr:
        return pl.when(pl.col(column) == "").then(None).otherwise(pl.col(column)).alias(column)

    return areas.with_columns(
        nullable("bps"),
        nullable("retired_on"),
        array("other_names"),
        array("successors"),
        parent_id=pl.when(size > 2).then(pl.col("key").str.slice(0, parent)),
        level=size.replace_strict({2: 1, 4: 2, 6: 3, 10: 4}),
    ).select(COLUMNS)


def _copy(cursor: Any, table: str, frame: pl.DataFrame, columns: Any) -> None:
    """COPY a frame into a table, as CSV: quoted text is text, nothing at all is NULL."""
    text = frame.write_csv(include_header=False, quote_style="non_numeric", null_value="")
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(text)
