from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.people.actions import facts, households, withdrawing
from asuh.people.models import Caregiving
from asuh.people.profile import members_of, profile_of
from asuh.people.tests import factories as make
from asuh.people.tests.test_recording_facts import PNG

pytestmark = pytest.mark.django_db
MAY = date(2024, 5, 12)
PARTS = ["ringkasan", "keluarga", "dtks", "dokumen", "riwayat"]


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def page(user, person, part="ringkasan"):
    return as_(user).get(reverse("people:child_part", args=[person.pk, part]))


def test_nobody_opens_a_child_without_signing_in(client):
    assert client.get(reverse("people:child", args=[make.person().pk])).status_code == 302


def test_an_analyst_opens_no_child(dewi):
    assert page(dewi, make.person()).status_code == 403


def test_a_worker_elsewhere_is_told_nothing_and_the_trail_knows(citra):
    child = make.person()
    assert page(citra, child).status_code == 404
    assert Event.objects.get(refused=True, subject_id=child.pk).what == "access.refused"


def test_a_part_that_does_not_exist_is_not_found(siti):
    assert page(siti, make.person(), "rahasia").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_every_opening_is_written_to_the_trail(siti, part):
    _home, _father, _mother, child = make.family()
    assert page(siti, child, part).status_code == 200
    event = Event.objects.get(what="people.child_opened")
    assert (event.subject_id, event.actor_name, event.details["part"]) == (child.pk, "siti", part)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_asks_the_database_a_bounded_number_of_questions(siti, part, django_assert_max_num_queries):
    home, *_family, child = make.family()
    for _sibling in range(6):
        make.person(home=home)
    client = as_(siti)
    with django_assert_max_num_queries(40):
        client.get(reverse("people:child_part", args=[child.pk, part]))


def test_who_where_with_whom_stands_in_the_head(siti):
    _home, _father, mother, child = make.family()
    facts.record_fact(
        child,
        "caregiving",
        as_of=MAY,
        how="visit",
        by=siti,
        arrangement="parents",
        caregiver=mother,
        relation="mother",
    )
    facts.record_fact(child, "parents", as_of=MAY, how="visit", by=siti, father="dead", mother="alive")
    shown = page(siti, child).content.decode()
    for words in (
        "Rizky Aditya Pratama",
        "Siti Munawaroh, ibu",
        "Dusun Krajan RT 3",
        "Ngelo",
        "Yatim",
        child.code,
    ):
        assert words in shown


def test_what_nobody_knows_is_said_to_be_unknown(siti):
    assert "belum diketahui" in page(siti, make.person()).content.decode()


def test_the_title_of_the_window_is_the_code(siti):
    child = make.person("Rizky Aditya Pratama")
    shown = page(siti, child).content.decode()
    assert f"<title>{child.code}" in " ".join(shown.split())


def test_numbers_are_masked_until_asked_for(siti):
    child = make.person(nik="3522014301170001")
    assert "3522014301170001" not in page(siti, child).content.decode().replace(" ", "")
    shown = as_(siti).post(reverse("people:number", args=[child.pk, "nik"])).content.decode()
    assert "3522 0143 0117 0001" in shown
    assert Event.objects.get(what="people.number_shown").details == {"which": "nik"}


@pytest.mark.parametrize(
    ("kind", "values", "which"),
    [
        ("document", {"document": "passport", "number": "X1234567", "state": "valid"}, "dokumen"),
        ("contact", {"phone": "08123456789", "phone_of": "mother"}, "telepon"),
    ],
)
def test_a_form_that_shows_a_whole_number_says_so_in_the_trail(siti, kind, values, which):
    child = make.person()
    fact = facts.record_fact(child, kind, as_of=date(2020, 5, 12), how="visit", by=siti, **values)
    shown = as_(siti).get(reverse("people:correct", args=[child.pk, kind, fact.pk])).content.decode()
    assert values.get("number", values.get("phone")) in shown
    assert Event.objects.get(what="people.number_shown").details == {"which": f"{which}-{fact.pk}"}


def test_a_number_is_shown_only_to_who_holds_the_right(someone):
    national = someone("nanda", ("national", ""))
    child = make.person(nik="3522014301170001")
    assert as_(national).post(reverse("people:number", args=[child.pk, "nik"])).status_code == 403


def test_a_number_of_another_child_is_not_shown_through_this_one(siti):
    child, other = make.person(), make.person(area_key=make.TETEBATU)
    contact = facts.record_fact(
        other, "contact", as_of=MAY, how="visit", by=siti, phone="08123456789", phone_of="mother"
    )
    url = reverse("people:number", args=[child.pk, f"telepon-{contact.pk}"])
    assert as_(siti).post(url).status_code == 404


