"""The NIK: PPKKCC DDMMYY SSSS, 16 digits; the day is increased by 40 for women.

PPKKCC is the Kemendagri district that issued the number: a hint about where a person came from,
never an error. Two digits of year say nothing about the century, so everything here compares
day, month and the last two digits of the year, and asks for a date before it names a century.

One row at a time: `read`, `disagrees_with`. In bulk, without a loop: `columns`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

MALE, FEMALE = 1, 2
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class NotANik(ValueError):
    """The text cannot be a NIK: not 16 digits, all zeros, or an impossible date inside."""


@dataclass(frozen=True)
class Nik:
    """A NIK that can exist. `year` is the last two digits of the year of birth."""

    digits: str
    day: int
    month: int
    year: int
    sex: int

    @property
    def district(self) -> str:
        """Kemendagri district key (6 digits) at the time of issue: a hint."""
        return self.digits[:6]

    def born_on(self, at: dt.date) -> dt.date:
        """Date of birth, read as the latest century that does not lie after `at`."""
        century = at.year // 100 * 100
        for first in (century, century - 100, century - 200):
            try:
                born = dt.date(first + self.year, self.month, self.day)
            except ValueError:  # 29 February in a year that has none
                continue
            if born <= at:
                return born
        raise NotANik(self.digits)


def read(text: str | None) -> Nik:
    """The NIK in `text` (spaces around it and a leading apostrophe allowed). Raises NotANik."""
    digits = (text or "").strip().lstrip("'").strip()
    if len(digits) != 16 or not (digits.isascii() and digits.isdigit()) or not digits.strip("0"):
        raise NotANik(text)
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    sex = FEMALE if day > 40 else MALE
    day -= 40 if sex == FEMALE else 0
    if not (1 <= month <= 12 and 1 <= day <= _LONGEST[month - 1]):
        raise NotANik(text)
    if (month, day) == (2, 29) and year % 4:
        raise NotANik(text)
    return Nik(digits, day, month, year, sex)


def is_valid(text: str | None) -> bool:
    try:
        read(text)
    except NotANik:
        return False
    return True


def disagrees_with(nik: Nik, *, born_on: dt.date | None = None, sex: int | None = None) -> bool:
    """True when a known birth date or sex is not the one inside the NIK; what is unknown agrees."""
    if sex is not None and sex != nik.sex:
        return True
    return born_on is not None and (born_on.day, born_on.month, born_on.year % 100) != (
        nik.day,
        nik.month,
        nik.year,
    )


@dataclass(frozen=True)
class Columns:
    """Expressions over one text column of 16-digit candidates, for whole frames at once.

    Where `valid` is false the other expressions mean nothing.
    """

    valid: pl.Expr
    day: pl.Expr
    month: pl.Expr
    year: pl.Expr
    sex: pl.Expr

    def disagree(self, *, born_on: pl.Expr, sex: pl.Expr) -> pl.Expr:
        """`disagrees_with`, for columns: a null birth date or sex agrees."""
        date_differs = (
            (born_on.dt.day() != self.day)
            | (born_on.dt.month() != self.month)
            | (born_on.dt.year() % 100 != self.year)
        )
        return self.valid & (date_differs.fill_null(False) | (sex != self.sex).fill_null(False))


def columns(name: str) -> Columns:
    """What the NIKs in the text column `name` say (already stripped; null and nonsense allowed)."""
    text = pl.col(name)
    number = text.cast(pl.Int64, strict=False)
    coded_day = number // 100_000_000 % 100
    month = (number // 1_000_000 % 100).cast(pl.Int8)
    year = (number // 10_000 % 100).cast(pl.Int8)
    day = pl.when(coded_day > 40).then(coded_day - 40).otherwise(coded_day).cast(pl.Int8)
    sex = pl.when(coded_day > 40).then(FEMALE).otherwise(MALE).cast(pl.Int8)
    longest = (
        pl.when(month.is_in([4, 6, 9, 11]))
        .then(30)
        .when(month == 2)
        .then(pl.when(year % 4 == 0).then(29).otherwise(28))
        .otherwise(31)
    )
    sixteen = (text.str.len_bytes() == 16) & (number > 0) & ~text.str.starts_with("+")
    valid = sixteen & month.is_between(1, 12) & (day >= 1) & (day <= longest)
    return Columns(valid.fill_null(False), day, month, year, sex)
