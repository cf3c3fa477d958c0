"""Withdrawing and restoring people and households, one or many.

Nothing withdrawn is ever erased: for 30 days it rests in a bin, then it stays withdrawn, seen and restored by
fewer people (docs/decisions/0012).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils import timezone

from asuh.access import reasons
from asuh.access.models import User
from asuh.people import errors
from asuh.people.actions.trail import tell
from asuh.people.models import Household, Person
from asuh.people.permissions import Can

RESTS_FOR = timedelta(days=30)


def rests(record: Person | Household, *, now: datetime) -> bool:
    """Whether a withdrawn record is still in the bin at `now`."""
    return record.withdrawn_at is not None and now - record.withdrawn_at <= RESTS_FOR


def days_left(record: Person | Household, *, now: datetime) -> int:
    """Days in the bin that have begun and not ended; 0 once it has left."""
    if record.withdrawn_at is None or not rests(record, now=now):
        return 0
    return max(ceil((record.withdrawn_at + RESTS_FOR - now) / timedelta(days=1)), 1)


def hidden_from(by: User, record: Person | Household, *, now: datetime) -> bool:
    """Whether `record` was withdrawn and `by` may not bring it back: for them it is not there."""
    if record.withdrawn_at is None:
        return False
    return not by.can_at(Can.WITHDRAW if rests(record, now=now) else Can.RESTORE_LATE, record)


@transaction.atomic
def withdraw(records: Sequence[Person | Household], *, reason: str, by: User) -> int:
    """Take people or households out of every list and search. A household takes its members along.

    Returns how many records were withdrawn. Raises ReasonMissing, Withdrawn.
    """
    reason = reasons.given(reason)
    now = timezone.now()
    count = 0
    for record in records:
        held = type(record).objects.select_for_update(of=("self",)).get(pk=record.pk)
        if held.withdrawn_at is not None:
            raise errors.Withdrawn
        together: list[Person | Household] = [held]
        if isinstance(held, Household):
            together += held.members.select_for_update(of=("self",)).filter(withdrawn_at__isnull=True)
        for one in together:
            one.withdrawn_at, one.withdrawn_because = now, reason
            one.save(update_fields=["withdrawn_at", "withdrawn_because"])
            tell(f"people.{_kind(one)}_withdrawn", one, by=by, why=reason)
        count += len(together)
    return count


@transaction.atomic
def restore(records: Sequence[Person | Household], *, reason: str, by: User) -> int:
    """Bring back what was withdrawn. A household brings back those who went with it.

    Raises ReasonMissing, NotWithdrawn, RestedTooLong when that was over 30 days ago and `by` may not
    RESTORE_LATE, Withdrawn when a person's household is still away.
    """
    reason = reasons.given(reason)
    count = 0
    for record in records:
        held = type(record).objects.select_for_update(of=("self",)).get(pk=record.pk)
        if held.withdrawn_at is None:
            raise errors.NotWithdrawn
        if not rests(held, now=timezone.now()) and not by.can_at(Can.RESTORE_LATE, held):
            raise errors.RestedTooLong
        if isinstance(held, Person) and held.household and held.household.withdrawn_at is not None:
            raise errors.Withdrawn
        together: list[Person | Household] = [held]
        if isinstance(held, Household):
            together += held.members.select_for_update(of=("self",)).filter(withdrawn_at=held.withdrawn_at)
        for one in together:
            one.withdrawn_at, one.withdrawn_because = None, ""
            one.save(update_fields=["withdrawn_at", "withdrawn_because"])
            tell(f"people.{_kind(one)}_restored", one, by=by, why=reason)
        count += len(together)
    return count


def _kind(record: Person | Household) -> str:
    return "person" if isinstance(record, Person) else "household"
