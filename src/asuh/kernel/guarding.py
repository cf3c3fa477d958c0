"""The apostrophe that keeps a spreadsheet from running a cell: put before one, and taken away again."""

from __future__ import annotations

import polars as pl

SIGNS = "=+-@\t\r"
"""What a cell begins with that a spreadsheet would run."""
_SIGN = "[" + "".join("\\" + sign if sign in "-" else sign for sign in SIGNS) + "]"
_GUARDED_BYTES = frozenset(sign.encode() for sign in SIGNS)


def guarded(text: str) -> str:
    """`=1+1` → `'=1+1`."""
    return f"'{text}" if text[:1] and text[0] in SIGNS else text


def unguarded(text: str) -> str:
    """`'=1+1` → `=1+1`; any other apostrophe stays."""
    return text[1:] if text[:1] == "'" and text[1:2] and text[1] in SIGNS else text


def guarded_column(text: pl.Expr) -> pl.Expr:
    """`guarded`, for columns; a plain negative number runs nothing and stays a number."""
    runs = text.str.contains(f"^{_SIGN}") & ~text.str.contains(r"^-\d+([.,]\d+)?$")
    return pl.when(runs).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)


def unguarded_column(text: pl.Expr) -> pl.Expr:
    """`unguarded`, for columns."""
    return pl.when(text.str.contains(f"^'{_SIGN}")).then(text.str.slice(1)).otherwise(text)


def may_be_guarded(chunk: bytes) -> bool:
    """Whether an apostrophe stands before a sign anywhere. From one apostrophe to the next: a pattern over
    every byte takes as long as the rest of a reading."""
    at = chunk.find(b"'")
    while at >= 0:
        if chunk[at + 1 : at + 2] in _GUARDED_BYTES:
            return True
        at = chunk.find(b"'", at + 1)
    return False
