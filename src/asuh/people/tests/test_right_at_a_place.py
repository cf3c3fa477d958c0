"""A right held in one area says nothing of another: two posts of one person do not add up."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from asuh.access.querysets import PlacedQuerySet
from asuh.people.models import Person
from asuh.people.permissions import Can
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def mixed(someone):
    """Case worker of Gowa, and of the ministry for the whole country."""
    return someone("mixed", ("case_worker", "7306"), ("national", ""))


def test_the_right_of_one_post_is_not_held_in_the_area_of_another(mixed):
    child = make.person("Rizky Pratama")
    assert mixed.can_at(Can.SEE_CHILD, child)
    assert not mixed.can_at(Can.RECORD_FACT, child)
    assert mixed.can_at(Can.RECORD_FACT, make.person("Andi", area_key=make.TETEBATU))


@pytest.mark.parametrize("place", [make.NGELO, make.TETEBATU, None])
@pytest.mark.parametrize("stay", [make.PELEM, make.TETEBATU, None])
@pytest.mark.parametrize("who", ["siti", "citra", "budi", "rangga", "mixed"])
def test_asking_of_one_person_answers_as_asking_of_all(request, who, place, stay):
    by = request.getfixturevalue(who)
    child = make.person("Rizky Pratama", area_key=place, stay_key=stay)
    for right in (Can.SEE_CHILD, Can.RECORD_FACT, Can.SEE_RESTRICTED, Can.WITHDRAW):
        asked_of_all = PlacedQuerySet.lets(Person.objects.all(), child, by=by, to=right)
        assert Person.objects.lets(child, by=by, to=right) == asked_of_all


def test_a_list_does_not_go_on_from_a_row_of_somebody_else(siti):
    """The place of a foreign row in one's own list would tell its name."""
    foreign = make.person("Mawar", area_key=make.TETEBATU, born_on=date(2016, 1, 1))
    for name in ("Anggrek", "Zaitun"):
        make.person(name)
    client = Client()
    client.force_login(siti)
    shown = client.get(reverse("people:children"), {"urut": "name", "after": foreign.pk}).content.decode()
    assert "Anggrek" in shown
