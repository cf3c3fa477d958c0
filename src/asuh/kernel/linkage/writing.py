"""How a name or an address that came in capitals is written: registers shout, people do not.

Only how it looks; how names are compared stands in `linkage.names`.
"""

import re
from functools import lru_cache

import polars as pl

_LETTERS = re.compile(r"[^\W\d_]+")
_APOSTROPHES = "'’‘`´ʼ"
_STAYS = frozenset(["KH", "KRT", "KRMT", "TGH", "II", "III", "IV", "VI", "VII", "VIII"])
_SMALL = frozenset(["BIN", "BINTI", "BINTE"])
_OF = re.compile(rf"(?<![^\W\d_])[DOdo][{_APOSTROPHES}]\Z")
_PLAIN = "^[A-Z]+(?: [A-Z]+)*$"
_NOT_PLAIN = rf"\b(?:{'|'.join(sorted(_STAYS | _SMALL))})\b"


def as_written(name: str) -> str:
    """`SITI NUR'AINI, S.PD` → `Siti Nur'aini, S.Pd`; `AHMAD BIN ALI` → `Ahmad bin Ali`.

    Words in small letters are changed only where the whole name is in them; a word in both is left as it is.
    Degrees without dots behind a comma (`BUDI, SH`) stay. The letters themselves are never changed.
    """
    if name.islower():
        name = name.upper()
    comma = name.find(",")
    behind_comma = comma if comma >= 0 else len(name)

    def written(found: re.Match[str]) -> str:
        word, begin, end = found.group(), found.start(), found.end()
        before, after = name[begin - 1 : begin], name[end : end + 1]
        if not (word.isupper() and word[0].isupper()) or word in _STAYS:
            return word
        if word in _SMALL and before == " " == after and name[:begin].lower() != name[:begin]:
            return word.lower()
        if begin > behind_comma and len(word) <= 4 and "." not in (before, after):
            return word
        inside = before and before in _APOSTROPHES and name[: begin - 1][-1:].isupper()
        return word.lower() if inside and not _OF.search(name, 0, begin) else word.capitalize()

    return _LETTERS.sub(written, name)


TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the direction of writing: with them a name reads otherwise than it is."""


def as_written_column(names: pl.Series) -> pl.Series:
    """`as_written` of every name (null stays null), without TURNING. Most are plain words in capitals and
    need no Python."""
    frame = names.alias("name").to_frame()
    turned = pl.col("name").str.contains(f"[{TURNING}]")
    # one look through the whole column: nearly none has any
    if frame.select((pl.col("name").str.len_bytes() != pl.col("name").str.len_chars()).any()).item():
        frame = frame.with_columns(
            pl.when(turned).then(pl.col("name").str.replace_all(f"[{TURNING}]", "")).otherwise("name")
        )
    plain = pl.col("name").str.contains(_PLAIN) & ~pl.col("name").str.contains(_NOT_PLAIN)
    frame = frame.with_row_index("place")
    others = frame.filter(~plain)
    written = {name: as_written(name) for name in others["name"].unique()}
    by_hand = others.select(
        "place", pl.Series("written", [written[name] for name in others["name"]], dtype=pl.String)
    )
    return (
        frame.join(by_hand, on="place", how="left", maintain_order="left")
        .select(pl.when(plain).then(pl.col("name").str.to_titlecase()).otherwise("written"))
        .to_series()
        .alias(names.name)
    )


_ABBREVIATED = {
    "JL": "Jl.", "JLN": "Jl.", "DSN": "Dsn.", "DS": "Ds.", "DK": "Dk.", "DKH": "Dkh.", "KP": "Kp.",
    "GG": "Gg.", "NO": "No.", "BLK": "Blk.", "KEC": "Kec.", "KEL": "Kel.", "KAB": "Kab.", "PERUM": "Perum.",
}  # fmt: skip
_CAPITALS = frozenset(["RT", "RW", "LK", "KM", "BTN", "SD", "SMP", "SMA", "RS", "TPA", "II", "III", "IV"])
_ADDRESS_WORD = re.compile(r"[^\W\d_]+\.?")


def address_as_written(address: str) -> str:
    """`DSN ALAS RT 1 RW 1` → `Dsn. Alas RT 1 RW 1`; `JL. MAWAR NO 3` → `Jl. Mawar No. 3`.

    Only where the whole address is in capitals or the whole in small letters, apart from words for street and
    ward; an address in both is left as it is, except that Rt and Rw are in capitals. Numbers stay.
    """
    if " " in address and (address.isupper() or address.islower()):
        return " ".join(map(_address_word, address.split(" ")))
    words = [found.group().strip(".") for found in _ADDRESS_WORD.finditer(address)]
    told = [word for word in words if word.upper() not in _ABBREVIATED and word.upper() not in _CAPITALS]
    shouted = all(word.isupper() for word in told) or all(word.islower() for word in told)

    def written(found: re.Match[str]) -> str:
        word = found.group()
        bare = word.strip(".").upper()
        after = address[found.end() : found.end() + 1]
        if bare in ("RT", "RW"):
            return bare + (word[len(bare) :] if word.endswith(".") and after not in (" ", "") else "")
        if not shouted:
            return word
        if bare in _CAPITALS:
            return bare + word[len(bare) :]
        if bare in _ABBREVIATED and after in (" ", ""):
            return _ABBREVIATED[bare]
        return word if len(bare) == 1 else word.capitalize()

    return _ADDRESS_WORD.sub(written, address)


@lru_cache(maxsize=100_000)
def _address_word(word: str) -> str:
    """A word of an address that is all in capitals, or all in small letters."""
    return address_as_written(word)


def addresses_as_written(addresses: pl.Series) -> pl.Series:
    """`address_as_written` of every address; null stays null."""
    written = [address if address is None else address_as_written(address) for address in addresses]
    return pl.Series(addresses.name, written, dtype=pl.String)
