"""Where apps above hang in what belongs to a person, without people knowing them.

An app registers in its AppConfig.ready:  hooks.when_somebody_dies(stop_what_is_due)
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

#: (person, on, by) → how many due things were stopped; runs inside the action's transaction
Stop = Callable[..., int]


@dataclass(frozen=True)
class Tab:
    """A part of the child's page.

    show(request, profile) → (template, context), with the asuh.people.profile.Profile its page is made of;
    count(profile) → the number on the tab, None for none.
    """

    code: str
    label: Any
    permission: str
    show: Callable[..., tuple[str, dict[str, Any]]]
    order: int = 50
    count: Callable[[Any], int | None] = field(default=lambda profile: None)


@dataclass(frozen=True)
class Due:
    """Something that must happen for a child by a day."""

    title: str
    on: date
    who: str = ""
    url: str = ""


@dataclass(frozen=True)
class Step:
    """One line of a child's journey. on: its day; when: in words where only month or year is known."""

    on: date
    icon: str
    title: Any
    text: Any = ""
    by: Any = ""
    when: str = ""
    url: str = ""


_stops: list[Stop] = []
_resumes: list[Stop] = []
_tabs: dict[str, Tab] = {}
_dues: list[Callable[..., list[Due]]] = []
_steps: list[Callable[..., list[Step]]] = []
_heads: list[Callable[..., dict[str, Any]]] = []


def when_somebody_dies(stop: Stop, *, resume: Stop | None = None) -> None:
    """stop(person, on=, by=) ends what is due for the dead; resume(person, by=) takes it up when undone."""
    _stops.append(stop)
    if resume is not None:
        _resumes.append(resume)


def stop_what_is_due(person: Any, *, on: date, by: Any) -> int:
    """Call every app; the number of things stopped."""
    return sum(stop(person, on=on, by=by) for stop in _stops)


def resume_what_was_due(person: Any, *, by: Any) -> int:
    """Call every app; the number of things taken up again."""
    return sum(resume(person, by=by) for resume in _resumes)


def add_tab(tab: Tab) -> None:
    """Show `tab` on the child's page to who holds its permission."""
    _tabs[tab.code] = tab


def tabs_for(user: Any, person: Any) -> list[Tab]:
    """The parts of this child's page that `user` may open, in order."""
    return sorted(
        (tab for tab in _tabs.values() if user.can_at(tab.permission, person)), key=lambda tab: tab.order
    )


def add_dues(find: Callable[..., list[Due]]) -> None:
    """find(person, by=user) → what is due, shown beside the child."""
    _dues.append(find)


def dues_of(person: Any, *, by: Any) -> list[Due]:
    """What is due for a child, the nearest first."""
    return sorted((due for find in _dues for due in find(person, by=by)), key=lambda due: due.on)


def add_steps(find: Callable[..., list[Step]]) -> None:
    """find(person, by=user) → lines of the journey."""
    _steps.append(find)


def steps_of(person: Any, *, by: Any) -> list[Step]:
    """The child's journey, newest first."""
    return sorted(
        (step for find in _steps for step in find(person, by=by)), key=lambda step: step.on, reverse=True
    )


def add_head(find: Callable[..., dict[str, Any]]) -> None:
    """find(person, by=user) → {"risk": "high" …, "next_template": what stands below the head, and what that
    template reads as `extra`}.
    """
    _heads.append(find)


def head_of(person: Any, *, by: Any) -> dict[str, Any]:
    """What apps above add to the head of the child's page."""
    merged: dict[str, Any] = {}
    for find in _heads:
        merged.update(find(person, by=by))
    return merged
