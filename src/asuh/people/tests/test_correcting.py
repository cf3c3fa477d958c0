"""Rows in quarantine: corrected in place, tried again, set aside, and decisions undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asuh.access.refusals import CannotBeUndone, OutsideYourAreas, ReasonMissing
from asuh.people.actions.correcting import correct_rows, set_aside, undo_decision
from asuh.people.actions.delivery_rules import DeliveryNotImported
from asuh.people.models import MemberRow, Person, QuarantinedRow, Residence
from asuh.people.tests.deliveries import AMINAH, BADUNG, BAGUS, HOME, census, deliver

pytestmark = pytest.mark.django_db
NOWHERE = HOME | {"KDGabungan4": "3522999999"}
PLACED = {"KDGabungan4": BADUNG}


def waiting(reason: str) -> QuarantinedRow:
    return QuarantinedRow.objects.waiting().because_of(reason).get()


def test_only_an_imported_delivery_has_rows_to_correct(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path, [AMINAH | {"Nama": ""}])
    delivery.state = "taken_back"
    with pytest.raises(DeliveryNotImported):
        correct_rows(delivery, {waiting("no_name").pk: {"Nama": "SITI"}}, by=rangga)


def test_nobody_moves_a_row_into_another_area_by_correcting_it(tmp_path: Path, someone: Any) -> None:
    delivery = deliver(tmp_path, households=[NOWHERE])
    joko = someone("joko", ("data_officer", "7306"))
    with pytest.raises(OutsideYourAreas):
        correct_rows(delivery, {waiting("region").pk: PLACED}, by=joko)
    assert census()["Person"] == 0


def test_a_row_that_still_does_not_fit_stays_with_what_was_typed(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path, [AMINAH | {"Nama": "", "Hub_KRT": "19"}, BAGUS])
    row = waiting("no_name")
    assert row.reasons == ["bad_code", "no_name"]
    outcome = correct_rows(delivery, {row.pk: {"Nama": "SITI"}}, by=rangga)
    assert (outcome.accepted, outcome.left) == (set(), {row.pk: ["bad_code"]})
    row.refresh_from_db()
    assert (row.state, row.reasons, row.value("Nama")) == ("waiting", ["bad_code"], "SITI")
    assert row.raw["Hub_KRT"] == "19"


def test_a_corrected_row_comes_in_and_is_settled(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path, [AMINAH | {"Nama": ""}, BAGUS])
    row = waiting("no_name")
    assert correct_rows(delivery, {row.pk: {"Nama": " SITI AMINAH "}}, by=rangga).accepted == {row.pk}
    row.refresh_from_db()
    assert (row.state, row.settled_by) == ("accepted", rangga)
    came = MemberRow.objects.get(idartbdt=AMINAH["IDARTBDT"])
    assert (came.nama, came.source_row, came.delivery, came.person.household.idbdt) == (
        "SITI AMINAH", row.source_row, delivery, HOME["IDBDT"],
    )  # fmt: skip


def test_a_household_brings_its_members_along(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path, [AMINAH, BAGUS | {"Nama": ""}], [NOWHERE])
    assert census() == dict.fromkeys(census(), 0) | {"QuarantinedRow": 3}
    outcome = correct_rows(delivery, {waiting("region").pk: PLACED}, by=rangga)
    assert len(outcome.accepted) == 2
    assert Person.objects.get().name == "Siti Aminah"
    assert waiting("no_name").reasons == ["no_name"]


def test_a_double_stays_out_until_it_gets_a_number_of_its_own(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path, [AMINAH, AMINAH | {"Nama": "SITI FATIMAH", "NIK": ""}])
    row = waiting("duplicate")
    assert correct_rows(delivery, {row.pk: {}}, by=rangga).left == {row.pk: ["duplicate"]}
    assert correct_rows(delivery, {row.pk: {"IDARTBDT": "352201000200000009"}}, by=rangga).accepted == {
        row.pk
    }
    assert Person.objects.count() == 2


def test_an_orphan_finds_the_household_that_stands(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path, [AMINAH | {"IDBDT": "352201000200000X"}, BAGUS])
    outcome = correct_rows(delivery, {waiting("orphan").pk: {"IDBDT": HOME["IDBDT"]}}, by=rangga)
    assert len(outcome.accepted) == 1
    assert Person.objects.get(name="Siti Aminah").household.idbdt == HOME["IDBDT"]


def test_the_same_delivery_again_does_not_bring_settled_rows_back(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path, [AMINAH | {"Nama": ""}, BAGUS])
    correct_rows(delivery, {waiting("no_name").pk: {"Nama": "SITI AMINAH"}}, by=rangga)
    before = census()
    again = deliver(tmp_path, [AMINAH | {"Nama": ""}, BAGUS], confirmed=True)
    assert again.result["unchanged"] == 3
    assert census() == before


def test_setting_aside_needs_a_reason_and_can_be_undone(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path, [AMINAH | {"Nama": ""}, BAGUS])
    row = waiting("no_name")
    with pytest.raises(ReasonMissing):
        set_aside(row, because=" ", by=rangga)
    set_aside(row, because="baris uji coba", by=rangga)
    assert not QuarantinedRow.objects.waiting().exists()
    undo_decision(row, by=rangga)
    assert waiting("no_name").settled_because == ""


def test_undoing_a_correction_takes_the_row_out_again(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path, [AMINAH, BAGUS], [NOWHERE])
    before = census()
    row = waiting("region")
    correct_rows(delivery, {row.pk: PLACED}, by=rangga)
    assert census()["Person"] == 2
    undo_decision(row, by=rangga)
    assert census() == before
    assert QuarantinedRow.objects.waiting().count() == 3


def test_what_others_built_on_cannot_be_undone(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path, [AMINAH | {"Nama": ""}, BAGUS])
    row = waiting("no_name")
    correct_rows(delivery, {row.pk: {"Nama": "SITI AMINAH"}}, by=rangga)
    person = Person.objects.get(name="Siti Aminah")
    Residence.objects.create(person=person, ended_on="2019-01-01", because="moved", recorded_by=rangga)
    with pytest.raises(CannotBeUndone):
        undo_decision(row, by=rangga)
    assert Person.objects.filter(pk=person.pk).exists()
