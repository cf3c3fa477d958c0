"""An administrator's hand reaches as far as their own posts: refusal first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from asuh.access.actions import end_post, give_post, invite_user
from asuh.access.models import Post, User
from asuh.access.refusals import (
    AccountEnded,
    NoSuchArea,
    NotYourself,
    OutsideYourAreas,
    PeriodTurnedRound,
    PostGivenAlready,
    PostOver,
    ReasonMissing,
    Refused,
    UnknownRole,
    WiderThanYours,
)
from asuh.access.roles import all_roles
from asuh.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def novi(someone):
    """Administrator of Bojonegoro alone."""
    return someone("novi", ("administrator", "3522"), area_key="3522")


@pytest.fixture
def putri(someone):
    """Nobody yet, administered in Bojonegoro."""
    return someone("putri", area_key="3522")


def days(count):
    return timezone.localdate() + timedelta(days=count)


def give(user, by, role="case_worker", area_key="3522", **more):
    return give_post(user, role=role, area_key=area_key, by=by, **more)


@pytest.mark.parametrize("area_key", ["3523", "35", "", "7306"])
def test_not_outside_the_own_areas(novi, putri, area_key):
    with pytest.raises(OutsideYourAreas):
        give(putri, novi, area_key=area_key)
    assert not putri.posts.exists()


def test_not_by_who_manages_no_users(budi, putri):
    with pytest.raises(OutsideYourAreas):
        give(putri, budi)


def test_not_to_oneself(novi, agus):
    for admin in (novi, agus):
        with pytest.raises(NotYourself):
            give(admin, admin)


def test_not_to_somebody_of_another_area(novi, someone):
    stranger = someone("stranger", area_key="7306")
    with pytest.raises(OutsideYourAreas):
        give(stranger, novi)


@pytest.mark.parametrize("role", ["data_officer", "data_protection_officer"])
def test_not_a_role_that_reaches_past_the_area(novi, putri, role):
    """Data officers reach people without area anywhere; who reads the trail watches the administrator."""
    with pytest.raises(WiderThanYours):
        give(putri, novi, role=role)


def test_not_with_a_post_that_ended(novi, putri):
    novi.posts.update(starts_on=days(-9), ends_on=days(0))
    novi.forget_posts()
    with pytest.raises(OutsideYourAreas):
        give(putri, novi)


def test_an_administrator_of_one_office_stays_in_it(someone, putri):
    head = someone("head", ("administrator", "3522"))
    head.posts.update(office_code="LKSA-1")
    with pytest.raises(OutsideYourAreas):
        give(putri, head)
    own = someone("own", area_key="3522", office_code="LKSA-1")
    with pytest.raises(OutsideYourAreas):
        give(own, head, office_code="LKSA-2")
    with pytest.raises(WiderThanYours):
        give(own, head, role="administrator", office_code="LKSA-1")
    assert give(own, head, role="institution_head", office_code="LKSA-1").office_code == "LKSA-1"


def test_refusals_are_in_the_trail(novi, putri):
    with pytest.raises(Refused):
        give(putri, novi, area_key="")
    event = Event.objects.get(what="access.post_given")
    assert (event.refused, event.actor_id, event.subject_id) == (True, novi.pk, putri.pk)
    assert event.details == {"rule": "OutsideYourAreas"}


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"role": "emperor"}, UnknownRole),
        ({"area_key": "9999"}, NoSuchArea),
        ({"area_key": "9101"}, NoSuchArea),
        ({"area_key": "35.22"}, NoSuchArea),
        ({"ends_on": -1}, PeriodTurnedRound),
        ({"ends_on": 0}, PeriodTurnedRound),
        ({"starts_on": 5, "ends_on": 5}, PeriodTurnedRound),
    ],
)
def test_what_makes_no_sense_is_refused(agus, putri, wrong, rule):
    wrong = {key: days(value) if key.endswith("_on") else value for key, value in wrong.items()}
    with pytest.raises(rule):
        give(putri, agus, **wrong)


def test_the_same_post_twice_is_refused(agus, putri):
    give(putri, agus, ends_on=days(10))
    with pytest.raises(PostGivenAlready):
        give(putri, agus, starts_on=days(5))
    assert give(putri, agus, starts_on=days(10)).starts_on == days(10)


def test_an_ended_account_gets_no_post(agus, putri):
    User.objects.filter(pk=putri.pk).update(is_active=False, ended_at=timezone.now())
    putri.refresh_from_db()
    with pytest.raises(AccountEnded):
        give(putri, agus)


def test_given_inside(novi, putri):
    post = give(putri, novi, area_key="352218")
    assert post.created_by == novi
    assert putri.areas_for("people.see_child") == ["352218"]
    event = Event.objects.get(what="access.post_given")
    assert (event.subject_kind, event.subject_id, event.area_key) == ("user", putri.pk, "352218")
    assert (event.details["role"], event.details["post"]) == ("case_worker", post.pk)


def test_the_national_administrator_gives_every_role(agus, putri):
    for code in all_roles():
        assert give(putri, agus, role=code).role == code


def test_the_operator_at_the_shell_gives_the_first_post(putri):
    assert give(putri, None, role="administrator", area_key="").area_key == ""


class TestEnding:
    def test_not_outside(self, novi, someone):
        post = someone("tuban", ("case_worker", "3523"), area_key="3522").posts.get()
        with pytest.raises(OutsideYourAreas):
            end_post(post, by=novi, why="pindah")

    def test_not_ones_own(self, novi):
        with pytest.raises(NotYourself):
            end_post(novi.posts.get(), by=novi, why="pindah")

    def test_not_without_a_reason(self, novi, siti):
        with pytest.raises(ReasonMissing):
            end_post(siti.posts.get(), by=novi, why="  ")

    def test_ends_at_once(self, novi, siti):
        post = end_post(siti.posts.get(), by=novi, why="pindah tugas")
        assert post.ends_on == days(0)
        assert User.objects.get(pk=siti.pk).areas_for("people.see_child") == []
        assert Event.objects.get(what="access.post_ended").why == "pindah tugas"

    def test_never_in_the_past(self, novi, siti):
        """History says what somebody could do; it is not rewritten."""
        post = end_post(siti.posts.get(), by=novi, why="lupa", on=days(-1))
        assert post.ends_on == days(0)

    def test_not_twice(self, novi, siti):
        post = end_post(siti.posts.get(), by=novi, why="pindah")
        with pytest.raises(PostOver):
            end_post(Post.objects.get(pk=post.pk), by=novi, why="pindah")

    def test_one_that_has_not_begun_never_begins(self, agus, putri):
        post = give(putri, agus, starts_on=days(5))
        end_post(post, by=agus, why="batal")
        assert post.starts_on == post.ends_on
        assert putri.areas_for("people.see_child", on=days(5)) == []


def test_inviting_outside_is_refused(novi):
    with pytest.raises(OutsideYourAreas):
        invite_user("jauh", name="Jauh", by=novi, area_key="7306")
    with pytest.raises(OutsideYourAreas):
        invite_user("pusat", name="Pusat", by=novi)
    assert not User.objects.filter(username__in=["jauh", "pusat"]).exists()
    assert Event.objects.filter(what="access.user_invited", refused=True).count() == 2
