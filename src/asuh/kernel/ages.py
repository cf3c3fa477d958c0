"""Ages, counted in completed years and months at a date that the caller names."""

from __future__ import annotations

import datetime as dt

ADULT_AT = 18
"""Completed years; a child is a person under 18 (UU 35/2014, article 1)."""


def completed_months(born_on: dt.date, at: dt.date) -> int:
    """Months since birth; negative before it. Born on the 31st, a month is complete on its last day."""
    months = (at.year - born_on.year) * 12 + at.month - born_on.month
    if at.day < born_on.day and not _is_last_day(at):
        months -= 1
    return months


def completed_years(born_on: dt.date, at: dt.date) -> int:
    """Birthdays since birth. Who is born on 29 February has the birthday on 1 March in a common year."""
    return at.year - born_on.year - ((at.month, at.day) < (born_on.month, born_on.day))


def is_child(born_on: dt.date, at: dt.date) -> bool:
    return completed_years(born_on, at) < ADULT_AT


def turns_adult_on(born_on: dt.date) -> dt.date:
    """The first day on which the person is no longer a child."""
    try:
        return born_on.replace(year=born_on.year + ADULT_AT)
    except ValueError:
        return dt.date(born_on.year + ADULT_AT, 3, 1)


def year_from_age(age: int, at: dt.date) -> int:
    """Estimated year of birth of somebody who was `age` completed years old at `at` (± 1)."""
    return at.year - age


def _is_last_day(day: dt.date) -> bool:
    return (day + dt.timedelta(days=1)).month != day.month
