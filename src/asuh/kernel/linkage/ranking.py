"""Which of the people an index gave is the one asked for: candidates in order, each with a score and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from asuh.kernel.linkage import comparison, names
from asuh.kernel.linkage.comparison import Reason

_COMPARED = 200
"""Distinct names that are compared word by word; of more than these, those that look likest as a whole."""
_BEGINS_SO, _HOLDS_IT = 0.98, 0.96
"""Who is asked for by one word has it, first or later: likelier than a whole name that is only like it."""
_BEGINS_ALIKE, _HOLDS_ALIKE = 0.88, 0.86
"""The same for a word that only sounds so."""
_AGREES = 0.9
"""Likeness of two names of a mother, one of which is the other and more."""


@dataclass(frozen=True)
class Wanted:
    """What a searcher knows. born: a date or a year; None = not known."""

    name: str
    born: dt.date | int | None = None
    mother: str = ""

    @property
    def year(self) -> int | None:
        return self.born.year if isinstance(self.born, dt.date) else self.born


@dataclass(frozen=True)
class Candidate:
    """What the registry knows of a person. form: the normal form of `name`."""

    person: int
    name: str
    form: str
    born_on: dt.date | None = None
    born_year: int | None = None
    mother: str = ""


@dataclass(frozen=True)
class Ranked:
    """score 0..1. why: reasons of kernel.linkage.comparison, and of birth and mother:
    born(a=as asked, b=as known), born_year, born_near, born_unknown, born_differs, mother, mother_differs.
    """

    candidate: Candidate
    score: float
    why: tuple[Reason, ...]


@dataclass(frozen=True)
class Ranking:
    """best: the likeliest first. complete: every name was compared, none was set aside unread."""

    best: list[Ranked]
    complete: bool


_Entry = tuple[float, Candidate, tuple[Reason, ...], tuple[Reason, ...]]


def rank(
    wanted: Wanted, candidates: Iterable[Candidate], *, unfinished: bool = False, limit: int = 10
) -> Ranking:
    """The likeliest `limit` candidates, best first. unfinished: the last word of the name is being typed.

    The score of the name, lowered where birth or mother disagree or are not known. Where several names are
    equally likely, one person of each comes first, then the second of each: no name crowds out the others.
    Among equals those come first who write it most like the query: its very words, then its letters.
    """
    people = list(candidates)
    words = names.tokens(wanted.name)
    forms = {person.form for person in people}
    compared = _compared(words, names.as_typed(wanted.name), forms, unfinished)
    scored: list[_Entry] = []
    for person in people:
        found = compared.get(person.form)
        if found is None:
            continue
        agreement, why = _birth(wanted, person)
        scored.append((found.score * agreement, person, found.reasons, why))
    if wanted.mother:
        scored.sort(key=lambda entry: -entry[0])
        scored = [_with_mother(wanted.mother, entry) for entry in scored[: max(200, limit)]]
    rounded = [Ranked(person, round(score, 4), reasons + why) for score, person, reasons, why in scored]
    return Ranking(_in_turns(rounded, wanted.name.upper())[:limit], len(compared) == len(forms))


def _in_turns(ranked: list[Ranked], written: str) -> list[Ranked]:
    """Best first; among equals a person of each name, then the second of each …"""
    asked = set(written.split())

    def order(one: Ranked) -> tuple[float, int, float, int]:
        name = one.candidate.name.upper()
        return (
            -one.score,
            -len(asked.intersection(name.split())),
            -fuzz.ratio(written, name),
            one.candidate.person,
        )

    ranked.sort(key=order)
    seen: Counter[tuple[float, str]] = Counter()
    turns: list[tuple[float, int, int]] = []
    for place, one in enumerate(ranked):
        turns.append((-one.score, seen[one.score, one.candidate.form], place))
        seen[one.score, one.candidate.form] += 1
    return [ranked[place] for *_, place in sorted(turns)]


def _compared(
    words: tuple[str, ...], typed: tuple[str, ...], forms: set[str], unfinished: bool
) -> dict[str, comparison.Comparison]:
    """Every form worth it → how it compares with the words asked for."""
    compared = {}
    if len(words) == 1 and len(words[0]) > 1:
        holding = {form: tuple(form.split()) for form in forms if f" {words[0]} " in f" {form} "}
        compared = {form: _holding(words[0], others) for form, others in holding.items()}
        forms = forms - compared.keys()
    return compared | _compared_word_by_word(words, typed, forms, unfinished)


def _holding(word: str, others: tuple[str, ...]) -> comparison.Comparison:
    """One word asked for, of a name that has it."""
    more = len(others) - 1
    if not more:
        return comparison.Comparison(1.0, (Reason("same_name"),))
    score = (_BEGINS_SO if others[0] == word else _HOLDS_IT) - 0.005 * min(more - 1, 3)
    rest = tuple(Reason("missing_in_a", b=other) for other in others if other != word)
    return comparison.Comparison(score, (Reason("same_word", word, word), *rest))


def _compared_word_by_word(
    words: tuple[str, ...], typed: tuple[str, ...], forms: set[str], unfinished: bool
) -> dict[str, comparison.Comparison]:
    if len(forms) > _COMPARED:
        likest = process.extract(" ".join(words), forms, scorer=fuzz.token_sort_ratio, limit=_COMPARED // 2)
        holding = process.extract(" ".join(words), forms, scorer=fuzz.token_set_ratio, limit=_COMPARED // 2)
        forms = {form for form, *_ in (*likest, *holding)}
    compared = {form: _compare(words, tuple(form.split()), unfinished) for form in forms}
    if typed != words:
        for form, found in compared.items():
            if found.score < 1:
                as_typed = _compare(typed, tuple(form.split()), unfinished)
                if as_typed.score > found.score:
                    compared[form] = as_typed
    return compared


def _compare(words: tuple[str, ...], others: tuple[str, ...], unfinished: bool) -> comparison.Comparison:
    found = comparison.compare_words(words, others)
    if len(words) == 1 < len(others):
        heard = [reason.b for reason in found.reasons if reason.code == "same_sound"]
        if heard:
            least = _BEGINS_ALIKE if others[0] == heard[0] else _HOLDS_ALIKE
            found = comparison.Comparison(max(found.score, least), found.reasons)
    if not unfinished or not words or found.score == 1:
        return found
    begun = words[-1]
    for word in others:
        if word != begun and word.startswith(begun) and word not in words:
            finished = _finished(words, word, others)
            score = finished.score * (0.8 + 0.18 * len(begun) / len(word))
            if score > found.score:
                found = comparison.Comparison(score, (*finished.reasons, Reason("begins", begun, word)))
    return found


def _finished(words: tuple[str, ...], word: str, others: tuple[str, ...]) -> comparison.Comparison:
    """As if `word` had been typed to its end; that this one is the same then is no reason."""
    if len(words) == 1:
        found = _holding(word, others)
    else:
        found = comparison.compare_words((*words[:-1], word), others)
    reasons = found.reasons
    if reasons == (Reason("same_name"),):
        reasons = tuple(Reason("same_word", one, one) for one in words[:-1])
    return comparison.Comparison(
        found.score, tuple(one for one in reasons if one != Reason("same_word", word, word))
    )


def _birth(wanted: Wanted, person: Candidate) -> tuple[float, tuple[Reason, ...]]:
    if wanted.born is None:
        return 1.0, ()
    asked = str(wanted.born)
    if person.born_year is None:
        return 0.88, (Reason("born_unknown", asked),)
    if isinstance(wanted.born, dt.date) and person.born_on is not None:
        known = str(person.born_on)
        if person.born_on == wanted.born:
            return 1.0, (Reason("born", asked, known),)
        if (person.born_on.month, person.born_on.day) == (wanted.born.day, wanted.born.month):
            return 0.97, (Reason("born_near", asked, known),)
        if person.born_year == wanted.born.year:
            return 0.95, (Reason("born_near", asked, known),)
    known = str(person.born_on or person.born_year)
    apart = abs(person.born_year - (wanted.year or 0))
    if apart == 0:
        return 1.0, (Reason("born_year", asked, known),)
    if apart == 1:
        return 0.78, (Reason("born_near", asked, known),)
    return 0.5, (Reason("born_differs", asked, known),)


def _with_mother(mother: str, entry: _Entry) -> _Entry:
    score, person, reasons, why = entry
    if not person.mother:
        return score * 0.95, person, reasons, why
    alike = comparison.compare(mother, person.mother).score
    if alike < _AGREES and _one_and_more(names.tokens(mother), names.tokens(person.mother)):
        alike = _AGREES
    code = "mother" if alike >= 0.8 else "mother_differs"
    return score * (0.7 + 0.3 * alike), person, reasons, (*why, Reason(code, mother, person.mother))


def _one_and_more(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """One of the names is the other and more: every word of the shorter is in the longer, as it sounds."""
    shorter, longer = sorted((set(map(names.sound_key, a)), set(map(names.sound_key, b))), key=len)
    return bool(shorter) and shorter <= longer
