"""What nobody types: digits that are none, zero bytes, marks that turn the writing round."""

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from asuh.access.asked import key_of, keys_of
from asuh.people.actions.bulk import REBUILD_FROM, IndexesAside
from asuh.people.actions.naming import delivered_names, tidy
from asuh.people.models import Household
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(rangga):
    client = Client()
    client.force_login(rangga)
    return client


@pytest.mark.parametrize("number", ["²", "①", "1²"])
def test_a_digit_that_is_no_number_breaks_no_list(signed_in, number):
    assert signed_in.get(reverse("people:children"), {"after": number}).status_code == 200
    assert signed_in.post(reverse("people:withdraw_many"), {"chosen": number}).status_code < 500


@pytest.mark.parametrize("number", ["9" * 5000, "٣", str(2**63)])
def test_a_number_of_any_length_is_nobody(signed_in, rangga, number):
    assert signed_in.get(reverse("people:children"), {"after": number}).status_code == 200
    for page in ("people:withdraw_many", "people:bin"):
        sent = {"chosen": [number, f"orang-{number}"], "reason": "uji"}
        assert signed_in.post(reverse(page), sent).status_code < 500
    child = make.person()
    address = reverse("people:number", args=[child.pk, "nik"])
    for which in (f"dokumen-{number}", f"telepon-{number}"):
        assert signed_in.post(address.replace("nik", which)).status_code == 404


def test_the_number_of_a_row_is_written_in_plain_digits():
    assert [key_of(text) for text in ("7", 7, str(2**63 - 1))] == [7, 7, 2**63 - 1]
    assert keys_of(["9" * 5000, "٣", "-1", "", "x", str(2**63), " 7"]) == []


def test_a_delivered_name_keeps_no_marks_that_turn_its_direction():
    names = pl.DataFrame({"name": ["BUDI \u202eGNOLAK", "محمد", "SITI", None]})
    rows = names.with_columns(birth_place=pl.col("name"), mother_name=pl.col("name"))
    made = delivered_names(rows)
    assert made["name"].to_list() == ["Budi Gnolak", "محمد", "Siti", ""]
    assert made["mother_name"].to_list() == made["name"].to_list()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_zero_byte_is_refused_before_any_page_reads_it(signed_in, method):
    for page in ("people:keep_draft", "desk:search"):
        answer = getattr(signed_in, method)(reverse(page), {"q": "a\0b", "name": "a\0b"})
        assert answer.status_code in (400, 405)
    assert signed_in.get("/wilayah/", {"q": "\0"}).status_code == 400


def test_a_name_keeps_no_marks_that_turn_its_direction():
    assert tidy("Budi \u202egnolak \u2066x\u2069") == "Budi gnolak x"
    assert tidy("محمد علي") == "محمد علي"


@pytest.mark.parametrize(("rows", "dropped"), [(0, True), (1, False)])
def test_indexes_are_set_aside_of_an_empty_table_only(rows, dropped):
    """Dropping them locks every reader out until the import commits."""
    Household.objects.all().delete()
    for _ in range(rows):
        make.household()
    with connection.cursor() as cursor:
        aside = IndexesAside(cursor, Household._meta.db_table, REBUILD_FROM)
        assert bool(aside.builds) is dropped
        aside.build()
