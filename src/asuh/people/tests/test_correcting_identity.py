from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.people import errors, search
from asuh.people.actions import registering
from asuh.people.models import Person
from asuh.people.tests import factories as make

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
    return registering.correct_person(person, by=by, **({"reason": "akta dilihat"} | now | changes))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": " "}, errors.ReasonMissing),
        ({"name": " "}, errors.NameMissing),
        ({"born_on": date(2090, 1, 1)}, errors.DateLiesAhead),
        ({"nik": "123"}, errors.NikNotPossible),
        ({"nik": "3522010301170001"}, errors.NikDisagrees),  # a boy's
    ],
)
def test_what_cannot_be_is_refused(siti, changes, error):
    with pytest.raises(error):
        correct(make.person(), siti, **changes)


def test_nobody_is_born_after_their_death(siti):
    with pytest.raises(errors.DiedEarlier):
        correct(make.person(died_on=date(2020, 1, 1)), siti, born_on=date(2021, 1, 1))


def test_a_corrected_name_is_found_at_once_and_the_old_one_no_longer(siti):
    person = make.person("Rizki")
    assert correct(person, siti, name="Bagus Wirayuda") == ["name"]
    assert search.find("bagus wirayuda", village=make.NGELO)[0].person == person.pk
    assert not search.find("rizki", village=make.NGELO)


def test_the_trail_names_the_fields_and_not_the_values(siti):
    correct(make.person("Rizki"), siti, name="Bagus", mother_name="Wulandari")
    event = Event.objects.get(what="people.person_corrected")
    assert event.details == {"fields": "name, mother_name"}
    assert event.why == "akta dilihat"


def test_nothing_changed_is_no_event(siti):
    assert correct(make.person(), siti) == []
    assert not Event.objects.exists()


def test_a_nik_that_another_claims_goes_to_matching(siti):
    make.person(nik="3522014301170001")
    person = make.person()
    correct(person, siti, nik="3522014301170001")
    assert Person.objects.get(pk=person.pk).unsure == ["nik_shared"]


def test_the_page_corrects_and_shows_numbers_only_to_who_may_see_them(siti, someone):
    child = make.person("Rizki", nik="3522014301170001")
    url = reverse("people:identity", args=[child.pk])
    client = Client()
    client.force_login(siti)
    assert "3522014301170001" in client.get(url).content.decode()
    assert Event.objects.filter(what="people.number_shown").exists()
    form = {"name": "Rizky", "sex": "2", "born_on": "03/01/2017", "nik": "3522014301170001", "reason": "akta"}
    assert client.post(url, form).status_code == 302
    assert Person.objects.get().name == "Rizky"
    client.force_login(someone("nanda", ("national", "")))
    assert client.get(url).status_code == 403
