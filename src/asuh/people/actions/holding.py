"""Holding households and people while a step changes them: always households first, each in order of id.

Whoever moves is held together with the home they leave and the one they come to. So two steps cannot wait for
each other in a circle, and who lives in a household stays so while it is held. The locks leave the key alone
(NO KEY UPDATE): rows that merely point at a person or household are written meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar

from django.db import OperationalError
from psycopg import errors as postgres

from asuh.people import errors
from asuh.people.models import Household, Person

Verb = TypeVar("Verb", bound=Callable[..., Any])
#: what PostgreSQL says when two transactions stand in each other's way and one had to end
IN_THE_WAY = (postgres.DeadlockDetected, postgres.SerializationFailure)
PAUSE = 0.2
"""Seconds in which the other one, who may go on now, takes what it waited for."""


def hold_homes_of(
    people: Iterable[Person], *, beside: Iterable[Household | None] = ()
) -> dict[int, Household]:
    """The households where these people live now, and those `beside`, locked; by id."""
    keys = {home.pk for home in beside if home is not None}
    lived_in: Any = Person.objects.filter(pk__in=[one.pk for one in people], household__isnull=False)
    keys.update(lived_in.values_list("household", flat=True))
    held = Household.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {home.pk: home for home in held}


def hold(people: Iterable[Person], *, in_homes: Mapping[int, Household] | None = None) -> list[Person]:
    """The same people as they are now, locked, in order of id.

    in_homes: the households that are held. Raises ChangedMeanwhile when one of the people lives in another by
    now, or is gone.
    """
    keys = {person.pk for person in people}
    held = list(Person.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    if len(held) != len(keys):
        raise errors.ChangedMeanwhile
    if in_homes is not None and any(
        one.household_id is not None and one.household_id not in in_homes for one in held
    ):
        raise errors.ChangedMeanwhile
    return held


def deadlocks_retried(verb: Verb) -> Verb:
    """Put above @transaction.atomic: a deadlock is tried once more, then told as ChangedMeanwhile."""

    @wraps(verb)
    def trying(*args: Any, **kwargs: Any) -> Any:
        for last in (False, True):
            try:
                return verb(*args, **kwargs)
            except OperationalError as error:
                if not isinstance(error.__cause__, IN_THE_WAY):
                    raise
                if last:
                    raise errors.ChangedMeanwhile from error
                time.sleep(PAUSE)
        raise AssertionError("unreachable")

    return trying  # type: ignore[return-value]
