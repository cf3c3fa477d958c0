"""The one question about what lies in a place: who may reach it, for what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from asuh.access.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User


class PlacedQuerySet(models.QuerySet[Any]):
    """Rows that lie in areas. Lists, pages, counts, exports, API and sync all begin with `reachable`."""

    #: columns with an area key; a row is inside an area if any of them is
    place_fields: ClassVar[tuple[str, ...]] = ("area_key",)

    def reachable(self, *, by: User, to: str) -> Self:
        """What `by` may `to`: rows inside the areas where a post of today grants that permission.

        A row without any area is reached only by who also holds REACH_UNPLACED.
        """
        return self.within(by.areas_for(to), unplaced=by.can(to) and by.can(Can.REACH_UNPLACED))

    def within(self, areas: Iterable[str], *, unplaced: bool = False) -> Self:
        """Rows inside any of the areas with these key prefixes; `unplaced`: also those without an area."""
        prefixes = list(areas)
        condition = Q(pk__in=[])
        for field in self.place_fields:
            if "" in prefixes:
                condition |= Q(**{f"{field}__isnull": False})
            else:
                for prefix in prefixes:
                    condition |= Q(**{f"{field}__startswith": prefix})
        if unplaced:
            condition |= Q(**{f"{field}__isnull": True for field in self.place_fields})
        return self.filter(condition)


class PostQuerySet(models.QuerySet[Any]):
    """Posts, by the day they are held."""

    def held_on(self, day: date) -> Self:
        """Posts that cover `day`; the day a post ends on is already outside."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)
