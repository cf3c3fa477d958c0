"""Who reaches far signs in with more than a password."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from asuh.access.actions import reset_factors
from asuh.access.middleware import SecondFactorFirst
from asuh.access.refusals import ReasonMissing, Refused
from asuh.audit.models import Event

pytestmark = pytest.mark.django_db
ASKED = "/akun/pengaman/wajib/"


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_FOR = frozenset({"administrator", "data_officer"})


def sign_in(user):
    client = Client()
    client.post("/akun/masuk/", {"login": user.username, "password": "rahasia-sekali"})
    return client


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up(client):
    """An authenticator app, as somebody would do it; its secret."""
    again = client.get("/akun/pengaman/aplikasi/")
    if again.status_code == 302:
        client.post(again.headers["Location"], {"password": "rahasia-sekali"})
        again = client.get("/akun/pengaman/aplikasi/")
    secret = again.context["form"].secret
    assert client.post("/akun/pengaman/aplikasi/", {"code": code_for(secret)}).status_code == 302
    return secret


@pytest.mark.usefixtures("required")
def test_nothing_opens_before_there_is_one(rangga):
    client = sign_in(rangga)
    for path in ("/", "/anak/", "/pengelolaan/unduhan/"):
        assert client.get(path).headers["Location"] == ASKED
    part = client.get("/anak/", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == ASKED
    assert client.get(ASKED).status_code == 200


@pytest.mark.usefixtures("required")
def test_recovery_codes_alone_are_none(rangga):
    Authenticator.objects.create(user=rangga, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    assert sign_in(rangga).get("/anak/").headers["Location"] == ASKED


@pytest.mark.usefixtures("required")
def test_others_are_not_asked(siti):
    assert sign_in(siti).get("/anak/").status_code == 200


def test_nobody_is_asked_where_no_role_is_named(rangga):
    assert sign_in(rangga).get("/anak/").status_code == 200


@pytest.mark.usefixtures("required")
def test_a_post_that_is_over_asks_for_nothing(rangga):
    rangga.posts.update(ends_on=timezone.localdate())
    assert sign_in(rangga).get("/pengaturan/").status_code == 200


@pytest.mark.usefixtures("required")
def test_terms_still_come_first(rangga):
    rangga.terms_version = ""
    rangga.save()
    assert sign_in(rangga).get("/anak/").headers["Location"] == "/akun/ketentuan/"


@pytest.mark.usefixtures("required")
def test_once_set_up_pages_open_and_recovery_codes_are_there(rangga):
    client = sign_in(rangga)
    set_up(client)
    assert client.get("/anak/").status_code == 200
    assert Authenticator.objects.filter(user=rangga, type="recovery_codes").exists()
    assert client.get("/akun/pengaman/cadangan/").status_code == 200


@pytest.mark.usefixtures("required")
def test_the_password_alone_does_not_sign_in_any_more(rangga):
    secret = set_up(sign_in(rangga))
    thief = sign_in(rangga)
    assert thief.get("/anak/").status_code == 302
    assert "_auth_user_id" not in thief.session
    assert thief.post("/akun/pengaman/kode/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in thief.session
    Authenticator.objects.filter(user=rangga).exclude(type="recovery_codes").update(last_used_at=None)
    assert secret
    codes = Authenticator.objects.get(user=rangga, type="recovery_codes").wrap().get_unused_codes()
    thief.post("/akun/pengaman/kode/", {"code": codes[0]})
    assert thief.get("/anak/").status_code == 200, "with a recovery code"


def test_a_role_that_does_not_exist_is_no_silent_nothing(settings):
    settings.SECOND_FACTOR_FOR = frozenset({"administrators"})
    with pytest.raises(ImproperlyConfigured):
        SecondFactorFirst(lambda request: None)


def test_a_copy_of_the_database_holds_no_secret(rangga, settings):
    secret = set_up(sign_in(rangga))
    kept = Authenticator.objects.get(user=rangga, type="totp")
    assert secret not in str(kept.data)
    assert kept.wrap().validate_code(code_for(secret))


def test_with_another_secret_key_no_code_fits(rangga, settings):
    secret = set_up(sign_in(rangga))
    settings.SECRET_KEY = "another"
    kept = Authenticator.objects.get(user=rangga, type="totp").wrap()
    assert not kept.validate_code(code_for(secret))
    assert not kept.validate_code(code_for("")), "nor one that anybody can work out"


# ── lost ──────────────────────────────────────────────────────────────────────────────────────────────


def test_no_administrator_takes_it_away(rangga, agus):
    with pytest.raises(Refused):
        reset_factors(rangga, by=agus, why="hilang")
    with pytest.raises(ReasonMissing):
        reset_factors(rangga, by=None, why="")


def test_the_operator_does_and_the_user_is_told(rangga):
    rangga.email = "rangga@example.org"
    rangga.save()
    inside = sign_in(rangga)
    set_up(inside)
    assert reset_factors(rangga, by=None, why="telepon hilang, sudah ditelepon") == 2
    assert inside.get("/anak/").status_code == 302, "sessions end"
    assert Event.objects.get(what="access.factors_reset").subject_id == rangga.pk
    assert mail.outbox[-1].to == ["rangga@example.org"]
    assert "mencabut pengaman masuk Anda" in sign_in(rangga).get("/pengaturan/").content.decode()


def test_codes_cannot_be_tried_without_end_and_each_try_is_in_the_trail(rangga, settings):
    set_up(sign_in(rangga))
    settings.ACCOUNT_RATE_LIMITS = settings.SIGN_IN_LIMITS
    cache.clear()
    thief = sign_in(rangga)
    for _ in range(7):
        thief.post("/akun/pengaman/kode/", {"code": "000000"})
    failed = Event.objects.filter(what="access.factor_failed", subject_id=rangga.pk, refused=True)
    assert failed.count() == 5
    codes = Authenticator.objects.get(user=rangga, type="recovery_codes").wrap().get_unused_codes()
    again = sign_in(rangga)  # another session, the same account
    again.post("/akun/pengaman/kode/", {"code": codes[0]})
    assert "_auth_user_id" not in again.session
    cache.clear()
