"""The words of the trail: every event code with a sentence, every kind of subject with a name.

Each app declares its own in `events.py`, found when Django starts:

    from asuh.audit.codes import Subject, declare, declare_subject

    declare({"people.child_opened": _("membuka halaman %(subject)s")})
    declare_subject("person", Subject(words=lambda number: person_code(number), find=person_number))

A sentence begins with a verb and may name `%(subject)s`, `%(why)s`, `%(area)s` and any key of the event's
details. An event whose code nobody declared is shown by its code; a test fails on it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from asuh.audit.models import Event
from asuh.places.querysets import path_names

_sentences: dict[str, Any] = {}
_groups: dict[str, tuple[Any, tuple[str, ...]]] = {}
_subjects: dict[str, "Subject"] = {}
_kept_apart: set[str] = set()
_values: dict[tuple[str, str], Callable[[str], Any]] = {}


class DeclaredTwice(Exception):
    """Two apps claim one code or kind."""


@dataclass(frozen=True)
class Subject:
    """A kind of thing that events speak of.

    label: what the kind is called. words: id → what people call the thing, without personal data.
    find: what a person types → id, or None if it is not one of these.
    """

    label: Any
    words: Callable[[int], str]
    find: Callable[[str], int | None]


def declare(sentences: Mapping[str, Any]) -> None:
    """Add codes with their sentences. Raises DeclaredTwice."""
    for code, sentence in sentences.items():
        if code in _sentences:
            raise DeclaredTwice(code)
        _sentences[code] = sentence


def declare_group(name: str, words: Any, *members: str) -> None:
    """Codes that are looked for together; `name` begins with "@". Raises DeclaredTwice."""
    if name in _groups:
        raise DeclaredTwice(name)
    _groups[name] = (words, members)


def all_groups() -> Mapping[str, Any]:
    """Every group with its words."""
    return {name: words for name, (words, _members) in _groups.items()}


def of_group(name: str) -> tuple[str, ...]:
    """The codes of a group; none where there is no such group."""
    return _groups[name][1] if name in _groups else ()


def keep_reasons_apart(*codes: str) -> None:
    """Reasons of these events are part of the record they speak of; the trail says only that there is one."""
    _kept_apart.update(codes)


def reason(event: Event) -> str:
    """The reason somebody gave, for who reads the trail."""
    if event.why and event.what in _kept_apart:
        return _("tertulis pada datanya")
    return event.why


def declare_subject(kind: str, subject: Subject) -> None:
    """Add a kind of subject. Raises DeclaredTwice."""
    if kind in _subjects:
        raise DeclaredTwice(kind)
    _subjects[kind] = subject


def declare_values(key: str, words: Callable[[str], Any], *, of: str = "") -> None:
    """Say values of a detail in words, e.g. a role by its name; `of`: in events of this code only."""
    _values[(of, key)] = words


def all_sentences() -> Mapping[str, Any]:
    """Every declared code, in the order of declaration."""
    return _sentences


def all_subjects() -> Mapping[str, Subject]:
    """Every declared kind."""
    return _subjects


def subject_words(kind: str, number: int | None) -> str:
    """What the subject of an event is called; kind and number where nobody declared the kind."""
    if not kind:
        return ""
    subject = _subjects.get(kind)
    if subject is None:
        return f"{kind} {number}" if number is not None else kind
    return subject.words(number) if number is not None else str(subject.label)


def find_subjects(typed: str) -> list[tuple[str, int]]:
    """What a person may mean by `typed`, e.g. "AN-00000418-3": kinds with ids, possibly several, possibly
    none.
    """
    found = [(kind, subject.find(typed.strip())) for kind, subject in _subjects.items()]
    return [(kind, number) for kind, number in found if number is not None]


@lru_cache(maxsize=4096)
def area_words(key: str) -> str:
    """An area as people say it: "Margomulyo, Kabupaten Bojonegoro, Jawa Timur"."""
    return path_names([key]).get(key, key)


def words(event: Event) -> str:
    """The event as a sentence without its actor: "membuka halaman AN-00000418-3"."""
    sentence = _sentences.get(event.what)
    if sentence is None:
        return f"{event.what} {subject_words(event.subject_kind, event.subject_id)}".strip()
    values: dict[str, Any] = defaultdict(lambda: "—")
    for key, value in event.details.items():
        say = _values.get((event.what, key)) or _values.get(("", key)) or str
        values[key] = str(say(value)) if value is not None else "—"
    values["subject"] = subject_words(event.subject_kind, event.subject_id) or "—"
    values["area"] = area_words(event.area_key) if event.area_key else _("seluruh Indonesia")
    values["why"] = reason(event)
    return str(sentence) % values
