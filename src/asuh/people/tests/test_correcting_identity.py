import re
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asuh.audit.models import Event
from asuh.kernel.linkage.names import normal_form
from asuh.people import errors, search
from asuh.people.actions import identity
from asuh.people.models import IdentityChange, Person
from asuh.people.tests import factories as make
from asuh.people.tests.deliveries import AMINAH, BAGUS, JULY, deliver

pytestmark = pytest.mark.django_db


def correct(person, by, **changes):
    now = {
        "name": person.name,
        "sex": person.sex,
        "born_on": person.born_on,
        "born_year": person.born_year,
        "birth_place": "",
        "mother_name": person.mother_name,
        "nik": person.nik or "",
        "kk": "",
    }
    return identity.correct_person(person, by=by, **({"reason": "akta dilihat"} | now | changes))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": " "}, errors.ReasonMissing),
        ({"name": " "}, errors.NameMissing),
        ({"born_on": date(2090, 1, 1)}, errors.DateLiesAhead),
        ({"born_on": None, "born_year": None}, errors.AgeMissing),
        ({"nik": "123"}, errors.NikNotPossible),
        ({"nik": "3522010301170001"}, errors.NikDisagrees),  # a boy's
    ],
)
def test_what_cannot_be_is_refused(siti, changes, error):
    with pytest.raises(error):
        correct(make.person(), siti, **changes)


def test_a_corrected_nik_no_longer_waits_for_matching_until_it_is_undone(siti):
    make.person(nik="3522224301170001")
    person = make.person(nik="3522224301170001", unsure=["key_contradicted", "nik_shared"])
    change = correct(person, siti, nik="3522224301170002")
    person.refresh_from_db()
    assert person.unsure == ["key_contradicted"]
    identity.undo_correction(change, by=siti)
    person.refresh_from_db()
    assert sorted(person.unsure) == ["key_contradicted", "nik_shared"]


def test_nobody_is_born_after_their_death(siti):
    with pytest.raises(errors.DiedEarlier):
        correct(make.person(died_on=date(2020, 1, 1)), siti, born_on=date(2021, 1, 1))


def test_a_corrected_name_is_found_at_once_and_the_old_one_no_longer(siti):
    person = make.person("Rizki")
    assert set(correct(person, siti, name="Bagus Wirayuda").after) == {"name"}
    assert search.find("bagus wirayuda", village=make.NGELO)[0].person == person.pk
    assert not search.find("rizki", village=make.NGELO)


def test_the_trail_names_the_fields_and_not_the_values(siti):
    correct(make.person("Rizki"), siti, name="Bagus", mother_name="Wulandari")
    event = Event.objects.get(what="people.person_corrected")
    assert event.details == {"fields": "name, mother_name"}
    assert event.why == "akta dilihat"


def test_nothing_changed_is_no_event(siti):
    assert correct(make.person(), siti) is None
    assert not Event.objects.exists()


def test_a_nik_that_another_claims_goes_to_matching(siti):
    make.person(nik="3522014301170001")
    person = make.person()
    correct(person, siti, nik="3522014301170001")
    assert Person.objects.get(pk=person.pk).unsure == ["nik_shared"]


def seen_in(client, url):
    return {"seen": client.get(url).context["form"]["seen"].value()}


def test_the_second_of_two_who_correct_at_once_is_shown_what_the_first_saved(siti, budi):
    child = make.person("Rizki")
    url = reverse("people:identity", args=[child.pk])
    first, second = Client(), Client()
    first.force_login(siti)
    second.force_login(budi)
    form = {"sex": "2", "born_on": "03/01/2017", "reason": "akta dilihat"}
    seen, older = seen_in(first, url), seen_in(second, url)
    assert first.post(url, form | seen | {"name": "Rizky"}).status_code == 302
    refused = second.post(url, form | older | {"name": "Riski"})
    assert refused.status_code == 422
    assert Person.objects.get().name == "Rizky"
    assert "Nama: Rizky." in refused.content.decode()
    again = form | {"name": "Riski", "seen": refused.context["form"]["seen"].value()}
    assert second.post(url, again).status_code == 302
    assert Person.objects.get().name == "Riski"
    assert (
        second.post(url, form | {"name": "Rizal"}).status_code == 422
    )  # who has seen nothing overwrites nothing


