from datetime import date

import pytest

from asuh.audit.models import Event
from asuh.people.models import Draft, Person
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_half_filled_fact_is_kept_until_it_is_recorded(client, siti, citra):
    child = make.person(home=make.household())
    address = f"/anak/{child.pk}/catat/schooling/"
    typed = {"participation": "attending", "level": "primary", "grade": "3", "as_of": "12/05/2024"}
    client.force_login(siti)
    assert client.post(address + "draf/", typed).status_code == 204
    assert client.get(address).context["form"]["grade"].value() == "3"
    client.post(address, {**typed, "how": "visit"})
    assert not Draft.objects.exists()


def test_a_draft_can_be_thrown_away_and_is_nobody_elses(client, siti, citra):
    child = make.person(home=make.household())
    address = f"/anak/{child.pk}/catat/schooling/"
    client.force_login(citra)
    assert client.post(address + "draf/", {"grade": "3"}).status_code == 404
    client.force_login(siti)
    client.post(address + "draf/", {"grade": "3"})
    client.post(address + "draf/", {"buang": "1"})
    assert not Draft.objects.exists()


def test_whom_to_take_in_is_found_by_name_within_ones_areas(client, siti):
    home, far = make.household(), make.person("Nur Aisyah Jauh", area_key="3201012001")
    child = make.person("Nur Aisyah", home=make.household())
    client.force_login(siti)
    address = f"/anak/rumah-tangga/{home.pk}/terima/"
    found = client.post(address + "cari/", {"child": "nur aisy"}).content.decode()
    assert child.code in found
    assert far.code not in found
    assert Event.objects.get(what="people.searched").details["persons"] == [child.pk]
    typed = {
        "child": f"Nur Aisyah, 7 th ({child.code})",
        "relation": 8,
        "on": "12/05/2024",
        "reason": "kerabat",
    }
    client.post(address, typed)
    assert Person.objects.get(pk=child.pk).household == home


def test_what_is_missing_or_wrong_is_said_in_few_words(client, siti):
    child = make.person(home=make.household(), born_on=date(2014, 3, 5))
    client.force_login(siti)
    page = client.post(f"/anak/{child.pk}/meninggal/", {"on": "kemarin"})
    assert page.context["form"].errors == {
        "on": ["Tulis hh/bb/tttt, misalnya 05/03/2014."],
        "reason": ["Wajib diisi."],
    }
