"""Pages of this app as people meet them."""

import io

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from asuh.access.models import User
from asuh.audit.models import Event

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GOOD = "jati-tua-di-tepi-bengawan"


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def novi(someone):
    return someone("novi", ("administrator", "3522"), area_key="3522")


INVITED = {"username": "putri", "name": "Putri Ayu", "area_key": "35.22", "role": "case_worker"}


def test_inviting_outside_says_why_beside_the_form(as_, novi):
    answer = as_(novi).post("/pengelolaan/pengguna/undang/", INVITED | {"area_key": "73.06"})
    assert answer.status_code == 422
    assert "di luar wilayah kerja Anda" in answer.content.decode()
    assert not User.objects.filter(username="putri").exists()


def test_a_post_outside_undoes_the_invitation(as_, novi):
    """Nothing half done: no account without the post it was meant for."""
    answer = as_(novi).post("/pengelolaan/pengguna/undang/", INVITED | {"post_area": "35"})
    assert answer.status_code == 422
    assert not User.objects.filter(username="putri").exists()


def test_from_invitation_to_the_first_page(as_, novi):
    admin = as_(novi)
    answer = admin.post("/pengelolaan/pengguna/undang/", INVITED, follow=True)
    link = answer.context["link"]
    assert link in answer.content.decode()
    assert link not in admin.get(answer.redirect_chain[-1][0]).content.decode(), "shown once"

    guest = Client()
    path = link.removeprefix("http://testserver")
    page = guest.get(path, follow=True)
    assert path not in page.redirect_chain[-1][0], "the key leaves the address"
    weak = guest.post("/akun/undangan/", {"password": "putri", "again": "putri"})
    assert weak.status_code == 422
    guest.post("/akun/undangan/", {"password": GOOD, "again": GOOD})
    assert Client().get(path, follow=True).status_code == 410

    inside = guest.post("/akun/masuk/", {"login": "putri", "password": GOOD})
    assert inside.status_code == 302
    assert guest.get("/").headers["Location"] == "/akun/ketentuan/"
    guest.post("/akun/ketentuan/", {"agreed": "on"})
    assert guest.get("/").status_code == 200
    assert User.objects.get(username="putri").acceptances.count() == 1


