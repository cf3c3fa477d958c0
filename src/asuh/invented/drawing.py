"""Chance without loops: every draw is a hash of the row's number, so a seed gives the same people every time,
whatever the chunks they are made in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

SLOTS = 8192


class Dice:
    """Draws for the rows of a frame, from a column of row numbers. `salt` names the draw."""

    def __init__(self, seed: int, column: str = "m") -> None:
        self.seed = seed
        self.column = column

    def _bits(self, salt: str) -> pl.Expr:
        # FNV-1a of the name: Python's own hash() differs from run to run.
        number = 2166136261
        for byte in f"{self.seed}/{salt}".encode():
            number = ((number ^ byte) * 16777619) % 2**32
        return pl.col(self.column).cast(pl.UInt64).hash(number)

    def unit(self, salt: str) -> pl.Expr:
        """Evenly spread in [0, 1)."""
        return (self._bits(salt) // 2048).cast(pl.Float64) / 2.0**53

    def below(self, salt: str, bound: int) -> pl.Expr:
        """A whole number in [0, bound)."""
        return (self._bits(salt) // 2048 % bound).cast(pl.Int64)

    def between(self, salt: str, low: pl.Expr | float, high: pl.Expr | float) -> pl.Expr:
        """A fraction in [low, high)."""
        return low + self.unit(salt) * (high - low)

    def chance(self, salt: str, share: pl.Expr | float) -> pl.Expr:
        """True for about this share of the rows."""
        return self.unit(salt) < share

    def pick(self, salt: str, shares: Mapping[str, float]) -> pl.Expr:
        """One of the keys, by their relative shares."""
        return self.one_of(salt, slots(shares))

    def one_of(self, salt: str, table: pl.Series) -> pl.Expr:
        """One entry of a table whose entries repeat as often as they are likely."""
        return pl.lit(table).gather(self.below(salt, len(table)))


def cases(pairs: Iterable[tuple[pl.Expr, pl.Expr]], otherwise: pl.Expr) -> pl.Expr:
    """The value of the first condition that holds, of (condition, value) pairs."""
    found = otherwise
    for condition, value in reversed(list(pairs)):
        found = pl.when(condition).then(value).otherwise(found)
    return found


def slots(shares: Mapping[str, float], size: int = SLOTS) -> pl.Series:
    """A table of about `size` entries: each key as often as its share demands, and once at least."""
    total = sum(shares.values())
    entries: list[str] = []
    carried = 0.0
    for key, share in shares.items():
        carried += share / total * size
        count = max(1 if share else 0, round(carried) - len(entries))
        entries += [key] * count
    return pl.Series(entries, dtype=pl.String)


def zipf(words: Sequence[str], *, shift: float = 8, power: float = 0.95) -> dict[str, float]:
    """Shares by rank, as names are spread in a population: a few very often, a long tail."""
    return {word: 1 / (rank + shift) ** power for rank, word in enumerate(words)}
