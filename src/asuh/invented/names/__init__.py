"""Invented names: word lists of many peoples, and how each puts a name together."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from asuh.invented.drawing import Dice, slots, zipf

PEOPLES: Mapping[str, Mapping[str, float]] = {
    "11": {"arab": 80, "minang": 12, "java": 8},
    "12": {"batak": 52, "java": 20, "arab": 18, "minang": 10},
    "13": {"minang": 62, "arab": 36, "batak": 2},
    "14": {"minang": 40, "arab": 30, "java": 20, "batak": 10},
    "18": {"java": 58, "arab": 22, "sunda": 10, "minang": 10},
    "31": {"java": 34, "sunda": 26, "arab": 24, "batak": 8, "minang": 4, "timur5": 4},
    "32": {"sunda": 66, "arab": 24, "java": 10},
    "33": {"java": 68, "arab": 30, "timur5": 2},
    "51": {"bali": 92, "java": 5, "arab": 3},
    "52": {"sasak": 78, "arab": 18, "bali": 4},
    "53": {"timur5": 91, "arab": 9},
    "61": {"arab": 46, "java": 22, "timur5": 16, "sulawesi": 16},
    "71": {"timur7": 82, "arab": 18},
    "73": {"sulawesi": 66, "arab": 28, "timur5": 6},
    "81": {"timur8": 56, "arab": 40, "sulawesi": 4},
    "94": {"timur9": 74, "sulawesi": 14, "java": 12},
}
"""BPS province → peoples by share; a province without an entry takes that of a neighbour."""
_NEIGHBOUR = {
    "15": "14", "16": "14", "17": "14", "19": "14", "21": "14", "36": "32", "34": "33", "35": "33",
    "62": "61", "63": "61", "64": "61", "65": "61", "72": "73", "74": "73", "75": "73", "76": "73",
    "82": "81", "91": "94",
}  # fmt: skip
OLD, MIDDLE = 1970, 1998
"""Birth years up to which the two older generations reach."""


def peoples_of(province: str) -> Mapping[str, float]:
    """Shares of the peoples who live in a province, by BPS code."""
    return PEOPLES.get(province) or PEOPLES[_NEIGHBOUR.get(province, "33")]


def with_names(people: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Add `name` to rows of m (row number), people, sex (1, 2), year (of birth) and lineage (household).

    lineage decides the family name (marga, fam) where the people has one. Rows come back in the same order.
    """
    parts = []
    ordered = people.with_row_index("_order")
    for (kind, sex), group in ordered.group_by("people", "sex"):
        parts.append(_named(group, str(kind), int(str(sex)), Dice(seed)))
    return pl.concat(parts).sort("_order").drop("_order")


def _named(group: pl.DataFrame, people: str, sex: int, dice: Dice) -> pl.DataFrame:
    """Names for people of one people and sex; group must not be empty."""
    draw = _Draw(dice, sex)
    if people == "arab":
        name = _arabic(draw)
    elif people == "bali":
        name = _balinese(draw)
    elif people == "sasak":
        name = _join(
            draw.word("given", "bali", "sasak"), draw.sometimes(0.65, draw.word("second", "arab", "second"))
        )
    elif people == "batak" or people.startswith("timur"):
        name = _with_family_name(draw, people)
    else:
        name = _javanese_way(draw, people)
    if people in {"arab", "java", "sunda", "minang", "sulawesi", "sasak"}:
        pilgrim = draw.old & dice.chance("hajj", 0.02)
        name = pl.when(pilgrim).then(pl.lit("H. " if sex == 1 else "HJ. ") + name).otherwise(name)
    graduate = ~draw.old & ~draw.young & dice.chance("degree", 0.006)
    return group.with_columns(name=pl.when(graduate).then(name + pl.lit(", S.PD")).otherwise(name))


@dataclass(frozen=True)
class _Draw:
    """What every way of naming draws from."""

    dice: Dice
    sex: int
    old = pl.col("year") <= OLD
    young = pl.col("year") > MIDDLE

    def word(self, salt: str, people: str, part: str) -> pl.Expr:
        """A word of a list; the eldest may bear it in the old spelling."""
        antique = self.dice.one_of(salt, table(people, part, self.sex, True))
        return pl.when(pl.col("year") < 1955).then(antique).otherwise(
            self.dice.one_of(salt, table(people, part, self.sex, False))
        )  # fmt: skip

    def sometimes(self, share: pl.Expr | float, word: pl.Expr) -> pl.Expr:
        """The word for this share of the people, else nothing."""
        return pl.when(self.dice.unit("words") >= 1 - share).then(word).otherwise(pl.lit(""))


def _arabic(draw: _Draw) -> pl.Expr:
    """Muhammad Ali Hidayat, Siti Aminah, Abdul Rohman."""
    front = draw.word("front", "arab", "front")
    if draw.sex == 1:
        servant = pl.lit("ABDUL ") + draw.word("abdul", "arab", "abdul")
        front = pl.when(front == "ABDUL").then(servant).otherwise(front)
    modern = draw.young & draw.dice.chance("modern", 0.5)
    given = (
        pl.when(modern)
        .then(draw.word("given", "arab", "modern"))
        .otherwise(draw.word("given", "arab", "given"))
    )
    fronted = draw.dice.chance("fronted", 0.45)
    middle = pl.when(fronted & ~front.str.contains("ABDUL .")).then(given).otherwise(pl.lit(""))
    share = pl.when(draw.old).then(0.4).when(draw.young).then(0.85).otherwise(0.7)
    first = pl.when(fronted).then(front).otherwise(given)
    return _join(first, middle, draw.sometimes(share, draw.word("second", "arab", "second")))


