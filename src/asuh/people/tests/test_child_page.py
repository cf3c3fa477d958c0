from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.people.actions import facts, households, withdrawing
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


def test_restricted_answers_are_shown_only_to_who_may_read_them(siti, rangga):
    child = make.person()
    facts.record_fact(child, "category", as_of=MAY, how="visit", by=siti, scheme="ampk", code="hiv")
    assert "HIV" in page(siti, child).content.decode()
    shown = page(rangga, child).content.decode() + page(rangga, child, "riwayat").content.decode()
    assert "HIV" not in shown
    assert "keterangan terbatas" in shown


def test_people_outside_ones_areas_come_without_their_names(siti):
    home = make.household(make.TETEBATU)
    make.person("Bibi Tenri", home=home, relation=1, born_on=date(1980, 1, 1))
    child = make.person(home=make.household())
    households.take_in_child(child, household=home, relation=8, on=MAY, reason="ibu bekerja", by=siti)
    for part in PARTS:
        assert "Tenri" not in page(siti, child, part).content.decode()
    assert "Tenri" not in as_(siti).get(reverse("people:household", args=[home.pk])).content.decode()
    assert "Tenri" not in as_(siti).get(reverse("people:print", args=[child.pk])).content.decode()


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
