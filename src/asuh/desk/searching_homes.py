"""The households of the people a search found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asuh.people.lists import short_place
from asuh.people.models import Household, Person
from asuh.people.models.registry import RelationToHead
from asuh.people.permissions import Can
from asuh.people.search import Hit
from asuh.places.querysets import path_names


@dataclass
class Home:
    """One household as the page shows it. head: "" where unknown, or not theirs to see."""

    household: Household
    head: str
    place: str
    count: int
    found: str


def homes_of(hits: Iterable[Hit], *, by: Any) -> dict[int, list[int]]:
    """Number of a household that `by` may open → the people found who live there, likeliest first."""
    likeliest = sorted(hits, key=lambda hit: -hit.score)
    findable: Any = Person.objects.reachable(by=by, to=Can.FIND_CHILD)
    people = findable.filter(pk__in=[hit.person for hit in likeliest], household__isnull=False)
    lives_in = dict(people.values_list("pk", "household"))
    found: dict[int, list[int]] = {}
    for hit in likeliest:
        if hit.person in lives_in:
            found.setdefault(lives_in[hit.person], []).append(hit.person)
    reachable: Any = Household.objects.reachable(by=by, to=Can.SEE_CHILD)
    may_open = set(reachable.current().filter(pk__in=found).values_list("pk", flat=True))
    return {home: who for home, who in found.items() if home in may_open}


def shown(homes: Sequence[int], found: Mapping[int, list[int]], *, by: Any) -> list[Home]:
    """What the page says of these."""
    households = Household.objects.in_bulk(homes)
    living = Person.objects.current().filter(household__in=homes, died_on__isnull=True)
    counts = Counter(living.values_list("household", flat=True))
    reachable: Any = Person.objects.reachable(by=by, to=Can.SEE_CHILD)
    seen = reachable.current().filter(household__in=homes)
    heads = dict(seen.filter(relation=RelationToHead.HEAD).values_list("household", "name"))
    findable: Any = Person.objects.reachable(by=by, to=Can.FIND_CHILD)
    names = dict(
        findable.filter(pk__in=[one for home in homes for one in found[home]]).values_list("pk", "name")
    )
    places = path_names(home.area_key for home in households.values() if home.area_key)
    return [
        Home(
            home,
            heads.get(home.pk, ""),
            short_place(home.area_key, places.get(home.area_key or "", ""), by.areas_for(Can.SEE_CHILD)),
            counts[home.pk],
            ", ".join(names[one] for one in found[home.pk] if one in names),
        )
        for number in homes
        if (home := households.get(number)) is not None
    ]
