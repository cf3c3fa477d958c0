"""Nobody becomes somebody else alone: not by a link, not by the mail address links go to."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from asuh.access.actions import (
    accept_invitation,
    change_user,
    decline,
    end_account,
    grant,
    invite_again,
    invite_user,
    propose_link,
    reopen_account,
)
from asuh.access.models import Invitation, Proposal, User
from asuh.access.refusals import (
    HoldsMore,
    MailNotSent,
    NotYourself,
    OutsideYourAreas,
    ProposalOver,
    ReasonMissing,
    Refused,
    SecondPersonNeeded,
    WiderThanYours,
)
from asuh.audit.models import Event

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GOOD = "jati-tua-di-tepi-bengawan"


@pytest.fixture
def novi(someone):
    """Administrator of Bojonegoro."""
    return someone("novi", ("administrator", "3522"), area_key="3522")


@pytest.fixture
def guntur(someone):
    """Data protection officer of Bojonegoro."""
    return someone("guntur", ("data_protection_officer", "3522"), area_key="3522", name="Guntur")


@pytest.fixture
def siti(siti):
    """At home in Bojonegoro; her account is in use and has no mail address."""
    siti.area_key, siti.last_login = "3522", timezone.now()
    siti.save()
    return siti


@pytest.fixture
def with_mail(siti):
    siti.email = "siti@example.org"
    siti.save()
    return siti


@pytest.fixture
def no_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


def address(token):
    return f"https://asuh.example/{token}"


def as_(client, user):
    client.force_login(user, backend=BACKEND)
    return client


def own_page(user):
    return f"/pengelolaan/pengguna/{user.pk}/"


# ── one's own hand is not enough ──────────────────────────────────────────────────────────────────────


def test_without_a_mail_address_there_is_no_link(siti, novi):
    with pytest.raises(SecondPersonNeeded):
        invite_again(siti, by=novi, address=address)
    assert not Invitation.objects.filter(user=siti).exists()
    assert Event.objects.filter(what="access.invited_again", refused=True, subject_id=siti.pk).exists()


@pytest.mark.usefixtures("no_server")
def test_without_a_mail_server_neither(with_mail, novi):
    with pytest.raises(SecondPersonNeeded):
        invite_again(with_mail, by=novi, address=address)


def test_by_mail_the_administrator_never_holds_it(with_mail, novi):
    made = invite_again(with_mail, by=novi, address=address)
    assert made.token == ""
    [letter] = mail.outbox
    assert letter.to == ["siti@example.org"]
    assert novi.name in letter.body
    token = re.search(r"https://asuh.example/(\S+)", letter.body)[1]
    assert accept_invitation(token, password=GOOD) == with_mail


def test_a_mail_that_does_not_leave_makes_no_link(with_mail, novi, monkeypatch):
    def fails(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fails)
    with pytest.raises(MailNotSent):
        invite_again(with_mail, by=novi, address=address)
    assert not Invitation.objects.filter(user=with_mail).exists()


def test_the_page_shows_no_link_of_an_account_in_use(client, with_mail, novi):
    answer = as_(client, novi).post(own_page(with_mail) + "tautan/", follow=True)
    token = re.search(r"/akun/undangan/(\S+?)/", mail.outbox[0].body)[1]
    assert token not in answer.content.decode()
    assert token not in str(dict(client.session))
    assert "hanya ke sana" in answer.content.decode()


@pytest.mark.usefixtures("no_server")
def test_the_page_says_that_no_mail_leaves(client, with_mail, novi):
    page = as_(client, novi).get(own_page(with_mail)).content.decode()
    assert "belum dapat mengirim surel" in page
    assert "asuh user link" in page


@pytest.mark.usefixtures("no_server")
def test_an_account_nobody_used_is_handed_over_once(client, novi):
    """Mail that leaves nobody's machine must not be called sent."""
    putri = invite_user("putri", name="Putri", email="putri@example.org", area_key="3522", by=novi).user
    answer = as_(client, novi).post(own_page(putri) + "tautan/", follow=True)
    assert answer.context["link"]
    seen = re.sub("<template.*?</template>", "", answer.content.decode(), flags=re.DOTALL)
    assert "dikirim" not in seen


