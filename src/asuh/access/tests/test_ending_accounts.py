"""Accounts and sessions end at once, one or many, and what they did stays."""

import pytest
from django.test import Client
from django.utils import timezone

from asuh.access.actions import end_account, end_accounts, end_session, end_sessions, reopen_account, unlock
from asuh.access.models import User
from asuh.access.refusals import AccountEnded, HoldsMore, NotYourself, OutsideYourAreas, ReasonMissing
from asuh.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def novi(someone):
    return someone("novi", ("administrator", "3522"), area_key="3522")


@pytest.fixture(autouse=True)
def at_home(siti, budi):
    User.objects.filter(pk=siti.pk).update(area_key="3522")
    siti.refresh_from_db()
    User.objects.filter(pk=budi.pk).update(area_key="3522")
    budi.refresh_from_db()


@pytest.fixture
def device():
    def sign_in(user):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def is_in(client):
    return client.get("/pengaturan/").status_code == 200


def test_not_an_account_that_holds_more(novi, budi):
    with pytest.raises(HoldsMore):
        end_account(budi, by=novi, why="iseng")
    assert User.objects.get(pk=budi.pk).is_active


def test_not_ones_own(novi):
    with pytest.raises(NotYourself):
        end_account(novi, by=novi, why="keluar")


def test_not_without_a_reason(novi, siti):
    with pytest.raises(ReasonMissing):
        end_account(siti, by=novi, why="")


def test_everything_ends_at_once(novi, siti, device):
    phone, desk = device(siti), device(siti)
    assert is_in(phone)
    end_account(siti, by=novi, why="mengundurkan diri")
    assert not is_in(phone)
    assert not is_in(desk)
    gone = User.objects.get(pk=siti.pk)
    assert gone.areas_for("people.see_child") == []
    assert [post.ends_on for post in gone.posts.all()] == [timezone.localdate()]
    assert not gone.has_usable_password()


def test_not_twice(novi, siti):
    end_account(siti, by=novi, why="x")
    with pytest.raises(AccountEnded):
        end_account(User.objects.get(pk=siti.pk), by=novi, why="x")


def test_many_at_once_each_for_itself(novi, siti, budi):
    refused = end_accounts([siti, budi], by=novi, why="akhir tahun")
    assert list(refused) == [budi]
    assert not User.objects.get(pk=siti.pk).is_active
    assert User.objects.get(pk=budi.pk).is_active
    assert Event.objects.filter(what="access.account_ended", refused=True, subject_id=budi.pk).exists()


def test_reopened_without_posts(novi, siti):
    end_account(siti, by=novi, why="x")
    reopened = reopen_account(User.objects.get(pk=siti.pk), by=novi, why="kembali bekerja")
    assert reopened.is_active
    assert reopened.areas_for("people.see_child") == []


def test_sessions_of_others_need_the_right(citra, siti, device):
    phone = device(siti)
    with pytest.raises(OutsideYourAreas):
        end_sessions(siti, by=citra)
    assert is_in(phone)


def test_sessions_end_everywhere(novi, siti, device):
    phone, desk = device(siti), device(siti)
    end_sessions(siti, by=novi)
    assert not is_in(phone)
    assert not is_in(desk)


def test_a_session_nobody_listed_ends_too(novi, siti, device):
    """The stamp, not the list, is what holds sessions."""
    from allauth.usersessions.models import UserSession

    phone = device(siti)
    UserSession.objects.all().delete()
    end_sessions(siti, by=novi)
    assert not is_in(phone)


def test_one_session_of_two(siti, device):
    from allauth.usersessions.models import UserSession

    phone, desk = device(siti), device(siti)
    listed = UserSession.objects.filter(user=siti, session_key=phone.session.session_key).first()
    if listed is None:
        listed = UserSession.objects.create(
            user=siti, session_key=phone.session.session_key, ip="127.0.0.1", user_agent="x"
        )
    end_session(siti, session_id=listed.pk, by=siti)
    assert not is_in(phone)
    assert is_in(desk)


def test_one_session_of_somebody_else_by_its_number(siti, budi, device):
    """A session is looked for among one's own only."""
    from allauth.usersessions.models import UserSession

    phone = device(budi)
    listed, _ = UserSession.objects.get_or_create(
        session_key=phone.session.session_key, defaults={"user": budi, "ip": "127.0.0.1", "user_agent": "x"}
    )
    end_session(siti, session_id=listed.pk, by=siti)
    assert is_in(phone)


def test_a_new_password_ends_other_sessions(siti, device):
    phone = device(siti)
    siti.set_password("jati-tua-di-tepi-bengawan")
    siti.save()
    assert not is_in(phone)


def test_unlocking_needs_the_right(budi, siti, novi):
    with pytest.raises(OutsideYourAreas):
        unlock(siti, by=budi)
    unlock(siti, by=novi)
    assert Event.objects.filter(what="access.unlocked", refused=False).count() == 1
