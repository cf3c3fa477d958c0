"""Knowing a number must not be enough: nobody imports, or corrects, people of another district into their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asuh.people.actions.correcting import correct_rows
from asuh.people.models import Household, HouseholdRow, MemberRow, Person, QuarantinedRow
from asuh.people.permissions import Can
from asuh.people.quarantine import Patient
from asuh.people.tests.deliveries import AMINAH, BAGUS, HOME, JULY, deliver

pytestmark = pytest.mark.django_db

GOWA = "7306031001"  # a village of Gowa, as BPS numbers it
OWN_HOME = HOME | {"IDBDT": "7306031001000001", "KDGabungan4": GOWA}
OWN = {"IDBDT": OWN_HOME["IDBDT"], "KDGabungan4": GOWA}


@pytest.fixture
def officer(someone: Any) -> Any:
    """Data officer of Gowa."""
    return someone("ob", ("data_officer", "7306"))


@pytest.fixture
def aminah(tmp_path: Path) -> Person:
    """A child of Bojonegoro."""
    deliver(tmp_path)
    return Person.objects.get(nik=AMINAH["NIK"])


def untouched(aminah: Person) -> None:
    now = Person.objects.get(pk=aminah.pk)
    assert (now.name, now.area_key, now.household_id) == (aminah.name, aminah.area_key, aminah.household_id)
    assert MemberRow.objects.standing().filter(person=aminah, area_key__startswith="3522").exists()


@pytest.mark.parametrize(
    "bait",
    [
        {"Nama": "PANCING", "TglLahir": "", "NIK": ""},  # by member number alone
        {},  # everything right
        {"IDARTBDT": "730603100100000099"},  # by NIK, name and birth date
    ],
)
@pytest.mark.parametrize("later", [False, True])
def test_a_row_of_mine_does_not_move_a_child_of_another_district(
    tmp_path: Path, officer: Any, aminah: Person, bait: dict[str, str], later: bool
) -> None:
    period = {"period": JULY} if later else {}
    deliver(tmp_path, [AMINAH | OWN | bait], [OWN_HOME], by=officer, confirmed=True, **period)
    untouched(aminah)
    assert not Person.objects.reachable(by=officer, to=Can.SEE_CHILD).filter(pk=aminah.pk).exists()


def test_a_person_who_may_be_one_of_another_district_waits_for_matching(
    tmp_path: Path, officer: Any, aminah: Person
) -> None:
    deliver(tmp_path, [AMINAH | OWN | {"IDARTBDT": "730603100100000099"}], [OWN_HOME], by=officer)
    assert Person.objects.get(area_key__startswith="7306").unsure == ["elsewhere"]


@pytest.mark.parametrize("later", [False, True])
def test_a_household_of_another_district_stays_there(
    tmp_path: Path, officer: Any, aminah: Person, later: bool
) -> None:
    stolen = HOME | {"KDGabungan4": GOWA}
    period = {"period": JULY} if later else {}
    member = AMINAH | {"KDGabungan4": GOWA, "IDARTBDT": "730603100100000099", "NIK": ""}
    delivery = deliver(tmp_path, [member], [stolen], by=officer, confirmed=True, **period)
    assert Household.objects.get(idbdt=HOME["IDBDT"]).area_key.startswith("3522")
    assert not Household.objects.reachable(by=officer, to=Can.SEE_CHILD).exists()
    waiting = {row.table: row.reasons for row in QuarantinedRow.objects.filter(delivery=delivery)}
    assert waiting == {"households": ["elsewhere"], "members": ["waits_for_household"]}


def test_a_correction_does_not_join_a_household_of_another_district(
    tmp_path: Path, officer: Any, aminah: Person
) -> None:
    orphan = AMINAH | OWN | {"IDBDT": "7306031001000777", "IDARTBDT": "730603100100000099", "NIK": ""}
    delivery = deliver(tmp_path, [orphan], [OWN_HOME], by=officer)
    row = QuarantinedRow.objects.get(delivery=delivery)
    outcome = correct_rows(delivery, {row.pk: {"IDBDT": HOME["IDBDT"]}}, by=officer)
    assert not outcome.accepted
    assert not Household.objects.reachable(by=officer, to=Can.SEE_CHILD).filter(idbdt=HOME["IDBDT"]).exists()


def test_who_imports_for_both_districts_moves_people(tmp_path: Path, someone: Any, aminah: Person) -> None:
    national = someone("pusat", ("data_officer", ""))
    deliver(tmp_path, [AMINAH | OWN, BAGUS | OWN], [OWN_HOME], by=national, confirmed=True, period=JULY)
    assert Person.objects.get(pk=aminah.pk).area_key.startswith("7306")


def test_another_name_with_the_same_number_and_no_birth_date_is_somebody_else(
    tmp_path: Path, aminah: Person
) -> None:
    deliver(tmp_path, [AMINAH | {"Nama": "JOKO WIDAGDO", "TglLahir": "", "NIK": ""}, BAGUS], period=JULY)
    row = MemberRow.objects.get(period=JULY, idartbdt=AMINAH["IDARTBDT"])
    assert row.person.unsure == ["key_contradicted"]


def test_quarantine_tells_nothing_of_a_household_of_another_district(
    tmp_path: Path, officer: Any, aminah: Person
) -> None:
    orphan = AMINAH | OWN | {"IDBDT": "7306031001000777", "IDARTBDT": "730603100100000099", "NIK": ""}
    delivery = deliver(tmp_path, [orphan], [OWN_HOME], by=officer)
    HouseholdRow.objects.filter(idbdt=HOME["IDBDT"]).update(nama_krt="BAGUS PRASETYO")
    row = QuarantinedRow.objects.get(delivery=delivery)
    here = Patient(row, delivery, areas=["7306"])._judge_household(HOME["IDBDT"])
    there = Patient(row, delivery, areas=["3522"])._judge_household(HOME["IDBDT"])
    assert here == Patient(row, delivery, areas=["7306"])._judge_household("9999999999999999")
    assert here != there
