from datetime import date

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.desk import searching, searching_words
from asuh.people import search
from asuh.people.models import Delivery, MemberRow
from asuh.people.permissions import Can
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
    monkeypatch.setattr("asuh.people.elsewhere.ASKED_A_DAY", 1)
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

    monkeypatch.setattr(search, "answer", fail)
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


# ── nothing is hidden ─────────────────────────────────────────────────────────────────────────────


def test_adults_of_the_same_name_do_not_crowd_out_the_children(siti, monkeypatch):
    monkeypatch.setattr(searching, "LOOKED_AT", 5)
    for _number in range(6):
        make.person("Siti", born_on=date(1980, 1, 1))
    make.person("Siti Aminah", born_on=date(2014, 1, 1))
    shown = ask(siti, "siti")
    assert "1 anak, yang paling cocok di atas" in shown
    assert "5 orang dewasa yang paling cocok, masih ada lagi" in ask(siti, "siti", "&siapa=dewasa")


def test_every_child_found_can_be_walked_to(siti, monkeypatch):
    monkeypatch.setattr(searching, "SHOWN", 2)
    client = Client()
    client.force_login(siti)
    for name in ("Siti Aminah", "Siti Badriah", "Siti Chandra", "Siti Dewanti", "Siti Endah"):
        make.person(name)
    address = client.post(reverse("desk:search"), {"q": "siti"})["Location"]
    seen = []
    while address and len(seen) < 10:
        answer = client.get(address)
        assert answer.context["count"] == 5
        seen += [hit.person.name for hit in answer.context["hits"]]
        address = answer.context["next_url"] and reverse("desk:search") + answer.context["next_url"]
    assert len(set(seen)) == len(seen) == 5


def test_an_answer_cut_short_says_that_there_are_more(siti, monkeypatch):
    monkeypatch.setattr(searching, "LOOKED_AT", 3)
    for _number in range(4):
        make.person("Siti Aminah")
    assert "3 anak yang paling cocok, masih ada lagi" in ask(siti, "siti")


def test_nobody_found_by_an_answer_cut_short_is_not_called_complete(siti, monkeypatch):
    monkeypatch.setattr(search, "answer", lambda *_args, **_more: search.Answer([], complete=False))
    shown = ask(siti, "siti aminah")
    assert "berjalan lengkap" not in shown
    assert "mungkin tetap tercatat" in shown


# ── what is known beside the name ─────────────────────────────────────────────────────────────────


def test_a_year_of_birth_is_enough(siti):
    make.person("Siti Aminah", born_on=date(2011, 5, 18))
    make.person("Siti Aminah", born_on=date(2015, 5, 18))
    shown = ask(siti, "siti aminah", lahir="2011")
    assert "1 anak" in shown
    assert "Lahir 2011" in shown


@pytest.mark.parametrize("born", ["mei 2011", "31/02/2011", "1711", "18/05/2199"])
def test_a_birth_date_that_cannot_be_read_is_said_above_the_results_before(siti, born):
    make.person("Siti Aminah")
    client = Client()
    client.force_login(siti)
    key = client.post(reverse("desk:search"), {"q": "siti aminah"})["Location"].partition("s=")[2]
    answer = client.post(reverse("desk:search"), {"q": "siti", "ibu": "salwa", "lahir": born, "s": key})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "field-error" in shown
    assert '<details class="knows" open>' in shown
    assert f'value="{born}"' in shown
    assert 'value="salwa"' in shown
    assert "1 anak" in shown


def test_mother_and_birth_can_be_given_with_the_first_question(siti):
    client = Client()
    client.force_login(siti)
    shown = client.get(reverse("desk:search")).content.decode()
    assert 'name="ibu"' in shown
    assert 'name="lahir"' in shown


def test_another_name_keeps_mother_and_filters_until_a_chip_takes_them_out(siti):
    make.person("Siti Aminah", sex=2, mother_name="Salwa Amalia")
    client = Client()
    client.force_login(siti)
    asked = {"q": "siti aminah", "ibu": "salwa", "jk": "2", "desa": make.NGELO}
    address = client.post(reverse("desk:search"), asked)["Location"]
    answer = client.get(address)
    assert [chip["label"] for chip in answer.context["chips"]] == ["Desa Ngelo", "perempuan", "Ibu salwa"]
    assert "Nama ibu cocok: Salwa Amalia" in answer.content.decode()
    without = client.get(reverse("desk:search") + answer.context["chips"][-1]["url"])
    assert [chip["label"] for chip in without.context["chips"]] == ["Desa Ngelo", "perempuan"]
    assert "Salwa Amalia cocok" not in without.content.decode()


def test_a_place_typed_and_not_chosen_is_understood_if_there_is_one(siti):
    make.person("Siti Aminah", area_key=make.NGELO)
    make.person("Siti Aminah", area_key=make.PELEM)
    shown = ask(siti, "siti aminah", "&desa=ngelo")
    assert "Desa Ngelo" in shown
    assert "1 anak" in shown


def test_a_district_is_meant_before_the_village_of_its_name(siti):
    assert "Kec. Baureno" in ask(siti, "siti aminah", "&desa=baureno")


def test_a_place_that_cannot_be_understood_is_said_at_the_field(siti):
    make.person("Siti Aminah")
    shown = ask(siti, "siti aminah", "&desa=atlantis")
    assert "Tidak ada desa atau kelurahan dengan nama ini" in shown
    assert '<details class="card fold" open>' in shown
    assert "tanpa saringan itu" in shown
    assert "1 anak" in shown


