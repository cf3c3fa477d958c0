"""Functional difficulty by the questions of UNICEF and the Washington Group.

Sources: UNICEF / Washington Group Module on Child Functioning, ages 2–4 and 5–17 (2016), with its tabulation
plan; Washington Group Short Set on Functioning for adults (2020). A difficulty counts in the device-aided
form of a question (with glasses, hearing aid, walking aid, where used).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Difficulty(StrEnum):
    """How hard something is, compared with children of the same age."""

    NONE = "none"
    SOME = "some"
    MUCH = "much"
    CANNOT = "cannot"


class Behaviour(StrEnum):
    """How often a small child kicks, bites or hits, compared with children of the same age."""

    NOT_AT_ALL = "not_at_all"
    SAME_OR_LESS = "same_or_less"
    MORE = "more"
    A_LOT_MORE = "a_lot_more"


class Frequency(StrEnum):
    """How often a child seems very anxious or very sad."""

    NEVER = "never"
    YEARLY = "yearly"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"


Answer = Difficulty | Behaviour | Frequency

CUTOFF: Mapping[type, frozenset[Answer]] = {
    Difficulty: frozenset({Difficulty.MUCH, Difficulty.CANNOT}),
    Behaviour: frozenset({Behaviour.A_LOT_MORE}),
    Frequency: frozenset({Frequency.DAILY}),
}
"""Answers at or beyond the international cutoff, by scale."""


@dataclass(frozen=True)
class Questions:
    """The questions for one span of ages; `upto` is the first age that no longer belongs to it."""

    code: str
    from_age: int
    upto: int
    scales: Mapping[str, type]


TODDLER = Questions(
    "cfm_2_4",
    2,
    5,
    {
        "seeing": Difficulty,
        "hearing": Difficulty,
        "walking": Difficulty,
        "fine_motor": Difficulty,
        "communicating": Difficulty,
        "learning": Difficulty,
        "playing": Difficulty,
        "behaviour": Behaviour,
    },
)
CHILD = Questions(
    "cfm_5_17",
    5,
    18,
    {
        "seeing": Difficulty,
        "hearing": Difficulty,
        "walking": Difficulty,
        "self_care": Difficulty,
        "communicating": Difficulty,
        "learning": Difficulty,
        "remembering": Difficulty,
        "concentrating": Difficulty,
        "accepting_change": Difficulty,
        "behaviour": Difficulty,
        "making_friends": Difficulty,
        "anxiety": Frequency,
        "depression": Frequency,
    },
)
ADULT = Questions(
    "wg_ss",
    18,
    200,
    {
        "seeing": Difficulty,
        "hearing": Difficulty,
        "walking": Difficulty,
        "remembering": Difficulty,
        "self_care": Difficulty,
        "communicating": Difficulty,
    },
)
ALL = (TODDLER, CHILD, ADULT)


def questions_for(age: int) -> Questions | None:
    """The questions for somebody of `age` completed years; under two nothing is asked."""
    return next((asked for asked in ALL if asked.from_age <= age < asked.upto), None)


def questions_named(code: str) -> Questions:
    """By code ("cfm_2_4", "cfm_5_17", "wg_ss"). Raises KeyError."""
    return {asked.code: asked for asked in ALL}[code]


class NotAnAnswer(ValueError):
    """A domain that is not asked at this age, or an answer outside its scale."""


def checked(asked: Questions, answers: Mapping[str, str]) -> dict[str, Answer]:
    """The answers as members of their scales. Raises NotAnAnswer."""
    read: dict[str, Answer] = {}
    for domain, answer in answers.items():
        try:
            read[domain] = asked.scales[domain](answer)
        except (KeyError, ValueError) as error:
            raise NotAnAnswer(f"{domain}={answer}") from error
    return read


def domains_with_difficulty(asked: Questions, answers: Mapping[str, str]) -> list[str]:
    """Domains answered at or beyond the cutoff, in the order of the questionnaire."""
    read = checked(asked, answers)
    return [
        domain for domain in asked.scales if domain in read and read[domain] in CUTOFF[asked.scales[domain]]
    ]


def has_disability(asked: Questions, answers: Mapping[str, str]) -> bool | None:
    """True when at least one domain reaches the cutoff; False when all are answered below it; else None."""
    if domains_with_difficulty(asked, answers):
        return True
    return False if set(answers) >= set(asked.scales) else None
