"""Finding people: by name as people type it, or by a number.

How a name is found is described in kernel.linkage.keys; here stand the questions to the database. Searching
is not audited here: whoever offers it to somebody records it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypedDict, Unpack

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from asuh.kernel.linkage import keys, ranking
from asuh.kernel.linkage.comparison import Reason
from asuh.people.models import MemberRow, NameWord, Person
from asuh.people.models.registry import person_number
from asuh.people.querysets import PersonQuerySet

_VILLAGE = 10
"""Length of a village's key."""
_WORDS = 1_500
"""Words of the word list looked at for one query."""
_TELLING = 0.75
"""Weight of a word from which it says who is meant even alone."""
_PEOPLE = 800
"""People compared for one question to the database."""
_LIKELY = 0.8
"""Likeness from which a whole name is asked for first, before less likely ones crowd it out."""
_WORTH_SHOWING = 0.45
"""A score below which only a common word agrees."""
_GOOD = 0.8
"""A score from which the whole name was found; below it a part of the name may find better."""


@dataclass(frozen=True)
class Hit:
    """A person found. score 0..1; why: reasons a template puts into words."""

    person: int
    score: float
    why: tuple[Reason, ...]


@dataclass(frozen=True)
class Answer:
    """complete: nobody else fits. Not so where a limit was reached on the way: more people may be meant."""

    hits: list[Hit]
    complete: bool


class Question(TypedDict, total=False):
    """What may be asked beside the name; see `answer`."""

    among: PersonQuerySet | None
    village: str | Sequence[str] | None
    born: dt.date | int | None
    sex: int | None
    mother: str
    limit: int
    typing: bool


def find(text: str, **question: Unpack[Question]) -> list[Hit]:
    """The people who may be meant by `text`, likeliest first; the question is that of `answer`."""
    return answer(text, **question).hits


def answer(
    text: str,
    *,
    among: PersonQuerySet | None = None,
    village: str | Sequence[str] | None = None,
    born: dt.date | int | None = None,
    sex: int | None = None,
    mother: str = "",
    limit: int = 10,
    typing: bool = False,
) -> Answer:
    """The people who may be meant by `text`, likeliest first: a name, or a number (then only exact).

    among: people who may be found at all (`Person.objects.reachable(…)`), all current ones if None.
    village: key of an area, of any depth, or several. born: a date, or a year; people born a year earlier or
    later, or of unknown age, are found too, with a lower score. typing: the last word may be unfinished;
    where nobody is found otherwise it is taken to be.
    """
    villages = [village] if isinstance(village, str) and village else list(village or ())
    people: PersonQuerySet = Person.objects.all() if among is None else among
    people = people.current().alias(year=F("born_year") + 0)
    if sex:
        people = people.filter(sex=sex)
    people = people.filter(_where_and_when(villages, born))
    numbered = by_number(text, among=people)
    if numbered is not None:
        return Answer(numbered[:limit], len(numbered) <= limit)
    with _by_index():
        return _Search(text, people, villages, born, mother, limit, typing).answer()


def _where_and_when(villages: Sequence[str], born: dt.date | int | None) -> Q:
    """People of these areas, born about then or at an unknown time.

    An OR of conditions that person_by_area and person_by_stay each answer alone. Without an area the year is
    asked so that no index answers it: fifty thousand people share one, and names are fewer.
    """
    year = born.year if isinstance(born, dt.date) else born
    whens = [Q()]
    if year is not None:
        field = "born_year" if villages else "year"
        whens = [Q(**{f"{field}__range": (year - 1, year + 1)}), Q(**{f"{field}__isnull": True})]
    wheres = [
        Q(**{field if len(key) == _VILLAGE else f"{field}__startswith": key})
        for key in villages
        for field in ("area_key", "stay_key")
    ]
    condition = Q()
    for when in whens:
        for where in wheres or [Q()]:
            condition |= when & where
    return condition


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────


def by_number(text: str, *, among: PersonQuerySet) -> list[Hit] | None:
    """People who bear exactly this number; None if `text` is not a number at all.

    NIK, KK, IDBDT (a household's, all its people) and IDARTBDT of DTKS, and Asuh's own code (AN-…).
    """
    own = person_number(text)
    if own is not None:
        return _hits(among.filter(pk=own), "code", text)
    digits = re.sub(r"[\s.\-']", "", text)
    if len(digits) < 6 or not (digits.isascii() and digits.isdecimal()):
        return None
    found: dict[int, Hit] = {}
    for code, people in (
        ("nik", among.filter(nik=digits)),
        ("kk", among.filter(kk=digits)),
        (
            "idartbdt",
            among.filter(pk__in=MemberRow.objects.filter(idartbdt=digits, replaced_by=None).values("person")),
        ),
        ("idbdt", among.filter(household__idbdt=digits)),
    ):
        for hit in _hits(people, code, digits):
            found.setdefault(hit.person, hit)
    return list(found.values())


def _hits(people: PersonQuerySet, code: str, number: str) -> list[Hit]:
    """relation 1 is the head: a household's people in the order a family card has them."""
    ids = people.order_by("relation", "pk").values_list("pk", flat=True)[:50]
    return [Hit(pk, 1.0, (Reason("number", code, number),)) for pk in ids]


