"""What nobody types: digits that are none, zero bytes, marks that turn the writing round."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from asuh.people.actions.bulk import REBUILD_FROM, IndexesAside
from asuh.people.actions.naming import tidy
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
