"""Since when somebody lives somewhere: by hand to the day, by DTKS to the period."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asuh.people.actions import deliveries, households
from asuh.people.models import Person, Residence
from asuh.people.residing import Since, since_of
from asuh.people.tests import factories as make
from asuh.people.tests.deliveries import AMINAH, BADUNG, BAGUS, HOME, JANUARY, JULY, deliver

pytestmark = pytest.mark.django_db
ELSEWHERE = {"IDBDT": "3522180001000009", "KDGabungan4": BADUNG}
MAY = dt.date(2021, 5, 3)


def aminah() -> Person:
    return Person.objects.get(nik=AMINAH["NIK"])


def moved(folder: Path, to: dict[str, str], period: dt.date) -> Any:
    return deliver(folder, [AMINAH | to, BAGUS], [HOME, HOME | ELSEWHERE], period=period, confirmed=True)


def test_whom_nobody_asked_lives_there_since_an_unknown_day() -> None:
    assert since_of(make.person(home=make.household())) is None


def test_the_first_delivery_found_people_at_home_who_came_before_it(tmp_path: Path) -> None:
    deliver(tmp_path)
    deliver(tmp_path, period=JULY)
    assert since_of(aminah()) == Since(JANUARY, "before")


def test_a_home_that_a_delivery_ends_has_a_beginning(tmp_path: Path) -> None:
    deliver(tmp_path)
    moved(tmp_path, ELSEWHERE, JULY)
    left = Residence.objects.get()
    assert (left.started_on, left.started_as, left.ended_on) == (JANUARY, "before", JULY)
    assert since_of(aminah()) == Since(JULY, "period")


def test_a_move_told_by_somebody_begins_where_a_delivery_first_found_them(tmp_path: Path, siti: Any) -> None:
    deliver(tmp_path)
    away: dict[str, Any] = {
        "to": None,
        "area_key": make.PELEM,
        "because": "moved",
        "reason": "pindah ke kakek",
    }
    households.move_person(aminah(), on=MAY, by=siti, **away)
    left = Residence.objects.get()
    assert (left.started_on, left.started_as, left.ended_on) == (JANUARY, "before", MAY)
    households.undo_last_move(aminah(), by=siti)
    assert since_of(aminah()) == Since(JANUARY, "before")


def test_a_move_before_the_first_period_leaves_the_beginning_open(tmp_path: Path, siti: Any) -> None:
    deliver(tmp_path)
    early = dt.date(2019, 5, 1)
    households.move_person(aminah(), to=None, on=early, because="moved", reason="pindah", by=siti)
    assert Residence.objects.get().started_on is None


def test_a_delivery_that_comes_after_a_later_move_says_nothing_of_the_beginning(tmp_path: Path) -> None:
    deliver(tmp_path)
    Person.objects.filter(pk=aminah().pk).update(resident_since=MAY)
    moved(tmp_path, ELSEWHERE, JULY)
    assert Residence.objects.get().started_on is None


def test_a_day_named_by_hand_returns_when_a_delivery_is_taken_back(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path)
    day = dt.date(2020, 3, 1)
    Person.objects.filter(pk=aminah().pk).update(resident_since=day)
    later = moved(tmp_path, ELSEWHERE, JULY)
    assert Residence.objects.get().started_on == day
    assert since_of(aminah()) == Since(JULY, "period")
    deliveries.take_back_delivery(later, because="salah", by=rangga)
    assert since_of(aminah()) == Since(day, "day")


def test_homes_from_before_get_the_same_beginnings(tmp_path: Path) -> None:
    deliver(tmp_path)
    moved(tmp_path, ELSEWHERE, JULY)
    moved(tmp_path, {}, dt.date(2021, 1, 1))
    begun = list(Residence.objects.order_by("pk").values("started_on", "started_as"))
    assert [home["started_as"] for home in begun] == ["before", "period"]
    Residence.objects.update(started_on=None, started_as="day")
    with connection.cursor() as cursor:
        cursor.execute(import_module("asuh.people.migrations.0006_residence_started_as").BEGIN)
    assert list(Residence.objects.order_by("pk").values("started_on", "started_as")) == begun


def test_the_page_says_so_in_words_with_the_source(tmp_path: Path, siti: Any) -> None:
    deliver(tmp_path)
    moved(tmp_path, ELSEWHERE, JULY)
    client = Client()
    client.force_login(siti)
    page = client.get(f"/anak/{aminah().pk}/bagian/keluarga/").content.decode()
    assert "sejak sebelum Januari 2020, menurut DTKS" in page
    assert "sampai periode Juli 2020, menurut DTKS" in page
    assert "sejak periode Juli 2020, menurut DTKS" in page


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.booleans(), min_size=1, max_size=5))
def test_homes_follow_each_other_without_gap_or_overlap_whatever_deliveries_tell(away: list[bool]) -> None:
    with TemporaryDirectory() as folder, transaction.atomic():
        periods = [dt.date(2020 + number, 1, 1) for number in range(len(away))]
        for period, elsewhere in zip(periods, away, strict=True):
            moved(Path(folder), ELSEWHERE if elsewhere else {}, period)
        turns = [
            period
            for period, before, now in zip(periods[1:], away, away[1:], strict=False)
            if before is not now
        ]
        homes = Residence.objects.filter(person=aminah()).order_by("ended_on")
        assert [(home.started_on, home.ended_on) for home in homes] == list(
            zip([periods[0], *turns], turns, strict=False)
        )
        assert since_of(aminah()) == (Since(turns[-1], "period") if turns else Since(periods[0], "before"))
        transaction.set_rollback(True)
