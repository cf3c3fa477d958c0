"""DTKS out, through the page: refusals first."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from asuh.access import actions
from asuh.access.models import Export
from asuh.audit.models import Event
from asuh.kernel.dtks import layout
from asuh.people.models import HouseholdRow
from asuh.people.tests.deliveries import at_work, sample_taken

ADDRESS = "/data-terpadu/ekspor/"


@pytest.fixture
def client(rangga: Any) -> Client:
    return at_work(rangga)


@pytest.fixture
def taken(rangga: Any) -> Any:
    """The sample of Bojonegoro, imported, with one card number."""
    with sample_taken(rangga) as delivery:
        HouseholdRow.objects.filter(pk=HouseholdRow.objects.order_by("pk").first().pk).update(
            nokartudebit="6013010000000001"
        )  # type: ignore[union-attr]
        yield delivery


def ask(client: Client, **more: Any) -> Any:
    form = {
        "area": "3522",
        "period": "2020-01",
        "tables": ["households", "members"],
        "format": "csv",
        "all_columns": "all",
        "why": "rekonsiliasi",
    }
    return client.post(ADDRESS, form | more)


def content_of(export: Export) -> list[list[str]]:
    actions.make_export(export)
    path = actions.open_export(export, by=export.owner)
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("why", " "),
        ("area", "7306"),
        ("area", "-"),
        ("period", "1999-01"),
        ("tables", []),
        ("all_columns", "some"),
    ],
)
def test_what_is_missing_or_out_of_reach_is_told_beside_the_field(
    client: Client, field: str, value: Any
) -> None:
    answer = ask(client, **{field: value})
    assert answer.status_code == 422
    assert not Export.objects.exists()


@pytest.mark.usefixtures("taken")
def test_two_files_in_the_layout_without_card_numbers(client: Client) -> None:
    assert ask(client).status_code == 302
    households, members = Export.objects.order_by("pk")
    lines = content_of(households)
    assert lines[0] == layout.load().households.names
    assert len(lines) == 1 + HouseholdRow.objects.count()
    assert {line[lines[0].index("NoKartuDebit")] for line in lines[1:]} == {""}
    assert content_of(members)[0] == layout.load().members.names
    assert Event.objects.filter(what="access.export_asked", why="rekonsiliasi").count() == 2


@pytest.mark.usefixtures("taken")
def test_an_area_and_chosen_columns_narrow_the_file(client: Client) -> None:
    district = HouseholdRow.objects.order_by("pk").first().area_key[:6]  # type: ignore[union-attr]
    ask(
        client,
        area=district,
        tables=["households"],
        all_columns="some",
        households_columns=["IDBDT", "Nama_KRT"],
    )
    lines = content_of(Export.objects.get())
    assert lines[0] == ["IDBDT", "Nama_KRT"]
    assert len(lines) == 1 + HouseholdRow.objects.filter(area_key__startswith=district).count()


@pytest.mark.usefixtures("taken")
def test_an_address_made_by_hand_reaches_no_further_than_its_owner(someone: Any) -> None:
    from asuh.access.exports import all_kinds

    joko = someone("joko", ("data_officer", "7306"))
    export = actions.ask_export(
        all_kinds()["people.dtks_households"],
        columns=["IDBDT"],
        choices={"area": "3522", "period": "2020-01"},
        why="iseng",
        format="csv",
        by=joko,
    )
    assert len(content_of(export)) == 1


def test_before_anything_came_in_the_page_says_what_to_do(client: Client) -> None:
    assert "Belum ada yang dapat diekspor" in client.get(ADDRESS).content.decode()
