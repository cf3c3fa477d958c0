"""Ages, counted in completed years at a date that the caller names."""

from __future__ import annotations

import datetime as dt

ADULT_AT = 18
"""Completed years; a child is a person under 18 (UU 35/2014, article 1)."""


def completed_years(born_on: dt.date, at: dt.date) -> int:
    """Birthdays since birth. Who is born on 29 February has the birthday on 1 March in a common year."""
    return at.year - born_on.year - ((at.month, at.day) < (born_on.month, born_on.day))


def is_child(born_on: dt.date, at: dt.date) -> bool:
    return completed_years(born_on, at) < ADULT_AT


def year_from_age(age: int, at: dt.date) -> int:
    """Estimated year of birth of somebody who was `age` completed years old at `at` (± 1)."""
    return at.year - age
