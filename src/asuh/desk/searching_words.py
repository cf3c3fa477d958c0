"""Why somebody was found, in the words as they stand in the name and in the question."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz.distance import OSA

from asuh.kernel.linkage import names
from asuh.kernel.linkage.comparison import Reason
from asuh.people import search

NUMBERS: dict[str, str | Promise] = {
    "nik": "NIK",
    "kk": "KK",
    "idbdt": gettext_lazy("ID DTKS rumah tangga"),
    "idartbdt": gettext_lazy("ID DTKS anggota"),
    "code": gettext_lazy("kode Asuh"),
}
Why = tuple[str, str]
"""("yes" or "meh", a sentence)."""


def marked(name: str, hit: search.Hit) -> SafeString:
    """The name, the words that matched in a frame."""
    whole = any(reason.code == "same_name" for reason in hit.why)
    matched = {
        word
        for reason in hit.why
        if reason.code in ("same_word", "same_sound", "similar", "initial", "begins", "joined")
        for word in reason.b.split()
    }
    pieces = []
    for written, gave in names.word_by_word(name):
        before, _found, name = name.partition(written)
        pieces += (
            [before, format_html("<mark>{}</mark>", written)]
            if gave and (whole or matched & set(gave))
            else [before, written]
        )
    return format_html_join("", "{}", ((piece,) for piece in (*pieces, name)))


def why(hit: search.Hit, *, asked: str, name: str) -> list[Why]:
    """The reasons of a hit, for somebody who typed `asked`, about a person called `name`."""
    said = _Said(asked, name)
    return [words for reason in hit.why for words in said.reason(reason)]


class _Said:
    """Words of the normal form, as they were typed and as they stand in the name."""

    def __init__(self, asked: str, name: str) -> None:
        self.asked, self.name = names.word_by_word(asked), names.word_by_word(name)

    def typed(self, words: str) -> str:
        return _as_written(words, self.asked)

    def own(self, words: str) -> str:
        return _as_written(words, self.name)

    def reason(self, reason: Reason) -> list[Why]:
        if reason.code == "same_name":
            return self.same_name()
        if reason.code == "same_word":
            return [self.same_word(reason.a)]
        found = _other(reason, self.typed(reason.a), self.own(reason.b))
        return [found] if found is not None else []

    def same_name(self) -> list[Why]:
        """Every word that is written otherwise is said; otherwise nothing else is to be said."""
        words = [word for _written, gave in self.name for word in gave]
        others = dict.fromkeys(
            said
            for word in words
            if not _alike(self.typed(word), self.own(word))
            for said in [self.same_word(word)]
        )
        return list(others) or [("yes", _("Nama sama"))]

    def same_word(self, word: str) -> Why:
        a, b = self.typed(word), self.own(word)
        if _alike(a, b):
            return "yes", _("Kata “%(word)s” sama") % {"word": b}
        for pieces, (whole, parts) in (
            (self.name, (self.own, self.typed)),
            (self.asked, (self.typed, self.own)),
        ):
            gave = next((gave for _written, gave in pieces if word in gave), ())
            if len(gave) > 1:
                joined = " ".join(gave)
                return "yes", _("Kata digabung atau dipisah: %(a)s, %(b)s") % {
                    "a": whole(joined),
                    "b": parts(joined),
                }
        if names.is_short_form(a) or names.is_short_form(b):
            return "yes", _("Singkatan: %(a)s, %(b)s") % {"a": b, "b": a}
        return "yes", _("Bunyi nama sama: %(a)s, %(b)s") % {"a": b, "b": a}


def _alike(a: str, b: str) -> bool:
    return a.casefold() == b.casefold()


def _as_written(words: str, pieces: list[tuple[str, tuple[str, ...]]]) -> str:
    """What stands for `words` of a normal form; the words themselves where nothing does."""
    found = dict.fromkeys(
        next((written for written, gave in pieces if word in (*gave, written.upper())), word.capitalize())
        for word in words.split()
    )
    return " ".join(found)


def _other(reason: Reason, a: str, b: str) -> Why | None:
    """a: as typed, b: as in the name."""
    match reason.code:
        case "same_sound":
            return "yes", _("Bunyi nama sama: %(a)s, %(b)s") % {"a": b, "b": a}
        case "similar":
            edits = OSA.distance(a.upper(), b.upper()) or reason.edits or 1
            return "meh", _("%(b)s mirip %(a)s, beda %(edits)s huruf") % {"a": a, "b": b, "edits": edits}
        case "initial":
            return "meh", _("Singkatan: %(a)s, %(b)s") % {"a": b, "b": a}
        case "begins":
            return "yes", _("%(b)s diawali “%(a)s”") % {"a": a.lower(), "b": b}
        case "joined":
            return "yes", _("Kata digabung atau dipisah: %(a)s, %(b)s") % {"a": b, "b": a}
        case "swapped":
            return "meh", _("Urutan kata berbeda")
        case "missing_in_b":
            return "meh", _("“%(word)s” tidak ada pada namanya") % {"word": a}
        case "number":
            return "yes", _("Nomor sama: %(which)s") % {"which": str(NUMBERS.get(reason.a, reason.a))}
        case "born":
            return "yes", _("Tanggal lahir cocok")
        case "born_year":
            return "yes", _("Tahun lahir cocok")
        case "born_near":
            return "meh", _("Tanggal lahir berdekatan")
        case "born_differs":
            return "meh", _("Tanggal lahir berbeda")
        case "mother":
            return "yes", _("Nama ibu cocok: %(name)s") % {"name": reason.b}
        case "mother_differs":
            return "meh", _("Nama ibu berbeda: %(name)s") % {"name": reason.b}
    return None
