"""Who somebody is, in words: what was corrected, and what a delivery says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from asuh.people import told
from asuh.people.codes import IDENTITY
from asuh.people.models import IdentityChange, Person
from asuh.people.models.registry import Sex

#: shown by its last two digits only
NUMBERS = ("nik", "kk")


@dataclass(frozen=True)
class Correction:
    """One correction as a page shows it. lines: (field, before, since); source: of what stood before."""

    change: IdentityChange
    lines: list[tuple[str, str, str]]
    source: str
    may_undo: bool


@dataclass(frozen=True)
class Otherwise:
    """A field that the newest delivery tells otherwise than the golden record. differs says what stands."""

    code: str
    label: str
    value: str
    differs: str


def in_words(field: str, value: Any) -> str:
    """A value of the golden record for people; numbers by their end."""
    if value in (None, ""):
        return _("belum diketahui")
    if field in NUMBERS:
        hidden = "•" * (len(str(value)) - 2) + str(value)[-2:]
        return " ".join(hidden[at : at + 4] for at in range(0, len(hidden), 4))
    if field == "sex":
        return str(Sex(value).label)
    if field == "born_on":
        return date_format(read(field, value) if isinstance(value, str) else value, "DATE_FORMAT")
    return str(value)


def read(field: str, value: Any) -> Any:
    """A value of the golden record as it was kept in JSON."""
    return date.fromisoformat(value) if field == "born_on" and value else value


def label_of(field: str) -> str:
    """What a field is called at the beginning of a line."""
    return str(capfirst(IDENTITY[field]))


def pair_in_words(field: str, before: Any, since: Any) -> tuple[str, str]:
    """The old and the new value; of two numbers with the same end, that they differ before it."""
    old, new = in_words(field, before), in_words(field, since)
    if field in NUMBERS and old == new and before != since:
        return old, _("%(number)s, angka di depannya berubah") % {"number": new}
    return old, new


def fields_shown(values: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """In the order of the form; the year only where no date says it."""
    dated = values.get("born_on") and other.get("born_on")
    return [field for field in IDENTITY if field in values and not (field == "born_year" and dated)]


def corrections_of(person: Person) -> list[Correction]:
    """Every correction, the latest first, with whether it can still be undone."""
    changes: Any = (
        IdentityChange.objects.filter(person=person)
        .select_related("changed_by", "undone_by", "delivery", "line__sheet")
        .order_by("-pk")
    )
    found = []
    for change in changes:
        words = [
            (label_of(field), *pair_in_words(field, change.before[field], change.after[field]))
            for field in fields_shown(change.before, change.after)
        ]
        stands = change.undone_at is None and told.plain(person, change.after) == change.after
        found.append(Correction(change, words, _source(change), stands and person.withdrawn_at is None))
    return found


def otherwise(person: Person, delivered: list[told.Delivered]) -> list[Otherwise]:
    """What the newest delivery says otherwise; a record nobody has changed follows it."""
    if not delivered or person.delivery_id is not None:
        return []
    says = told.identity_in(delivered[0].member)
    differ = {field: value for field, value in says.items() if getattr(person, field) != value}
    latest: dict[str, IdentityChange] = {}
    changes: Any = IdentityChange.objects.filter(person=person, undone_at__isnull=True)
    for change in changes.select_related("changed_by").order_by("pk"):
        latest |= dict.fromkeys(change.after, change)
    here = {field: getattr(person, field) for field in differ}
    return [
        Otherwise(
            field,
            label_of(field),
            in_words(field, differ[field]),
            _standing(pair_in_words(field, differ[field], here[field])[1], latest.get(field)),
        )
        for field in fields_shown(differ, here)
    ]


def _standing(words: str, change: IdentityChange | None) -> str:
    if change is None:
        return _("Di Asuh: %(words)s") % {"words": words}
    return _("Di Asuh: %(words)s, diperbaiki %(who)s %(day)s") % {
        "words": words,
        "who": change.changed_by.get_full_name(),
        "day": date_format(change.changed_at, "DATE_FORMAT"),
    }


def _source(change: IdentityChange) -> str:
    if change.delivery is None:
        return _("dicatat di Asuh")
    return _("DTKS %(month)s") % {"month": date_format(change.delivery.period, "YEAR_MONTH_FORMAT")}
