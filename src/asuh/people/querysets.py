"""Questions about people and households."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Substr

from asuh.access.jurisdiction import inside
from asuh.access.querysets import PlacedQuerySet
from asuh.kernel import ages
from asuh.people.codes.registry import LeftBecause
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User
    from asuh.people.models import Household, Person

#: digits of an area key that name the regency
REGENCY = 4


def from_delivery(areas: Iterable[str]) -> Q:
    """The condition that a row came with a delivery for one of the areas."""
    from asuh.people.models import Delivery

    return Q(delivery__in=Delivery.objects.within(areas).values("pk"))


def from_registrar(areas: Iterable[str]) -> Q:
    """The condition that a row was registered by somebody who held a post in one of the areas that day."""
    from asuh.access.models import Post

    day = OuterRef("created_at__date")
    posts = Post.objects.within(areas).filter(user=OuterRef("registered_by"), starts_on__lte=day)
    return Q(Exists(posts.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))))


def _first_birthday_of_a_child(day: date) -> date:
    """The earliest birth date of who is under 18 on `day`."""
    try:
        youngest_adult = day.replace(year=day.year - ages.ADULT_AT)
    except ValueError:  # on 29 February, who was born on 1 March is still a child
        youngest_adult = date(day.year - ages.ADULT_AT, 2, 28)
    return youngest_adult + timedelta(days=1)


class PersonQuerySet(PlacedQuerySet):
    """Golden records. A person lies where they belong and where they stay: both areas reach them."""

    place_fields = ("area_key", "stay_key")

    def lets(self, record: Person, *, by: User, to: str) -> bool:
        """As `reachable` would answer, without asking the database: the areas stand in the record."""
        keys = [key for key in (record.area_key, record.stay_key) if key is not None]
        if not keys:
            return super().lets(record, by=by, to=to)
        areas = by.areas_for(to)
        return any(inside(key, areas) for key in keys)

    def came_from(self, areas: Iterable[str]) -> Q:
        return from_delivery(areas) | from_registrar(areas)

    def current(self) -> Self:
        """Without those withdrawn or merged away."""
        return self.filter(withdrawn_at__isnull=True)

    def children_on(self, day: date) -> Self:
        """Who is under 18 on `day`; an unknown birth date counts by the estimated year, generously."""
        return self.born_since(_first_birthday_of_a_child(day))

    def perhaps_children_on(self, day: date) -> Self:
        """Who may be under 18 on `day`: also of whom nothing at all is known."""
        first = _first_birthday_of_a_child(day)
        return self.filter(Q(born_year__gte=first.year) | Q(born_year__isnull=True)).exclude(
            born_year=first.year, born_on__lt=first
        )

    def grown_on(self, day: date) -> Self:
        """Everybody else."""
        first = _first_birthday_of_a_child(day)
        return self.filter(Q(born_year__lt=first.year) | Q(born_year=first.year, born_on__lt=first))

    # Both ask for the year first: the index of places holds it, PostgreSQL can tell how many that will be,
    # and whoever has a birth date has its year beside it (person_born_year_agrees).

    def born_since(self, first: date) -> Self:
        """Born on `first` or later; of whom only the year is known, who may have been."""
        return self.filter(born_year__gte=first.year).exclude(born_year=first.year, born_on__lt=first)

    def born_until(self, last: date) -> Self:
        """Born on `last` or earlier; of whom only the year is known, who may have been."""
        return self.filter(born_year__lte=last.year).exclude(born_year=last.year, born_on__gt=last)


class HouseholdQuerySet(PlacedQuerySet):
    """Households, where they live; for seeing alone also where a member lies: a child is found with its
    people.
    """

    def reachable(self, *, by: User, to: str) -> Self:
        """What `by` may `to`. A member opens the household to be seen, and for nothing else."""
        own = super().reachable(by=by, to=to)
        if to != Can.SEE_CHILD:
            return own
        return self.filter(Q(pk__in=own.values("pk")) | self._with_somebody_of(by))

    def lets(self, record: Household, *, by: User, to: str) -> bool:
        """As `reachable` would answer; where the area in the record decides, without asking the database."""
        if to == Can.SEE_CHILD or record.area_key is None:
            return super().lets(record, by=by, to=to)
        return inside(record.area_key, by.areas_for(to))

    def _with_somebody_of(self, by: User) -> Q:
        """A member whom `by` sees lives here: placed by a person, or by a delivery inside the household's own
        regency. One wrong village code of a delivered row opens nothing.
        """
        from asuh.people.models import Person, Residence

        seen = Person.objects.reachable(by=by, to=Can.SEE_CHILD).current().filter(household=OuterRef("pk"))
        regency = Substr(OuterRef("area_key"), 1, REGENCY)
        moved = Residence.objects.filter(person=OuterRef("pk"), recorded_by__isnull=False)
        placed = (
            Q(registered_by__isnull=False)
            | Q(area_key__startswith=regency)
            | Q(stay_key__startswith=regency)
            | Exists(moved.exclude(because=LeftBecause.HOUSEHOLD_MOVED))
        )
        return Q(Exists(seen.filter(placed)))

    def came_from(self, areas: Iterable[str]) -> Q:
        return from_delivery(areas) | from_registrar(areas)

    def current(self) -> Self:
        """Without those withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class DeliveryQuerySet(PlacedQuerySet):
    """DTKS deliveries, where their rows lie; one not yet read lies nowhere and is its sender's."""

    def reachable(self, *, by: User, to: str) -> Self:
        own = Q(area_key__isnull=True, created_by=by) if by.can(to) else Q(pk__in=[])
        return self.filter(self.inside(by.areas_for(to)) | own)

    def seen_before(self, digest: str, period: date) -> Self:
        """Deliveries of the very same files for the same period that are in."""
        return self.filter(digest=digest, period=period, state="imported")

    def unfinished(self) -> Self:
        """Not imported yet, nor ended: what a worker takes up again."""
        return self.filter(state__in=["waiting", "importing"])


class RowQuerySet(PlacedQuerySet):
    """Accepted rows by period."""

    def standing(self) -> Self:
        """Without those that a later delivery of the same period replaced."""
        return self.filter(replaced_by__isnull=True)


class QuarantineQuerySet(PlacedQuerySet):
    """Rows that wait. A row without a place is reached with its delivery."""

    def came_from(self, areas: Iterable[str]) -> Q:
        return from_delivery(areas)

    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def because_of(self, reason: str) -> Self:
        return self.filter(reasons__contains=[reason])
