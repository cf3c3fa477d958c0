from datetime import date

import pytest
from django.test import Client

from asuh.people.actions import facts
from asuh.people.genogram import parents_among
from asuh.people.kin import Parents, kin_words
from asuh.people.profile import profile_of
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_stepmother_is_not_called_the_mother():
    home, _father, mother, child = make.family()
    child.mother_name = "Wulandari Kusuma"
    kin = parents_among(list(home.members.all()), child, None)
    assert kin_words(child, mother, kin) == "Istri/suami kepala rumah tangga"


def test_brothers_and_sisters_are_older_or_younger():
    home, *_people, child = make.family()
    young = make.person(home=home, relation=3, sex=2, born_on=date(2021, 1, 1))
    assert kin_words(child, young, Parents()) == "Adik perempuan"
    assert kin_words(young, child, Parents()) == "Kakak laki-laki"


def test_of_whom_nothing_follows_the_relation_to_the_head_is_said():
    home, *_people, child = make.family()
    other = make.person(home=home, relation=8)
    assert kin_words(child, other, Parents()) == "Anggota lain"
    assert kin_words(other, child, Parents()) == "Anak kepala rumah tangga"


def test_the_page_says_what_each_member_is_to_the_child(client, siti):
    _home, _father, _mother, child = make.family()
    client.force_login(siti)
    page = client.get(f"/anak/{child.pk}/").content.decode()
    assert "Hubungan dengan Rizky" in page
    assert "Ayah, kepala rumah tangga" in page


def test_the_dead_and_who_cared_before_a_move_do_not_live_with_the_child(siti):
    _home, father, _mother, child = make.family()
    father.died_on = date(2024, 5, 12)
    father.save()
    profile = profile_of(child, by=siti)
    assert [one.person.pk for one in profile.living if one.person.pk == father.pk] == []
    assert profile.head is None


def family_told_of(named, siti):
    """A family whose register counts the father as living, and the page of a child told that he died."""
    _home, father, _mother, child = make.family()
    told = {"father": "dead", "mother": "alive", "father_name": father.name if named else ""}
    facts.record_fact(child, "parents", as_of=date(2024, 5, 12), how="visit", by=siti, **told)
    page = Client()
    page.force_login(siti)
    return father, child, page.get(f"/anak/{child.pk}/bagian/keluarga/").content.decode()


def test_a_father_said_to_be_dead_is_not_drawn_alive(siti):
    father, _child, page = family_told_of(True, siti)
    first = father.name.split()[0]
    assert f"Ayah, {first}, meninggal." in page
    assert f"{first} (ayah)" not in page


def test_whoever_heads_the_household_of_a_dead_father_is_not_called_the_father(siti):
    father, child, page = family_told_of(False, siti)
    assert "Ayah, ayah, meninggal." not in page
    assert "Ayah meninggal." in page
    assert f"{father.name.split()[0]} (kepala)" in page
    kin = parents_among(list(child.household.members.all()), child, Dead())
    assert kin_words(child, father, kin) == "Kepala rumah tangga"


class Dead:
    """What is said of parents of whom no name is known."""

    mother, father, mother_name, father_name = "alive", "dead", "", ""
