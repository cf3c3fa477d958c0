"""Questions about people and households."""

from datetime import date
from typing import Self

from django.db.models import Q

from asuh.access.querysets import PlacedQuerySet


class PersonQuerySet(PlacedQuerySet):
    """Golden records. A person lies where they belong and where they stay: both areas reach them."""

    place_fields = ("area_key", "stay_key")

    def current(self) -> Self:
        """Without those withdrawn or merged away."""
        return self.filter(withdrawn_at__isnull=True)

    def children_on(self, day: date) -> Self:
        """Who is under 18 on `day`; an unknown birth date counts by the estimated year, generously."""
        adult_born_before = day.replace(year=day.year - 18) if (day.month, day.day) != (2, 29) else date(
            day.year - 18, 3, 1
        )
        return self.filter(
            Q(born_on__gt=adult_born_before)
            | Q(born_on__isnull=True, born_year__gte=adult_born_before.year)
        )


class HouseholdQuerySet(PlacedQuerySet):
    """Households, where they live."""

    def current(self) -> Self:
        """Without those withdrawn."""
        return self.filter(withdrawn_at__isnull=True)
