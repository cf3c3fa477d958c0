"""The least that a test of the registry needs."""

from datetime import date
from itertools import count
from typing import Any

from asuh.people.actions.naming import file_words, name_fields
from asuh.people.models import Household, Person

NGELO, PELEM, TETEBATU = "3522222002", "3522182001", "7306071001"
_numbers = count(1)


def household(area_key: str | None = NGELO, **fields: Any) -> Household:
    """A household in a village of Bojonegoro."""
    return Household.objects.create(area_key=area_key, **({"address": "Dusun Krajan RT 3"} | fields))


def person(
    name: str = "", *, home: Household | None = None, relation: int | None = 3, **fields: Any
) -> Person:
    """A girl of nine, child of the head, unless told otherwise."""
    fields.setdefault("sex", 2)
    fields.setdefault("born_on", date(2017, 1, 3))
    if fields["born_on"]:
        fields.setdefault("born_year", fields["born_on"].year)
    fields.setdefault("area_key", home.area_key if home else NGELO)
    made = Person.objects.create(
        **name_fields(name or f"Anak Ke {next(_numbers)}"),
        household=home,
        relation=relation if home else None,
        **fields,
    )
    file_words(made)
    return made


def family(area_key: str | None = NGELO) -> tuple[Household, Person, Person, Person]:
    """A household with head, spouse and one child."""
    home = household(area_key)
    father = person("Hadi Purnomo", home=home, relation=1, sex=1, born_on=date(1985, 5, 1))
    mother = person("Siti Munawaroh", home=home, relation=2, born_on=date(1988, 2, 2))
    child = person("Rizky Aditya Pratama", home=home, relation=3, sex=1)
    return home, father, mother, child
