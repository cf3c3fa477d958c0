"""A whole delivery goes out of the registry again, also late."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asuh.people.actions import deliveries
from asuh.people.models import Household, MemberRow, Person, Residence
from asuh.people.tests.deliveries import AMINAH, BAGUS, HOME, JULY, census, content, deliver

pytestmark = pytest.mark.django_db
EMPTY = dict.fromkeys(["Person", "Household", "HouseholdRow", "MemberRow", "QuarantinedRow", "Residence"], 0)


def test_it_needs_a_reason_and_a_delivery_that_is_in(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path)
    with pytest.raises(deliveries.ReasonMissing):
        deliveries.take_back_delivery(delivery, because="", by=rangga)
    deliveries.take_back_delivery(delivery, because="periode salah", by=rangga)
    with pytest.raises(deliveries.DeliveryNotImported):
        deliveries.take_back_delivery(delivery, because="sekali lagi", by=rangga)


def test_everything_that_only_it_knew_goes(tmp_path: Path, rangga: Any) -> None:
    delivery = deliveries.take_back_delivery(deliver(tmp_path), because="periode salah", by=rangga)
    assert (delivery.state, delivery.ended_because) == ("taken_back", "periode salah")
    assert census() == EMPTY
    assert delivery.result["taken_back"]["persons"] == 2


def test_it_can_be_delivered_anew(tmp_path: Path, rangga: Any) -> None:
    first = deliver(tmp_path)
    before = content()
    deliveries.take_back_delivery(first, because="salah", by=rangga)
    assert deliver(tmp_path).state == "imported"
    assert content() == before


def test_what_was_there_before_stands_again(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path)
    before, counted = content(), census()
    new_home = {"IDBDT": "3522180001000009", "KDGabungan4": "3522180001"}
    later = deliver(
        tmp_path,
        [AMINAH | {"Nama": "SITI AMINAH PUTRI"} | new_home, BAGUS],
        [HOME, HOME | new_home],
        period=JULY,
    )
    assert census() != counted
    deliveries.take_back_delivery(later, because="salah", by=rangga)
    assert (content(), census()) == (before, counted)


def test_a_row_it_replaced_stands_again(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path)
    before = content()
    second = deliver(tmp_path, [AMINAH | {"Umur": "8"}, BAGUS | {"Nama": "BAGUS PRASETIO"}])
    deliveries.take_back_delivery(second, because="salah", by=rangga)
    assert content() == before
    assert not MemberRow.objects.filter(replaced_by__isnull=False).exists()


def test_the_middle_of_three_goes_without_bringing_the_first_back(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path)
    middle = deliver(tmp_path, [AMINAH | {"Umur": "8"}, BAGUS])
    deliver(tmp_path, [AMINAH | {"Umur": "9"}, BAGUS])
    before = content()
    deliveries.take_back_delivery(middle, because="salah", by=rangga)
    assert content() == before
    assert MemberRow.objects.standing().get(idartbdt=AMINAH["IDARTBDT"]).umur == 9


def test_what_others_built_on_it_is_listed_and_kept(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path)
    aminah = Person.objects.get(name="Siti Aminah")
    Residence.objects.create(person=aminah, ended_on="2019-01-01", because="moved", recorded_by=rangga)
    built = [{"kind": "people.residence", "count": 1}]
    assert deliveries.what_was_built_on(delivery) == built
    delivery = deliveries.take_back_delivery(delivery, because="salah", by=rangga)
    assert delivery.result["taken_back"]["built_on"] == built
    kept = Person.objects.get()
    assert (kept, kept.delivery, kept.household.idbdt) == (aminah, None, HOME["IDBDT"])
    assert Household.objects.count() == 1
