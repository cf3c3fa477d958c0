"""Numbers that the system gives out, found from one box. Each app registers its own finder in its
AppConfig.ready:

from asuh.access import numbers
numbers.register(find_household)          # find(text, by=user) → [Found(…)], only what `by` may open
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Found:
    """Something with exactly the number that was typed. kind: what it is, in words."""

    kind: Any
    label: str
    url: str


_finders: list[Callable[..., list[Found]]] = []


def register(find: Callable[..., list[Found]]) -> None:
    """Ask `find` whenever somebody types into the box."""
    if find not in _finders:
        _finders.append(find)


def find(text: str, *, by: Any) -> list[Found]:
    """Everything with exactly this number that `by` may open."""
    return [found for finder in _finders for found in finder(text, by=by)]
