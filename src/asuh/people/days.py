"""Days and months as people write and read them."""

import datetime as dt
import re

from django.utils.formats import date_format


def read_day(text: str) -> dt.date | None:
    """hh/bb/tttt, or as a spreadsheet program hands a date over."""
    if found := re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text.strip()):
        day, month, year = (int(part) for part in found.groups())
    elif found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text.strip()):
        year, month, day = (int(part) for part in found.groups())
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def month_words(day: dt.date) -> str:
    """Januari 2020."""
    return date_format(day, "YEAR_MONTH_FORMAT")
