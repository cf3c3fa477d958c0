"""Questions about areas."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet


def within(field: str, prefixes: Iterable[str]) -> Q:
    """Rows whose `field` (an area key) lies in one of `prefixes`; '' is the country, none is nothing."""
    wanted = sorted(set(prefixes))
    if "" in wanted:
        return Q()
    return reduce(or_, (Q(**{f"{field}__startswith": prefix}) for prefix in wanted), Q(pk__in=[]))


class AreaQuerySet(QuerySet):
    """Chain them: `Area.objects.current().under('3522').villages()`."""

    def current(self) -> AreaQuerySet:
        """Areas whose code is in force."""
        return self.filter(retired_on__isnull=True)

    def under(self, *prefixes: str) -> AreaQuerySet:
        """The areas with these keys and everything inside them; '' is the country."""
        return self.filter(within("key", prefixes))

    def children_of(self, key: str) -> AreaQuerySet:
        """The areas right below `key`; '' gives the provinces."""
        return self.filter(parent=key) if key else self.filter(level=1)

    def path_to(self, key: str) -> AreaQuerySet:
        """Province, regency, district, village down to `key`, in this order."""
        return self.filter(key__in=[key[:n] for n in (2, 4, 6, 10) if n <= len(key)]).order_by("level")

    def provinces(self) -> AreaQuerySet:
        return self.filter(level=1)

    def regencies(self) -> AreaQuerySet:
        return self.filter(level=2)

    def districts(self) -> AreaQuerySet:
        return self.filter(level=3)

    def villages(self) -> AreaQuerySet:
        return self.filter(level=4)


def path_names(keys: Iterable[str], *, joined_by: str = ", ") -> dict[str, str]:
    """key → 'Ngelo, Margomulyo, Kabupaten Bojonegoro, Jawa Timur', nearest first, in one query.

    A village called as its district says which is which: 'Desa Baureno, Kec. Baureno, …'.
    A key nobody knows is shown with dots, so that a list never has an empty cell.
    """
    from asuh.places.models import Area, dotted

    wanted = {key for key in keys if key}
    above = {key[:n] for key in wanted for n in (2, 4, 6, 10) if n <= len(key)}
    names = dict(Area.objects.filter(key__in=above).values_list("key", "name"))

    def path(key: str) -> str:
        parts = [names[key[:n]] for n in (10, 6, 4, 2) if n <= len(key) and key[:n] in names]
        if len(key) == 10 and len(parts) == 4 and parts[0] == parts[1]:
            # of the last four digits the first is 1 in a kelurahan, 2 in a desa
            parts[:2] = [f"{'Kelurahan' if key[6] == '1' else 'Desa'} {parts[0]}", f"Kec. {parts[1]}"]
        return joined_by.join(parts) or dotted(key)

    return {key: path(key) for key in wanted}
