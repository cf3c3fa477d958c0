"""A delivery goes; what a later one of the same period said too stays, as the later one's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from asuh.people.actions import correcting, deliveries
from asuh.people.models import (
    Delivery,
    Household,
    HouseholdRow,
    MemberRow,
    Person,
    QuarantinedRow,
    Residence,
    RestatedRow,
)
from asuh.people.tests.deliveries import (
    AMINAH,
    BAGUS,
    HOME,
    JANUARY,
    JULY,
    NGELO,
    at_work,
    census,
    content,
    deliver,
    take,
    write,
)

pytestmark = pytest.mark.django_db
NAMELESS = BAGUS | {"IDARTBDT": "352201000200000003", "Nama": "", "NIK": ""}


def gone(delivery: Delivery, rangga: Any) -> Delivery:
    return deliveries.take_back_delivery(delivery, because="salah", by=rangga)


def fresh(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


def test_what_two_deliveries_said_stands_until_both_are_gone(tmp_path: Path, rangga: Any) -> None:
    first, second = deliver(tmp_path), deliver(tmp_path, confirmed=True)
    third = deliver(tmp_path, confirmed=True)
    before = content()
    for going, heir in ((first, second), (second, third)):
        gone(going, rangga)
        assert content() == before
        assert set(MemberRow.objects.values_list("delivery", flat=True)) == {heir.pk}
        assert set(HouseholdRow.objects.values_list("delivery", flat=True)) == {heir.pk}
        assert set(Person.objects.values_list("delivery", flat=True)) == {heir.pk}
        assert set(Household.objects.values_list("delivery", flat=True)) == {heir.pk}
    gone(third, rangga)
    assert set(census().values()) == {0}
    assert not RestatedRow.objects.exists()


def test_both_say_what_came_over_and_the_counts_add_up(tmp_path: Path, rangga: Any) -> None:
    first, second = deliver(tmp_path), deliver(tmp_path, confirmed=True)
    assert deliveries.what_passes_on(first) == [{"delivery": second.pk, "rows": 3}]
    assert deliveries.what_passes_on(second) == []
    first, second = gone(first, rangga), fresh(second)
    assert first.result["taken_back"]["passed_on"] == [{"delivery": second.pk, "rows": 3}]
    assert first.result["taken_back"]["member_rows"] == 0
    assert second.result["took_over"] == [{"from": first.pk, "rows": 3}]
    assert second.result["members"] == {"accepted": 2, "warned": 0, "quarantined": 0, "unchanged": 0}
    assert second.result["unchanged"] == 0


def test_the_pages_say_it_before_and_after(tmp_path: Path, rangga: Any) -> None:
    first, second = deliver(tmp_path), deliver(tmp_path, confirmed=True)
    page = at_work(rangga)
    before = page.get(reverse("deliveries:take_back", args=[first.pk])).content.decode()
    assert f"juga disebut kiriman nomor {second.pk}" in before
    gone(first, rangga)
    after = page.get(reverse("deliveries:delivery", args=[second.pk])).content.decode()
    assert f"Kiriman nomor {first.pk} ditarik kembali; 3 barisnya" in after


def test_the_same_files_ask_as_long_as_their_rows_stand(tmp_path: Path, rangga: Any) -> None:
    first = deliver(tmp_path)
    second = deliver(tmp_path, confirmed=True)
    gone(first, rangga)
    assert deliver(tmp_path).asks == [{"code": "seen_before", "delivery": second.pk}]
    gone(second, rangga)
    assert deliver(tmp_path).state == "imported"


def test_the_same_files_for_another_month_are_not_the_same(tmp_path: Path) -> None:
    deliver(tmp_path)
    assert deliver(tmp_path, period=JULY).state == "imported"


def test_what_only_the_first_said_goes_and_what_it_replaced_stands_again(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path, [BAGUS | {"Umur": "38"}])
    middle = deliver(tmp_path, [AMINAH, BAGUS])
    last = deliver(tmp_path, [AMINAH])
    gone(middle, rangga)
    assert set(MemberRow.objects.standing().values_list("nama", "umur", "delivery")) == {
        ("BAGUS PRASETYO", 38, middle.pk - 1),
        ("SITI AMINAH", 7, last.pk),
    }


def test_the_heir_stands_where_the_one_that_went_had_replaced_another(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path)
    before = content()
    middle = deliver(tmp_path, [AMINAH | {"Umur": "8"}, BAGUS])
    heir = deliver(tmp_path, [AMINAH | {"Umur": "8"}])
    changed = content()
    gone(middle, rangga)
    assert content() == changed
    gone(heir, rangga)
    assert content() == before


def test_a_household_stays_as_long_as_somebody_of_it_stands(tmp_path: Path, rangga: Any) -> None:
    """The later delivery brought members alone, or households that were the same."""
    first = deliver(tmp_path)
    later = take([write(tmp_path, "members", [AMINAH | {"Umur": "8"}])], confirmed=True)
    assert later.state == "imported"
    gone(first, rangga)
    assert list(MemberRow.objects.standing().values_list("umur", "delivery")) == [(8, later.pk)]
    assert list(HouseholdRow.objects.standing().values_list("idbdt", "delivery")) == [
        (HOME["IDBDT"], later.pk)
    ]
    assert Person.objects.get().household.delivery_id == later.pk  # type: ignore[union-attr]
    gone(later, rangga)
    assert set(census().values()) == {0}


def test_nobody_is_sent_home_from_a_move_that_another_delivery_tells_too(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path)
    new_home = {"IDBDT": "3522180001000009", "KDGabungan4": "3522180001"}
    moved = [AMINAH | new_home, BAGUS], [HOME, HOME | new_home]
    first = deliver(tmp_path, *moved, period=JULY)
    second = deliver(tmp_path, *moved, period=JULY, confirmed=True)
    before = content()
    gone(first, rangga)
    assert content() == before
    assert Residence.objects.get().delivery == second
    gone(second, rangga)
    assert Person.objects.get(name="Siti Aminah").household.idbdt == HOME["IDBDT"]  # type: ignore[union-attr]
    assert not Residence.objects.exists()


def test_rows_in_quarantine_wait_on_in_the_later_delivery(tmp_path: Path, rangga: Any) -> None:
    first = deliver(tmp_path, [AMINAH, NAMELESS])
    second = deliver(tmp_path, [AMINAH, NAMELESS], confirmed=True)
    gone(first, rangga)
    waiting = QuarantinedRow.objects.waiting().get()
    assert waiting.delivery == second
    assert fresh(second).result["members"]["quarantined"] == 1


def test_a_corrected_row_waits_again_with_what_was_typed(tmp_path: Path, rangga: Any) -> None:
    first = deliver(tmp_path, [AMINAH, NAMELESS])
    row = QuarantinedRow.objects.get()
    correcting.correct_rows(first, {row.pk: {"Nama": "BUDIMAN"}}, by=rangga)
    second = deliver(tmp_path, [AMINAH, NAMELESS], confirmed=True)
    page = at_work(rangga).get(reverse("deliveries:take_back", args=[first.pk])).content.decode()
    assert "1 baris yang sudah diperbaiki di karantina menunggu lagi" in page
    gone(first, rangga)
    row.refresh_from_db()
    assert (row.delivery, row.state, row.corrected) == (second, "waiting", {"Nama": "BUDIMAN"})
    assert not Person.objects.filter(name="Budiman").exists()
    assert correcting.correct_rows(second, {row.pk: {}}, by=rangga).accepted == {row.pk}


def test_another_month_inherits_nothing(tmp_path: Path, rangga: Any) -> None:
    first = deliver(tmp_path)
    deliver(tmp_path, period=JULY, confirmed=True)
    gone(first, rangga)
    assert not MemberRow.objects.filter(period=JANUARY).exists()
    assert HouseholdRow.objects.get().kdgabungan4 == NGELO
