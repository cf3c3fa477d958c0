"""What the state of the parents makes of a child: yatim, piatu, yatim piatu.

Source: usage of the Ministry of Social Affairs (ATENSI YAPI): yatim = father dead, piatu = mother dead,
yatim piatu = both dead. Orphaned is neither separated nor unaccompanied (CPMS 2019).
"""

from __future__ import annotations

from enum import StrEnum


class Alive(StrEnum):
    """What is known about one parent."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


class Orphanhood(StrEnum):
    """Codes of the list parents_status."""

    BOTH_ALIVE = "both"
    FATHERLESS = "fatherless"
    MOTHERLESS = "motherless"
    ORPHAN = "orphan"
    UNKNOWN = "unknown"


def orphanhood(*, father: str, mother: str) -> Orphanhood:
    """A dead parent counts although the other is unknown; two alive are needed to say that both live."""
    dead = (father == Alive.DEAD, mother == Alive.DEAD)
    if dead == (True, True):
        return Orphanhood.ORPHAN
    if dead[0]:
        return Orphanhood.FATHERLESS
    if dead[1]:
        return Orphanhood.MOTHERLESS
    if father == mother == Alive.ALIVE:
        return Orphanhood.BOTH_ALIVE
    return Orphanhood.UNKNOWN
