"""A form does what it says once, however often its button was pressed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.people import errors
from asuh.people.actions import households
from asuh.people.actions.once import once
from asuh.people.models import ContactFact, Household, Person, SentForm
from asuh.people.tests import factories as make
from asuh.people.tests.test_two_at_once import MAY, At, holding, waiting

pytestmark = pytest.mark.django_db
TOKEN = "0123456789abcdef" * 2
BABY = {"name": "Nur Aisyah", "sex": "2", "born_on": "01/05/2024", "relation": "3", "sekali": TOKEN}
CHILD = {"name": "Rizky Pratama", "sex": "1", "born_on": "03/01/2017", "area_key": make.NGELO}


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_birth_sent_twice_is_one_child_and_one_page(siti: Any) -> None:
    home, *_family = make.family()
    client, address = as_(siti), reverse("people:birth", args=[home.pk])
    first, second = client.post(address, BABY), client.post(address, BABY)
    born = Person.objects.get(name="Nur Aisyah")
    assert first["Location"] == second["Location"] == reverse("people:child", args=[born.pk])


@pytest.mark.django_db(transaction=True)
def test_a_birth_sent_twice_at_once_is_one_child_and_one_page(siti: Any) -> None:
    home, *_family = make.family()
    address = reverse("people:birth", args=[home.pk])
    clients = [as_(siti), as_(siti)]
    with holding(home):
        sent = [At(lambda client=client: client.post(address, BABY)) for client in clients]  # type: ignore[misc]
        waiting(2)
    answers = [one.done().answer for one in sent]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Person.objects.filter(name="Nur Aisyah").count() == 1
    connection.close()


def test_twins_are_two(siti: Any) -> None:
    home, *_family = make.family()
    client, address = as_(siti), reverse("people:birth", args=[home.pk])
    client.post(address, BABY)
    client.post(address, BABY | {"name": "Nur Azizah"})
    assert home.members.filter(born_on="2024-05-01").count() == 2


@pytest.mark.parametrize("page", ["split", "birth", "take_in", "add_role", "move_household", "head"])
def test_each_form_of_a_household_carries_a_token_of_its_own(siti: Any, page: str) -> None:
    home, *_family = make.family()
    client, address = as_(siti), reverse(f"people:{page}", args=[home.pk])
    first, second = client.get(address), client.get(address)
    assert first.context["once"] != second.context["once"]
    assert first.context["once"] in first.content.decode()


def test_a_split_sent_twice_founds_one_household(siti: Any) -> None:
    home, father, _mother, _child = make.family()
    address = reverse("people:split", args=[home.pk])
    sent = {
        "members": [father.pk], "head": father.pk, "on": "12/05/2024", "reason": "uji", "sekali": TOKEN,
    }  # fmt: skip
    client = as_(siti)
    assert client.post(address, sent)["Location"] == client.post(address, sent)["Location"]
    assert Household.objects.count() == 2


def test_a_child_registered_twice_is_one(siti: Any) -> None:
    client, address = as_(siti), reverse("people:register")
    summary = client.post(address, CHILD)
    sent = CHILD | {
        "langkah": "simpan", "dilihat": summary.context["seen"], "sekali": summary.context["once"],
    }  # fmt: skip
    assert client.post(address, sent)["Location"] == client.post(address, sent)["Location"]
    assert Person.objects.count() == 1


def test_a_telephone_recorded_twice_is_one(siti: Any) -> None:
    child = make.person()
    address = reverse("people:record", args=[child.pk, "contact"])
    client = as_(siti)
    sent = {
        "phone": "0812 3456 789", "phone_of": "mother", "as_of": "12/05/2024", "how": "visit",
        "sekali": client.get(address).context["once"],
    }  # fmt: skip
    assert [client.post(address, sent).status_code for _time in range(2)] == [302, 302]
    assert ContactFact.objects.count() == 1


def test_what_a_colleague_sent_is_not_mine(siti: Any, budi: Any) -> None:
    assert once("k", lambda: "/a/", by=siti) == "/a/"
    assert once("k", lambda: "/b/", by=budi) == "/b/"


def test_what_was_refused_stays_in_the_trail_and_may_be_sent_again(siti: Any) -> None:
    home = make.household(make.TETEBATU)

    def birth() -> str:
        households.record_birth(home, name="Nur", sex=2, born_on=MAY, by=siti)
        return "/"

    for _time in range(2):
        with pytest.raises(errors.HouseholdElsewhere):
            once("k", birth, by=siti)
    assert Event.objects.filter(what="people.birth_recorded", refused=True).count() == 2
    assert not SentForm.objects.exists()
