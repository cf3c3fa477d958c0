"""Which keys lie in an area: its own prefix, and what records of former codes say of the same ground.

A record keeps the code it was given. When Merauke (91.01) became 93.01, its children stayed under 9101. A
post on 9301 must reach them, a post on a neighbour must not, and a former code that was divided between two
areas belongs to neither of them as a whole.
"""

from collections.abc import Iterable
from functools import lru_cache

from asuh.places.models import Area


class UnknownArea(Exception):
    """A key that is no area in force; the message is the key."""


def check_area(key: str) -> str:
    """`key` itself if it is "" (the country) or an area in force. Raises UnknownArea."""
    if key and not Area.objects.current().filter(key=key).exists():
        raise UnknownArea(key)
    return key


def typed_area(text: str) -> str:
    """The key in what people type: "35.22", "3522", "" or "Indonesia". Raises UnknownArea."""
    key = text.strip().replace(".", "").replace(" ", "")
    if key.lower() in ("", "0", "indonesia", "nasional"):
        return ""
    return check_area(key)


def inside(key: str, prefixes: Iterable[str]) -> bool:
    """Whether the area `key` lies in one of the areas `prefixes`; the country "" lies only in itself."""
    return any(key.startswith(prefix) for prefix in prefixes)


def with_former_codes(prefixes: Iterable[str]) -> list[str]:
    """The prefixes, and those of former areas that went entirely into them; none inside another, sorted."""
    wanted = outermost(prefixes)
    if not wanted or "" in wanted:
        return wanted
    return outermost([*wanted, *_former(tuple(wanted))])


def outermost(keys: Iterable[str]) -> list[str]:
    """The keys without those that lie inside another one, sorted."""
    kept: list[str] = []
    for key in sorted(set(keys)):  # an area sorts right before what lies inside it
        if not kept or not key.startswith(kept[-1]):
            kept.append(key)
    return kept


@lru_cache(maxsize=2048)
def _former(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """Former areas outside `prefixes` all of whose ground lies inside them today.

    Ground is where a code's successors lie; a former area counts only if every former area inside it that
    knows its successors agrees, and no area in force under the same digits lies elsewhere.
    """
    went, blocked = _went_to(), _in_force_under_former()
    found = []
    for key, ground in went.items():
        if inside(key, prefixes) or not ground:
            continue
        if all(inside(place, prefixes) for place in ground | blocked.get(key, frozenset())):
            found.append(key)
    return tuple(outermost(found))


@lru_cache(maxsize=1)
def _went_to() -> dict[str, frozenset[str]]:
    """Former key → every key in force its ground, or a part of it, went to; empty where nobody knows."""
    successors = {
        key: tuple(went)
        for key, went in Area.objects.filter(retired_on__isnull=False).values_list("key", "successors")
    }
    final = {key: frozenset(_follow(key, successors)) for key in successors}
    went = {key: set(places) for key, places in final.items()}
    for key, places in final.items():
        for length in (2, 4, 6):
            above = key[:length]
            if above != key and above in went and went[above]:
                went[above] |= places
    return {key: frozenset(places) for key, places in went.items()}


def _follow(key: str, successors: dict[str, tuple[str, ...]]) -> set[str]:
    """Ends of the chains of successors; a chain that ends in a former area without one knows nothing."""
    ends, seen, waiting = set(), {key}, list(successors[key])
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        if place not in successors:
            ends.add(place)
        elif not successors[place]:
            return set()
        else:
            waiting.extend(successors[place])
    return ends


@lru_cache(maxsize=1)
def _in_force_under_former() -> dict[str, frozenset[str]]:
    """Former key → keys in force under the same digits: a code given away a second time."""
    former = list(_went_to())
    again: dict[str, set[str]] = {}
    for length in (2, 4, 6, 10):
        heads = {key for key in former if len(key) == length}
        if not heads:
            continue
        for key in Area.objects.current().filter(key__in=heads).values_list("key", flat=True):
            again.setdefault(key, set()).add(key)
    parents = {key for key in former if len(key) < 10}
    for key in (
        Area.objects.current().exclude(parent=None).filter(parent__in=parents).values_list("key", flat=True)
    ):
        again.setdefault(key[: {4: 2, 6: 4, 10: 6}[len(key)]], set()).add(key)
    return {key: frozenset(places) for key, places in again.items()}


def forget() -> None:
    """Read the areas anew at the next question. Other processes keep what they read until they restart."""
    for cached in (_former, _went_to, _in_force_under_former):
        cached.cache_clear()
