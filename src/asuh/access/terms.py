"""Terms of use and code of conduct: one text file a version and language, beside this module.

A version that people have accepted is never edited; a change is a new version (`TERMS_VERSION`), which
everybody is asked to accept at their next request.
"""

from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(__file__).parent / "terms_texts"


def version() -> str:
    """The version in force."""
    return settings.TERMS_VERSION


@cache
def paragraphs(version: str, language: str) -> list[tuple[str, str]]:
    """The text as ("heading" | "item" | "text", line). `language` without a text falls back to Indonesian."""
    path = FOLDER / f"{version}.{language}.txt"
    if not path.exists():
        path = FOLDER / f"{version}.id.txt"
    found = []
    for line in path.read_text().splitlines():
        if line.startswith("# "):
            found.append(("heading", line[2:]))
        elif line.startswith("- "):
            found.append(("item", line[2:]))
        elif line.strip():
            found.append(("text", line.strip()))
    return found
