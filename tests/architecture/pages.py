"""Every page there is, read from the URL resolver."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.records import FURTHER, VARIANTS


@dataclass(frozen=True)
class Door:
    """One address with the view behind it. name: as for reverse(). parts: names of what varies in the address."""

    route: str
    name: str
    view: Any
    parts: tuple[tuple[str, str], ...]

    @property
    def guarded_by(self) -> str | None:
        """What stands before it: a permission, "own", "signed in", "open", or None."""
        return getattr(self.view, "guarded_by", None)

    @property
    def record(self) -> type | None:
        """The model its guard fetches."""
        return getattr(self.view, "guards_record", None)

    def addresses(self, record: Any = None) -> list[str]:
        """Every address it has for a record."""
        vary = VARIANTS.get(self.name)
        return [self.address(record, **part) for part in vary(record)] if vary else [self.address(record)]

    def address(self, record: Any = None, **further: Any) -> str:
        """Its address for a record."""
        values = {part: 1 if kind == "IntConverter" else "x" for part, kind in self.parts}
        values |= {key: value for key, value in FURTHER.get(self.name, {}).items() if key in values}
        if self.record is not None:
            values[self.view.guard_key] = record.pk
        return reverse(self.name, kwargs=values | further)


def doors(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), route: str = ""
) -> Iterator[Door]:
    """Every address below `resolver` (default: all there are)."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inside = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from doors(entry, inside, here)
        elif isinstance(entry, URLPattern):
            name = ":".join((*spaces, entry.name or ""))
            converters = getattr(entry.pattern, "converters", {})
            parts = {key: type(value).__name__ for key, value in converters.items()}
            regex = getattr(entry.pattern, "regex", None)
            for key in regex.groupindex if regex is not None and not parts else ():
                parts[key] = "word"
            yield Door(here, name, entry.callback, tuple(parts.items()))
