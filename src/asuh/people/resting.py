"""How long what was withdrawn rests in the bin, and for whom it is there at all (docs/decisions/0012)."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Protocol

from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User

RESTS_FOR = timedelta(days=30)


class Withdrawable(Protocol):
    """A person or a household."""

    withdrawn_at: datetime | None


def rests(record: Withdrawable, *, now: datetime) -> bool:
    """Whether a withdrawn record is still in the bin at `now`."""
    return record.withdrawn_at is not None and now - record.withdrawn_at <= RESTS_FOR


def days_left(record: Withdrawable, *, now: datetime) -> int:
    """Days in the bin that have begun and not ended; 0 once it has left."""
    if record.withdrawn_at is None or not rests(record, now=now):
        return 0
    return max(ceil((record.withdrawn_at + RESTS_FOR - now) / timedelta(days=1)), 1)


def is_hidden(record: Withdrawable, by: User, *, now: datetime) -> bool:
    """Whether `record` was withdrawn and `by` may not bring it back: for them it is not there."""
    if record.withdrawn_at is None:
        return False
    return not by.can_at(Can.WITHDRAW if rests(record, now=now) else Can.RESTORE_LATE, record)
