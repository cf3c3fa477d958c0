"""That somebody is recorded outside one's own areas: who may hear it, how often, and what is written down.

Only in which regency, never who. Every such answer is an event of the trail, and there are ASKED_A_DAY of
them for one person on one day, whichever page gives them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from asuh.audit import actions as audit
from asuh.audit.models import Event
from asuh.people.models import Person

if TYPE_CHECKING:
    from asuh.access.models import User
    from asuh.people.querysets import PersonQuerySet

ASKED_A_DAY = 30
"""Answers about people outside one's areas that one person may get in a day."""
TOLD = "people.told_of_child"


def answers_left(by: User) -> int:
    """How many answers `by` may still get today."""
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return max(0, ASKED_A_DAY - Event.objects.filter(actor_id=by.pk, what=TOLD, at__gte=since).count())


def may_ask(by: User) -> bool:
    """Whether `by` has an answer left today."""
    return answers_left(by) > 0


def outside(people: PersonQuerySet, *, by: User, to: str) -> PersonQuerySet:
    """Those of `people` whom no post of `by` reaches."""
    mine: Any = Person.objects.reachable(by=by, to=to)
    return people.exclude(pk__in=mine.values("pk"))


def tell(people: PersonQuerySet, *, by: User) -> list[str]:
    """Keys of the regencies where `people` are recorded. The answer is written down: ask `may_ask` first."""
    keys = sorted({key[:4] for key in people.values_list("area_key", flat=True) if key})
    audit.record(TOLD, by=by, count=len(keys), areas=keys)
    return keys
