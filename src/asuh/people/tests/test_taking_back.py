"""A whole delivery goes out of the registry again, also late."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from asuh.access.refusals import ReasonMissing
from asuh.people.actions import deliveries, facts
from asuh.people.actions.taking_back import _references
from asuh.people.models import Household, MemberRow, Person, Residence
from asuh.people.tests.deliveries import AMINAH, BAGUS, HOME, JULY, census, content, deliver

pytestmark = pytest.mark.django_db
EMPTY = dict.fromkeys(["Person", "Household", "HouseholdRow", "MemberRow", "QuarantinedRow", "Residence"], 0)


def test_it_needs_a_reason_and_a_delivery_that_is_in(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path)
    with pytest.raises(ReasonMissing):
        deliveries.take_back_delivery(delivery, because="", by=rangga)
    deliveries.take_back_delivery(delivery, because="periode salah", by=rangga)
    with pytest.raises(deliveries.DeliveryNotImported):
        deliveries.take_back_delivery(delivery, because="sekali lagi", by=rangga)


def test_everything_that_only_it_knew_goes(tmp_path: Path, rangga: Any) -> None:
    delivery = deliveries.take_back_delivery(deliver(tmp_path), because="periode salah", by=rangga)
    assert (delivery.state, delivery.ended_because) == ("taken_back", "periode salah")
    assert census() == EMPTY
    assert delivery.result["taken_back"]["persons"] == 2


def test_it_can_be_delivered_anew(tmp_path: Path, rangga: Any) -> None:
    first = deliver(tmp_path)
    before = content()
    deliveries.take_back_delivery(first, because="salah", by=rangga)
    assert deliver(tmp_path).state == "imported"
    assert content() == before


def test_what_was_there_before_stands_again(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path)
    before, counted = content(), census()
    new_home = {"IDBDT": "3522180001000009", "KDGabungan4": "3522180001"}
    later = deliver(
        tmp_path,
        [AMINAH | {"Nama": "SITI AMINAH PUTRI"} | new_home, BAGUS],
        [HOME, HOME | new_home],
        period=JULY,
    )
    assert census() != counted
    deliveries.take_back_delivery(later, because="salah", by=rangga)
    assert (content(), census()) == (before, counted)


def test_a_row_it_replaced_stands_again(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path)
    before = content()
    second = deliver(tmp_path, [AMINAH | {"Umur": "8"}, BAGUS | {"Nama": "BAGUS PRASETIO"}])
    deliveries.take_back_delivery(second, because="salah", by=rangga)
    assert content() == before
    assert not MemberRow.objects.filter(replaced_by__isnull=False).exists()


def test_the_middle_of_three_goes_without_bringing_the_first_back(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path)
    middle = deliver(tmp_path, [AMINAH | {"Umur": "8"}, BAGUS])
    deliver(tmp_path, [AMINAH | {"Umur": "9"}, BAGUS])
    before = content()
    deliveries.take_back_delivery(middle, because="salah", by=rangga)
    assert content() == before
    assert MemberRow.objects.standing().get(idartbdt=AMINAH["IDARTBDT"]).umur == 9


def test_what_others_built_on_it_is_listed_and_kept(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path)
    aminah = Person.objects.get(name="Siti Aminah")
    Residence.objects.create(person=aminah, ended_on="2019-01-01", because="moved", recorded_by=rangga)
    built = [{"kind": "people.residence", "count": 1}]
    assert deliveries.what_was_built_on(delivery).counts == built
    delivery = deliveries.take_back_delivery(delivery, because="salah", by=rangga)
    assert delivery.result["taken_back"]["built_on"] == built
    kept = Person.objects.get()
    assert (kept, kept.delivery, kept.household.idbdt) == (aminah, None, HOME["IDBDT"])
    assert Household.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("schooling", {"participation": "never"}),
        ("health", {"weight_kg": 21}),
        ("functioning", {"answers": {"walking": "cannot"}}),
        ("parents", {"father": "dead", "mother": "alive"}),
        ("caregiving", {"arrangement": "kin", "caregiver_name": "Sumiati", "relation": "grandmother"}),
        ("category", {"scheme": "ppks", "code": "street"}),
        ("document", {"document": "birth_certificate", "state": "missing"}),
        ("contact", {"phone": "08123456789", "phone_of": "mother"}),
        ("address", {"which": "registered", "address": "Jalan Lama 3"}),
    ],
)
def test_whatever_is_known_of_a_child_keeps_the_child(
    tmp_path: Path, rangga: Any, siti: Any, kind: str, values: dict[str, Any]
) -> None:
    delivery = deliver(tmp_path)
    aminah = Person.objects.get(name="Siti Aminah")
    fact = facts.record_fact(aminah, kind, as_of=date(2024, 5, 12), how="visit", by=siti, **values)
    assert deliveries.what_was_built_on(delivery).counts == [{"kind": fact._meta.label_lower, "count": 1}]
    deliveries.take_back_delivery(delivery, because="salah", by=rangga)
    assert Person.objects.get() == aminah
    assert type(fact).objects.get().person == aminah


def test_every_table_that_speaks_of_a_person_counts() -> None:
    """Asked of the database itself: a new table cannot be forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
            "WHERE c.contype = 'f' AND c.confrelid = 'people_person'::regclass"
        )
        told = set(cursor.fetchall())
    known = {(model._meta.db_table, column) for model, column, _more in _references(Person)}
    assert told - known == {("people_memberrow", "person_id")}


def test_who_are_kept_is_told_up_to_a_number(tmp_path: Path, rangga: Any, siti: Any) -> None:
    delivery = deliver(tmp_path)
    aminah, bagus = Person.objects.order_by("-name")
    for person in (aminah, aminah, bagus):
        facts.record_fact(
            person,
            "contact",
            as_of=date(2024, 5, 12),
            how="visit",
            by=siti,
            phone="0812345678",
            phone_of="mother",
        )
    first = min(aminah.pk, bagus.pk)
    assert deliveries.what_was_built_on(delivery, at_most=1) == deliveries.BuiltOn(
        [{"kind": "people.contactfact", "count": 3}], 2, [(first, ["people.contactfact"])]
    )


def test_what_another_delivery_knows_too_is_not_told(tmp_path: Path, siti: Any) -> None:
    deliver(tmp_path)
    later = deliver(tmp_path, period=JULY)
    facts.record_fact(
        Person.objects.get(name="Siti Aminah"),
        "schooling",
        as_of=date(2024, 5, 12),
        how="visit",
        by=siti,
        participation="never",
    )
    assert deliveries.what_was_built_on(later, at_most=5) == deliveries.BuiltOn([], 0, [])


def test_the_page_names_codes_and_links_to_whom_one_may_see(
    tmp_path: Path, client: Any, rangga: Any, siti: Any, someone: Any
) -> None:
    delivery = deliver(tmp_path)
    aminah = Person.objects.get(name="Siti Aminah")
    facts.record_fact(
        aminah, "schooling", as_of=date(2024, 5, 12), how="visit", by=siti, participation="never"
    )
    client.force_login(rangga)
    shown = client.get(reverse("deliveries:take_back", args=[delivery.pk])).content.decode()
    link = f'<a href="{reverse("people:child", args=[aminah.pk])}">{aminah.code}</a>'
    assert link in shown
    assert "keterangan sekolah" in shown
    Person.objects.update(area_key="7306071001")
    shown = client.get(reverse("deliveries:take_back", args=[delivery.pk])).content.decode()
    assert aminah.code in shown
    assert link not in shown
