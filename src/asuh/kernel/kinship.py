"""What two members of a household are to each other, as far as "relation to the head" (list hub_krt) tells,
and what becomes of these relations when another member becomes head.

The list knows eight relations. It does not say whose child a grandchild is, nor to whom a parent of the
couple is parent and to whom parent-in-law: where it is silent, the answers here are None or said not to be
sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

HEAD, SPOUSE, CHILD, CHILD_IN_LAW, GRANDCHILD, PARENT, WORKER, OTHER = range(1, 9)
MARRIED_FROM = 15
"""Under this age nobody is taken for somebody's spouse or parent."""


class Kin(StrEnum):
    """What the other one is to me."""

    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    SIBLING_IN_LAW = "sibling_in_law"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    GREAT_GRANDPARENT = "great_grandparent"
    GREAT_GRANDCHILD = "great_grandchild"
    UNCLE = "uncle"
    NEPHEW = "nephew"
    PARENT_IN_LAW = "parent_in_law"
    CHILD_IN_LAW = "child_in_law"


INVERSE = {
    Kin.SPOUSE: Kin.SPOUSE,
    Kin.SIBLING: Kin.SIBLING,
    Kin.SIBLING_IN_LAW: Kin.SIBLING_IN_LAW,
    **{
        one: other
        for pair in (
            (Kin.PARENT, Kin.CHILD),
            (Kin.GRANDPARENT, Kin.GRANDCHILD),
            (Kin.GREAT_GRANDPARENT, Kin.GREAT_GRANDCHILD),
            (Kin.UNCLE, Kin.NEPHEW),
            (Kin.PARENT_IN_LAW, Kin.CHILD_IN_LAW),
        )
        for one, other in (pair, pair[::-1])
    },
}

# (what I am to the head, what the other is) → what the other is to me; the inverses follow
_SURE = {
    (HEAD, SPOUSE): Kin.SPOUSE,
    (CHILD, HEAD): Kin.PARENT,
    (CHILD, SPOUSE): Kin.PARENT,
    (CHILD, CHILD): Kin.SIBLING,
    (CHILD, PARENT): Kin.GRANDPARENT,
    (GRANDCHILD, HEAD): Kin.GRANDPARENT,
    (GRANDCHILD, SPOUSE): Kin.GRANDPARENT,
    (GRANDCHILD, PARENT): Kin.GREAT_GRANDPARENT,
    (CHILD_IN_LAW, HEAD): Kin.PARENT_IN_LAW,
    (CHILD_IN_LAW, SPOUSE): Kin.PARENT_IN_LAW,
}
# true where one of the two is too young to be the other's spouse or parent
_IF_YOUNG = {
    (CHILD, CHILD_IN_LAW): Kin.SIBLING_IN_LAW,
    (CHILD, GRANDCHILD): Kin.NEPHEW,
}


def kin_of(mine: int | None, theirs: int | None, *, age: int | None, other_age: int | None) -> Kin | None:
    """What somebody of relation `theirs` is to one of relation `mine`; None where that cannot be told.

    age: mine; other_age: theirs; in years, None if not known.
    """
    if mine is None or theirs is None:
        return None
    if (mine, theirs) in _SURE:
        return _SURE[mine, theirs]
    if (theirs, mine) in _SURE:
        return INVERSE[_SURE[theirs, mine]]
    ages = {"mine": age, "theirs": other_age}
    for pair, who in (((mine, theirs), "mine"), ((theirs, mine), "theirs")):
        youngest = ages[who]
        if pair in _IF_YOUNG and youngest is not None and youngest < MARRIED_FROM:
            return _IF_YOUNG[pair] if who == "mine" else INVERSE[_IF_YOUNG[pair]]
    return None


@dataclass(frozen=True)
class Member:
    """Somebody under the old head. sex as in DTKS (1 male, 2 female); age in years; None = not known."""

    key: int
    relation: int | None
    sex: int | None = None
    age: int | None = None


@dataclass(frozen=True)
class Relation:
    """What somebody is to the new head. sure: it follows; else it is the likeliest, to be looked at."""

    code: int
    sure: bool = True


# what the new head was → what the others were → what they are now; missing: OTHER, but not for sure
_UNDER: Mapping[int, Mapping[int, Relation]] = {
    SPOUSE: {
        HEAD: Relation(SPOUSE),
        CHILD: Relation(CHILD),
        CHILD_IN_LAW: Relation(CHILD_IN_LAW),
        GRANDCHILD: Relation(GRANDCHILD),
        PARENT: Relation(PARENT),
        SPOUSE: Relation(OTHER),
        OTHER: Relation(OTHER),
    },
    CHILD: {
        HEAD: Relation(PARENT),
        SPOUSE: Relation(PARENT),
        CHILD: Relation(OTHER),
        CHILD_IN_LAW: Relation(SPOUSE, sure=False),
        GRANDCHILD: Relation(CHILD, sure=False),
        PARENT: Relation(OTHER),
        OTHER: Relation(OTHER),
    },
    CHILD_IN_LAW: {
        HEAD: Relation(PARENT),
        SPOUSE: Relation(PARENT),
        CHILD: Relation(SPOUSE, sure=False),
        CHILD_IN_LAW: Relation(OTHER),
        GRANDCHILD: Relation(CHILD, sure=False),
        PARENT: Relation(OTHER),
        OTHER: Relation(OTHER),
    },
    GRANDCHILD: {
        HEAD: Relation(OTHER),
        SPOUSE: Relation(OTHER),
        CHILD: Relation(PARENT, sure=False),
        CHILD_IN_LAW: Relation(PARENT, sure=False),
        GRANDCHILD: Relation(OTHER),
        PARENT: Relation(OTHER),
        OTHER: Relation(OTHER),
    },
    PARENT: {
        HEAD: Relation(CHILD, sure=False),
        SPOUSE: Relation(CHILD_IN_LAW, sure=False),
        CHILD: Relation(GRANDCHILD),
        CHILD_IN_LAW: Relation(OTHER),
        GRANDCHILD: Relation(OTHER),
        PARENT: Relation(SPOUSE, sure=False),
        OTHER: Relation(OTHER),
    },
}


def under_new_head(head: Member, others: Iterable[Member]) -> dict[int, Relation]:
    """By key, what `others` become when `head`, who stands with the old relation, becomes head.

    There is one spouse at most, of the other sex and old enough; a parent or child stands a generation away
    where both ages are known.
    """
    members = {one.key: one for one in others}
    told = {key: _under(head, one) for key, one in members.items()}
    spouses = [key for key, relation in told.items() if relation.code == SPOUSE]
    fit = [key for key in spouses if told[key].sure or _may_marry(head, members[key])]
    for key in spouses:
        if key not in fit or len(fit) > 1:
            told[key] = Relation(OTHER, sure=key not in fit)
    return told


def _under(head: Member, one: Member) -> Relation:
    if one.relation == WORKER:
        return Relation(WORKER)
    found = _UNDER.get(head.relation or 0, {}).get(one.relation or 0, Relation(OTHER, sure=False))
    if found.sure or head.age is None or one.age is None:
        return found
    apart = {CHILD: head.age - one.age, PARENT: one.age - head.age}.get(found.code, MARRIED_FROM)
    return found if apart >= MARRIED_FROM else Relation(OTHER)


def _may_marry(one: Member, other: Member) -> bool:
    grown = all(age is None or age >= MARRIED_FROM for age in (one.age, other.age))
    return grown and (one.sex is None or other.sex is None or one.sex != other.sex)