def test_a_number_of_somebody_elsewhere_is_one_of_the_answers_of_a_day(siti, monkeypatch):
    monkeypatch.setattr("asuh.people.elsewhere.ASKED_A_DAY", 1)
    make.person("Jauh", area_key="7306012001", nik="3522014301170001")
    person = make.person()
    assert correct(person, siti, nik="3522014301170001").doubts == ["nik_shared"]
    assert Event.objects.get(what="people.told_of_child").actor_id == siti.pk
    person.refresh_from_db()
    for nik in ("3522014301170002", "3522014301170001"):  # held by nobody, or by somebody: no difference
        with pytest.raises(errors.AskedTooOften):
            correct(make.person(), siti, nik=nik)
    assert correct(person, siti, name="Rizka").before == {"name": person.name}


def test_the_page_corrects_and_shows_numbers_only_to_who_may_see_them(siti, someone):
    child = make.person("Rizki", nik="3522014301170001")
    url = reverse("people:identity", args=[child.pk])
    client = Client()
    client.force_login(siti)
    assert "3522014301170001" in client.get(url).content.decode()
    assert Event.objects.filter(what="people.number_shown").exists()
    form = {"name": "Rizky", "sex": "2", "born_on": "03/01/2017", "nik": "3522014301170001", "reason": "akta"}
    assert client.post(url, form | seen_in(client, url)).status_code == 302
    assert Person.objects.get().name == "Rizky"
    client.force_login(someone("nanda", ("national", "")))
    assert client.get(url).status_code == 403


# -- back again ---------------------------------------------------------------------------------------

FIELDS = (
    "name", "name_norm", "name_keys", "sex", "born_on", "born_year", "birth_place", "mother_name", "nik", "kk",
    "unsure", "delivery", "area_key", "household", "relation", "died_on",
)  # fmt: skip


def standing(person):
    return Person.objects.filter(pk=person.pk).values(*FIELDS).get()


def test_what_another_correction_changed_since_is_not_put_back(siti):
    person = make.person("Rizki")
    first = correct(person, siti, name="Bagus")
    person.refresh_from_db()
    correct(person, siti, name="Bagas")
    with pytest.raises(errors.CannotBeUndone):
        identity.undo_correction(first, by=siti)


def test_a_correction_is_undone_once(siti):
    change = correct(make.person("Rizki"), siti, name="Bagus")
    identity.undo_correction(change, by=siti)
    with pytest.raises(errors.CorrectionUndone):
        identity.undo_correction(change, by=siti)


def test_nobody_is_put_back_to_a_birth_after_their_death(siti):
    person = make.person(born_on=date(2017, 1, 3))
    change = correct(person, siti, born_on=date(2015, 1, 3), born_year=2015)
    Person.objects.filter(pk=person.pk).update(died_on=date(2016, 1, 1))
    with pytest.raises(errors.DiedEarlier):
        identity.undo_correction(change, by=siti)


def test_a_wrong_number_from_long_ago_stops_no_other_correction(siti):
    person = make.person(nik="3522010301170001", sex=2)  # a boy's
    assert set(correct(person, siti, mother_name="Wulandari").after) == {"mother_name"}


def test_after_undoing_deliveries_speak_for_the_record_again(siti, tmp_path):
    deliver(tmp_path)
    person = Person.objects.get(nik=AMINAH["NIK"])
    before = standing(person)
    change = correct(person, siti, name="Siti Aminatun")
    assert standing(person)["delivery"] is None
    identity.undo_correction(change, by=siti)
    assert standing(person) == before


