"""What is known about a person as one reader may read it: the only way facts leave the registry.

A fact that holds a restricted answer is withheld whole from who may not read such answers, its kind, day and
recorder with it: a mark in its place would say what it hides. The reader learns that something is withheld,
not what. Reasons: docs/decisions/0013.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from asuh.audit.models import Event
from asuh.people.models import KINDS, Fact, Person
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User


@dataclass(frozen=True)
class Reading:
    """What stands about a person, by kind, newest first. withheld: there is more, which is restricted."""

    facts: dict[str, list[Any]] = field(default_factory=dict)
    withheld: bool = False


def may_read(fact: Fact, person: Person, *, by: User) -> bool:
    """Whether `by` may read `fact` about `person`, whom they reach."""
    return not fact.is_restricted or by.can_at(Can.SEE_RESTRICTED, person)


def facts_of(person: Person, *, by: User) -> Reading:
    """What stands about `person`. One query a kind."""
    told = {kind: list(_of(person, kind, ended=False)) for kind in KINDS}
    if by.can_at(Can.SEE_RESTRICTED, person):
        return Reading(told)
    readable = {kind: [fact for fact in facts if not fact.is_restricted] for kind, facts in told.items()}
    return Reading(readable, withheld=readable != told)


def facts_about(people: Iterable[int | None], kind: str, *, by: User) -> list[Any]:
    """What stands of one kind about people whom `by` reaches, newest first. One query."""
    facts: Any = KINDS[kind]._default_manager
    told = facts.standing().filter(person__in=people).select_related("person")
    return [fact for fact in told if may_read(fact, fact.person, by=by)]


def ended_facts_of(person: Person, *, by: User) -> list[Any]:
    """What was corrected or withdrawn, the latest first."""
    told = [fact for kind in KINDS for fact in _of(person, kind, ended=True)]
    readable = [fact for fact in told if may_read(fact, person, by=by)]
    return sorted(readable, key=lambda fact: fact.recorded_at, reverse=True)


def fact_of(person: Person, kind: str, number: int, *, by: User, ended: bool = False) -> Any:
    """One fact that stands, or with `ended` one that does not; None where `by` may not read it."""
    found = _of(person, kind, ended=ended).filter(pk=number).first()
    return found if found is not None and may_read(found, person, by=by) else None


def readable_events(events: Iterable[Event], person: Person, *, by: User) -> Iterator[Event]:
    """Without those that speak of a fact `by` may not read: their reasons tell it."""
    if by.can_at(Can.SEE_RESTRICTED, person):
        yield from events
        return
    withheld = {
        (kind, fact.pk)
        for kind, model in KINDS.items()
        for fact in model._default_manager.filter(person=person)
        if fact.is_restricted
    }
    for event in events:
        kind, told = event.details.get("kind"), ("fact", "earlier")
        if not any((kind, event.details.get(name)) in withheld for name in told):
            yield event


def _of(person: Person, kind: str, *, ended: bool) -> Any:
    facts: Any = KINDS[kind].objects
    if ended:
        gone = Q(withdrawn_at__isnull=False) | Q(superseded_by__isnull=False)
        return facts.filter(gone, person=person).select_related("recorded_by", "withdrawn_by")
    beside = ("recorded_by", "caregiver") if kind == "caregiving" else ("recorded_by",)
    return facts.standing().filter(person=person).select_related(*beside)
