"""What the machine says about itself, and to whom; and whose address is believed."""

import pytest
from django.test import Client

from asuh.audit.models import Event

pytestmark = pytest.mark.django_db


def test_numbers_are_for_this_machine_only():
    assert Client(REMOTE_ADDR="10.0.0.9").get("/sehat/ukuran/").status_code == 404
    through_proxy = Client().get("/sehat/ukuran/", headers={"X-Forwarded-For": "10.0.0.9"})
    assert through_proxy.status_code == 404


def test_numbers_name_no_address_and_nobody(siti):
    Client().get(f"/pengelolaan/pengguna/{siti.pk}/")
    numbers = Client().get("/sehat/ukuran/").content.decode()
    assert "django_http" in numbers
    assert "siti" not in numbers
    assert "/pengelolaan/" not in numbers


def test_strangers_hear_one_word():
    assert Client(REMOTE_ADDR="10.0.0.9").get("/sehat/").content == b"ok"


def test_here_it_says_what_is_wrong():
    answer = Client().get("/sehat/")
    assert answer.status_code == 503, "no worker runs in the suite"
    assert answer.json() == {"database": True, "worker": False, "trail": True, "disk": True}


def failed_from(settings, forwarded, proxies):
    settings.PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    Client().post("/akun/masuk/", {"login": "siti", "password": "x"}, headers=headers)
    return Event.objects.filter(what="access.sign_in_failed").latest("pk").address


@pytest.mark.parametrize(
    ("forwarded", "proxies", "believed"),
    [
        ("6.6.6.6", 0, "127.0.0.1"),
        ("6.6.6.6, 10.0.0.9", 1, "10.0.0.9"),
        ("6.6.6.6, 10.0.0.9, 10.0.0.1", 2, "10.0.0.9"),
        ("6.6.6.6", 2, "127.0.0.1"),
        ("not an address", 1, "127.0.0.1"),
        ("", 1, "127.0.0.1"),
    ],
)
def test_only_what_a_proxy_added_is_believed(siti, settings, forwarded, proxies, believed):
    assert failed_from(settings, forwarded, proxies) == believed


def test_a_made_up_address_does_not_escape_the_lock(siti):
    for number in range(6):
        answer = Client().post(
            "/akun/masuk/",
            {"login": "siti", "password": "salah"},
            headers={"X-Forwarded-For": f"6.6.6.{number}"},
        )
    assert answer.status_code == 429


def test_who_watches_the_machine_is_answered_without_https(settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/sehat/").status_code in (200, 503)
    assert Client().get("/masuk/").status_code == 301