def test_villages_are_offered_with_how_many_were_found_there(siti):
    for key in (make.NGELO, make.NGELO, make.PELEM):
        make.person("Siti Aminah", area_key=key)
    client = Client()
    client.force_login(siti)
    answer = client.get(client.post(reverse("desk:search"), {"q": "siti aminah"})["Location"])
    assert [(one["name"], one["count"]) for one in answer.context["villages"]] == [("Ngelo", 2), ("Pelem", 1)]
    fewer = client.get(reverse("desk:search") + answer.context["villages"][1]["url"])
    assert fewer.context["count"] == 1


def test_each_choice_of_age_finds_as_many_as_stand_beside_it(siti):
    for born in (date(2018, 1, 1), date(2012, 1, 1), None):
        make.person("Siti Aminah", born_on=born, born_year=born.year if born else None)
    make.person("Siti Aminah", born_on=None, born_year=2013)
    client = Client()
    client.force_login(siti)
    address = client.post(reverse("desk:search"), {"q": "siti aminah"})["Location"]
    choices = client.get(address).context["filter_form"].fields["umur"].choices
    assert len(choices) == 5
    for value, label in choices[1:]:
        assert f"({client.get(f'{address}&umur={value}').context['count']})" in str(label)
    assert "(1)" in str(dict(choices)["belum"])


def test_mother_and_birth_alone_ask_for_a_name_and_are_not_lost(siti):
    client = Client()
    client.force_login(siti)
    answer = client.post(reverse("desk:search"), {"q": "", "ibu": "salwa"})
    assert answer.status_code == 422
    assert "Tulis juga nama" in answer.content.decode()
    assert 'value="salwa"' in answer.content.decode()


# ── households ────────────────────────────────────────────────────────────────────────────────────


def test_the_household_of_who_is_found_is_found_once(siti):
    home = make.household()
    make.person("Hadi Santoso", home=home, relation=1, born_on=date(1980, 1, 1))
    for name in ("Siti Aminah", "Siti Aisyah"):
        make.person(name, home=home)
    shown = ask(siti, "siti", "&siapa=rumah")
    assert "1 rumah tangga" in shown
    assert "Hadi Santoso" in shown
    assert reverse("people:household", args=[home.pk]) in shown


def test_a_household_one_may_not_open_is_not_among_them(siti, monkeypatch):
    make.person("Siti Aminah", home=make.household())
    assert "1 rumah tangga" in ask(siti, "siti aminah", "&siapa=rumah")
    monkeypatch.setattr(type(siti), "areas_for", lambda self, to: ["3522"] if to == Can.FIND_CHILD else [])
    assert "1 rumah tangga" not in ask(siti, "siti aminah", "&siapa=rumah")


# ── in whose words ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "name", "reasons", "shown"),
    [
        ("siti aminah", "ST AMINAH", ["Singkatan: ST, siti"], "<mark>ST</mark> <mark>AMINAH</mark>"),
        ("siti", "St. Aminah", ["Singkatan: St, siti"], "<mark>St</mark>. Aminah"),
        ("ab", "Abi", ["Abi diawali “ab”"], "<mark>Abi</mark>"),
        ("ab", "Abdillah", ["Abdillah diawali “ab”"], "<mark>Abdillah</mark>"),
        ("abdoel rochman hidajat", "Abdul Rohman Hidayat", [
            "Bunyi nama sama: Abdul, abdoel",
            "Bunyi nama sama: Rohman, rochman",
            "Bunyi nama sama: Hidayat, hidajat",
        ], "<mark>Abdul</mark> <mark>Rohman</mark> <mark>Hidayat</mark>"),
        ("abdul rohman", "Abdul Roman", ["Kata “Abdul” sama", "Bunyi nama sama: Roman, rohman"],
         "<mark>Abdul</mark> <mark>Roman</mark>"),
        ("siti aminah", "Siti Aminah", ["Nama sama"], "<mark>Siti</mark> <mark>Aminah</mark>"),
        ("abdul rahman", "Abdurrahman", ["Kata digabung atau dipisah: Abdurrahman, abdul rahman"],
         "<mark>Abdurrahman</mark>"),
    ],
)  # fmt: skip
def test_reasons_speak_in_the_words_of_the_name_and_the_question(asked, name, reasons, shown):
    make.person(name)
    (hit,) = search.find(asked)
    assert [words for _mark, words in searching_words.why(hit, asked=asked, name=name)] == reasons
    assert searching_words.marked(name, hit) == shown


def test_a_slip_is_counted_between_the_words_as_written():
    make.person("Rohman Hidayat")
    (hit,) = search.find("rohmn hidayat")
    said = [words for _mark, words in searching_words.why(hit, asked="rohmn hidayat", name="Rohman Hidayat")]
    assert said == ["Rohman mirip rohmn, beda 1 huruf", "Kata “Hidayat” sama"]


def test_who_came_with_a_delivery_is_said_to_be_in_dtks_wherever_they_live_now(siti):
    child = make.person("Siti Aminah")
    delivery = Delivery.objects.create(period=date(2020, 1, 1), received_on=date(2020, 2, 1), digest="x")
    MemberRow.objects.create(
        delivery=delivery, period=date(2020, 1, 1), source_row=1, area_key=make.NGELO, content_hash=1,
        person=child, nama=child.name, jnskel=2, idbdt="3522012001000001", idartbdt="352201200100000101",
    )  # fmt: skip
    client = Client()
    client.force_login(siti)
    answer = client.get(client.post(reverse("desk:search"), {"q": "siti aminah"})["Location"])
    assert [hit.in_dtks for hit in answer.context["hits"]] == [True]
