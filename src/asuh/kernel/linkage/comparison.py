"""How alike two names are, from 0 to 1, and why: for the reviewer of a pair and for ranking a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from asuh.kernel.linkage import names

_ALMOST = 0.99  # names that are not the same never reach 1
_SAME_SOUND = 0.94
_INITIAL = 0.75
_UNLIKE = 0.6  # two words less alike than this are two words
_JOINED = 0.97
_SWAPPED = 0.985


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for or against; a template puts it into words.

    code: same_name (nothing else follows), same_word(word), same_sound(a, b), similar(a, b, edits),
    initial(a, b), joined(a, b), swapped(), missing_in_a(b), missing_in_b(a), no_name();
    from a search also begins(a, b).
    """

    code: str
    a: str = ""
    b: str = ""
    edits: int = 0


@dataclass(frozen=True)
class Comparison:
    """score: 0 (nothing in common) to 1 (the same normal form)."""

    score: float
    reasons: tuple[Reason, ...]


@lru_cache(maxsize=200_000)
def word_likeness(a: str, b: str) -> float:
    """How alike two words of normal forms are: 1 only for the same word, 0 below resemblance."""
    if a == b:
        return 1.0
    if len(a) == 1 or len(b) == 1:
        return _INITIAL if a[0] == b[0] else 0.0
    edits = OSA.distance(a, b, score_cutoff=3)
    likeness = 1 - edits / (max(len(a), len(b)) + 1) if edits <= 3 else 0.0
    if names.sound_key(a) == names.sound_key(b):
        return max(_SAME_SOUND, likeness)
    if a[0] != b[0]:
        likeness -= 0.02
    return likeness if likeness >= _UNLIKE else 0.0


def compare(a: str, b: str) -> Comparison:
    """Compare two names as people write them; `compare(a, b)` scores as `compare(b, a)`.

    1 exactly when both have the same normal form, 0 when one has no letter in it.
    """
    return compare_words(names.tokens(a), names.tokens(b))


def compare_words(a: Sequence[str], b: Sequence[str]) -> Comparison:
    """`compare` for two names given as words of their normal forms."""
    a, b = tuple(a), tuple(b)
    if not a or not b:
        return Comparison(0.0, (Reason("no_name"),))
    if a == b:
        return Comparison(1.0, (Reason("same_name"),))
    best = _aligned(a, b)
    for joined_a, joined_b, reason in _joinings(a, b):
        if joined_a == joined_b:
            return Comparison(_JOINED, (reason,))
        other = _aligned(joined_a, joined_b)
        score = other.score * _JOINED
        if score > best.score:
            best = Comparison(score, (reason, *other.reasons))
    return best


def _joinings(
    a: tuple[str, ...], b: tuple[str, ...]
) -> list[tuple[tuple[str, ...], tuple[str, ...], Reason]]:
    """Both names with two neighbours of one written as one word, where the other has such a word."""
    found = []
    for place in range(len(a) - 1):
        joined = a[place] + a[place + 1]
        if _has_like(joined, b):
            reason = Reason("joined", f"{a[place]} {a[place + 1]}", joined)
            found.append(((*a[:place], joined, *a[place + 2 :]), b, reason))
    for place in range(len(b) - 1):
        joined = b[place] + b[place + 1]
        if _has_like(joined, a):
            reason = Reason("joined", joined, f"{b[place]} {b[place + 1]}")
            found.append((a, (*b[:place], joined, *b[place + 2 :]), reason))
    return found


def _has_like(joined: str, words: tuple[str, ...]) -> bool:
    length = len(joined)
    return any(abs(len(word) - length) <= 2 and word_likeness(joined, word) >= 0.85 for word in words)


def _aligned(a: tuple[str, ...], b: tuple[str, ...]) -> Comparison:
    """Every word of the shorter name with its likest partner, whatever the order.

    Weighted like a Dice coefficient: twice what the pairs have in common, by the weight of all words.
    """
    weights = names.weights()
    weight_a, weight_b = [_weight(word, weights) for word in a], [_weight(word, weights) for word in b]
    pairs = _best_pairs(a, b, weight_a, weight_b)
    total = sum(weight_a) + sum(weight_b)
    common = sum((weight_a[i] + weight_b[j]) * likeness for i, j, likeness in pairs)
    score = common / total
    reasons = [_reason(a[i], b[j]) for i, j, _ in pairs]
    order = [j for i, j, _ in pairs]
    if order != sorted(order):
        score *= _SWAPPED
        reasons.append(Reason("swapped"))
    paired_a, paired_b = {i for i, _, _ in pairs}, {j for _, j, _ in pairs}
    reasons += [Reason("missing_in_b", a=word) for i, word in enumerate(a) if i not in paired_a]
    reasons += [Reason("missing_in_a", b=word) for j, word in enumerate(b) if j not in paired_b]
    return Comparison(min(score, _ALMOST), tuple(reasons))


def _best_pairs(
    a: tuple[str, ...], b: tuple[str, ...], weight_a: list[float], weight_b: list[float]
) -> list[tuple[int, int, float]]:
    """The pairing with most in common: the same words first, then the best of what is left.

    Which of two equally good pairings is taken does not depend on which name stands first.
    """
    possible = []
    for i, word in enumerate(a):
        for j, other in enumerate(b):
            likeness = word_likeness(word, other)
            if likeness:
                gain = (weight_a[i] + weight_b[j]) * likeness
                possible.append((-likeness, -gain, abs(i - j), i + j, tuple(sorted((word, other))), i, j))
    possible.sort()
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    pairs = []
    for negative, _, _, _, _, i, j in possible:
        if i not in taken_a and j not in taken_b:
            taken_a.add(i)
            taken_b.add(j)
            pairs.append((i, j, -negative))
    return sorted(pairs)


def _reason(a: str, b: str) -> Reason:
    if a == b:
        return Reason("same_word", a, b)
    if len(a) == 1 or len(b) == 1:
        return Reason("initial", a, b)
    if names.sound_key(a) == names.sound_key(b):
        return Reason("same_sound", a, b)
    return Reason("similar", a, b, OSA.distance(a, b))


def _weight(word: str, weights: dict[str, float]) -> float:
    return 0.3 if len(word) == 1 and word not in weights else weights.get(word, 1.0)
