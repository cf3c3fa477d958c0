"""Since when somebody lives where they live, and how exactly that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from asuh.people.codes import Started
from asuh.people.models import MemberRow, Person, Residence


@dataclass(frozen=True)
class Since:
    """A beginning. exactness: a codes.Started."""

    on: date
    exactness: str


def since_of(person: Person) -> Since | None:
    """Since when `person` lives in the present home; None = nothing tells."""
    if person.resident_since:
        return Since(person.resident_since, Started.DAY)
    last: Residence | None = person.residences.order_by("-ended_on", "-pk").first()
    if last is not None:
        return Since(last.ended_on, Started.PERIOD if last.delivery_id else Started.DAY)
    home = person.household
    if home is None or home.idbdt is None:
        return None
    rows: Any = MemberRow.objects.standing().filter(
        person=person, idbdt=home.idbdt, area_key=person.area_key or ""
    )
    first = rows.aggregate(first=Min("period"))["first"]
    return Since(first, Started.BEFORE) if first else None


def since_words(since: Since | None) -> str:
    """`sejak 3 Mei 2021`; by DTKS `sejak periode Juli 2020`, `sejak sebelum Januari 2020`; "" = unknown."""
    if since is None:
        return ""
    if since.exactness == Started.DAY:
        return _("sejak %(day)s") % {"day": date_format(since.on, "DATE_FORMAT")}
    month = {"month": date_format(since.on, "YEAR_MONTH_FORMAT")}
    if since.exactness == Started.PERIOD:
        return _("sejak periode %(month)s, menurut DTKS") % month
    return _("sejak sebelum %(month)s, menurut DTKS") % month


def left_words(home: Residence) -> tuple[str, str]:
    """(since when, until when) of a home somebody has left."""
    began = Since(home.started_on, home.started_as) if home.started_on else None
    if home.delivery_id is None:
        return since_words(began), _("sampai %(day)s") % {"day": date_format(home.ended_on, "DATE_FORMAT")}
    return since_words(began), _("sampai periode %(month)s, menurut DTKS") % {
        "month": date_format(home.ended_on, "YEAR_MONTH_FORMAT")
    }
