"""Writing very many rows in one transaction: COPY, and indexes set aside while it runs."""

# ruff: noqa: S608  names of tables and columns come from the models

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
import psycopg
from django.db import connection, transaction

REBUILD_FROM = 20_000
"""Rows below which keeping indexes is quicker than building them anew."""


def as_csv(frame: pl.DataFrame) -> bytes:
    """For COPY … (FORMAT csv): null = nothing at all, "" = an empty text."""
    sink = io.BytesIO()
    frame.write_csv(sink, include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.f", batch_size=4096)
    return sink.getvalue()


def copy_in(cursor: Any, table: str, columns: Sequence[str], data: bytes) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(memoryview(data))  # cut into pieces on its way: without copying them


def copy_frame(cursor: Any, table: str, frame: pl.DataFrame) -> None:
    if frame.height:
        copy_in(cursor, table, frame.columns, as_csv(frame))


def copy_out(cursor: Any, query: str, schema: dict[str, Any]) -> pl.DataFrame:
    """What `query` (with no parameters of its own) selects, in the columns of `schema`."""
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        data = b"".join(bytes(block) for block in copy)
    if not data:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(data, has_header=False, schema=schema, missing_columns="raise")


@contextmanager
def without_key_triggers(cursor: Any) -> Iterator[None]:
    """Foreign keys are not looked up row by row inside; the caller vouches for them.

    A million look-ups cost more than everything else together. Needs a superuser or a role that was granted
    SET ON PARAMETER session_replication_role; without that the look-ups happen: slower, but the same.
    """
    allowed = True
    try:
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
    except Exception as error:
        if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            raise
        allowed = False
    try:
        yield
    finally:
        if allowed and not connection.needs_rollback and _usable(cursor):
            cursor.execute("SET LOCAL session_replication_role = origin")


def _usable(cursor: Any) -> bool:
    return cursor.connection.info.transaction_status in (
        psycopg.pq.TransactionStatus.INTRANS,
        psycopg.pq.TransactionStatus.IDLE,
    )


class IndexesAside:
    """Secondary indexes of an empty table, dropped before many rows come in and built after, in the caller's
    transaction.

    Only of an empty one: until the transaction ends nobody else reads the table, and a child who is in it
    must be found while somebody else's delivery comes in, however large.
    """

    def __init__(self, cursor: Any, table: str, coming: int) -> None:
        self.cursor, self.table = cursor, table
        self.builds: list[str] = []
        if coming < REBUILD_FROM:
            return
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        if cursor.fetchone()[0]:
            return
        cursor.execute(
            """
            SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), c.conname,
                   pg_get_constraintdef(c.oid)
            FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
            WHERE i.indrelid = %s::regclass AND NOT i.indisprimary
            """,
            [table],
        )
        for name, definition, constraint, constraint_definition in cursor.fetchall():
            if constraint:
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
                self.builds.append(
                    f'ALTER TABLE {table} ADD CONSTRAINT "{constraint}" {constraint_definition}'
                )
            else:
                cursor.execute(f"DROP INDEX {name}")
                self.builds.append(definition)

    def build(self) -> None:
        for statement in self.builds:
            self.cursor.execute(statement)
        self.builds = []