def test_ending_and_reopening_is_no_way_round(siti, novi):
    end_account(siti, by=novi, why="x")
    reopened = reopen_account(User.objects.get(pk=siti.pk), by=novi, why="y")
    assert not Invitation.objects.filter(user=siti).exists()
    with pytest.raises(SecondPersonNeeded):
        invite_again(reopened, by=novi, address=address)


def test_a_mail_address_of_ones_own_is_no_way_round(with_mail, novi):
    change_user(with_mail, by=novi, name=with_mail.name, email="novi@example.org", phone="")
    invite_again(with_mail, by=novi, address=address)
    assert [letter.to for letter in mail.outbox] == [["siti@example.org"]]


def test_nor_is_a_first_mail_address(siti, novi):
    assert change_user(siti, by=novi, name=siti.name, email="novi@example.org", phone="") is not None
    assert User.objects.get(pk=siti.pk).email == ""


def test_an_account_nobody_used_gets_its_address_at_once(novi):
    putri = invite_user("putri", name="Putri", area_key="3522", by=novi).user
    change_user(putri, by=novi, name="Putri", email="putri@example.org", phone="")
    assert User.objects.get(pk=putri.pk).email == "putri@example.org"


# ── the second person ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def asked(siti, novi):
    return propose_link(siti, by=novi, why="lupa kata sandi")


def test_not_without_a_reason(siti, novi):
    with pytest.raises(ReasonMissing):
        propose_link(siti, by=novi, why=" ")


def test_who_asked_does_not_grant(siti, someone):
    both = someone("both", ("administrator", "3522"), ("data_protection_officer", "3522"), area_key="3522")
    asked = propose_link(siti, by=both, why="lupa")
    with pytest.raises(NotYourself):
        grant(asked, by=both)
    assert Event.objects.filter(what="access.request_granted", refused=True, actor_id=both.pk).exists()


def test_nobody_grants_a_link_to_themselves(guntur, agus):
    asked = propose_link(guntur, by=agus, why="lupa")
    with pytest.raises(NotYourself):
        grant(asked, by=guntur)


def test_another_administrator_does_not_grant(asked, someone):
    """An administrator can make administrators: a second one may be the first."""
    puppet = someone("puppet", ("administrator", "3522"), area_key="3522")
    with pytest.raises(OutsideYourAreas):
        grant(asked, by=puppet)


def test_and_cannot_make_who_grants(novi, someone):
    from asuh.access.actions import give_post

    puppet = someone("puppet", area_key="3522")
    with pytest.raises(WiderThanYours):
        give_post(puppet, role="data_protection_officer", area_key="3522", by=novi)


def test_the_right_to_grant_is_far_reaching_by_itself(novi, monkeypatch):
    from asuh.access import limits, roles

    only = roles.Role("granter", "", "", frozenset({"access.confirm_links"}))
    every = {**roles.all_roles(), "granter": only}
    monkeypatch.setattr(roles, "all_roles", lambda: every)
    with pytest.raises(WiderThanYours):
        limits.check_may_give(novi, role="granter", area_key="3522")


def test_not_where_the_account_reaches_further(budi, guntur, agus):
    User.objects.filter(pk=budi.pk).update(area_key="3522")
    asked = propose_link(User.objects.get(pk=budi.pk), by=agus, why="lupa")
    with pytest.raises(OutsideYourAreas):
        grant(asked, by=guntur)


def test_not_an_account_that_holds_more(novi, budi):
    User.objects.filter(pk=budi.pk).update(area_key="3522")
    with pytest.raises(HoldsMore):
        propose_link(User.objects.get(pk=budi.pk), by=novi, why="iseng")


def test_not_after_a_week(asked, guntur):
    Proposal.objects.update(asked_at=timezone.now() - timedelta(days=8))
    with pytest.raises(ProposalOver):
        grant(asked, by=guntur)


