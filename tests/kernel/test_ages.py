"""Ages at a date, and spans of days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel import ages
from asuh.kernel.intervals import Span, first_overlap

D = dt.date
days = st.dates(D(1930, 1, 1), D(2060, 1, 1))


@pytest.mark.parametrize(
    ("born", "at", "years"),
    [
        (D(2008, 2, 29), D(2026, 2, 28), 17),
        (D(2008, 2, 29), D(2026, 3, 1), 18),
        (D(2012, 5, 18), D(2026, 5, 17), 13),
        (D(2012, 5, 18), D(2026, 5, 18), 14),
    ],
)
def test_completed_years(born, at, years):
    assert ages.completed_years(born, at) == years


@given(days)
def test_a_child_stops_being_one_on_a_birthday(born):
    if (born.month, born.day) != (2, 29):
        adult = born.replace(year=born.year + ages.ADULT_AT)
        assert not ages.is_child(born, adult)
        assert ages.is_child(born, adult - dt.timedelta(days=1))


def test_a_span_must_end_after_it_starts():
    with pytest.raises(ValueError, match="ends after"):
        Span(D(2020, 1, 2), D(2020, 1, 2))


def test_the_day_a_span_ends_is_outside():
    span = Span(D(2020, 1, 1), D(2020, 2, 1))
    assert span.holds(D(2020, 1, 31))
    assert not span.holds(D(2020, 2, 1))
    assert not span.overlaps(Span(D(2020, 2, 1)))


@given(days, st.integers(1, 900), days, st.integers(1, 900))
def test_overlap_means_a_shared_day(a, length, b, other):
    one, two = Span(a, a + dt.timedelta(length)), Span(b, b + dt.timedelta(other))
    shared = max(one.start, two.start) < min(one.end, two.end)
    assert one.overlaps(two) is two.overlaps(one) is shared
    assert (first_overlap([one, two]) is not None) is shared


def test_closing_an_ended_span_changes_nothing():
    ended = Span(D(2020, 1, 1), D(2020, 2, 1))
    assert ended.closed_on(D(2021, 1, 1)) is ended
    assert Span(D(2020, 1, 1)).closed_on(D(2021, 1, 1)).end == D(2021, 1, 1)
