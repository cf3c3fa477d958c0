"""Spans of days, half open: from `start` up to, not including, `end`. No end = still running."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, order=True)
class Span:
    start: dt.date
    end: dt.date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"a span ends after it starts: {self.start} – {self.end}")

    def holds(self, day: dt.date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Span) -> bool:
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    def closed_on(self, day: dt.date) -> Span:
        """The same span, ending before `day` unless it has ended already."""
        return self if self.end is not None and self.end <= day else Span(self.start, day)


def first_overlap(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """Two neighbours in time that share a day, or None."""
    ordered = sorted(spans, key=lambda span: (span.start, span.end or dt.date.max))
    for earlier, later in pairwise(ordered):
        if earlier.overlaps(later):
            return earlier, later
    return None
