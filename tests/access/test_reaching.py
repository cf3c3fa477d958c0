"""Who reaches what lies where: refusal first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from asuh.access.permissions import Can as Access
from asuh.people.models import Delivery, Household, Person, QuarantinedRow
from asuh.people.permissions import Can

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def child():
    def make(area_key, **fields):
        return Person.objects.create(name="Invented", name_norm="invented", area_key=area_key, **fields)

    return make


def reached(by, to=Can.SEE_CHILD):
    return set(Person.objects.reachable(by=by, to=to))


def test_nothing_outside_the_area(siti, citra, child):
    child("3522182001")
    assert reached(citra) == set()


def test_nothing_without_the_permission(dewi, child):
    """The whole country, and not one name."""
    child("3522182001")
    assert reached(dewi) == set()


def test_a_longer_key_with_the_same_digits_is_not_inside(someone, child):
    child("35")
    assert reached(someone("kec", ("case_worker", "352218"))) == set()


def test_inside(siti, budi, child):
    here = child("3522182001")
    assert reached(siti) == {here}
    assert reached(budi) == {here}


def test_a_post_that_ended_yesterday_gives_nothing(someone, child):
    child("3522182001")
    gone = someone("gone", ("case_worker", "3522"))
    gone.posts.update(starts_on=TODAY() - timedelta(days=9), ends_on=TODAY() - timedelta(days=1))
    assert reached(gone) == set()


def test_the_day_a_post_ends_on_is_already_outside(someone, child):
    child("3522182001")
    leaving = someone("leaving", ("case_worker", "3522"))
    leaving.posts.update(ends_on=TODAY())
    assert reached(leaving) == set()
    leaving.posts.update(ends_on=TODAY() + timedelta(days=1))
    leaving.forget_posts()
    assert len(reached(leaving)) == 1


def test_a_post_that_begins_tomorrow_gives_nothing_yet(someone, child):
    child("3522182001")
    coming = someone("coming", ("case_worker", "3522"))
    coming.posts.update(starts_on=TODAY() + timedelta(days=1))
    assert reached(coming) == set()


def test_an_ended_account_reaches_nothing(siti, child):
    child("3522182001")
    siti.is_active = False
    assert reached(siti) == set()


def test_two_posts_do_not_add_up(someone, child):
    """Sees a province, withdraws in one district: not withdraws in the province."""
    near, far = child("3522182001"), child("3523012001")
    both = someone("both", ("case_worker", "35"), ("regional_manager", "3522"))
    assert reached(both, Can.SEE_CHILD) == {near, far}
    assert reached(both, Can.WITHDRAW) == {near}


def test_a_person_without_area_needs_the_named_right(siti, budi, child):
    child(None)
    assert reached(siti) == set()
    assert reached(budi) == set()


def test_a_person_from_nowhere_is_reached_by_the_named_role_of_the_whole_country_only(rangga, someone, child):
    lost = child(None)
    assert reached(rangga) == set()
    everywhere = someone("pusat", ("data_officer", ""))
    assert reached(everywhere) == {lost}
    assert reached(everywhere, Can.SEE_READERS) == set()


def delivered(by, area_key):
    return Delivery.objects.create(
        period="2020-01-01", received_on="2020-02-01", area_key=area_key, created_by=by
    )


def test_without_area_from_a_delivery_for_elsewhere(rangga, child):
    child(None, delivery=delivered(rangga, "7306"))
    child(None, delivery=delivered(rangga, "35"))  # for more than Bojonegoro
    child(None, delivery=delivered(rangga, None))
    assert reached(rangga) == set()


def test_without_area_from_a_delivery_for_here(rangga, child):
    lost = child(None, delivery=delivered(None, "3522"))
    assert reached(rangga) == {lost}
    assert reached(rangga, Can.SEE_READERS) == set()


def test_without_area_registered_by_somebody_of_elsewhere(rangga, citra, someone, child):
    for registrar in (citra, someone("pusat", ("data_officer", ""))):
        child(None, registered_by=registrar)
    assert reached(rangga) == set()


def test_without_area_registered_by_somebody_of_here(rangga, siti, citra, child):
    lost = child(None, registered_by=siti)
    assert reached(rangga) == {lost}
    assert reached(siti) == set(), "registering gives no right"
    siti.posts.update(ends_on=TODAY() + timedelta(days=1))
    assert reached(rangga) == {lost}


def test_where_the_registrar_went_later_does_not_count(rangga, citra, siti, child):
    """What counts is the post of the day it was registered."""
    child(None, registered_by=citra)
    siti.posts.update(user=citra, starts_on=TODAY() + timedelta(days=1))
    assert reached(rangga) == set()


def test_one_person_without_area_in_hand(rangga, citra, siti, child):
    near, far = child(None, registered_by=siti), child(None, registered_by=citra)
    assert rangga.can_at(Can.SEE_CHILD, near)
    assert not rangga.can_at(Can.SEE_CHILD, far)


def test_a_household_and_a_row_without_area_likewise(rangga, siti, citra):
    near = Household.objects.create(registered_by=siti)
    Household.objects.create(registered_by=citra)
    assert list(Household.objects.reachable(by=rangga, to=Can.SEE_CHILD)) == [near]
    rows = [
        QuarantinedRow.objects.create(
            delivery=delivered(None, area),
            table="members",
            source_row=1,
            raw={},
            reasons=["no_name"],
            content_hash=1,
        )
        for area in ("3522", "7306")
    ]
    assert list(QuarantinedRow.objects.reachable(by=rangga, to=Can.CORRECT_QUARANTINE)) == rows[:1]


def test_reaching_the_unplaced_does_not_add_up_either(someone, child):
    """One post may see who reads, another reaches the unplaced: neither does both."""
    child(None)
    both = someone("both", ("supervisor", "3522"), ("data_officer", "3522"))
    assert reached(both, Can.SEE_READERS) == set()


def test_the_whole_country_does_not_include_nowhere(someone, child):
    child(None)
    here = child("3522182001")
    assert reached(someone("pusat", ("national", ""))) == {here}


def test_belongs_here_stays_there(siti, citra, child):
    """Either area reaches the child, and a third does not."""
    away = child("3522182001", stay_key="7306012001")
    assert reached(siti) == {away}
    assert reached(citra) == {away}


def test_stays_here_belongs_nowhere_known(citra, child):
    away = child(None, stay_key="7306012001")
    assert reached(citra) == {away}


def test_a_household_across_two_areas(siti, citra, child):
    """Each member lies where they lie, whomever they share a household with."""
    home = Household.objects.create(area_key="3522182001")
    here = child("3522182001", household=home)
    child("7306012001", household=home)
    assert reached(siti) == {here}
    assert here not in reached(citra)


def test_a_post_for_one_office_reaches_no_children_by_area(someone, child):
    child("3522182001")
    head = someone("head", ("case_worker", "3522"))
    head.posts.update(office_code="LKSA-1")
    assert reached(head) == set()


def test_an_unknown_role_grants_nothing(someone, child):
    child("3522182001")
    assert reached(someone("old", ("role_of_last_year", "3522"))) == set()


def test_areas_are_said_once(someone):
    user = someone("wide", ("case_worker", "35"), ("supervisor", "3522"), ("case_worker", "7306"))
    assert user.areas_for(Can.SEE_CHILD) == ["35", "7306"]
    assert user.areas_for(Access.MANAGE_USERS) == []
