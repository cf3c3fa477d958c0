"""The registry itself refuses what no door should let through."""

import pytest
from django.db import IntegrityError, transaction

from asuh.people.models import Person

pytestmark = pytest.mark.django_db


def _person(**facts) -> Person:
    return Person.objects.create(name="Siti", name_norm="SITI", **facts)


@pytest.mark.parametrize("nik", ["3522091105420001", "0000000000000001", None])
def test_a_nik_of_sixteen_digits_or_none(nik):
    assert _person(nik=nik).pk


@pytest.mark.parametrize(
    "nik",
    ["352209110542000", "352209110542000X", "X352209110542000", "3522091105 42000", "", "+352209110542000",
     "३५२२०९११०५४२०००१", "352209110542000\n"],
)  # fmt: skip
def test_a_nik_of_anything_else_is_refused(nik):
    with pytest.raises(IntegrityError, match="person_nik_16_digits"), transaction.atomic():
        _person(nik=nik)
