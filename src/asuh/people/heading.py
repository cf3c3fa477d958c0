"""What the members of a household become when another one of them becomes head."""

from collections.abc import Iterable
from datetime import date

from asuh.kernel import ages
from asuh.kernel.kinship import Member, Relation, under_new_head
from asuh.people.models import Person


def relations_under(head: Person, members: Iterable[Person], *, on: date) -> dict[int, Relation]:
    """By id, what everybody else is to `head`, from what all of them are to the head before."""
    return under_new_head(
        _member(head, on), [_member(person, on) for person in members if person.pk != head.pk]
    )


def age_of(person: Person, on: date) -> int | None:
    """In years, about where only the year of birth is known."""
    if person.born_on is not None:
        return ages.completed_years(person.born_on, on) if person.born_on <= on else 0
    return max(on.year - person.born_year, 0) if person.born_year is not None else None


def _member(person: Person, on: date) -> Member:
    return Member(person.pk, person.relation, person.sex, age_of(person, on))
