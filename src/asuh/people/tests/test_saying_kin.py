from datetime import date

import pytest

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
