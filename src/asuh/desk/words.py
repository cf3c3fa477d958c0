"""Values in the words people use: dates, ages, periods, deadlines, numbers, masked identity numbers.

Nothing here reads the clock; what depends on a day takes it as `on`.
"""

import datetime as dt
import re
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext

DOT = "•"
# Offsets of the three Indonesian zones; no summer time in any of them.
ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}
# What stands before the name of an area of each kind; provinces need nothing, regencies bring it along.
KINDS = {
    "kecamatan": "Kec.",
    "distrik": "Distrik",
    "kelurahan": "Kel.",
    "desa": "Desa",
    "desa adat": "Desa adat",
}


def date_words(value: dt.date | None) -> str:
    """`12 Mei 2020`; an instant is taken in the current time zone."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return formats.date_format(value, "DATE_FORMAT")


def instant_words(value: dt.datetime | None) -> str:
    """`12 Mei 2020, 16.10 WIB`: the zone is always said."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    offset = local.utcoffset()
    hours = offset.total_seconds() / 3600 if offset is not None else 0
    zone = ZONES.get(int(hours)) or local.tzname() or ""
    return f"{formats.date_format(local, 'DATETIME_FORMAT')} {zone}".strip()


def period_words(value: str | dt.date | None) -> str:
    """`Januari 2020`, from `"2020-01"` or any day of the month."""
    if not value:
        return ""
    if isinstance(value, str):
        year, month = value.split("-")[:2]
        value = dt.date(int(year), int(month), 1)
    return formats.date_format(value, "YEAR_MONTH_FORMAT")


def months_between(start: dt.date, end: dt.date) -> int:
    """Whole months from `start` to `end`; negative when `end` lies before."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def age_words(born_on: dt.date | None, *, on: dt.date, born_year: int | None = None) -> str:
    """`9 th 4 bln`; below one year `4 bln`; from a birth year alone `sekitar 9 th`; unknown is empty."""
    if born_on is None:
        if born_year is None:
            return ""
        return gettext("sekitar %(years)s th") % {"years": max(on.year - born_year, 0)}
    months = months_between(born_on, on)
    if months < 0:
        return gettext("belum lahir")
    years, months = divmod(months, 12)
    if not years:
        return gettext("%(months)s bln") % {"months": months}
    if years >= 18:
        return gettext("%(years)s th") % {"years": years}
    return gettext("%(years)s th %(months)s bln") % {"years": years, "months": months}


def due_words(day: dt.date, *, on: dt.date) -> str:
    """`terlambat 3 hari`, `hari ini`, `besok`, `3 hari lagi`."""
    days = (day - on).days
    if days < 0:
        return ngettext("terlambat %(days)s hari", "terlambat %(days)s hari", -days) % {"days": -days}
    if days == 0:
        return gettext("hari ini")
    if days == 1:
        return gettext("besok")
    return ngettext("%(days)s hari lagi", "%(days)s hari lagi", days) % {"days": days}


def since_words(day: dt.date, *, on: dt.date) -> str:
    """How old something is: `hari ini`, `kemarin`, `12 hari lalu`, `19 bulan lalu`, `3 tahun lalu`."""
    days = (on - day).days
    if days <= 0:
        return gettext("hari ini")
    if days == 1:
        return gettext("kemarin")
    months = months_between(day, on)
    if months < 2:
        return ngettext("%(days)s hari lalu", "%(days)s hari lalu", days) % {"days": days}
    if months < 36:
        return ngettext("%(months)s bulan lalu", "%(months)s bulan lalu", months) % {"months": months}
    years = months // 12
    return ngettext("%(years)s tahun lalu", "%(years)s tahun lalu", years) % {"years": years}


def duration_words(seconds: float) -> str:
    """`kurang dari satu menit`, `3 menit`, `2 jam 5 menit`: for the time a job still needs."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return gettext("kurang dari satu menit")
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return ngettext("%(minutes)s menit", "%(minutes)s menit", minutes) % {"minutes": minutes}
    return gettext("%(hours)s jam %(minutes)s menit") % {"hours": hours, "minutes": minutes}


def number_words(value: int | float | Decimal | None, decimals: int | None = None) -> str:
    """`1.234,5`: grouped, with as many decimals as asked for."""
    if value is None:
        return ""
    return formats.number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)


def masked(number: object, shown: int = 2) -> str:
    """All but the last `shown` characters become dots, in groups of four: `•••• •••• •••• ••01`.

    Place and birth date stand in the front of a NIK, so nothing but the end is ever shown.
    """
    text = re.sub(r"\s", "", str(number or ""))
    if not text:
        return ""
    hidden = DOT * max(len(text) - shown, 0) + text[max(len(text) - shown, 0) :]
    return " ".join(hidden[i : i + 4] for i in range(0, len(hidden), 4))


def grouped(number: object) -> str:
    """An identity number as people read it out: groups of four."""
    text = re.sub(r"\s", "", str(number or ""))
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def file_size_words(size: int) -> str:
    """`12,4 MB`, in powers of 1,000."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= step:
            return f"{number_words(round(size / step, 1), 1)} {unit}"
    return f"{size} B"


def area_words(kind: str, name: str) -> str:
    """`Kab. Bojonegoro`, `Kota Blitar`, `Desa Ngelo`, `Jawa Timur`."""
    return f"{KINDS.get(kind, '')} {re.sub('^Kabupaten ', 'Kab. ', name)}".strip()