def test_not_twice(asked, guntur):
    grant(asked, by=guntur)
    with pytest.raises(ProposalOver):
        grant(asked, by=guntur)


def test_not_for_who_is_no_administrator_any_more(asked, novi, guntur):
    novi.posts.update(ends_on=timezone.localdate())
    with pytest.raises(Refused):
        grant(asked, by=guntur)


def test_the_table_knows_it_too(siti, novi):
    for alone in (novi, siti):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.create(user=siti, kind="link", asked_by=novi, decided_by=alone, granted=True)


def test_who_grants_hands_it_over(client, asked, siti, novi, guntur):
    page = as_(client, guntur).get("/pengelolaan/pengguna/").content.decode()
    assert own_page(siti) in page
    assert "lupa kata sandi" in client.get(own_page(siti)).content.decode()
    answer = client.post(own_page(siti) + f"permintaan/{asked.pk}/", {"what": "grant"}, follow=True)
    token = answer.context["link"].rstrip("/").rsplit("/", 1)[1]
    assert accept_invitation(token, password=GOOD) == siti


def test_who_asked_sees_no_link(client, asked, siti, novi, guntur):
    grant(asked, by=guntur)
    answer = as_(client, novi).get(own_page(siti))
    assert not answer.context["link"]


def test_the_page_of_deciding_needs_the_right(client, asked, siti, novi):
    where = own_page(siti) + f"permintaan/{asked.pk}/"
    assert as_(client, novi).post(where, {"what": "grant"}).status_code == 403


def test_a_declined_request_is_over(asked, guntur):
    with pytest.raises(ReasonMissing):
        decline(asked, by=guntur, why="")
    decline(asked, by=guntur, why="ia tidak memintanya")
    with pytest.raises(ProposalOver):
        grant(asked, by=guntur)


def test_asking_again_replaces_the_first_request(asked, siti, novi):
    propose_link(siti, by=novi, why="masih lupa")
    assert Proposal.objects.filter(user=siti, granted__isnull=True).count() == 1


def test_a_granted_address_is_told_to_the_old_one(with_mail, novi, guntur):
    asked = change_user(with_mail, by=novi, name=with_mail.name, email="baru@example.org", phone="")
    grant(asked, by=guntur)
    assert User.objects.get(pk=with_mail.pk).email == "baru@example.org"
    assert [letter.to for letter in mail.outbox] == [["siti@example.org"]]


# ── the user is told ──────────────────────────────────────────────────────────────────────────────────


def after_sign_in(client, password="rahasia-sekali"):
    client.post("/akun/masuk/", {"login": "siti", "password": password})
    return client.get("/pengaturan/").content.decode()


def test_nobody_is_told_of_nothing(client, siti):
    assert "membuat tautan" not in after_sign_in(client)


def test_at_every_sign_in_for_a_month(client, with_mail, novi):
    """Not once: whoever used the link would read the notice away."""
    invite_again(with_mail, by=novi, address=address)
    for _ in range(2):
        assert f"{novi.name} membuat tautan masuk" in after_sign_in(client)
        client.post("/akun/keluar/")
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert "membuat tautan" not in after_sign_in(client)


def test_not_of_ones_own_first_invitation(client, novi):
    invited = invite_user("siti", name="Siti", area_key="3522", by=novi)
    accept_invitation(invited.token, password=GOOD)
    User.objects.update(terms_version="2026-11")
    assert "membuat tautan" not in after_sign_in(client, GOOD)


def test_of_a_changed_address(client, with_mail, novi, guntur):
    grant(change_user(with_mail, by=novi, name="Siti", email="baru@example.org", phone=""), by=guntur)
    assert f"{novi.name} mengganti surel akun Anda" in after_sign_in(client)


def test_the_operator_is_named_too(client, with_mail):
    assert invite_again(with_mail, by=None).token
    assert mail.outbox[0].to == ["siti@example.org"]
    assert "Operator sistem membuat tautan masuk" in after_sign_in(client)