def test_terms_come_before_everything(as_, someone):
    fresh = as_(someone("fresh", ("case_worker", "3522"), terms_version=""))
    for path in ("/", "/pengelolaan/unduhan/", "/pengaturan/"):
        assert fresh.get(path).headers["Location"] == "/akun/ketentuan/"
    part = fresh.get("/pengelolaan/unduhan/", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/akun/ketentuan/"
    assert fresh.post("/akun/ketentuan/", {}).status_code == 422


def test_a_new_version_is_asked_again_and_the_old_one_kept(as_, siti, settings):
    from asuh.access.actions import accept_terms

    accept_terms(siti, version=settings.TERMS_VERSION, by=siti)
    settings.TERMS_VERSION = "2027-01"
    assert as_(siti).get("/").headers["Location"] == "/akun/ketentuan/"
    accept_terms(siti, version="2027-01", by=siti)
    assert siti.acceptances.count() == 2


def test_five_wrong_passwords_lock_with_a_kind_page(siti):
    guest = Client()
    for _ in range(5):
        answer = guest.post("/akun/masuk/", {"login": "siti", "password": "salah"})
    assert answer.status_code == 429
    assert "lima belas menit" in answer.content.decode()
    locked = guest.post("/akun/masuk/", {"login": "siti", "password": "rahasia-sekali"})
    assert locked.status_code == 429, "the right password does not help now"
    assert Event.objects.filter(what="access.locked_out", subject_id=siti.pk).exists()


def test_an_administrator_unlocks(as_, siti, novi):
    User.objects.filter(pk=siti.pk).update(area_key="3522")
    guest = Client()
    for _ in range(6):
        guest.post("/akun/masuk/", {"login": "siti", "password": "salah"})
    as_(novi).post(f"/pengelolaan/pengguna/{siti.pk}/buka-kunci/")
    assert guest.post("/akun/masuk/", {"login": "siti", "password": "rahasia-sekali"}).status_code == 302


def test_what_is_typed_as_a_name_is_nowhere_in_the_trail(siti):
    Client().post("/akun/masuk/", {"login": "rahasia-saya-sendiri", "password": "x"})
    assert "rahasia-saya" not in str(list(Event.objects.values()))


def test_coming_and_going_is_in_the_trail(siti):
    guest = Client()
    guest.post("/akun/masuk/", {"login": "siti", "password": "rahasia-sekali"})
    guest.post("/akun/keluar/")
    said = list(Event.objects.filter(actor_id=siti.pk).order_by("pk").values_list("what", flat=True))
    assert said == ["access.signed_in", "access.signed_out"]


def test_a_changed_password_signs_other_devices_out(siti):
    phone, desk = Client(), Client()
    for device in (phone, desk):
        device.post("/akun/masuk/", {"login": "siti", "password": "rahasia-sekali"})
    answer = desk.post(
        "/akun/kata-sandi/", {"oldpassword": "rahasia-sekali", "password1": GOOD, "password2": GOOD}
    )
    assert answer.status_code == 302
    assert desk.get("/pengaturan/").status_code == 200
    assert phone.get("/pengaturan/").status_code == 302


def test_the_session_ends_after_an_idle_hour(siti, settings):
    guest = Client()
    answer = guest.post("/akun/masuk/", {"login": "siti", "password": "rahasia-sekali"})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert guest.session.get_expiry_age() <= 60 * 60
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    "path",
    [
        "/akun/masuk/",
        "/akun/kata-sandi/",
        "/akun/perangkat/",
        "/akun/pengaman/",
        "/akun/pengaman/kunci/",
        "/akun/ketentuan/",
        "/akun/keluar/",
    ],
)
def test_pages_of_ones_own_account_stand(siti, path):
    guest = Client()
    guest.post("/akun/masuk/", {"login": "siti", "password": "rahasia-sekali"})
    answer = guest.get(path, follow=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/akun/pengaman/aplikasi/", "/akun/pengaman/kunci/tambah/"])
def test_second_factors_can_be_added(siti, path):
    guest = Client()
    guest.post("/akun/masuk/", {"login": "siti", "password": "rahasia-sekali"})
    assert guest.get(path).headers["Location"].startswith("/akun/sekali-lagi/"), (
        "the password once more first"
    )
    guest.post(f"/akun/sekali-lagi/?next={path}", {"password": "rahasia-sekali"})
    answer = guest.get(path)
    assert answer.status_code == 200
    assert "data:image" not in answer.content.decode(), "the policy would refuse it"


def test_nobody_signs_up_alone():
    for path in ("/akun/signup/", "/akun/daftar/", "/akun/email/"):
        assert Client().get(path).status_code == 404


def test_a_forgotten_password_says_nothing_about_who_exists(siti, mailoutbox):
    User.objects.filter(pk=siti.pk).update(email="siti@example.org")
    known = Client().post("/akun/lupa/", {"email": "siti@example.org"})
    unknown = Client().post("/akun/lupa/", {"email": "nobody@example.org"})
    assert known.headers["Location"] == unknown.headers["Location"] == "/akun/lupa/dikirim/"
    assert (
        len(
            [
                mail
                for mail in mailoutbox
                if mail.to == ["siti@example.org"] and "/akun/lupa/kunci/" in mail.body
            ]
        )
        == 1
    )


def test_an_ended_account_gets_no_reset(siti, mailoutbox):
    User.objects.filter(pk=siti.pk).update(email="siti@example.org", is_active=False)
    Client().post("/akun/lupa/", {"email": "siti@example.org"})
    assert not [mail for mail in mailoutbox if "/akun/lupa/kunci/" in mail.body]


def test_all_rights_of_one_person(as_, agus, siti):
    page = as_(agus).get(f"/pengelolaan/pengguna/{siti.pk}/")
    text = page.content.decode()
    assert "Membuka halaman anak dan keluarganya" in text
    assert "Kabupaten Bojonegoro" in text
    assert Event.objects.filter(what="access.rights_opened", subject_id=siti.pk).exists()


def test_an_administrator_sees_only_users_of_the_own_areas(as_, novi, siti, citra):
    User.objects.filter(pk=citra.pk).update(area_key="7306")
    page = as_(novi).get("/pengelolaan/pengguna/").content.decode()
    assert "Siti Rahmawati" in page
    assert "Citra Lestari" not in page
    assert as_(novi).get(f"/pengelolaan/pengguna/{citra.pk}/").status_code == 404


def test_the_matrix_as_a_spreadsheet(as_, agus):
    answer = as_(agus).get("/pengelolaan/peran/unduh/")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    heads, by_right = rows[0], {row[0]: row for row in rows[1:]}
    place = heads.index("Pekerja sosial")
    assert by_right["Membuka halaman anak dan keluarganya"][place] == "✓"
    assert by_right["Membaca dan mengunduh jejak audit"][place] == ""
    assert Event.objects.filter(what="access.matrix_downloaded").exists()


@pytest.mark.parametrize(
    "filters",
    [
        "",
        "?q=siti",
        "?role=case_worker",
        "?area=35.22",
        "?state=invited",
        "?state=idle",
        "?state=unposted",
        "?state=ended",
        "?area=99",
    ],
)
def test_filters_of_the_list(as_, agus, siti, filters):
    assert as_(agus).get(f"/pengelolaan/pengguna/{filters}").status_code == 200


def test_lists_go_on_by_key_without_names_in_the_address(as_, agus, someone):
    for number in range(60):
        someone(f"u{number:03}", name=f"Nama {number:03}", area_key="3522")
    first = as_(agus).get("/pengelolaan/pengguna/")
    second = as_(agus).get("/pengelolaan/pengguna/" + first.context["page"].next_url)
    seen = [user.pk for user in [*first.context["page"].items, *second.context["page"].items]]
    assert len(seen) == len(set(seen)) == User.objects.count()
    assert "Nama" not in first.context["page"].next_url


def test_many_accounts_end_at_once(as_, novi, someone):
    ids = [someone(f"lama{number}", area_key="3522").pk for number in range(3)]
    stranger = someone("stranger", area_key="7306")
    as_(novi).post(
        "/pengelolaan/pengguna/akhiri/",
        {"pilih": [*ids, stranger.pk], "what": "accounts", "reason": "akhir tahun"},
    )
    assert User.objects.filter(pk__in=ids, is_active=False).count() == 3
    assert User.objects.get(pk=stranger.pk).is_active
