"""One slip in a name, as people make them who type it: what the search has to see through."""

from __future__ import annotations

from random import Random

from asuh.invented.names import old_spelling

SLIPS = (
    "typo",  # one letter replaced by a neighbour on the keyboard
    "insert",  # one letter too many
    "delete",  # one letter missing
    "transpose",  # two letters changed places
    "old_spelling",  # as before 1972, or the other way round: Sutrisno, Soetrisno
    "short_form",  # Muhammad → M. or Muh., Abdul → Abd., Siti → St., others to their first letter
    "joined",  # two words written as one
    "dropped",  # one word left out
    "swapped",  # two words changed places
)
"""Every kind of slip, in the words of the search bench."""

_NEAR = {
    "Q": "WA", "W": "QES", "E": "WRD", "R": "ETF", "T": "RYG", "Y": "TUH", "U": "YIJ", "I": "UOK", "O": "IPL",
    "P": "OL", "A": "SQZ", "S": "ADWX", "D": "SFEC", "F": "DGRV", "G": "FHTB", "H": "GJYN", "J": "HKUM",
    "K": "JLIM", "L": "KOP", "Z": "XAS", "X": "ZCS", "C": "XVD", "V": "CBF", "B": "VNG", "N": "BMH",
    "M": "NJK",
}  # fmt: skip
_SHORT = {
    "MUHAMMAD": ("M.", "MUH.", "MOH.", "MHD."),
    "MOHAMMAD": ("M.", "MOH."),
    "MUHAMAD": ("M.", "MUH."),
    "MOCHAMAD": ("M.", "MOCH."),
    "MOHAMAD": ("M.", "MOH."),
    "AHMAD": ("A.", "AHM."),
    "ACHMAD": ("A.", "ACH."),
    "ABDUL": ("ABD.", "A."),
    "ABDULLAH": ("ABD.",),
    "SITI": ("ST.", "S."),
    "SITTI": ("ST.",),
    "NUR": ("N.",),
    "DAENG": ("DG.",),
    "WAYAN": ("W.",),
    "KETUT": ("KT.",),
    "MADE": ("MD.",),
}
_NEW = (("TJ", "C"), ("DJ", "J"), ("OE", "U"), ("NJ", "NY"), ("SJ", "SY"))


def slip(name: str, rng: Random, kind: str) -> str | None:
    """`name` with one slip of this kind, or None where the name gives no occasion for it.

    Letters slip anywhere but at the very start, where people look; words need at least two.
    """
    words = name.split()
    changed = {
        "typo": _typo,
        "insert": _insert,
        "delete": _delete,
        "transpose": _transpose,
        "old_spelling": _old,
        "short_form": _short,
        "joined": _joined,
        "dropped": _dropped,
        "swapped": _swapped,
    }[kind](words, rng)
    text = " ".join(changed) if changed else None
    return text if text and text != name else None


def any_slip(name: str, rng: Random) -> tuple[str, str]:
    """One slip of a kind chosen at random among those the name allows: the kind and the name."""
    for kind in rng.sample(SLIPS, len(SLIPS)):
        if changed := slip(name, rng, kind):
            return kind, changed
    return "insert", name + rng.choice("AEINH")


def _letter(words: list[str], rng: Random, *, room: int = 1) -> tuple[int, int] | None:
    """A word and a position in it behind the first letter, with `room` letters from there on."""
    places = [
        (number, at)
        for number, word in enumerate(words)
        if len(word) >= 4
        for at in range(1, len(word) - room + 1)
        if word[at].isalpha()
    ]
    return rng.choice(places) if places else None


def _typo(words: list[str], rng: Random) -> list[str] | None:
    if not (found := _letter(words, rng)):
        return None
    number, at = found
    word = words[number]
    near = _NEAR.get(word[at].upper(), "A")
    return [*words[:number], word[:at] + rng.choice(near) + word[at + 1 :], *words[number + 1 :]]


def _insert(words: list[str], rng: Random) -> list[str] | None:
    if not (found := _letter(words, rng)):
        return None
    number, at = found
    word = words[number]
    extra = rng.choice([word[at], *_NEAR.get(word[at].upper(), "A")])
    return [*words[:number], word[:at] + extra + word[at:], *words[number + 1 :]]


def _delete(words: list[str], rng: Random) -> list[str] | None:
    if not (found := _letter(words, rng)):
        return None
    number, at = found
    word = words[number]
    return [*words[:number], word[:at] + word[at + 1 :], *words[number + 1 :]]


def _transpose(words: list[str], rng: Random) -> list[str] | None:
    for _ in range(10):
        if not (found := _letter(words, rng, room=2)):
            return None
        number, at = found
        word = words[number]
        if word[at] != word[at + 1]:
            return [
                *words[:number],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                *words[number + 1 :],
            ]
    return None


def _old(words: list[str], rng: Random) -> list[str] | None:
    ways: list[list[str]] = []
    for number, word in enumerate(words):
        newer = word
        for old, new in _NEW:
            newer = newer.replace(old, new)
        for other in {newer if newer != word else old_spelling(word)}:
            if other != word:
                ways.append([*words[:number], other, *words[number + 1 :]])
    return rng.choice(ways) if ways else None


def _short(words: list[str], rng: Random) -> list[str] | None:
    known = [number for number, word in enumerate(words) if word in _SHORT]
    if known:
        number = rng.choice(known)
        return [*words[:number], rng.choice(_SHORT[words[number]]), *words[number + 1 :]]
    if len(words) < 3:
        return None
    number = rng.randrange(1, len(words))
    return [*words[:number], words[number][0] + ".", *words[number + 1 :]]


def _joined(words: list[str], rng: Random) -> list[str] | None:
    if len(words) < 2:
        return None
    at = rng.randrange(len(words) - 1)
    return [*words[:at], words[at] + words[at + 1], *words[at + 2 :]]


def _dropped(words: list[str], rng: Random) -> list[str] | None:
    if len(words) < 3:
        return None
    at = rng.randrange(len(words))
    return [*words[:at], *words[at + 1 :]]


def _swapped(words: list[str], rng: Random) -> list[str] | None:
    if len(words) < 2:
        return None
    at = rng.randrange(len(words) - 1)
    return [*words[:at], words[at + 1], words[at], *words[at + 2 :]]