# ── names ─────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _by_index() -> Iterator[None]:
    """PostgreSQL must not read the whole table because a few hundred rows are enough, nor compile a query."""
    goes_on = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)")
        yield
        if goes_on:
            cursor.execute("SELECT set_config('enable_seqscan', 'on', true), set_config('jit', 'on', true)")


def _array(numbers: Iterable[int]) -> RawSQL:
    """One parameter, however many numbers: Django would make an expression of each."""
    return RawSQL("%s::int[]", [list(numbers)])


def _filed_under(some: Iterable[int]) -> Q:
    """People filed under at least one of the keys."""
    return Q(name_keys__overlap=_array(some))


class _Search:
    """One search by name: from the narrowest question to the widest, until enough people are found."""

    def __init__(
        self,
        text: str,
        people: PersonQuerySet,
        villages: Sequence[str],
        born: dt.date | int | None,
        mother: str,
        limit: int,
        typing: bool,
    ) -> None:
        self.wanted = ranking.Wanted(text, born, mother)
        self.limit, self.typing = limit, typing
        self.all_in_reach = (
            bool(villages) and self.wanted.year is not None and all(len(key) == _VILLAGE for key in villages)
        )
        self.people = people
        self.found: dict[int, ranking.Candidate] = {}
        self.best = 0.0
        self.again = False
        self.complete = True

    def answer(self) -> Answer:
        ranked = self.ranked()
        if self.best < _GOOD and not self.typing:
            self.typing = self.again = True
            ranked = self.ranked()
        hits = [
            Hit(found.candidate.person, found.score, found.why)
            for found in ranked
            if found.score >= _WORTH_SHOWING
        ]
        return Answer(hits[: self.limit], self.complete and len(hits) <= self.limit)

    def ranked(self) -> list[ranking.Ranked]:
        """Ask one question after the other until enough people are found, if possible one too many."""
        self.plan = keys.plan(self.wanted.name, typing=self.typing)
        best: list[ranking.Ranked] = []
        compared = True
        for question, most in self.questions() if self.plan.words else ():
            if len(best) >= self.limit and best[self.limit - 1].score >= _GOOD:
                self.complete = False
                break
            self.ask(question, most)
            ranked = ranking.rank(
                self.wanted, self.found.values(), unfinished=self.typing, limit=self.limit + 1
            )
            best, compared = ranked.best, ranked.complete
            self.best = best[0].score if best else 0.0
        self.complete = self.complete and compared
        return best

    def questions(self) -> Iterator[tuple[Q, int]]:
        """Each with how many people to look at: more than are told apart only cost time."""
        if self.all_in_reach:
            yield Q(), 2 * _PEOPLE  # a few dozen people: look at them all
            return
        if not self.again:
            yield _filed_under([keys.name_key(self.plan.words)]), _PEOPLE
            if len(self.plan.words) == 1:
                yield _filed_under([keys.word_key(self.plan.words[0])]), _PEOPLE
        self.plan = self.plan.with_words(self.words())
        self.complete = self.complete and self.plan.every_word_asked_for
        likely = self.plan.names()
        yield _filed_under([key for key, likeness in likely if likeness >= _LIKELY]), _PEOPLE
        yield self.all_words(), _PEOPLE if len(self.plan.words) > 1 else _PEOPLE // 3
        if self.again:
            return
        if self.best < _GOOD:
            yield _filed_under([key for key, likeness in likely if likeness < _LIKELY]), _PEOPLE
        if self.best < _GOOD and len(self.plan.words) > 1:
            yield self.all_words_but_one(), _PEOPLE

    def words(self) -> Sequence[str]:
        """What the word list has that may be meant."""
        known = NameWord.objects.filter(keys__overlap=_array(self.plan.word_list_keys))
        words = list(known.values_list("word", flat=True)[:_WORDS])
        if self.plan.prefix:
            begun = NameWord.objects.filter(word__startswith=self.plan.prefix)
            words += begun.values_list("word", flat=True)[:_WORDS]
        if len(words) >= _WORDS:
            self.complete = False
        return words

    def all_words(self) -> Q:
        """People with every word asked for, and more; also where two of them are one word.

        Of a single word only what sounds the same is asked for: too many people have a word like it.
        """
        groups = self.plan.groups()
        if len(groups) == 1:
            return _filed_under(self.plan.surely(0))
        every = Q()
        for group in groups:
            every &= _filed_under(group.keys)
        for place in range(len(self.plan.joined)):
            joined = _filed_under(self.plan.joined_keys(place))
            for other, group in enumerate(groups):
                if other not in (place, place + 1):
                    joined &= _filed_under(group.keys)
            every |= joined
        return every

    def all_words_but_one(self) -> Q:
        """People with all but one of the words asked for; of two, one that is not everybody's."""
        groups = self.plan.groups()
        if len(groups) == 2:
            some = [key for group in groups if group.weight >= _TELLING for key in group.keys]
            return _filed_under(some)
        most = Q()
        for left_out in range(len(groups)):
            rest = Q()
            for place, group in enumerate(groups):
                if place != left_out:
                    rest &= _filed_under(group.keys)
            most |= rest
        return most

    def ask(self, question: Q, most: int) -> None:
        rows = self.people.filter(question).values_list(
            "pk", "name", "name_norm", "born_on", "born_year", "mother_name"
        )
        some = list(rows[:most])
        self.found |= {row[0]: ranking.Candidate(*row) for row in some}
        if len(some) == most:
            self.complete = False
