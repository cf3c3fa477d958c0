"""What is the same name, written differently: the comparison form of Indonesian names.

The display name is never touched; what stands here is only for comparing and finding. What is known about
titles, short forms, old spellings and transliterations stands in `tables/`, with its sources.
"""

import re
import unicodedata
from functools import cache, lru_cache

import polars as pl

from asuh.kernel.linkage import tables

_FOLDED = str.maketrans({"Ø": "O", "Đ": "D", "Ł": "L", "Æ": "AE", "Œ": "OE", "ẞ": "SS"})
_APOSTROPHES = re.compile("['’‘`´ʼʻ\"”“]")
_SEPARATORS = re.compile(r"[^\w.,]|_")
_DIGITS_FOR_LETTERS = str.maketrans("01345", "OIEAS")
_OLD_SPELLING = re.compile("OE|TJ|DJ|SJ|^NJ")
_OLD_LETTERS = re.compile("TJ|DJ|SJ|NJ|CH|OE|J")
_NEW_LETTERS = {"TJ": "C", "DJ": "J", "SJ": "SY", "NJ": "NY", "CH": "KH", "OE": "U", "J": "Y"}
_UDDIN = re.compile("(?<=..)UD+[IE]N$")
_PLAIN = "^[A-Z]+(?: [A-Z]+)*$"
_WRITTEN = re.compile(r"[^\s.,]+")


@cache
def _titles() -> dict[str, str]:
    return {row["word"]: row["where"] for row in tables.rows("titles")}


@cache
def _short_forms() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in tables.rows("short_forms"):
        found.setdefault(row["short"], {})[row["where"]] = row["full"]
    return found


@cache
def variants() -> dict[str, str]:
    """Spelling → the form used for comparison."""
    return {variant: row["name"] for row in tables.rows("variants") for variant in row["variants"].split()}


@cache
def _names_of_variants() -> frozenset[str]:
    return frozenset(row["name"] for row in tables.rows("variants"))


@cache
def _spelt_so() -> frozenset[str]:
    return frozenset(row["word"] for row in tables.rows("spelling_exceptions"))


@cache
def _needs_its_name() -> frozenset[str]:
    """Words whose meaning depends on where in a name they stand, besides single letters."""
    return frozenset(_titles()) | frozenset(
        short for short, places in _short_forms().items() if set(places) != {"any"}
    )


@cache
def weights() -> dict[str, float]:
    """How much a word counts in a comparison, where it is not 1: markers, ranks, common names, marga."""
    found = {name: 0.7 for row in tables.rows("marga") for name in row["names"].split()}
    found.update({row["word"]: float(row["weight"]) for row in tables.rows("weak")})
    return found


def normal_form(name: str | None) -> str:
    """The comparison form of `name`: upper case, one blank between words; "" only if no letter is in it.

    Titles, degrees, bin/binti, alias and alm. are gone, short forms written out, old spellings and
    transliterations brought to one form. Applying it twice changes nothing.
    """
    return " ".join(tokens(name))


def tokens(name: str | None) -> tuple[str, ...]:
    """The words of `normal_form(name)`."""
    words = _rewritten(_pieces(name or ""))
    for _ in range(8):  # a rule may make room for another; settles after two rounds in practice
        ascii_only = all(map(str.isascii, words))
        again = _rewritten([(word, False) for word in words] if ascii_only else _pieces(" ".join(words)))
        if again == words:
            break
        words = again
    return words


def _rewritten(pieces: list[tuple[str, bool]]) -> tuple[str, ...]:
    words = _short_forms_written_out(_without_titles(pieces))
    return tuple(part for word in words for part in _in_one_spelling(word))


def as_typed(name: str) -> tuple[str, ...]:
    """The words of `name` before any is brought to one spelling: what a slip of the keyboard happened to.

    `Deoeh` is Deuh in new letters, but may be a slip for Dedeh.
    """
    return tuple(_short_forms_written_out(_without_titles(_pieces(name))))


def word_by_word(name: str) -> list[tuple[str, tuple[str, ...]]]:
    """The words of `name` as they stand there, each with what it gave to the normal form.

    `Hj. St. Chodijah` → ("Hj", ()), ("St", ("SITI",)), ("Chodijah", ("KHADIJAH",)).
    """
    rest = tokens(name)
    found = []
    for written in _WRITTEN.findall(name):
        gave = next((some for some in _may_give(written) if some and rest[: len(some)] == some), ())
        rest = rest[len(gave) :]
        found.append((written, gave))
    return found


