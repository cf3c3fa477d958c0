"""A number asked about in quarantine is answered with whose it is: that stands in the trail, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.people.models import QuarantinedRow
from asuh.people.tests.deliveries import AMINAH, BAGUS, HOME, deliver

pytestmark = pytest.mark.django_db
HERE = {"HX-Request": "true"}


@pytest.fixture
def orphan(tmp_path: Path, rangga: Any) -> QuarantinedRow:
    """Waits for its household."""
    member = AMINAH | {
        "IDBDT": "3522010002000777",
        "IDARTBDT": "352201000200000099",
        "NIK": "",
        "TglLahir": "",
    }
    deliver(tmp_path, [BAGUS, member], [HOME], by=rangga)
    return QuarantinedRow.objects.get(table="members")


@pytest.fixture
def page(rangga: Any) -> Client:
    client = Client()
    client.force_login(rangga, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def ask(page: Client, row: QuarantinedRow, number: str, column: str = "IDBDT") -> str:
    address = reverse("deliveries:check", args=[row.delivery_id, row.pk])
    answer = page.post(address, {f"k-{column}": number}, headers=HERE | {"HX-Trigger-Name": f"k-{column}"})
    return answer.content.decode()


def asked() -> Any:
    return Event.objects.filter(what="people.quarantine_asked").order_by("pk")


def test_a_number_answered_with_a_name(page: Client, rangga: Any, orphan: QuarantinedRow) -> None:
    assert "Rumah tangga" in ask(page, orphan, HOME["IDBDT"])
    [event] = asked()
    assert (event.actor_id, event.subject_kind, event.subject_id) == (rangga.pk, "quarantinedrow", orphan.pk)
    assert event.area_key.startswith("3522")
    assert event.details["column"] == "IDBDT"


def test_a_number_that_is_nobodys_too(page: Client, orphan: QuarantinedRow) -> None:
    assert "tidak ada" in ask(page, orphan, "3522010002000999")
    assert asked().count() == 1


def test_once_a_row_and_number(page: Client, orphan: QuarantinedRow) -> None:
    for number in (HOME["IDBDT"], HOME["IDBDT"], "3522010002000999", HOME["IDBDT"]):
        ask(page, orphan, number)
    assert asked().count() == 2
    assert len({event.details["number"] for event in asked()}) == 2


def test_the_number_itself_is_not_in_the_trail(page: Client, orphan: QuarantinedRow) -> None:
    ask(page, orphan, HOME["IDBDT"])
    assert HOME["IDBDT"] not in str(list(asked().values()))


def test_asked_by_saving_it_stands_there_as_well(page: Client, orphan: QuarantinedRow) -> None:
    """Saving a row that cannot be accepted shows the same answers."""
    address = reverse("deliveries:decide", args=[orphan.delivery_id, orphan.pk])
    answer = page.post(address, {"do": "accept", "k-IDBDT": "3522010002000999"})
    assert answer.status_code == 422
    assert asked().count() == 1


def test_another_column_asks_about_nobody(page: Client, orphan: QuarantinedRow) -> None:
    ask(page, orphan, "")
    ask(page, orphan, "31/02/2015", "TglLahir")
    assert not asked().exists()
