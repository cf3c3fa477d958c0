"""Deliveries that speak of the same people at the same moment, and a child somebody records about meanwhile.

Each step runs on a connection of its own, held open until the other waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from asuh.people.actions.facts import record_fact
from asuh.people.actions.taking_back import take_back_delivery
from asuh.people.models import MemberRow, Person
from asuh.people.tests.deliveries import AMINAH, BAGUS, HOME, JULY, deliver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THERE = {"KDGabungan4": "7306081013"}  # a village of another regency
SAME_PEOPLE = [
    person | THERE | {"IDBDT": "7306081013000001", "IDARTBDT": f"73060810130000000{number}"}
    for number, person in enumerate([AMINAH, BAGUS])
]
SAME_HOME = HOME | THERE | {"IDBDT": "7306081013000001"}


class Step(threading.Thread):
    """Something done in a transaction that stays open until `let_go`."""

    def __init__(self, do: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.do, self.done, self.go = do, threading.Event(), threading.Event()
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            with transaction.atomic():
                self.do()
                self.done.set()
                assert self.go.wait(60)
        except BaseException as error:
            self.error = error
        finally:
            self.done.set()
            connection.close()

    def let_go(self) -> None:
        self.go.set()
        self.join(60)
        assert not self.is_alive()
        if self.error:
            raise self.error


def first_then(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """`second` begins, and waits, before `first` is committed."""
    one = Step(first)
    assert one.done.wait(60)
    assert one.error is None, one.error
    two = Step(second)
    while not _somebody_waits() and not two.done.is_set():
        pass
    assert not two.done.is_set(), "the second did not wait for the first"
    one.let_go()
    two.let_go()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def dangling() -> int:
    """Rows whose person does not exist."""
    return MemberRow.objects.exclude(person__in=Person.objects.all()).count()


def test_two_deliveries_of_the_same_people_mark_them_for_matching(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first_then(
        lambda: deliver(tmp_path / "a"),
        lambda: deliver(tmp_path / "b", SAME_PEOPLE, [SAME_HOME]),
    )
    assert sorted(Person.objects.values_list("nik", "unsure")) == [
        (person["NIK"], ["nik_shared"])
        for person in sorted((AMINAH, AMINAH, BAGUS, BAGUS), key=lambda p: p["NIK"])
    ]


def test_a_delivery_taken_back_leaves_whom_another_met_meanwhile(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path)
    first_then(
        lambda: deliver(tmp_path, SAME_PEOPLE, [SAME_HOME], period=JULY),
        lambda: take_back_delivery(delivery, because="kiriman keliru", by=rangga),
    )
    assert dangling() == 0
    assert Person.objects.count() == 2


def test_whom_a_delivery_met_and_lost_meanwhile_comes_in_anew(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path)
    first_then(
        lambda: take_back_delivery(delivery, because="kiriman keliru", by=rangga),
        lambda: deliver(tmp_path, SAME_PEOPLE, [SAME_HOME], period=JULY),
    )
    assert dangling() == 0
    assert Person.objects.count() == 2
    assert set(MemberRow.objects.values_list("period", flat=True)) == {JULY}


def test_a_child_somebody_records_about_meanwhile_stays(tmp_path: Path, rangga: Any, siti: Any) -> None:
    delivery = deliver(tmp_path)
    child = Person.objects.get(nik=AMINAH["NIK"])
    first_then(
        lambda: record_fact(child, "schooling", as_of=JULY, how="visit", by=siti, participation="never"),
        lambda: take_back_delivery(delivery, because="kiriman keliru", by=rangga),
    )
    assert list(Person.objects.values_list("pk", flat=True)) == [child.pk]