def _may_give(written: str) -> list[tuple[str, ...]]:
    """What a written word may become, depending on where it stands; the longest first."""
    pieces = tuple(word for word, _ in _pieces(written))
    fulls = [tuple(full.split()) for word in pieces for full in _short_forms().get(word, {}).values()]
    given = {
        tuple(part for word in words for part in in_one_spelling(word)) for words in (pieces, *fulls) if words
    }
    return sorted(given, key=lambda words: (-len(words), words))


def is_short_form(written: str) -> bool:
    """Whether a word stands for a longer one: St, Moh, Abd; or is a single letter."""
    words = [word for word, _ in _pieces(written)]
    return len(words) == 1 and (len(words[0]) == 1 or words[0] in _short_forms())


@lru_cache(maxsize=100_000)
def in_one_spelling(word: str) -> tuple[str, ...]:
    """The comparison form of a word taken for itself; two words for two names written as one."""
    return tuple(part for word in _in_one_spelling(word) for part in _in_one_spelling(word))


def _pieces(name: str) -> list[tuple[str, bool]]:
    """Words in upper case, each with whether it is written like a degree: with dots, or after a comma."""
    text = name.upper()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).upper().translate(_FOLDED)
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = _SEPARATORS.sub(" ", _APOSTROPHES.sub("", text).replace("@", " ALIAS "))
    found: list[tuple[str, bool]] = []
    for place, part in enumerate(text.split(",")):
        for chunk in part.split():
            if chunk.isalpha():
                found.append((chunk, place > 0))
            else:
                found += _undotted(chunk, after_comma=place > 0)
    return _spaced_degrees_joined(found) if any(marked for _, marked in found) else found


def _undotted(chunk: str, *, after_comma: bool) -> list[tuple[str, bool]]:
    dotted = "." in chunk
    parts = [part for part in chunk.split(".") if part]
    whole = "".join(parts)
    if len(parts) > 1 and (whole in _titles() or whole in _short_forms()) and len(whole) <= 8:
        parts = [whole]
    words = []
    for part in parts:
        if not part.isalpha():
            if part.isdigit():
                continue
            if part.isascii():
                part = part.translate(_DIGITS_FOR_LETTERS)
            part = "".join(letter for letter in part if letter.isalpha())
        if part:
            words.append((part, dotted or after_comma))
    return words


