"""What looking at people leaves in the trail: pages that name somebody, and numbers tried in vain."""

from collections.abc import Iterable
from typing import Any

from asuh.access.asked import keys_of
from asuh.audit import actions as audit
from asuh.people.models import Household, Person

#: `part` of an opening where a form names somebody beside the one it is about
NAMED = "named"


def opened(person: Person, *, by: Any, part: str) -> None:
    """`by` is shown the page of `person`, or a form that names them."""
    audit.record(
        "people.child_opened", by=by, on=("person", person.pk), area_key=person.area_key or "", part=part
    )


def number_shown(person: Person, *, by: Any, which: str) -> None:
    """`by` is shown a whole number of `person`."""
    audit.record(
        "people.number_shown", by=by, on=("person", person.pk), area_key=person.area_key or "", which=which
    )


def named(people: Iterable[Person], *, by: Any) -> None:
    """`by` is shown the names of these people, to choose from."""
    for person in people:
        opened(person, by=by, part=NAMED)


def listed(what: str, people: Iterable[Person], *, by: Any, areas: list[str]) -> None:
    """`by` is shown a list; one event says who stands on it. areas: what the list is of."""
    numbers = [person.pk for person in people]
    area_key = areas[0] if len(areas) == 1 else ""
    audit.record(what, by=by, area_key=area_key, count=len(numbers), persons=numbers)


def tried(record: type[Person | Household], number: int, *, by: Any, to: str) -> None:
    """`by` named somebody by a number that is not theirs, or nobody's: the two look the same."""
    kind = "person" if record is Person else "household"
    audit.record("access.refused", by=by, on=(kind, number), refused=True, permission=str(to))


def chosen_of(record: type[Person | Household], typed: Iterable[str], *, by: Any, to: str) -> list[int]:
    """The ids typed that `by` may `to`; each of the others is written down as a refusal."""
    numbers = sorted(set(keys_of(list(typed))))
    reachable: Any = record.objects.reachable(by=by, to=to)
    theirs = set(reachable.filter(pk__in=numbers).values_list("pk", flat=True))
    for number in numbers:
        if number not in theirs:
            tried(record, number, by=by, to=to)
    return [number for number in numbers if number in theirs]
