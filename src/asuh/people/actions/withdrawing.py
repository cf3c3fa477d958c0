"""Withdrawing and restoring people and households, one or many.

Nothing withdrawn is ever erased: for 30 days it rests in a bin, then it stays withdrawn, seen and restored by
fewer people (docs/decisions/0012).
"""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from asuh.access import reasons
from asuh.access.models import User
from asuh.audit import actions as audit
from asuh.people import errors
from asuh.people.actions.holding import deadlocks_retried, hold, hold_homes_of
from asuh.people.actions.trail import tell
from asuh.people.models import Household, Person
from asuh.people.permissions import Can
from asuh.people.resting import rests

Record = Person | Household


def withdraw(records: Sequence[Record], *, reason: str, by: User) -> int:
    """Take people or households out of every list and search. A household takes its members along.

    All or none; each of them, and each member, must lie where `by` may withdraw.
    Returns how many records were withdrawn. Raises ReasonMissing, Withdrawn, PersonElsewhere,
    HouseholdElsewhere, WithdrawsStrangers.
    """
    return _refusals_told("withdrawn", _withdraw, records, reason=reason, by=by)


def restore(records: Sequence[Record], *, reason: str, by: User) -> int:
    """Bring back what was withdrawn. A household brings back those who went with it.

    Raises ReasonMissing, NotWithdrawn, RestedTooLong when that was over 30 days ago and `by` may not
    RESTORE_LATE, Withdrawn when a person's household is still away, and as `withdraw` what lies elsewhere.
    """
    return _refusals_told("restored", _restore, records, reason=reason, by=by)


@deadlocks_retried
@transaction.atomic
def _withdraw(records: Sequence[Record], *, reason: str, by: User) -> int:
    reason = reasons.given(reason)
    now = timezone.now()
    together = _together(
        records,
        goes=lambda one, home: one.withdrawn_at is None,
        may=lambda one: by.can_at(Can.WITHDRAW, one),
    )
    if any(one.withdrawn_at is not None for one in together):
        raise errors.Withdrawn
    for one in together:
        one.withdrawn_at, one.withdrawn_because = now, reason
        one.save(update_fields=["withdrawn_at", "withdrawn_because"])
        tell(f"people.{_kind(one)}_withdrawn", one, by=by, why=reason)
    return len(together)


@deadlocks_retried
@transaction.atomic
def _restore(records: Sequence[Record], *, reason: str, by: User) -> int:
    reason = reasons.given(reason)
    now = timezone.now()
    together = _together(
        records,
        goes=lambda one, home: one.withdrawn_at == home.withdrawn_at,
        may=lambda one: not rests(one, now=now) or by.can_at(Can.WITHDRAW, one),
    )
    coming = {one.pk for one in together if isinstance(one, Household)}
    for one in together:
        if one.withdrawn_at is None:
            raise errors.NotWithdrawn
        if not rests(one, now=now) and not by.can_at(Can.RESTORE_LATE, one):
            raise errors.RestedTooLong
        home = one.household if isinstance(one, Person) else None
        if home is not None and home.withdrawn_at is not None and home.pk not in coming:
            raise errors.Withdrawn
    for one in together:
        one.withdrawn_at, one.withdrawn_because = None, ""
        one.save(update_fields=["withdrawn_at", "withdrawn_because"])
        tell(f"people.{_kind(one)}_restored", one, by=by, why=reason)
    return len(together)


def _together(
    records: Sequence[Record],
    *,
    goes: Callable[[Person, Household], bool],
    may: Callable[[Record], bool],
) -> list[Record]:
    """The records as they are now, households first, and the members who go along; all of them locked.

    goes: whether a member goes with its household. may: what each of them must answer.
    """
    asked_homes = [one for one in records if isinstance(one, Household)]
    asked = {one.pk for one in records if isinstance(one, Person)}
    homes = hold_homes_of(Person.objects.filter(pk__in=asked), beside=asked_homes)
    chosen = {one.pk: homes[one.pk] for one in asked_homes}
    people = hold(Person.objects.filter(Q(pk__in=asked) | Q(household__in=chosen)), in_homes=homes)
    for home in chosen.values():
        if not may(home):
            raise _about(home, errors.HouseholdElsewhere())
    along: list[Record] = []
    for one in people:
        home_of = chosen.get(one.household_id or 0)
        if one.pk not in asked and not (home_of is not None and goes(one, home_of)):
            continue
        if not may(one):
            if one.pk in asked:
                raise _about(one, errors.PersonElsewhere())
            raise _about(home_of or one, errors.WithdrawsStrangers())
        along.append(one)
    return [*chosen.values(), *along]


def _about(record: Record, refusal: errors.Refused) -> errors.Refused:
    refusal.about = _kind(record), record.pk
    return refusal


def _refusals_told(
    verb: str, step: Callable[..., int], records: Sequence[Record], *, reason: str, by: User
) -> int:
    """Do it; a refusal stays in the trail when everything else was rolled back, and names what it was for."""
    try:
        return step(records, reason=reason, by=by)
    except errors.Refused as refusal:
        kind, number = refusal.about or ("", 0)
        rule = type(refusal).__name__
        audit.record(f"people.{kind}_{verb}", by=by, on=(kind, number), refused=True, rule=rule)
        raise


def _kind(record: Record) -> str:
    return "person" if isinstance(record, Person) else "household"
