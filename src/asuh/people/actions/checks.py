"""What verbs ask before they change a person or a household."""

from typing import Any, TypeVar

from asuh.people import errors
from asuh.people.models import Household, Person
from asuh.people.models.registry import RelationToHead
from asuh.places.models import Area

Record = TypeVar("Record", Person, Household)


def held(record: Record) -> Record:
    """The same record, fresh and locked until the transaction ends. Raises Withdrawn."""
    fresh: Any = type(record).objects.select_for_update(of=("self",)).get(pk=record.pk)
    if fresh.withdrawn_at is not None:
        raise errors.Withdrawn
    return fresh


def has_head(household: Household) -> bool:
    """Whether somebody who lives there is its head."""
    members: Any = household.members
    return bool(members.current().filter(relation=RelationToHead.HEAD, died_on__isnull=True).exists())


def area_in_force(key: str) -> str:
    """`key` itself, if its area is in force. Raises AreaUnknown."""
    if not Area.objects.current().filter(key=key).exists():
        raise errors.AreaUnknown
    return key
