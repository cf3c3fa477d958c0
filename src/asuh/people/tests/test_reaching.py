"""Cases of place that others got wrong."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from asuh.access.models import Post
from asuh.people.actions import households
from asuh.people.models import Household, Person
from asuh.people.permissions import Can
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
MAY = date(2024, 5, 12)


def reached(user, to=Can.SEE_CHILD):
    return set(Person.objects.reachable(by=user, to=to))


def test_a_worker_of_another_district_does_not_reach_the_child(citra):
    make.person()
    assert reached(citra) == set()


def test_an_analyst_reaches_nobody(dewi):
    make.person()
    assert reached(dewi) == set()


def test_a_post_that_ended_today_reaches_nobody(siti):
    make.person()
    Post.objects.filter(user=siti).update(ends_on=timezone.localdate())
    siti.forget_posts()
    assert reached(siti) == set()


def test_a_post_that_begins_tomorrow_reaches_nobody_yet(siti):
    make.person()
    Post.objects.filter(user=siti).update(starts_on=timezone.localdate() + timedelta(1))
    siti.forget_posts()
    assert reached(siti) == set()


def test_two_posts_are_not_added_up(someone):
    child = make.person()
    both = someone("rahma", ("case_worker", "7306"), ("national", "3522"))
    assert reached(both) == {child}
    assert reached(both, Can.RECORD_FACT) == set()


def test_a_person_without_an_area_is_reached_by_a_named_role_only(siti, budi, rangga):
    child = make.person(area_key=None, registered_by=siti)
    assert reached(siti) == reached(budi) == set()
    assert reached(rangga) == {child}


def test_a_child_that_lives_in_one_district_and_belongs_to_another_is_reached_from_both(siti, citra, ratna):
    child = make.person(home=make.household())
    households.take_in_child(
        child, household=make.household(make.TETEBATU), relation=8, on=MAY, reason="ibu bekerja", by=ratna
    )
    assert reached(siti) == reached(citra) == {child}


def test_a_child_that_moved_away_is_no_longer_reached(siti, citra, ratna):
    child = make.person(home=make.household())
    households.move_person(
        child,
        to=make.household(make.TETEBATU),
        relation=8,
        on=MAY,
        because="moved",
        reason="pindah",
        by=ratna,
    )
    assert reached(siti) == set()
    assert reached(citra) == {child}


def test_a_household_with_people_of_two_districts_is_reached_from_both_its_strangers_not(siti, citra, ratna):
    home = make.household(make.TETEBATU)
    aunt = make.person("Bibi Tenri", home=home, relation=1, born_on=date(1980, 1, 1))
    child = make.person(home=make.household())
    households.take_in_child(child, household=home, relation=8, on=MAY, reason="ibu bekerja", by=ratna)
    assert home in Household.objects.reachable(by=siti, to=Can.SEE_CHILD)
    assert home in Household.objects.reachable(by=citra, to=Can.SEE_CHILD)
    assert aunt not in reached(siti)
