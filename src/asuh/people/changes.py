"""Who changed what about a person or a household, a page at a time, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from asuh.access.asked import key_of
from asuh.access.naming import doer, doers
from asuh.audit import codes as audit_codes
from asuh.audit.models import Event
from asuh.people.models import Household, Person, Residence
from asuh.people.permissions import Can

SHOWN = 20
MOVES = ("people.person_moved", "people.move_undone")
OF_MEMBERS = (
    "people.birth_recorded",
    "people.death_recorded",
    "people.death_undone",
    "people.relation_changed",
)


def before_of(request: HttpRequest) -> int | None:
    """The event behind which the page asked for begins."""
    return key_of(request.GET.get("sebelum", ""))


def of_household(home: Household, *, by: Any, before: int | None) -> Any:
    """What changed in a household: its own events, its members' births, deaths and moves, and the split it
    came from; of people only what concerns those whom `by` reaches.
    """
    reached: Any = Person.objects.reachable(by=by, to=Can.SEE_CHILD)
    members = list(reached.filter(household=home).values_list("pk", flat=True))
    former = list(reached.filter(residences__household=home).values_list("pk", flat=True))
    homes: Any = Residence.objects.filter(person__in=members).exclude(household=None)
    about = Q(subject_kind="household", subject_id=home.pk)
    about |= Q(subject_kind="person", subject_id__in=members, what__in=OF_MEMBERS)
    about |= Q(subject_kind="person", subject_id__in=[*members, *former], what__in=MOVES) & (
        Q(details__from_household=home.pk) | Q(details__to_household=home.pk)
    )
    about |= Q(
        subject_kind="household",
        subject_id__in=list(homes.values_list("household", flat=True)),
        what="people.household_split",
        details__founded=home.pk,
    )
    told = Event.objects.filter(about, what__startswith="people.", refused=False)
    told = told.exclude(what="people.household_opened")
    return (told.filter(pk__lt=before) if before else told).order_by("-pk")[: SHOWN + 1]


def lines(events: Iterable[Event]) -> dict[str, Any]:
    """`changes`, as the page lists them, and `older`, the address of those before, "" if there are none."""
    found = list(events)
    shown, names = found[:SHOWN], doers(found[:SHOWN])
    return {
        "changes": [
            {
                "on": event.at,
                "title": audit_codes.words(event),
                "text": event.why,
                "by": doer(event, names),
                "icon": "history",
            }
            for event in shown
        ],
        "older": f"?sebelum={shown[-1].pk}#h-siapa" if len(found) > SHOWN else "",
    }
