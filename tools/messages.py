"""Keep the English catalogue in step with the Indonesian strings in code and templates.

    python tools/messages.py             take new strings in, drop old ones, compile
    python tools/messages.py --compile   only compile (what `make install` does)
    python tools/messages.py --check     change nothing; fail on anything missing, fuzzy or out of date

Works with Babel alone, so that a bare machine needs no gettext package.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.checkers import checkers
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "asuh"
LANGUAGES = ["en"]
# What Django and allauth say in Indonesian and Asuh says differently: written by hand, only compiled here.
MENDED = ["id"]
# Nobody but a developer sees these.
LEFT_OUT = ("desk/templates/desk/style/", "desk/style.py", "/tests/", "/migrations/")
FUNCTIONS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# English for Asuh. The sources are Indonesian; docs/glossary.md has the words.
# `make messages` takes new strings in; only msgstr is edited by hand."""


def catalogue_path(language: str) -> Path:
    """Where the catalogue of `language` lies."""
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[Path]:
    """Python files and templates whose strings people see, in a steady order."""
    for path in sorted(SOURCE.rglob("*")):
        shown = path.suffix == ".py" or (path.suffix in (".html", ".txt") and "templates" in path.parts)
        if shown and not any(part in path.as_posix() for part in LEFT_OUT):
            yield path


def strings_in(path: Path) -> Iterable[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """(line, message or messages, comments, context) of every translatable string in `path`."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        # templatize turns a template into something like Python; without indentation it is Python to Babel
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    return extract("python", io.BytesIO(text.encode()), keywords=FUNCTIONS, options={"encoding": "utf-8"})


def template() -> Catalog:
    """All strings of today, in the order of the files; no line numbers, which every commit would change."""
    found = Catalog(project="asuh", charset="utf-8")
    for path in sources():
        place = path.relative_to(SOURCE).as_posix()
        for _line, message, _comments, context in strings_in(path):
            found.add(message, None, [(place, 0)], context=context)
    for message in found:
        message.locations = sorted({(place, 0) for place, _line in message.locations})
    return found


def read(language: str) -> Catalog:
    """The catalogue as it stands; empty when there is none."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(catalogue: Catalog, language: str) -> None:
    """Write the .po, in an order that gives small differences."""
    catalogue.header_comment = HEADER
    catalogue.project, catalogue.version, catalogue.msgid_bugs_address = "Asuh", "", ""
    catalogue.fuzzy = False
    out = io.BytesIO()
    write_po(
        out,
        catalogue,
        width=110,
        sort_by_file=True,
        ignore_obsolete=True,
        omit_header=False,
        include_lineno=False,
    )
    lines = out.getvalue().decode().splitlines()
    changing = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Generated-By',
        '"Last-Translator',
        '"Language-Team',
    )
    steady = [line for line in lines if not line.startswith(changing)]
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(steady).rstrip() + "\n", "utf-8")


def compile_catalogue(language: str) -> None:
    """Write the .mo beside the .po."""
    path = catalogue_path(language).with_suffix(".mo")
    with path.open("wb") as file:
        write_mo(file, read(language))


def key(message: Message) -> tuple[object, object]:
    """What makes a message the same message."""
    return message.context, message.id


def complaints(language: str) -> list[str]:
    """Everything that keeps the catalogue from being complete, as sentences."""
    known = {key(m): m for m in read(language) if m.id}
    wanted = {key(m): m for m in template() if m.id}
    said = []
    for k, message in wanted.items():
        have = known.get(k)
        first = message.id if isinstance(message.id, str) else message.id[0]
        if have is None:
            said.append(f"{language}: not in the catalogue (run make messages): {first!r}")
            continue
        parts = have.string if isinstance(have.string, (list, tuple)) else [have.string]
        if not all(parts):
            said.append(f"{language}: no translation: {first!r}")
        if have.fuzzy:
            said.append(f"{language}: only guessed (fuzzy): {first!r}")
        for check in checkers:
            try:
                check(None, have)
            except Exception as error:  # a TranslationError of Babel
                said.append(f"{language}: {first!r}: {error}")
    said += [f"{language}: no longer used: {m.id!r}" for k, m in known.items() if k not in wanted]
    return said


def update(language: str) -> None:
    """Take new strings in and drop those that are gone; nothing is guessed."""
    catalogue = read(language)
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    write(catalogue, language)


def main() -> int:
    """See the top of the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--compile", action="store_true", help="only compile")
    parser.add_argument("--check", action="store_true", help="change nothing; fail on anything missing")
    options = parser.parse_args()
    said: list[str] = []
    for language in LANGUAGES:
        if options.check:
            said += complaints(language)
            continue
        if not options.compile:
            update(language)
            missing = [line for line in complaints(language) if "no translation" in line]
            print(f"{language}: {len(missing)} strings have no translation")
        compile_catalogue(language)
    for language in [] if options.check else MENDED:
        compile_catalogue(language)
    for line in said:
        print(line)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