def test_after_undoing_a_delivery_that_said_otherwise_meanwhile_stays_unheard_and_is_shown(siti, tmp_path):
    deliver(tmp_path)
    person = Person.objects.get(nik=AMINAH["NIK"])
    change = correct(person, siti, mother_name="Wulandari")
    deliver(tmp_path, [AMINAH | {"Nama": "SITI AMINA"}, BAGUS], period=JULY)
    person.refresh_from_db()
    client = Client()
    client.force_login(siti)
    for part in ("", "bagian/dtks/"):
        page = client.get(f"/anak/{person.pk}/{part}").content.decode()
        assert "Siti Amina" in page
        assert "Di Asuh: Siti Aminah" in page
        assert "Di Asuh: Wulandari, diperbaiki Siti Rahmawati" in page
    identity.undo_correction(change, by=siti)
    assert (standing(person)["delivery"], standing(person)["name"]) == (None, "Siti Aminah")


def test_a_record_that_follows_its_deliveries_never_differs_from_them(siti, tmp_path):
    deliver(tmp_path)
    client = Client()
    client.force_login(siti)
    page = client.get(f"/anak/{Person.objects.get(nik=AMINAH['NIK']).pk}/").content.decode()
    assert "DTKS menyebut identitas yang lain" not in page


def test_the_history_shows_what_stood_before_with_its_source_and_numbers_by_their_end(siti, tmp_path):
    deliver(tmp_path)
    person = Person.objects.get(nik=AMINAH["NIK"])
    correct(person, siti, name="Siti Aminatun", nik="3522015805120002")
    client = Client()
    client.force_login(siti)
    page = client.get(f"/anak/{person.pk}/bagian/riwayat/").content.decode()
    assert "Nama: Siti Aminah" in page
    assert "DTKS Januari 2020" in page
    assert not {"3522015805120001", "3522015805120002"} & set(re.findall(r"[0-9]{16}", page))
    change = IdentityChange.objects.get()
    assert client.post(f"/anak/{person.pk}/identitas/{change.pk}/urungkan/").status_code == 302
    assert standing(person)["name"] == "Siti Aminah"


def test_numbers_are_put_back_only_by_who_may_see_them(siti, someone):
    person = make.person()
    change = correct(person, siti, nik="3522014301170001")
    client = Client()
    client.force_login(someone("nanda", ("national", "")))
    assert client.post(f"/anak/{person.pk}/identitas/{change.pk}/urungkan/").status_code == 403


words = st.text(st.sampled_from("ABCDEFGHaiueo .'-"), min_size=1, max_size=30)
changes = st.fixed_dictionaries(
    {},
    optional={
        "name": words.filter(lambda text: normal_form(text)),
        "sex": st.sampled_from([1, 2]),
        "born_on": st.dates(date(2008, 1, 1), date(2020, 1, 1)),
        "birth_place": words,
        "mother_name": words,
        "kk": st.from_regex(r"[1-9][0-9]{15}", fullmatch=True),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(changes, min_size=1, max_size=4))
def test_whatever_is_corrected_undoing_it_backwards_gives_the_same_record(siti, many):
    with transaction.atomic():
        person = make.person("Siti Nur'aini")
        before, done = standing(person), []
        for some in many:
            held = standing(person)
            now = {name: held[name] or "" for name in ("birth_place", "mother_name", "nik", "kk")}
            now |= {name: held[name] for name in ("name", "sex", "born_on", "born_year")}
            change = identity.correct_person(person, by=siti, reason="akta", **(now | some))
            after = standing(person)
            follows = {"name": {"name_norm", "name_keys"}, "born_on": {"born_year"}}
            touched = {"delivery"}.union(*({name} | follows.get(name, set()) for name in some))
            assert {name for name in FIELDS if held[name] != after[name]} <= touched
            done.append(change)
        for change in reversed(done):
            if change is not None:
                identity.undo_correction(change, by=siti)
        assert standing(person) == before
        transaction.set_rollback(True)
