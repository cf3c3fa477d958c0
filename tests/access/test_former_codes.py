"""A post reaches what was recorded under a former code of the same ground, and no further."""

from datetime import date

import pytest

from asuh.access import jurisdiction
from asuh.people.models import Person
from asuh.people.permissions import Can
from asuh.places.models import Area

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    jurisdiction.forget()
    yield
    jurisdiction.forget()


def former(*prefixes):
    return [key for key in jurisdiction.with_former_codes(prefixes) if key not in prefixes]


def area(key, *, went_to=(), retired=True):
    """An invented area under an invented province 98 or 99."""
    parent = Area.objects.filter(key=key[: {2: 0, 4: 2, 6: 4, 10: 6}[len(key)]]).first()
    return Area.objects.create(
        key=key,
        parent=parent,
        level={2: 1, 4: 2, 6: 3, 10: 4}[len(key)],
        name=key,
        kind="kabupaten",
        valid_from=date(2000, 1, 1),
        retired_on=date(2020, 1, 1) if retired else None,
        successors=list(went_to),
    )


def test_a_neighbour_gets_nothing(fresh):
    assert "9101" not in former("9302")
    assert former("3522") == []


def test_nothing_is_added_to_the_country_or_to_nowhere():
    assert jurisdiction.with_former_codes([""]) == [""]
    assert jurisdiction.with_former_codes([]) == []


def test_a_former_code_divided_between_two_belongs_to_neither():
    for key in ("98", "9801", "9802"):
        area(key, retired=False)
    area("9803", went_to=["9801", "9802"])
    assert former("9801") == []
    assert former("9802") == []
    assert former("9801", "9802") == ["9803"]


def test_a_village_that_went_elsewhere_keeps_its_district_out():
    for key in ("98", "9801", "9802", "980101", "980201", "9801012001", "9802012001"):
        area(key, retired=False)
    area("9803", went_to=["9801"])
    area("980301", went_to=["980101"])
    area("9803012001", went_to=["9801012001"])
    area("9803012002", went_to=["9802012001"])
    assert former("9801") == ["9803012001"]
    assert former("9802") == ["9803012002"]


def test_a_code_given_away_again_is_not_reached():
    for key in ("98", "9801", "99", "9804"):
        area(key, retired=False)
    area("9803", went_to=["9801"])
    area("980301", retired=False)
    assert former("9801") == []


def test_a_code_that_went_nowhere_known_is_not_reached():
    for key in ("98", "9801"):
        area(key, retired=False)
    area("9803")
    area("9804", went_to=["9803"])
    assert former("98") == []


def test_a_chain_of_changes_is_followed():
    for key in ("98", "9801"):
        area(key, retired=False)
    area("9803", went_to=["9801"])
    area("9901", went_to=["9803"])
    assert former("98") == ["9901"]


def test_merauke_of_today_reaches_merauke_of_2020(someone):
    """91.01 became 93.01 in 2022; a child recorded before keeps 9101."""
    child = Person.objects.create(name="Invented", name_norm="invented", area_key="9101")
    neighbour = someone("timika", ("case_worker", "9402"))
    today = someone("merauke", ("case_worker", "9301"))
    assert list(Person.objects.reachable(by=neighbour, to=Can.SEE_CHILD)) == []
    assert list(Person.objects.reachable(by=today, to=Can.SEE_CHILD)) == [child]


def test_no_regency_reaches_ground_that_is_anothers():
    """All of today's regencies: no former key is given to two of them."""
    given = {}
    for key in Area.objects.current().regencies().values_list("key", flat=True):
        for old in former(key):
            assert given.setdefault(old, key) == key
    assert given["9101"] == "9301"


@pytest.mark.parametrize("typed", ["35.22", " 3522 ", "3522"])
def test_typed_codes(typed):
    assert jurisdiction.typed_area(typed) == "3522"


@pytest.mark.parametrize("typed", ["9999", "35.2", "Bojonegoro", "9101", "352"])
def test_what_is_no_area_in_force_is_refused(typed):
    with pytest.raises(jurisdiction.UnknownArea):
        jurisdiction.typed_area(typed)