def _balinese(draw: _Draw) -> pl.Expr:
    """I Wayan Suarta, Ni Luh Sukerti."""
    marked = draw.dice.chance("marker", pl.when(draw.young).then(0.75).otherwise(0.95))
    marker = pl.when(marked).then(pl.lit("I" if draw.sex == 1 else "NI")).otherwise(pl.lit(""))
    order, given = draw.word("order", "bali", "order"), draw.word("given", "bali", "given")
    return _join(marker, order, given, draw.sometimes(0.3, draw.word("third", "bali", "given")))


def _with_family_name(draw: _Draw, people: str) -> pl.Expr:
    """Hotman Sitorus, Maria Yohana Seran; a household shares its family name."""
    name = people[:5]
    second = draw.word("second", name, "given" if name == "timur" else "second")
    lineage = Dice(draw.dice.seed, "lineage").one_of("family", family_names(people)).str.replace_all("_", " ")
    return _join(draw.word("given", name, "given"), draw.sometimes(0.5, second), lineage)


def _javanese_way(draw: _Draw, people: str) -> pl.Expr:
    """One word for many of the old, two or three for the young: Slamet, Sri Wahyuni, Rafa Adi Pratama."""
    dice = draw.dice
    modern = draw.young & dice.chance("modern", 0.45)
    given = draw.word("given", people, "given")
    given = pl.when(modern).then(draw.word("modern", "arab", "modern")).otherwise(given)
    borrowed, second = draw.word("borrowed", "arab", "second"), draw.word("second", people, "second")
    second = pl.when(dice.chance("borrowed", 0.3)).then(borrowed).otherwise(second)
    third, other = draw.word("third", people, "given"), draw.word("third", "arab", "second")
    third = pl.when(dice.chance("which", 0.5)).then(third).otherwise(other)
    two = pl.when(draw.old).then(0.58).when(draw.young).then(0.96).otherwise(0.86)
    three = pl.when(draw.old).then(0.08).when(draw.young).then(0.48).otherwise(0.28)
    return _join(given, draw.sometimes(three, third), draw.sometimes(two, second))


def _join(*words: pl.Expr) -> pl.Expr:
    """With one space between the words that are there; nobody bears one word twice."""
    kept = list(words)
    for number, word in enumerate(words[1:], start=1):
        borne = pl.any_horizontal(word == other for other in words[:number])
        kept[number] = pl.when(borne).then(pl.lit("")).otherwise(word)
    return pl.concat_str(kept, separator=" ").str.replace_all(r" {2,}", " ").str.strip_chars()


@cache
def table(people: str, part: str, sex: int, antique: bool) -> pl.Series:
    """Words of a list as drawing slots, spelt in the ways in use; antique: also as before 1972."""
    words = word_lists(people)[part, sex]
    shares: dict[str, float] = {}
    for word, share in zipf(words).items():
        ways = [way for way in spellings(word) if way != word][:2]
        before = old_spelling(word) if antique else word
        for way in ways:
            shares[way] = shares.get(way, 0) + share * 0.12 / len(ways)
        if before != word:
            shares[before] = shares.get(before, 0) + share * 0.25
        shares[word] = shares.get(word, 0) + share * (1 - 0.12 * bool(ways) - 0.25 * (before != word))
    return slots(shares)


@cache
def family_names(people: str) -> pl.Series:
    """Family names of a people as drawing slots: 'batak', or 'timur' with its region's digit."""
    name, part = (people[:5], int(people[5:] or 5)) if people.startswith("timur") else (people, 0)
    return slots(zipf(word_lists(name)["family", part], shift=12))


@cache
def word_lists(people: str) -> dict[tuple[str, int], list[str]]:
    """(part, sex) → words, the commonest first."""
    text = files(__package__).joinpath(f"{people}.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {(row["part"], int(row["sex"])): list(dict.fromkeys(row["names"].split())) for row in rows}


_WAYS = (
    ("SY", "S"),
    ("DH", "D"),
    ("KH", "H"),
    ("UDDIN", "UDIN"),
    ("UDIN", "UDDIN"),
    ("Z", "J"),
    ("F", "P"),
    ("TIYO$", "TYO"),
    ("TYO$", "TIYO"),
    ("KI$", "KY"),
    ("Q", "K"),
    ("AH$", "A"),
    ("OH", "O"),
    ("IYAH$", "IAH"),
    ("IAH$", "IYAH"),
    ("NN", "N"),
    ("MM", "M"),
    ("EI", "I"),
    ("NI$", "NIE"),
    ("V", "F"),
    ("TH", "T"),
    ("WATI$", "WATY"),
    ("YANTO$", "IANTO"),
    ("IANTO$", "YANTO"),
    ("IATI$", "YATI"),
    ("YONO$", "IONO"),
    ("IONO$", "YONO"),
    ("ROKH", "ROH"),
    ("^NUR", "NOER"),
)


def spellings(word: str) -> list[str]:
    """Other ways in which registers spell a word, the likely ones first."""
    if len(word) < 5:
        return []
    ways = (re.sub(old, new, word, count=1) for old, new in _WAYS)
    return list(dict.fromkeys(way for way in ways if way != word))


def old_spelling(word: str) -> str:
    """A word as it was written before the spelling reform of 1972: Sutrisno → Soetrisno, Cahyo → Tjahjo."""
    for new, old in (("NY", "NJ"), ("SY", "SJ"), ("KH", "CH")):
        word = word.replace(new, old)
    marked = word.replace("J", "DJ") if "NJ" not in word and "SJ" not in word else word
    return marked.replace("Y", "J").replace("C", "TJ" if "CH" not in marked else "C").replace("U", "OE", 1)
