"""Values in the words people use."""

import datetime as dt

import pytest
from django.utils.translation import override

from asuh.desk import words

DAY = dt.date(2026, 5, 12)


@pytest.fixture(autouse=True)
def _indonesian() -> object:
    with override("id"):
        yield


def test_a_date_names_its_month() -> None:
    assert words.date_words(dt.date(2020, 5, 12)) == "12 Mei 2020"


def test_english_keeps_the_day_before_the_month() -> None:
    with override("en"):
        assert words.date_words(dt.date(2020, 5, 12)) == "12 May 2020"


def test_an_instant_says_its_zone() -> None:
    assert words.instant_words(dt.datetime(2026, 4, 30, 9, 10, tzinfo=dt.UTC)) == "30 April 2026, 16.10 WIB"


@pytest.mark.parametrize("value", ["2020-01", "2020-01-01", dt.date(2020, 1, 31)])
def test_a_period_is_a_month(value: object) -> None:
    assert words.period_words(value) == "Januari 2020"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born_on", "said"),
    [
        (dt.date(2017, 1, 3), "9 th 4 bln"),
        (dt.date(2017, 5, 13), "8 th 11 bln"),
        (dt.date(2026, 1, 12), "4 bln"),
        (dt.date(1959, 2, 1), "67 th"),
        (dt.date(2026, 6, 1), "belum lahir"),
        (None, ""),
    ],
)
def test_an_age_counts_whole_months(born_on: dt.date | None, said: str) -> None:
    assert words.age_words(born_on, on=DAY) == said


def test_an_age_from_a_year_alone_is_about() -> None:
    assert words.age_words(None, on=DAY, born_year=2015) == "sekitar 11 th"


@pytest.mark.parametrize(
    ("days", "said"), [(-3, "terlambat 3 hari"), (0, "hari ini"), (1, "besok"), (17, "17 hari lagi")]
)
def test_a_deadline_is_not_a_sum_to_do_in_the_head(days: int, said: str) -> None:
    assert words.due_words(DAY + dt.timedelta(days=days), on=DAY) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (DAY, "hari ini"),
        (dt.date(2026, 5, 11), "kemarin"),
        (dt.date(2026, 4, 30), "12 hari lalu"),
        (dt.date(2024, 10, 1), "19 bulan lalu"),
        (dt.date(2020, 1, 1), "6 tahun lalu"),
    ],
)
def test_old_data_says_how_old(day: dt.date, said: str) -> None:
    assert words.since_words(day, on=DAY) == said


def test_of_an_identity_number_only_the_end_shows() -> None:
    assert words.masked("3522060301170001") == "•••• •••• •••• ••01"
    assert words.masked("081234567890") == "•••• •••• ••90"
    assert words.masked("") == ""


def test_numbers_are_grouped_as_in_indonesia() -> None:
    assert words.number_words(1234.5, 1) == "1.234,5"
    assert words.number_words(482310) == "482.310"


def test_a_file_says_its_size() -> None:
    assert words.file_size_words(12_400_000) == "12,4 MB"