def test_a_photo_is_hidden_until_clicked_and_every_look_is_written_down(siti, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    child = make.person()
    facts.record_fact(
        child,
        "photo",
        as_of=MAY,
        how="visit",
        by=siti,
        picture=SimpleUploadedFile("a.png", PNG),
        consent_name="Siti Munawaroh",
        consent_relation="mother",
        consented_on=MAY,
    )
    assert "<img" not in page(siti, child).content.decode()
    assert "<img" in as_(siti).post(reverse("people:photo", args=[child.pk])).content.decode()
    picture = as_(siti).get(reverse("people:photo_file", args=[child.pk]))
    assert picture["Content-Type"] == "image/png"
    assert Event.objects.filter(what="people.photo_shown").count() == 1


def test_a_photo_is_not_shown_to_a_worker_elsewhere(citra):
    assert as_(citra).get(reverse("people:photo_file", args=[make.person().pk])).status_code == 404


@pytest.fixture
def rini(someone):
    """Case worker of both districts, who alone may move somebody from one to the other."""
    return someone("rini", ("case_worker", "3522"), ("case_worker", "7306"))


@pytest.fixture
def taken_in(rini):
    """A child of Bojonegoro who stays with an aunt and her husband in Gowa: child, aunt, home."""
    home = make.household(make.TETEBATU)
    born = {"born_on": date(1980, 1, 1)}
    aunt = make.person("Bibi Tenri", home=home, relation=1, nik="7306014101800001", **born)
    make.person("Paman Baso", home=home, relation=2, sex=1, **born)
    child = make.person("Rizky Aditya", home=make.household(), mother_name="Siti Munawaroh")
    households.take_in_child(child, household=home, relation=8, on=MAY, reason="ibu bekerja", by=rini)
    child.refresh_from_db()
    return child, aunt, home


def everything_shown(user, child):
    pages = [page(user, child, part) for part in PARTS]
    pages.append(as_(user).get(reverse("people:print", args=[child.pk])))
    return "".join(shown.content.decode() for shown in pages)


def test_people_outside_ones_areas_come_without_their_names(siti, taken_in):
    child, _aunt, home = taken_in
    shown = everything_shown(siti, child)
    for address in ("household", "split", "head", "birth"):
        shown += as_(siti).get(reverse(f"people:{address}", args=[home.pk])).content.decode()
    shown += as_(siti).get(reverse("people:record", args=[child.pk, "caregiving"])).content.decode()
    assert "di luar wilayah kerja Anda" in shown
    assert "Tenri" not in shown
    assert "Baso" not in shown


def test_their_names_numbers_and_days_are_not_even_in_the_data(siti, taken_in):
    child, aunt, home = taken_in
    for members in (profile_of(child, by=siti).members, members_of(home, by=siti)):
        person = next(one.person for one in members if one.person.pk == aunt.pk)
        assert (person.name, person.nik, person.born_on, person.mother_name) == ("", None, None, "")
        assert person.born_year == 1980


def test_whoever_may_open_the_child_reads_who_cares_for_it_and_nothing_else_of_them(siti, citra, taken_in):
    child, aunt, _home = taken_in
    care = {"arrangement": "kin", "caregiver": aunt, "relation": "aunt"}
    facts.record_fact(child, "caregiving", as_of=MAY, how="visit", by=citra, **care)
    for part in PARTS:
        assert "Bibi Tenri, bibi" in page(siti, child, part).content.decode()
    shown = everything_shown(siti, child)
    assert "Baso" not in shown
    assert "7306 0141" not in shown
    assert reverse("people:child", args=[aunt.pk]) not in shown
    (known,) = [one for one in profile_of(child, by=siti).members if one.caregiver]
    assert (known.person.name, known.hidden, known.person.born_on) == ("Bibi Tenri", True, None)


def test_a_caregiver_is_named_on_the_childs_page_not_on_the_households(siti, citra, taken_in):
    child, aunt, home = taken_in
    care = {"arrangement": "kin", "caregiver": aunt, "relation": "aunt"}
    facts.record_fact(child, "caregiving", as_of=MAY, how="visit", by=citra, **care)
    assert "Tenri" not in as_(siti).get(reverse("people:household", args=[home.pk])).content.decode()


def test_nobody_out_of_reach_is_made_a_caregiver_to_read_their_name(siti, taken_in):
    child, aunt, _home = taken_in
    answer = as_(siti).post(
        reverse("people:record", args=[child.pk, "caregiving"]),
        {"as_of": "12/05/2024", "how": "visit", "arrangement": "kin", "caregiver": aunt.pk},
    )
    assert answer.status_code == 422
    assert "Tenri" not in everything_shown(siti, child)


def test_a_correction_keeps_a_caregiver_out_of_reach_or_puts_another_in_their_place(siti, citra, taken_in):
    child, aunt, _home = taken_in
    care = {"arrangement": "kin", "caregiver": aunt, "relation": "aunt"}
    fact = facts.record_fact(child, "caregiving", as_of=MAY, how="visit", by=citra, **care)
    sent = {"as_of": "12/05/2024", "how": "visit", "arrangement": "kin", "reason": "tanggalnya"}
    url = reverse("people:correct", args=[child.pk, "caregiving", fact.pk])
    assert as_(siti).post(url, sent | {"caregiver": aunt.pk, "since": "01/05/2024"}).status_code == 302
    fact = Caregiving.objects.standing().get()
    assert (fact.caregiver, fact.since) == (aunt, date(2024, 5, 1))
    url = reverse("people:correct", args=[child.pk, "caregiving", fact.pk])
    assert as_(siti).post(url, sent | {"caregiver": "", "caregiver_name": "Sumiati"}).status_code == 302
    assert Caregiving.objects.standing().get().who == "Sumiati"


def test_a_part_played_from_outside_has_no_name_out_of_reach(siti, rini, taken_in):
    _child, aunt, _gowa = taken_in
    home, *_family = make.family()
    households.add_household_role(home, person=aunt, part="guardian", starts_on=None, by=rini)
    shown = as_(siti).get(reverse("people:household", args=[home.pk])).content.decode()
    assert "wali" in shown
    assert "Tenri" not in shown


def test_the_drawing_knows_a_parent_it_may_not_name(siti, citra, rini):
    home = make.household(make.TETEBATU)
    make.person("Siti Munawaroh", home=home, relation=1, born_on=date(1980, 1, 1))
    child = make.person("Rizky Aditya", home=make.household(), mother_name="Siti Munawaroh")
    households.take_in_child(child, household=home, relation=3, on=MAY, reason="pulang", by=rini)
    child.refresh_from_db()
    assert "anggota lain (ibu)" in page(siti, child, "keluarga").content.decode()
    assert "Siti (ibu)" in page(citra, child, "keluarga").content.decode()


def test_a_withdrawn_child_is_shown_only_to_who_may_restore_it(siti, budi):
    child = make.person()
    withdrawing.withdraw([child], reason="ganda", by=budi)
    assert page(siti, child).status_code == 404
    assert "ganda" in page(budi, child).content.decode()


def test_printing_is_written_to_the_trail(siti):
    _home, _father, _mother, child = make.family()
    assert as_(siti).get(reverse("people:print", args=[child.pk])).status_code == 200
    assert Event.objects.filter(what="people.child_printed", subject_id=child.pk).exists()


def test_the_family_is_drawn_and_said(siti):
    _home, _father, _mother, child = make.family()
    shown = page(siti, child, "keluarga").content.decode()
    assert '<svg class="geno"' in shown
    assert "Rizky serumah dengan" in shown


def test_who_can_see_and_who_did_is_shown_without_the_name(siti, budi, wulan, citra):
    child = make.person("Rizky Aditya Pratama")
    page(siti, child)
    shown = as_(wulan).get(reverse("people:readers", args=[child.pk])).content.decode()
    assert "Siti Rahmawati" in shown
    assert "Budi Santoso" in shown
    assert "Citra Lestari" not in shown
    assert "Rizky" not in shown
    assert "membuka halaman" in shown


def test_a_case_worker_does_not_see_who_reads(siti):
    assert as_(siti).get(reverse("people:readers", args=[make.person().pk])).status_code == 403


def test_a_number_of_a_paper_or_a_phone_can_be_shown_from_its_line(siti):
    child = make.person()
    contact = facts.record_fact(
        child, "contact", as_of=MAY, how="visit", by=siti, phone="08123456789", phone_of="mother"
    )
    url = reverse("people:number", args=[child.pk, f"telepon-{contact.pk}"])
    shown = page(siti, child, "dokumen").content.decode()
    assert f'action="{url}"' in shown
    assert "08123456789" not in shown
    assert "0812 3456 789" in as_(siti).post(url).content.decode()


def test_the_history_tells_changes_in_words_and_no_lookers(siti, budi):
    child = make.person()
    facts.record_fact(child, "schooling", as_of=MAY, how="visit", by=siti, participation="never")
    as_(budi).get(reverse("people:readers", args=[child.pk]))
    shown = page(siti, child, "riwayat").content.decode()
    assert "mencatat keterangan (Sekolah)" in shown
    assert "melihat siapa" not in shown
