"""A link is used once, in time, by nobody else's leave."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from asuh.access.actions import accept_invitation, find_invitation, invite_again, invite_user
from asuh.access.models import Invitation, User
from asuh.access.refusals import (
    AccountEnded,
    HoldsMore,
    InvitationSpent,
    NameNotAllowed,
    NameTaken,
    NotYourself,
    OutsideYourAreas,
)
from asuh.audit.models import Event

pytestmark = pytest.mark.django_db
GOOD = "jati-tua-di-tepi-bengawan"


@pytest.fixture
def invited(agus):
    return invite_user("putri", name="Putri Ayu", by=agus, area_key="3522", email="putri@example.org")


def test_an_unknown_link_opens_nothing():
    with pytest.raises(InvitationSpent):
        find_invitation("anything")


def test_a_link_runs_out(invited):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(InvitationSpent):
        accept_invitation(invited.token, password=GOOD)


def test_a_link_works_once(invited):
    accept_invitation(invited.token, password=GOOD)
    with pytest.raises(InvitationSpent):
        accept_invitation(invited.token, password="other-" + GOOD)
    assert User.objects.get(username="putri").check_password(GOOD)


def test_a_weak_password_does_not_spend_the_link(invited):
    with pytest.raises(ValidationError):
        accept_invitation(invited.token, password="putri")
    assert accept_invitation(invited.token, password=GOOD).check_password(GOOD)


def test_nobody_signs_in_before(invited):
    assert not invited.user.has_usable_password()


def test_the_secret_is_not_in_the_database_nor_in_the_trail(invited):
    assert invited.token not in str(list(Invitation.objects.values()))
    assert invited.token not in str(list(Event.objects.values()))


def test_the_trail_holds_no_name(invited):
    assert "Putri" not in str(list(Event.objects.values("details", "why", "what")))


def test_a_new_link_ends_the_one_before(invited, agus):
    again = invite_again(invited.user, by=agus)
    with pytest.raises(InvitationSpent):
        find_invitation(invited.token)
    assert find_invitation(again.token).user == invited.user


def test_a_name_is_taken_once(invited, agus):
    with pytest.raises(NameTaken):
        invite_user("PUTRI ", name="Lain", by=agus)


def test_a_name_has_letters_and_digits(agus):
    with pytest.raises(NameNotAllowed):
        invite_user("putri ayu<script>", name="Putri", by=agus)


def test_nobody_takes_over_an_account_that_holds_more(someone, budi, wulan, agus):
    """A new link for somebody with more rights would be those rights."""
    novi = someone("novi", ("administrator", "3522"), area_key="3522")
    User.objects.update(area_key="3522")
    for above in (budi, wulan, agus):
        with pytest.raises(HoldsMore):
            invite_again(User.objects.get(pk=above.pk), by=novi)
    with pytest.raises(NotYourself):
        invite_again(novi, by=novi)


def test_nobody_reaches_an_account_of_another_area(someone, citra):
    novi = someone("novi", ("administrator", "3522"), area_key="3522")
    User.objects.filter(pk=citra.pk).update(area_key="7306")
    with pytest.raises(OutsideYourAreas):
        invite_again(User.objects.get(pk=citra.pk), by=novi)


def test_a_post_to_come_counts_as_held(someone, agus):
    from asuh.access.actions import give_post

    novi = someone("novi", ("administrator", "3522"), area_key="3522")
    rising = someone("rising", area_key="3522")
    give_post(
        rising, role="national", area_key="", by=agus, starts_on=timezone.localdate() + timedelta(days=30)
    )
    with pytest.raises(HoldsMore):
        invite_again(rising, by=novi)


def test_an_ended_account_gets_no_link(invited, agus):
    User.objects.filter(pk=invited.user.pk).update(is_active=False, ended_at=timezone.now())
    with pytest.raises(InvitationSpent):
        find_invitation(invited.token)
    with pytest.raises(AccountEnded):
        invite_again(User.objects.get(pk=invited.user.pk), by=agus)
