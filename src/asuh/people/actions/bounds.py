"""Where a person may bring rows into: an import, a correction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl

from asuh.kernel.dtks.reading import FileRefused
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User

NAMED = 10
"""Areas told in a refusal."""


def stay_inside(places: pl.DataFrame, *, by: User | None) -> None:
    """Nothing of a delivery may lie outside the areas where `by` imports. None is who runs the machine.

    places: the area keys of its rows, in the column `key`. Raises FileRefused outside_areas.
    """
    if by is None:
        return
    keys = places["key"].drop_nulls().unique().to_list()
    if outside := lying_outside(keys, by.areas_for(Can.IMPORT_DTKS)):
        raise FileRefused("outside_areas", "", areas=outside[:NAMED])


def lying_outside(keys: Iterable[str], areas: Iterable[str]) -> list[str]:
    """Regencies of `keys` that lie in none of `areas`; districts, in a regency that is partly theirs."""
    prefixes = list(areas)
    partly = {area[:4] for area in prefixes if len(area) > 4}
    beyond = [key for key in keys if not any(key.startswith(area) for area in prefixes)]
    return sorted({key[:6] if key[:4] in partly else key[:4] for key in beyond})
