"""Whoever is shown a name, or tries a number that is not theirs, stands in the trail."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.people.actions import facts, households, withdrawing
from asuh.people.models import Person
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
MAY = date(2024, 5, 12)


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def openings() -> list[int | None]:
    return sorted(Event.objects.filter(what="people.child_opened").values_list("subject_id", flat=True))


def refusals() -> set[tuple[str, int | None]]:
    return set(Event.objects.filter(refused=True).values_list("subject_kind", "subject_id"))


# ── names shown ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["record_choose", "identity", "relation", "move_person", "death"])
def test_a_form_about_a_child_is_an_opening(siti: Any, name: str) -> None:
    child = make.person(home=make.household())
    as_(siti).get(reverse(f"people:{name}", args=[child.pk]))
    assert openings() == [child.pk]


def test_a_form_of_a_fact_is_an_opening_of_the_child_and_of_whoever_can_be_chosen(siti: Any) -> None:
    _home, father, mother, child = make.family()
    as_(siti).get(reverse("people:record", args=[child.pk, "caregiving"]))
    assert openings() == [father.pk, mother.pk, child.pk]


def test_correcting_a_fact_is_an_opening(siti: Any) -> None:
    child = make.person()
    fact = facts.record_fact(child, "schooling", as_of=MAY, how="visit", by=siti, participation="never")
    as_(siti).get(reverse("people:correct", args=[child.pk, "schooling", fact.pk]))
    assert openings() == [child.pk]


@pytest.mark.parametrize("name", ["split", "head"])
def test_a_form_that_names_the_members_is_an_opening_of_each(siti: Any, name: str) -> None:
    home, *members = make.family()
    as_(siti).get(reverse(f"people:{name}", args=[home.pk]))
    assert openings() == [one.pk for one in members]


@pytest.mark.parametrize("name", ["move_household", "take_in", "add_role"])
def test_a_form_that_names_the_head_is_an_opening_of_that_one(siti: Any, name: str) -> None:
    home, father, *_others = make.family()
    as_(siti).get(reverse(f"people:{name}", args=[home.pk]))
    assert openings() == [father.pk]


def test_a_form_of_a_birth_is_an_opening_of_the_head_and_of_who_may_be_the_mother(siti: Any) -> None:
    home, father, mother, _child = make.family()
    as_(siti).get(reverse("people:birth", args=[home.pk]))
    assert openings() == [father.pk, mother.pk]


def test_a_summary_that_names_who_looks_alike_is_an_opening(siti: Any) -> None:
    alike = make.person("Rizky Pratama", sex=1)
    typed = {"name": "Rizky Pratama", "sex": "1", "born_on": "03/01/2017", "area_key": make.NGELO}
    as_(siti).post(reverse("people:register"), typed)
    assert openings() == [alike.pk]


def test_the_list_of_children_says_who_stood_on_it(siti: Any) -> None:
    child = make.person()
    make.person(area_key=make.TETEBATU)
    as_(siti).get(reverse("people:children"))
    event = Event.objects.get(what="people.children_listed")
    assert (event.area_key, event.details) == ("3522", {"count": 1, "persons": [child.pk]})


def test_the_bin_says_who_lay_in_it(budi: Any) -> None:
    child = make.person()
    withdrawing.withdraw([child], reason="ganda", by=budi)
    as_(budi).get(reverse("people:bin"))
    assert Event.objects.get(what="people.bin_opened").details["persons"] == [child.pk]


# ── numbers tried ─────────────────────────────────────────────────────────────────────────────────


def test_foreign_ids_in_a_withdrawal_of_many_are_refused_by_name(budi: Any) -> None:
    mine, foreign = make.person(), make.person(area_key=make.TETEBATU)
    chosen = {"chosen": [mine.pk, foreign.pk, "9" * 30, "x"], "reason": "ganda"}
    as_(budi).post(reverse("people:withdraw_many"), chosen)
    assert refusals() == {("person", foreign.pk)}
    assert Person.objects.current().get() == foreign


def test_so_are_foreign_ids_in_the_bin(budi: Any, ratna: Any) -> None:
    home = make.household(make.TETEBATU)
    foreign = make.person(area_key=make.TETEBATU)
    withdrawing.withdraw([home, foreign], reason="ganda", by=ratna)
    chosen = {"chosen": [f"orang-{foreign.pk}", f"rumah-{home.pk}"], "reason": "ternyata benar"}
    as_(budi).post(reverse("people:bin"), chosen)
    assert refusals() == {("person", foreign.pk), ("household", home.pk)}


@pytest.mark.parametrize("name", ["take_in", "add_role"])
def test_a_foreign_code_typed_into_a_form_is_a_refusal(siti: Any, name: str) -> None:
    home, foreign = make.household(), make.person(area_key=make.TETEBATU)
    typed = {"child": foreign.code, "person": foreign.code, "part": "guardian", "on": "12/05/2024"}
    assert as_(siti).post(reverse(f"people:{name}", args=[home.pk]), typed).status_code == 422
    assert refusals() == {("person", foreign.pk)}


def test_so_is_the_code_of_a_foreign_household(siti: Any) -> None:
    child, foreign = make.person(), make.household(make.TETEBATU)
    typed = {"where": "household", "household": foreign.code, "relation": 8}
    as_(siti).post(reverse("people:move_person", args=[child.pk]), typed)
    assert refusals() == {("household", foreign.pk)}


@pytest.mark.parametrize(
    ("name", "field"), [("split", "members"), ("split", "head"), ("head", "head"), ("birth", "mother")]
)
def test_so_is_a_member_out_of_reach_who_was_chosen_all_the_same(siti: Any, name: str, field: str) -> None:
    home, *_family = make.family()
    foreign = make.person(home=home, area_key=make.TETEBATU)
    as_(siti).post(reverse(f"people:{name}", args=[home.pk]), {field: foreign.pk})
    assert refusals() == {("person", foreign.pk)}


def test_so_is_a_caregiver_out_of_reach(siti: Any) -> None:
    home, _father, _mother, child = make.family()
    foreign = make.person(home=home, area_key=make.TETEBATU)
    as_(siti).post(reverse("people:record", args=[child.pk, "caregiving"]), {"caregiver": foreign.pk})
    assert refusals() == {("person", foreign.pk)}


def test_so_is_a_code_whose_readers_are_asked_for(budi: Any) -> None:
    foreign = make.person(area_key=make.TETEBATU)
    as_(budi).get(reverse("people:readers_lookup"), {"kode": foreign.code})
    assert refusals() == {("person", foreign.pk)}


def test_what_was_refused_is_no_change_of_the_household(siti: Any, ratna: Any) -> None:
    home, *_family = make.family()
    make.person(home=home, area_key=make.TETEBATU)
    form = {"area_key": make.PELEM, "address": "Jalan Baru", "on": "12/05/2024", "reason": "uji"}
    assert as_(siti).post(reverse("people:move_household", args=[home.pk]), form).status_code == 422
    assert refusals() == {("household", home.pk)}
    shown = as_(siti).get(reverse("people:household", args=[home.pk]))
    assert shown.context["changes"] == []
    households.move_household(home, area_key=make.PELEM, on=MAY, reason="uji", by=ratna)
    assert len(as_(siti).get(reverse("people:household", args=[home.pk])).context["changes"]) == 1
