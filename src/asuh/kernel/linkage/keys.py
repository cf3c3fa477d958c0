"""Search keys: how a name typed with a slip finds the right person among millions.

Two small indexes instead of one large one:

- A **person** is filed under one key a word and one key for the whole name, whatever the order of its words:
  about three integers, in an `int[]` under GIN.
- Every distinct **word** of the registry is filed once in the word list (tens of thousands of words for
  millions of people), under the keys of all its forms with one letter left out, and of its sound. Two words
  that differ by one slip share one of these.

A query first asks the word list which words may be meant, and then asks for people with exactly these:
`plan(text)` → `.word_list_keys` → `.with_words(words)` → `.names()` (people with the whole name) and
`.groups()` (people with some of the words). Keys are signed 32-bit integers; two words with one key only cost
a comparison, for every candidate is compared by name afterwards.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from zlib import crc32

import polars as pl
from rapidfuzz.distance import OSA

from asuh.kernel.linkage import names
from asuh.kernel.linkage.comparison import word_likeness

_MASK = 0xFFFFFFFF


def _signed(number: int) -> int:
    number &= _MASK
    return number - (1 << 32) if number >= 1 << 31 else number


@lru_cache(maxsize=500_000)
def word_key(word: str) -> int:
    """The key of a person who has `word` (of a normal form) in the name."""
    return _signed(crc32(b"w" + word.encode()))


@lru_cache(maxsize=500_000)
def _share(word: str) -> int:
    """What `word` adds to the key of a whole name: a sum, so that order does not matter."""
    return crc32(b"n" + word.encode())


def name_key(words: Iterable[str]) -> int:
    """The key of a person whose whole name is `words`, in any order."""
    return _signed(sum(map(_share, words)))


def index_keys(name: str) -> list[int]:
    """The keys a person called `name` is filed under: one a word, and one for the whole."""
    words = names.tokens(name)
    return sorted({word_key(word) for word in words} | {name_key(words)}) if words else []


def word_list_keys(word: str) -> list[int]:
    """The keys `word` is filed under in the word list: itself, with one letter left out, its sound."""
    keys = {crc32(b"d" + form.encode()) for form in _with_one_letter_less(word)}
    keys.add(crc32(b"s" + names.sound_key(word).encode()))
    return sorted(map(_signed, keys))


def _with_one_letter_less(word: str) -> set[str]:
    """`word` itself, and each way of leaving one of its letters out."""
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))} - {""}


def bulk(series: pl.Series) -> pl.DataFrame:
    """`name_norm` (text) and `name_keys` (list of i32) of every name, in the order given."""
    forms = names.normal_form_column(series).alias("name_norm").to_frame()
    distinct = forms.select(pl.col("name_norm").unique()).with_row_index("place")
    split = (
        distinct.filter(pl.col("name_norm") != "")
        .select("place", word=pl.col("name_norm").str.split(" "))
        .explode("word", empty_as_null=True, keep_nulls=True)
    )
    keyed = split.join(_keys_of_words(split["word"].unique()), on="word", how="left", maintain_order="left")
    whole = keyed.group_by("place", maintain_order=True).agg("share")
    # sorted as one long column: sorting a million short lists takes three times as long
    sorted_keys = pl.concat(
        [keyed.select("place", "key"), whole.select("place", key=_signed_sum(pl.col("share")))]
    ).sort("place", "key")
    again = (pl.col("place") == pl.col("place").shift()) & (pl.col("key") == pl.col("key").shift())
    keys = (
        sorted_keys.filter(~again.fill_null(False))
        .group_by("place", maintain_order=True)
        .agg(name_keys="key")
    )
    nothing = pl.Series([[]], dtype=pl.List(pl.Int32))
    distinct = distinct.join(keys, on="place", how="left", maintain_order="left").select(
        "name_norm", pl.col("name_keys").fill_null(nothing)
    )
    return forms.join(distinct, on="name_norm", how="left", maintain_order="left")


def _keys_of_words(words: pl.Series) -> pl.DataFrame:
    return pl.DataFrame(
        {"word": words, "key": [word_key(word) for word in words], "share": [_share(word) for word in words]},
        schema={"word": pl.String, "key": pl.Int32, "share": pl.Int64},
    )


def _signed_sum(shares: pl.Expr) -> pl.Expr:
    """`name_key` of lists of shares."""
    total = shares.list.sum() & _MASK
    return pl.when(total >= 1 << 31).then(total - (1 << 32)).otherwise(total).cast(pl.Int32)


def words_of(forms: pl.Series) -> list[str]:
    """The distinct words of a column of normal forms: what the word list must know."""
    words = forms.unique().str.split(" ").explode(empty_as_null=True, keep_nulls=True)
    return [word for word in words.unique() if word]


@dataclass(frozen=True)
class Meant:
    """A word that may be meant by a word of the query. likeness: 1 for the word itself, less for others."""

    word: str
    likeness: float


@dataclass(frozen=True)
class Asked:
    """One word of the query and what it may mean, likeliest first.

    others: what else it may be: as typed, before it was brought to one spelling; with y for every j, as in a
    name from before 1972 that shows its age by nothing else; the name of which it is nearly a known variant
    (Uthfi is nearly Luthfi, and that is Lutfi). unfinished: it is still being typed.
    """

    word: str
    others: tuple[str, ...]
    weight: float
    unfinished: bool = False
    meant: tuple[Meant, ...] = ()


@dataclass(frozen=True)
class Group:
    """Keys of which a person has one if the name contains the word asked for."""

    word: str
    keys: tuple[int, ...]
    weight: float


@dataclass(frozen=True)
class Plan:
    """What a query asks for. Before `with_words` it knows only its own words."""

    text: str
    asked: tuple[Asked, ...]
    joined: tuple[Asked, ...] = field(default=())

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the query's normal form."""
        return tuple(asked.word for asked in self.asked)

    @property
    def word_list_keys(self) -> list[int]:
        """Keys to ask the word list for: whatever is filed under one of them may be meant."""
        keys: set[int] = set()
        for asked in (*self.asked, *self.joined):
            for word in (asked.word, *asked.others):
                keys.update(word_list_keys(word))
        return list(keys)

    @property
    def prefix(self) -> str:
        """The beginning of the word still being typed, "" if none."""
        return next((asked.word for asked in self.asked if asked.unfinished), "")

    def with_words(self, words: Sequence[str]) -> Plan:
        """The plan with what its words may mean, of all `words` the word list gave."""
        return Plan(
            self.text,
            tuple(_understood(asked, words) for asked in self.asked),
            tuple(_understood(asked, words) for asked in self.joined),
        )

    def names(self, limit: int = 400) -> list[tuple[int, float]]:
        """Keys of the whole names that may be meant and how likely each is, likeliest first.

        Every word as asked or as it may be meant; two words as one, one as two; a very common first word
        left out by the query, or a word too many in it.
        """
        found: dict[int, float] = {}
        slots = [_shares(asked) for asked in self.asked]
        if not slots:
            return []
        itself = [(slot[0],) for slot in slots]
        _add(found, slots, 0, 1.0, limit)
        for place, asked in enumerate(self.joined):
            _add(found, [*slots[:place], _shares(asked), *slots[place + 2 :]], 0, 0.95, limit)
        for place, asked in enumerate(self.asked):
            halves = [
                (_share_of_halves(word, cut), 1.0)
                for word in (asked.word, *asked.others)
                for cut in range(2, len(word) - 1)
            ]
            _add(found, [*itself[:place], halves, *itself[place + 1 :]], 0, 0.94, limit)
        for common in _OFTEN_LEFT_OUT:
            if common not in self.words:
                _add(found, slots, _share(common), 0.75, limit // 8)
        if len(slots) > 1:
            for place, asked in enumerate(self.asked):
                _add(found, [*slots[:place], *slots[place + 1 :]], 0, 1 - 0.6 * asked.weight, limit // 4)
        likely = sorted(found.items(), key=lambda item: -item[1])[:limit]
        return [(_signed(key), likeness) for key, likeness in likely]

    def groups(self) -> list[Group]:
        """One group of keys for every word asked for: a person with the word is filed under one of them."""
        found = []
        for asked in self.asked:
            found.append(Group(asked.word, _word_keys(asked), asked.weight))
        return found

    def surely(self, place: int) -> tuple[int, ...]:
        """Keys of the word asked for at `place` and of those that sound the same."""
        asked = self.asked[place]
        alike = [meant.word for meant in asked.meant if meant.likeness >= _SURE_WORD][:_WORDS_A_GROUP]
        return tuple(sorted({word_key(word) for word in (asked.word, *alike)}))

    @property
    def every_word_asked_for(self) -> bool:
        """Whether all words that may be meant are among the keys: of very many only the likeliest are."""
        least = _LIKELY_WORD if len(self.asked) > 1 else _SURE_WORD
        return all(
            sum(meant.likeness >= least for meant in asked.meant) <= _WORDS_A_GROUP for asked in self.asked
        )

    def joined_keys(self, place: int) -> tuple[int, ...]:
        """Keys of words that may be the words asked for at `place` and `place + 1` written as one."""
        return _word_keys(self.joined[place])


_OFTEN_LEFT_OUT = ("SITI", "MUHAMMAD", "NUR", "AHMAD", "ABDUL", "SRI", "NI", "I")


def plan(text: str, *, typing: bool = False) -> Plan:
    """What a query for the name `text` asks for. typing: its last word may be unfinished."""
    words = names.tokens(text)
    typed = names.as_typed(text)
    if len(typed) != len(words):
        typed = words
    unfinished = typing and bool(text) and text[-1].isalpha()
    last = len(words) - 1
    asked = tuple(
        Asked(word, _others(word, as_typed), _weight(word), unfinished and place == last)
        for place, (word, as_typed) in enumerate(zip(words, typed, strict=True))
    )
    joined = tuple(
        Asked(word, _others(word, first + second), _weight(word), unfinished and place == last - 1)
        for place, (first, second) in enumerate(itertools.pairwise(typed))
        for word in [" ".join(names.in_one_spelling(first + second))]
    )
    return Plan(text, asked, joined)


def _others(word: str, typed: str) -> tuple[str, ...]:
    found = {typed, word.replace("J", "Y")}
    for form in _with_one_letter_less(typed):
        found.update(_names_by_variant().get(form, ()))
    return tuple(sorted(found - {word}))


@cache
def _names_by_variant() -> dict[str, frozenset[str]]:
    """Every known variant with one letter left out, and whole → the names it may be."""
    found: dict[str, set[str]] = {}
    for variant, name in names.variants().items():
        for form in _with_one_letter_less(variant):
            found.setdefault(form, set()).add(name)
    return {form: frozenset(some) for form, some in found.items()}


def _weight(word: str) -> float:
    return names.weights().get(word, 0.3 if len(word) == 1 else 1.0)


def _understood(asked: Asked, words: Sequence[str]) -> Asked:
    found = {asked.word: 1.0}
    for word in words:
        if asked.unfinished and word.startswith(asked.word):
            found[word] = max(found.get(word, 0.0), 0.95)
            continue
        likeness = _meant_by(asked.word, word)
        for other in asked.others:
            likeness = max(likeness, _OTHER * _meant_by(other, word))
        if likeness:
            found[word] = max(found.get(word, 0.0), likeness)
    meant = tuple(
        Meant(word, likeness)
        for word, likeness in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )
    return Asked(asked.word, asked.others, asked.weight, asked.unfinished, meant)


_OTHER = 0.97
"""What is left of a likeness that goes by another reading of the word: the word itself stays first."""


def _meant_by(asked: str, word: str) -> float:
    """How likely `word` is meant; 0 for more than two slips, unless both sound the same."""
    if OSA.distance(asked, word, score_cutoff=2) <= 2:
        return word_likeness(asked, word)
    return 0.9 if names.sound_key(asked) == names.sound_key(word) else 0.0


def _word_keys(asked: Asked) -> tuple[int, ...]:
    """Keys of the word asked for and of those it may likeliest mean."""
    words = [meant.word for meant in asked.meant if meant.likeness >= _LIKELY_WORD][:_WORDS_A_GROUP]
    return tuple(sorted({word_key(word) for word in (asked.word, *words)}))


_LIKELY_WORD = 0.75
_SURE_WORD = 0.93
_WORDS_A_GROUP = 60


def _shares(asked: Asked) -> list[tuple[int, float]]:
    """What each word that may be meant adds to the key of a whole name, and how likely it is meant."""
    likely = asked.meant[:_WORDS_A_GROUP]
    return [(_share(meant.word), meant.likeness) for meant in likely] or [(_share(asked.word), 1.0)]


def _share_of_halves(word: str, cut: int) -> int:
    return sum(_share(part) for half in (word[:cut], word[cut:]) for part in names.in_one_spelling(half))


def _add(
    found: dict[int, float],
    slots: Sequence[Sequence[tuple[int, float]]],
    share: int,
    likeness: float,
    limit: int,
) -> None:
    """Put the keys of combinations of one a slot into `found`, about the `limit` likeliest."""
    combinations = [(share, likeness)]
    for slot in slots:
        wider = []
        for total, likely in combinations:
            for more, factor in slot:
                product = likely * factor
                if product < _UNLIKELY:
                    break  # likeliest first, in every slot
                wider.append((total + more, product))
        combinations = wider
        if len(combinations) > limit:
            combinations = sorted(combinations, key=_likeness, reverse=True)[:limit]
    for share, likeness in combinations:
        key = share & _MASK
        if likeness > found.get(key, 0.0):
            found[key] = likeness


_UNLIKELY = 0.65
"""Likeness below which a whole name is not asked for."""


def _likeness(entry: tuple[int, float]) -> float:
    return entry[1]
