"""The one question about what lies in a place: who may reach it, for what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from asuh.access.models import User


class PlacedQuerySet(models.QuerySet[Any]):
    """Rows that lie in areas. Lists, pages, counts, exports, API and sync all begin with `reachable`."""

    #: columns with an area key; a row is inside an area if any of them is
    place_fields: ClassVar[tuple[str, ...]] = ("area_key",)
    #: column with an office's code, by which a post narrowed to one office reaches rows; where there is
    #: none it reaches no row
    office_field: ClassVar[str | None] = None

    def reachable(self, *, by: User, to: str) -> Self:
        """What `by` may `to`: rows inside the areas where a post of today grants that permission.

        A row without any area is reached only by a post whose role grants REACH_UNPLACED beside `to`, where
        it came from (`came_from`); a row nobody knows that of, only by such a post for the whole country.
        A post narrowed to one office reaches only rows of that office, inside the post's area.
        """
        condition = self.inside(by.areas_for(to))
        if self.office_field is not None:
            for area_key, office_code in by.offices_for(to):
                condition |= self.inside([area_key]) & Q(**{self.office_field: office_code})
        if areas := by.unplaced_from(to):
            nowhere = self.without_place()
            condition |= nowhere if "" in areas else nowhere & self.came_from(areas)
        return self.filter(condition)

    def lets(self, record: Any, *, by: User, to: str) -> bool:
        """Whether `record`, already in hand, is among what `by` may `to`: `reachable`, asked of one row."""
        return self.reachable(by=by, to=to).filter(pk=record.pk).exists()

    def within(self, areas: Iterable[str], *, unplaced: bool = False) -> Self:
        """Rows inside any of the areas with these key prefixes; `unplaced`: also those without an area."""
        condition = self.inside(areas)
        if unplaced:
            condition |= self.without_place()
        return self.filter(condition)

    def inside(self, areas: Iterable[str]) -> Q:
        """The condition of lying in one of the areas; no areas, no rows."""
        prefixes = list(areas)
        condition = Q(pk__in=[])
        for field in self.place_fields:
            if "" in prefixes:
                condition |= Q(**{f"{field}__isnull": False})
            else:
                for prefix in prefixes:
                    condition |= Q(**{f"{field}__startswith": prefix})
        return condition

    def came_from(self, areas: Iterable[str]) -> Q:
        """The condition that a row without an area is known to come from one of `areas`; here nothing is."""
        return Q(pk__in=[])

    def without_place(self) -> Q:
        """The condition of lying nowhere known."""
        return Q(**{f"{field}__isnull": True for field in self.place_fields})


class OwnQuerySet(models.QuerySet[Any]):
    """Rows that belong to one user: exports, drafts. Nobody else reaches them, whatever their posts."""

    owner_field: ClassVar[str] = "owner"

    def reachable(self, *, by: User, to: str) -> Self:
        """The rows of `by`; `to` plays no part, since what a row shows was decided when it was made."""
        return self.filter(**{self.owner_field: by})


class PostQuerySet(PlacedQuerySet):
    """Posts, by the day they are held and where."""

    def held_on(self, day: date) -> Self:
        """Posts that cover `day`; the day a post ends on is already outside."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)

    def not_over_on(self, day: date) -> Self:
        """Posts held on `day` or later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))


class UserQuerySet(PlacedQuerySet):
    """Users, where they are administered and where they hold posts."""

    office_field = "office_code"

    def reachable(self, *, by: User, to: str) -> Self:
        """Users at home in the areas where `by` may `to`, and those who hold a post there today.

        Seeing is wider than managing: what may be done to an account is decided by asuh.access.limits.
        """
        from asuh.access.models import Post

        at_home = super().reachable(by=by, to=to)
        at_work = Post.objects.held_on(timezone.localdate()).within(by.areas_for(to)).values("user")
        return self.filter(Q(pk__in=at_home.values("pk")) | Q(pk__in=at_work))


class ProposalQuerySet(models.QuerySet[Any]):
    """What waits for a second person."""

    def waiting(self, since: datetime) -> Self:
        """Not decided, and asked after `since`."""
        return self.filter(granted__isnull=True, asked_at__gt=since)

    def reachable(self, *, by: User, to: str) -> Self:
        """About users whom `by` may `to`."""
        from asuh.access.models import User

        return self.filter(user__in=User.objects.reachable(by=by, to=to))
