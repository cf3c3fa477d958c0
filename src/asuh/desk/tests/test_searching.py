from datetime import date

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.people import search
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db


def ask(user, q, then="", **more):
    client = Client()
    client.force_login(user)
    answer = client.post(reverse("desk:search"), {"q": q} | more)
    return client.get(answer["Location"] + then).content.decode()


def test_an_analyst_finds_nobody(dewi):
    client = Client()
    client.force_login(dewi)
    assert client.get(reverse("desk:search")).status_code == 403


def test_nobody_outside_ones_areas_is_named(siti):
    make.person("Rizky Aditya Pratama", area_key=make.TETEBATU)
    assert "Aditya" not in ask(siti, "rizki pratama")


ELSEWHERE = {"area_key": make.TETEBATU, "born_on": date(2014, 5, 18), "nik": "7306075805140001"}


def test_that_somebody_is_recorded_elsewhere_is_said_with_whom_to_ask(siti, citra):
    make.person("Rizky Pratama", **ELSEWHERE)
    shown = ask(siti, "rizky pratama", lahir="18/05/2014")
    assert "Gowa" in shown
    assert "Citra Lestari" in shown
    assert "Tetebatu" not in shown
    assert Event.objects.get(what="people.told_of_child").details["areas"] == ["7306"]


def test_a_nik_tells_whom_to_ask_elsewhere(siti, citra):
    make.person("Rizky Pratama", **ELSEWHERE)
    assert "Citra Lestari" in ask(siti, "7306 0758 0514 0001")


@pytest.mark.parametrize(
    ("q", "more"),
    [
        ("rizky pratama", {}),
        ("rizky pratama", {"lahir": "19/05/2014"}),
        ("rizky", {"lahir": "18/05/2014"}),
        ("AN-code", {}),
        ("7306071", {}),
    ],
)
def test_who_does_not_know_the_child_is_told_nothing_about_elsewhere(siti, citra, q, more):
    child = make.person("Rizky Pratama", **ELSEWHERE)
    assert "Gowa" not in ask(siti, q.replace("AN-code", child.code), **more)


def test_filters_do_not_narrow_what_is_said_about_elsewhere(siti, citra):
    make.person("Rizky Pratama", sex=1, **ELSEWHERE)
    asked = {"lahir": "18/05/2014"}
    assert "Gowa" in ask(siti, "rizky pratama", "&jk=2", **asked)
    assert "Gowa" in ask(siti, "rizky pratama", ibu="Bukan Ibunya", **asked)


def test_questions_about_elsewhere_run_out(siti, citra, monkeypatch):
    monkeypatch.setattr("asuh.desk.searching.ASKED_A_DAY", 1)
    make.person("Rizky Pratama", **ELSEWHERE)
    assert "Gowa" in ask(siti, "rizky pratama", lahir="18/05/2014")
    assert "sudah habis" in ask(siti, "rizky pratama", lahir="18/05/2014")


def test_who_lacks_that_right_is_not_told(rangga):
    make.person("Rizky Pratama", **ELSEWHERE)
    assert "Gowa" not in ask(rangga, "rizky pratama", lahir="18/05/2014")


def test_a_name_is_found_in_another_spelling_and_says_why(siti):
    make.person("Rizky Aditya Pratama")
    shown = ask(siti, "rizki pratama")
    assert "<mark>" in shown
    assert "Mengapa muncul" in shown


def test_what_was_typed_never_stands_in_an_address(siti):
    client = Client()
    client.force_login(siti)
    assert "rizki" not in client.post(reverse("desk:search"), {"q": "rizki pratama"})["Location"]


def test_a_failed_search_does_not_look_like_nothing_found(siti, monkeypatch):
    def fail(*_args, **_more):
        raise OperationalError

    monkeypatch.setattr(search, "find", fail)
    shown = ask(siti, "rizki pratama")
    assert "gagal dimuat, bukan kosong" in shown
    assert "Tidak ada yang cocok" not in shown
    assert "Daftarkan anak baru" not in shown


def test_registering_is_offered_only_after_the_results(siti):
    client = Client()
    client.force_login(siti)
    assert "Daftarkan anak baru" not in client.get(reverse("desk:search")).content.decode()
    assert "Daftarkan anak baru" in ask(siti, "rizki pratama")


def test_filters_narrow_the_same_search(siti):
    make.person("Rizky Pratama", sex=1)
    make.person("Rizka Pratama", sex=2, area_key=make.PELEM)
    assert "Rizka" not in ask(siti, "rizki pratama", then="&jk=1").replace("<mark>", "")
    assert "Rizky" not in ask(siti, "rizka pratama", then=f"&desa={make.PELEM}").replace("<mark>", "")


def test_adults_stand_apart(siti):
    make.person("Rizky Pratama", born_on=date(1980, 1, 1))
    shown = ask(siti, "rizky pratama")
    assert "1 orang dewasa" in shown


def test_a_household_is_found_by_its_code(siti, citra):
    home = make.household()
    assert reverse("people:household", args=[home.pk]) in ask(siti, home.code)
    assert reverse("people:household", args=[home.pk]) not in ask(citra, home.code)


def test_a_search_is_written_to_the_trail_without_what_was_typed(siti):
    ask(siti, "rizki pratama")
    event = Event.objects.get(what="people.searched")
    assert "rizki" not in str(event.details)


def test_another_persons_search_is_not_opened_by_its_address(siti, budi):
    client = Client()
    client.force_login(siti)
    address = client.post(reverse("desk:search"), {"q": "rizki pratama"})["Location"]
    other = Client()
    other.force_login(budi)
    assert "rizki" not in other.get(address).content.decode()