def _spaced_degrees_joined(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """`S. Pd` as one word; only behind a name, and only what is a degree then."""
    found: list[tuple[str, bool]] = []
    for word, marked in pieces:
        if len(found) > 1 and marked | found[-1][1] and len(found[-1][0]) == 1:
            joined = found[-1][0] + word
            if found[-1][1] and _titles().get(joined) in ("behind", "after"):
                found[-1] = (joined, True)
                continue
        found.append((word, marked))
    return found


def _without_titles(pieces: list[tuple[str, bool]]) -> list[str]:
    titles = _titles()
    kept = [piece for piece in pieces if titles.get(piece[0]) != "any"]
    while kept and titles.get(kept[0][0]) == "before":
        kept = kept[1:]
    while len(kept) > 1 and titles.get(kept[-1][0]) == "behind":
        kept = kept[:-1]
    last = len(kept) - 1
    words = []
    for place, (word, marked) in enumerate(kept):
        where = titles.get(word)
        is_degree = marked and where in ("behind", "after") and place > 0
        is_title_behind = marked and where == "before" and place > 0 and len(word) > 1
        if not (is_degree or is_title_behind or (where == "marker" and 0 < place < last)):
            words.append(word)
    return words or [word for word, _ in pieces]


def _short_forms_written_out(words: list[str]) -> list[str]:
    forms = _short_forms()
    balinese = len(words) > 1 and words[0] in ("I", "NI")
    found: list[str] = []
    for place, word in enumerate(words):
        places = forms.get(word, {})
        full = places.get("balinese") if balinese and place > 0 else None
        if full is None and place == 0 and len(words) > 1:
            full = places.get("first")
        found += (full or places.get("any") or word).split()
    return found


@lru_cache(maxsize=500_000)
def _in_one_spelling(word: str) -> tuple[str, ...]:
    """`word` as it is compared; two words where two names were written as one (Abdurrahman)."""
    known, settled = variants(), _names_of_variants()
    if word in settled:
        return (word,)
    if word in known:
        return (known[word],)
    word = _in_new_letters(word)
    word = known.get(word, word)
    if word in settled:
        return (word,)
    word = _UDDIN.sub("UDDIN", word)
    word = known.get(word, word)
    if word.startswith("ABDU") and len(word) >= 9 and word not in settled:
        rest = word[5:] if word[4] in ("L", word[5]) else word[4:]
        return ("ABDUL", known.get(rest, rest))
    return (word,)


def _in_new_letters(word: str) -> str:
    """Van Ophuijsen's and Soewandi's spellings (oe, tj, dj, sj, nj, ch, j) as they are written since 1972.

    j becomes y only in a word that shows its age by another letter: Djojo is Joyo, Joko stays.
    """
    if word in _spelt_so():
        return word
    if _OLD_SPELLING.search(word):
        word = _OLD_LETTERS.sub(lambda found: _NEW_LETTERS[found.group()], word)
    return word.replace("CHR", "KR").replace("CH", "KH")


_ONE_SOUND = {
    "OE": "U", "TJ": "C", "DJ": "J", "SJ": "S", "SY": "S", "SH": "S", "TS": "S", "X": "S",
    "DZ": "D", "DL": "D", "DH": "D", "TH": "T", "PH": "P", "F": "P", "V": "P",
    "KH": "K", "CK": "K", "Q": "K", "GH": "G", "Z": "J",
}  # fmt: skip
_WRITTEN_FOR_ONE_SOUND = re.compile("|".join(_ONE_SOUND))
_HALF_VOWELS = [
    (re.compile("(?<=I)Y(?=[AUOE])|(?<=[UO])W(?=[AIE])"), ""),
    (re.compile("Y(?![AIUEO])|(?<![AIUEO])Y"), "I"),
    (re.compile("(?<![AIUEO])W"), "U"),
]
_INNER_H = re.compile("(?<=.)H")
_DIPHTHONGS = [(re.compile("AI+"), "E"), (re.compile("AU+"), "O")]
_DOUBLE = re.compile(r"(.)\1+")
_LAST = {"B": "P", "D": "T", "G": "K"}


@lru_cache(maxsize=500_000)
def sound_key(word: str) -> str:
    """How `word` (of a normal form) sounds to Indonesian ears: equal for spellings that are heard alike.

    e and i, o and u count as one, so do f, v and p, z and j; h is silent but for the first letter; a final o
    is a Javanese a; b, d, g at the end are heard as p, t, k.
    """
    word = _WRITTEN_FOR_ONE_SOUND.sub(lambda found: _ONE_SOUND[found.group()], word)
    for pattern, to in _HALF_VOWELS:
        word = pattern.sub(to, word)
    word = _INNER_H.sub("", word.replace("EE", "I").replace("OO", "U")).replace("E", "I")
    if word.endswith("O"):
        word = word[:-1] + "A"
    word = word.replace("O", "U")
    for pattern, to in _DIPHTHONGS:
        word = pattern.sub(to, word)
    word = _DOUBLE.sub(r"\1", word)
    if word[-1:] in _LAST and not word.endswith("NG"):
        word = word[:-1] + _LAST[word[-1]]
    return word


def normal_form_column(names: pl.Series) -> pl.Series:
    """`normal_form` of every name (null: ""), worked out once per distinct word.

    Most names are plain words whose form does not depend on their neighbours; those are looked up word by
    word. The others (dots, commas, titles, single letters) go through `normal_form` once per distinct name.
    """
    written = names.cast(pl.String).fill_null("").str.to_uppercase().alias("written").to_frame()
    distinct = written.select(pl.col("written").unique()).with_row_index("place")
    plain = distinct.filter(pl.col("written").str.contains(_PLAIN))
    split = plain.select("place", word=pl.col("written").str.split(" ")).explode(
        "word", empty_as_null=True, keep_nulls=True
    )
    forms = (
        split.join(_forms_of_words(split["word"].unique()), on="word", how="left", maintain_order="left")
        .group_by("place", maintain_order=True)
        .agg("form")
        .select("place", solved=pl.col("form").list.join(" ", ignore_nulls=False))
    )
    distinct = distinct.join(forms, on="place", how="left", maintain_order="left")
    hard = distinct.filter(pl.col("solved").is_null())
    solved = pl.DataFrame(
        {"place": hard["place"], "by_hand": [normal_form(name) for name in hard["written"]]},
        schema={"place": distinct.schema["place"], "by_hand": pl.String},
    )
    distinct = distinct.join(solved, on="place", how="left").select(
        "written", name_norm=pl.coalesce("solved", "by_hand")
    )
    return written.join(distinct, on="written", how="left", maintain_order="left")["name_norm"]


def _forms_of_words(words: pl.Series) -> pl.DataFrame:
    """word → its normal form; null where that depends on the name around it."""
    return pl.DataFrame(
        {"word": words, "form": [_form_of_word(word) for word in words]},
        schema={"word": pl.String, "form": pl.String},
    )


@lru_cache(maxsize=500_000)
def _form_of_word(word: str) -> str | None:
    """The normal form of a word that has the same one in every name; None of any other."""
    parts = tokens(word)
    if any(len(part) < 2 or part in _needs_its_name() for part in (word, *parts)):
        return None
    return " ".join(parts)
