"""Two people change one household at the same moment, each on a connection of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from asuh.people import errors
from asuh.people.actions import households
from asuh.people.actions.holding import deadlocks_retried
from asuh.people.models import Household, Person
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)
MAY, JUNE = date(2024, 5, 12), date(2024, 6, 1)
PATIENCE = 20


class At:
    """Something that runs beside the test. After `done`: what it answered, or what it raised."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.answer: Any = None
        self.error: BaseException | None = None
        self._act = act
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.answer = self._act()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def done(self) -> At:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return self


@contextmanager
def holding(record: Household | Person) -> Iterator[None]:
    """Somebody else has the row in hand."""
    settings = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    settings.pop("context", None)
    with psycopg.connect(**settings) as other:
        other.execute(f"SELECT 1 FROM {record._meta.db_table} WHERE id = %s FOR UPDATE", [record.pk])
        yield


def waiting(count: int) -> None:
    """Until so many connections wait for a row."""
    ends = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if cursor.fetchone()[0] >= count:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


def lives_where_the_household_does(person: Person) -> bool:
    now = Person.objects.select_related("household").get(pk=person.pk)
    return now.household is not None and now.household.area_key in (now.area_key, now.stay_key)


def move_all(home: Household, by: Any) -> Any:
    return households.move_household(home, area_key=make.PELEM, on=JUNE, reason="digusur", by=by)


@pytest.fixture
def moved(siti: Any) -> tuple[Person, Household]:
    """A child that moved from one household into another, where somebody lives already."""
    home, *_family = make.family()
    child = make.person(home=make.household())
    households.move_person(child, to=home, relation=8, on=MAY, because="moved", reason="ikut", by=siti)
    return child, home


def test_a_move_is_undone_while_the_household_moves(siti: Any, budi: Any, moved: Any) -> None:
    child, home = moved
    with holding(child):
        undoing = At(lambda: households.undo_last_move(child, by=siti))
        waiting(1)
        moving = At(lambda: move_all(home, budi))
        waiting(2)
    assert (undoing.done().error, moving.done().error) == (None, None)
    assert lives_where_the_household_does(child)
    assert set(home.members.values_list("area_key", flat=True)) == {make.PELEM}


def test_a_household_moves_while_a_move_is_undone(siti: Any, budi: Any, moved: Any) -> None:
    child, home = moved
    with holding(child):
        moving = At(lambda: move_all(home, budi))
        waiting(1)
        undoing = At(lambda: households.undo_last_move(child, by=siti))
        waiting(2)
    assert moving.done().error is None
    assert isinstance(undoing.done().error, errors.ChangedMeanwhile)
    assert lives_where_the_household_does(child)


@pytest.mark.parametrize(
    "other",
    [
        move_all,
        lambda home, by: households.change_head(
            home, head=home.members.get(relation=2), on=JUNE, reason="wafat", by=by
        ),
    ],
    ids=["it moves", "it has a new head"],
)
def test_somebody_leaves_a_household_while(siti: Any, budi: Any, other: Any) -> None:
    home, _father, _mother, child = make.family()
    to = make.household()
    leave = {"relation": 8, "on": MAY, "because": "moved", "reason": "ikut nenek"}
    with holding(to):
        leaving = At(lambda: households.move_person(child, to=to, by=siti, **leave))
        waiting(1)
        changing = At(lambda: other(home, budi))
        waiting(2)
    assert (leaving.done().error, changing.done().error) == (None, None)
    assert lives_where_the_household_does(child)
    assert Person.objects.get(pk=child.pk).household == to


def test_who_comes_into_a_household_while_it_moves_lives_where_it_does(siti: Any, budi: Any) -> None:
    home, father, *_others = make.family()
    child = make.person(home=make.household())
    come = {"relation": 8, "on": MAY, "because": "moved", "reason": "ikut paman"}
    with holding(father):
        moving = At(lambda: move_all(home, budi))
        waiting(1)
        coming = At(lambda: households.move_person(child, to=home, by=siti, **come))
        waiting(2)
    assert (moving.done().error, coming.done().error) == (None, None)
    assert lives_where_the_household_does(child)


def test_who_stands_in_each_others_way_is_tried_once_more() -> None:
    people = [make.person(), make.person()]
    both = threading.Barrier(2, timeout=PATIENCE)
    tries: list[int] = []

    @deadlocks_retried
    @transaction.atomic
    def hold_both(first: int) -> int:
        tries.append(first)
        Person.objects.select_for_update().get(pk=people[first].pk)
        if tries.count(first) == 1:
            both.wait()
        Person.objects.select_for_update().get(pk=people[1 - first].pk)
        return first

    one, two = At(lambda: hold_both(0)), At(lambda: hold_both(1))
    assert {one.done().answer, two.done().answer} == {0, 1}
    assert len(tries) == 3


def test_whoever_is_in_the_way_twice_hears_that_somebody_changed_it() -> None:
    tries: list[int] = []

    @deadlocks_retried
    def always() -> None:
        tries.append(1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = 'deadlock_detected'; END $$"
            )

    with pytest.raises(errors.ChangedMeanwhile):
        always()
    assert len(tries) == 2
