"""What people do on the pages of the registry: each door once, refusal first."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from asuh.audit.models import Event
from asuh.people.actions import drafts, facts, withdrawing
from asuh.people.models import HouseholdRole, IdentityDocument, Person, Schooling
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
MAY = date(2024, 5, 12)
SEEN = {"as_of": "12/05/2024", "how": "visit"}


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def record(user, child, kind, **values):
    return as_(user).post(reverse("people:record", args=[child.pk, kind]), SEEN | values)


def step(user, name, /, *keys, **values):
    return as_(user).post(
        reverse(f"people:{name}", args=keys), {"on": "12/05/2024", "reason": "uji"} | values
    )


# ── recording ─────────────────────────────────────────────────────────────────────────────────────


def test_who_may_only_look_records_nothing(someone):
    national = someone("nanda", ("national", ""))
    assert record(national, make.person(), "schooling", participation="never").status_code == 403


def test_a_worker_elsewhere_records_nothing(citra):
    assert record(citra, make.person(), "schooling", participation="never").status_code == 404


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("schooling", {"participation": "left", "reasons": ["cost", "work"]}),
        ("health", {"weight_kg": "21,5", "chronic": ["asthma"]}),
        ("functioning", {"walking": "cannot"}),
        ("parents", {"father": "dead", "mother": "alive"}),
        ("caregiving", {"arrangement": "kin", "caregiver_name": "Sumiati", "relation": "grandmother"}),
        ("category", {"category": "ppks:street"}),
        ("document", {"document": "birth_certificate", "state": "missing"}),
        ("contact", {"phone": "0812 3456 789", "phone_of": "mother"}),
        ("address", {"which": "registered", "address": "Jalan Lama 3", "area_key": "Ngelo Margomulyo"}),
    ],
)
def test_a_worker_records_what_they_know(siti, kind, values):
    child = make.person()
    assert as_(siti).get(reverse("people:record", args=[child.pk, kind])).status_code == 200
    answer = record(siti, child, kind, **values)
    assert answer.status_code == 302, answer.content.decode()
    assert Event.objects.get(what="people.fact_recorded").details["kind"] == kind


def test_a_wrong_value_comes_back_beside_its_field_with_what_would_be_right(siti):
    answer = record(
        siti, make.person(), "schooling", participation="attending", nisn="123", school="SDN Ngelo"
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "NISN terdiri atas 10 angka" in shown
    assert "SDN Ngelo" in shown


def test_a_worker_corrects_and_withdraws(siti):
    child = make.person()
    fact = facts.record_fact(child, "schooling", as_of=MAY, how="visit", by=siti, participation="never")
    url = reverse("people:correct", args=[child.pk, "schooling", fact.pk])
    assert as_(siti).post(url, SEEN | {"participation": "left"}).status_code == 422  # no reason
    assert as_(siti).post(url, SEEN | {"participation": "left", "reason": "salah dengar"}).status_code == 302
    now = Schooling.objects.standing().get()
    gone = reverse("people:withdraw_fact", args=[child.pk, "schooling", now.pk])
    as_(siti).post(gone, {"reason": "anak lain"})
    assert not Schooling.objects.standing().exists()
    as_(siti).post(reverse("people:restore_fact", args=[child.pk, "schooling", now.pk]))
    assert Schooling.objects.standing().get() == now


def test_a_fact_of_another_child_is_not_corrected_through_this_one(siti):
    child, other = make.person(), make.person(area_key=make.TETEBATU)
    fact = facts.record_fact(other, "schooling", as_of=MAY, how="visit", by=siti, participation="never")
    url = reverse("people:correct", args=[child.pk, "schooling", fact.pk])
    assert as_(siti).get(url).status_code == 404


def test_a_correction_keeps_the_picture_of_a_paper(siti, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    child = make.person()
    fact = facts.record_fact(
        child, "document", as_of=MAY, how="document", by=siti, document="kia", state="to_verify"
    )
    IdentityDocument.objects.update(picture="documents/a.jpg")
    url = reverse("people:correct", args=[child.pk, "document", fact.pk])
    as_(siti).post(url, SEEN | {"document": "kia", "state": "valid", "reason": "dilihat aslinya"})
    assert IdentityDocument.objects.standing().get().picture.name == "documents/a.jpg"


# ── households ────────────────────────────────────────────────────────────────────────────────────


def test_a_household_elsewhere_is_not_found(citra):
    home, *_family = make.family()
    assert as_(citra).get(reverse("people:household", args=[home.pk])).status_code == 404
    assert step(citra, "move_household", home.pk, area_key="Tetebatu Pallangga").status_code == 404


def test_the_steps_of_a_household_page_by_page(siti):
    home, father, mother, child = make.family()
    other = make.person("Kakak Sepupu", home=make.household())
    pages = ["household", "split", "move_household", "head", "birth", "take_in", "add_role"]
    assert {as_(siti).get(reverse(f"people:{name}", args=[home.pk])).status_code for name in pages} == {200}
    seen = {"seen_for": mother.pk, f"relation_{father.pk}": 2, f"relation_{child.pk}": 3}
    assert step(siti, "head", home.pk, head=mother.pk, **seen).status_code == 302
    assert (
        step(
            siti,
            "birth",
            home.pk,
            name="Nur Aisyah",
            sex=2,
            born_on="01/05/2024",
            mother=mother.pk,
            relation=3,
        ).status_code
        == 302
    )
    assert step(siti, "take_in", home.pk, child=other.code, relation=8).status_code == 302
    assert step(siti, "split", home.pk, members=[father.pk], head=father.pk).status_code == 302
    assert (
        step(siti, "move_household", home.pk, area_key="3522182001", address="Jalan Baru").status_code == 302
    )
    uncle = make.person("Paman Jauh", home=make.household(), born_on=date(1980, 1, 1))
    assert step(siti, "add_role", home.pk, person=uncle.code, part="guardian").status_code == 302
    assert step(siti, "end_role", home.pk, HouseholdRole.objects.get().pk).status_code == 302
    assert as_(siti).get(reverse("people:household", args=[home.pk])).status_code == 200


def test_a_step_that_breaks_a_rule_says_so_beside_the_field(siti):
    home, _father, mother, _child = make.family()
    answer = step(siti, "split", home.pk, members=[mother.pk], head=mother.pk, on="01/01/2090")
    assert answer.status_code == 422
    assert "belum tiba" in answer.content.decode()


def test_a_person_moves_dies_and_both_are_undone(siti):
    home, _father, _mother, child = make.family()
    new = make.household(make.PELEM)
    move = {"where": "household", "household": new.code, "relation": 8, "because": "care"}
    assert step(siti, "move_person", child.pk, **move).status_code == 302
    assert Person.objects.get(pk=child.pk).household == new
    step(siti, "undo_move", child.pk)
    assert Person.objects.get(pk=child.pk).household == home
    step(siti, "death", child.pk)
    assert Person.objects.get(pk=child.pk).died_on == MAY
    step(siti, "undo_death", child.pk)
    assert Person.objects.get(pk=child.pk).died_on is None


def test_a_worker_withdraws_nothing(siti):
    assert step(siti, "withdraw", make.person().pk).status_code == 403


def test_a_supervisor_withdraws_many_and_restores_them(budi):
    one, two = make.person(), make.person()
    url = reverse("people:withdraw_many")
    as_(budi).post(url, {"chosen": [one.pk, two.pk], "reason": ""})
    assert Person.objects.current().count() == 2
    as_(budi).post(url, {"chosen": [one.pk, two.pk], "reason": "ganda"})
    assert Person.objects.current().count() == 0
    assert one.name in as_(budi).get(reverse("people:bin")).content.decode()
    as_(budi).post(reverse("people:bin"), {"chosen": [f"orang-{one.pk}"], "reason": "ternyata benar"})
    assert Person.objects.current().get() == one


def test_nobody_outside_is_withdrawn_by_a_forged_choice(budi):
    elsewhere = make.person(area_key=make.TETEBATU)
    as_(budi).post(reverse("people:withdraw_many"), {"chosen": [elsewhere.pk], "reason": "ganda"})
    assert Person.objects.current().get() == elsewhere


# ── the list ──────────────────────────────────────────────────────────────────────────────────────


def listed(user, **filters):
    return as_(user).get(reverse("people:children"), filters).content.decode()


def test_the_list_shows_children_of_ones_areas_and_no_adults(siti):
    make.family()
    make.person("Anak Gowa", area_key=make.TETEBATU)
    shown = listed(siti)
    assert "Rizky Aditya Pratama" in shown
    assert "Hadi Purnomo" not in shown
    assert "Anak Gowa" not in shown


def test_filters_stand_in_the_address(siti):
    make.person("Bayi Kecil", born_on=date(timezone.localdate().year, 1, 1))
    make.person("Anak Pelem", area_key=make.PELEM, sex=1)
    assert "Anak Pelem" not in listed(siti, umur="0-5")
    assert "Bayi Kecil" not in listed(siti, jk="1")
    assert "Bayi Kecil" not in listed(siti, desa=make.PELEM)
    assert "Anak Pelem" in listed(siti, desa=make.PELEM, jk="1")


def test_a_long_list_goes_on_by_key(siti):
    for number in range(52):
        make.person(f"Anak {number:03}")
    first = as_(siti).get(reverse("people:children"))
    assert "Anak 051" not in first.content.decode()
    after = first.context["page"].next_url
    assert "Anak 051" in as_(siti).get(reverse("people:children") + after).content.decode()


# ── registering ───────────────────────────────────────────────────────────────────────────────────

CHILD = {"name": "Rizky Pratama", "sex": "1", "born_on": "03/01/2017", "area_key": "Ngelo Margomulyo"}


def register(client, **values):
    return client.post(reverse("people:register"), CHILD | values)


def test_a_child_is_registered_in_steps(siti):
    client = as_(siti)
    assert client.get(reverse("people:register")).status_code == 200
    summary = register(client)
    assert summary.context["seen"]
    answer = register(client, langkah="simpan", dilihat=summary.context["seen"])
    assert answer.status_code == 302
    assert Person.objects.get().area_key == make.NGELO


def test_who_looks_alike_is_shown_before_and_only_by_name_to_who_may_see(siti):
    make.person("Riski Pratama", sex=1)
    summary = register(as_(siti)).content.decode()
    assert "Riski Pratama" in summary
    assert "Bukan mereka" in summary


def test_a_match_elsewhere_is_an_answer_that_is_written_down_once(siti):
    make.person("Orang Lain", sex=1, nik="3522010301170001", area_key=make.TETEBATU)
    client = as_(siti)
    for _again in range(2):
        shown = register(client, nik="3522010301170001").content.decode()
        assert "Seorang anak di luar wilayah kerja Anda" in shown
    assert Event.objects.get(what="people.told_of_child").details["areas"] == ["7306"]


def test_answers_about_elsewhere_run_out_for_the_registrar_too(siti, monkeypatch):
    monkeypatch.setattr("asuh.people.elsewhere.ASKED_A_DAY", 1)
    for number in ("3522010301170001", "3522010301170002"):
        make.person("Orang Lain", sex=1, nik=number, area_key=make.TETEBATU)
    client = as_(siti)
    assert "Seorang anak di luar" in register(client, nik="3522010301170001").content.decode()
    for number in ("3522010301170002", "3522010301170003"):
        shown = register(client, nik=number)
        assert "Seorang anak di luar" not in shown.content.decode()
        assert "sudah habis" in shown.content.decode()
    assert (
        register(client, langkah="simpan", dilihat=shown.context["seen"], nik="3522010301170003").status_code
        == 302
    )


def test_a_form_sent_without_the_summary_registers_nobody(siti):
    make.person("Riski Pratama", sex=1)
    assert register(as_(siti), langkah="simpan").status_code == 422
    assert Person.objects.count() == 1


def test_going_back_loses_nothing(siti):
    shown = register(as_(siti), langkah="kembali", mother_name="Wulandari").content.decode()
    assert "Wulandari" in shown


def test_a_draft_is_there_tomorrow_for_oneself_only(siti, budi):
    as_(siti).post(reverse("people:keep_draft"), {"name": "Rizky Pra"})
    assert "Rizky Pra" in as_(siti).get(reverse("people:register")).content.decode()
    assert "Rizky Pra" not in as_(budi).get(reverse("people:register")).content.decode()
    as_(siti).post(reverse("people:discard_draft"))
    assert drafts.kept("people.register_child", by=siti) == {}


def test_a_village_outside_ones_areas_is_not_offered_and_not_taken(siti):
    assert "Tetebatu" not in as_(siti).get(reverse("people:areas"), {"area_key": "tetebatu"}).content.decode()
    assert register(as_(siti), area_key="Tetebatu Pallangga").status_code == 422


def test_withdrawn_people_take_no_new_facts(siti, budi):
    child = make.person()
    withdrawing.withdraw([child], reason="ganda", by=budi)
    assert as_(siti).get(reverse("people:record_choose", args=[child.pk])).status_code == 404
