"""What a NIK says, and when it is none."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel import nik as niks

TODAY = dt.date(2026, 11, 24)
births = st.dates(dt.date(1930, 1, 1), dt.date(2025, 12, 31))
sexes = st.sampled_from([1, 2])


def made(born: dt.date, sex: int, serial: int = 1, district: str = "352209") -> str:
    return f"{district}{born.day + (40 if sex == 2 else 0):02d}{born:%m%y}{serial:04d}"


@pytest.mark.parametrize(
    "text",
    [None, "", "-", "0000000000000000", "352209211259000", "35220921125900011", "3.52209E+15",
     "3522099913590001", "3522092113590001", "3522093202590001", "3522092902230001", "35220921125900O1",
     "３５２２０９２１１２５９０００１", "+522092112590001"],
)  # fmt: skip
def test_what_cannot_be_a_nik_is_refused(text):
    with pytest.raises(niks.NotANik):
        niks.read(text)


def test_a_nik_says_district_birth_and_sex():
    nik = niks.read("'3522094409950001 ")
    assert (nik.district, nik.sex, nik.born_on(TODAY)) == ("352209", niks.FEMALE, dt.date(1995, 9, 4))


def test_the_century_is_the_latest_that_is_not_in_the_future():
    assert niks.read("3522092112590001").born_on(TODAY) == dt.date(1959, 12, 21)
    assert niks.read("3522092112200001").born_on(TODAY) == dt.date(2020, 12, 21)


@given(births, sexes, st.integers(1, 9999))
def test_a_made_nik_agrees_with_what_it_was_made_from(born, sex, serial):
    nik = niks.read(made(born, sex, serial))
    assert (nik.day, nik.month, nik.sex) == (born.day, born.month, sex)
    assert not niks.disagrees_with(nik, born_on=born, sex=sex)
    assert not niks.disagrees_with(nik)
    assert niks.disagrees_with(nik, sex=3 - sex)


@given(births, births, sexes)
def test_another_birth_date_disagrees(born, other, sex):
    differs = (born.day, born.month, born.year % 100) != (other.day, other.month, other.year % 100)
    assert niks.disagrees_with(niks.read(made(born, sex)), born_on=other) is differs


@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=18), st.from_regex(r"[0-9]{15,17}", fullmatch=True)),
        max_size=30,
    )
)
def test_whole_columns_agree_with_single_values(texts):
    frame = pl.DataFrame({"nik": pl.Series(texts, dtype=pl.String)})
    inside = niks.columns("nik")
    rows = frame.select(inside.valid.alias("valid"), inside.sex.alias("sex"), inside.day.alias("day")).rows()
    for text, (valid, sex, day) in zip(texts, rows, strict=True):
        stripped = text is not None and text == text.strip().lstrip("'")
        assert valid == (stripped and niks.is_valid(text))
        if valid:
            assert (sex, day) == (niks.read(text).sex, niks.read(text).day)
