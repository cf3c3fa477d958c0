from datetime import date, timedelta

import pytest

from asuh.audit.models import Event
from asuh.people import errors, search
from asuh.people.actions import registering
from asuh.people.models import Person
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
BORN = date(2017, 1, 3)


def register(by, seen=None, **fields):
    fields = {"name": "Rizky Pratama", "sex": 1, "born_on": BORN, "area_key": make.NGELO} | fields
    if seen is None:
        seen = registering.acknowledge(fields["name"], [], by=by)
    return registering.register_child(seen=seen, by=by, **fields)


def test_nobody_registers_without_having_searched(siti):
    with pytest.raises(errors.SearchFirst):
        register(siti, seen="bukan-tanda")


def test_what_a_colleague_searched_does_not_count(siti, budi):
    with pytest.raises(errors.SearchFirst):
        register(siti, seen=registering.acknowledge("Rizky Pratama", [], by=budi))


def test_a_search_of_yesterday_does_not_count(siti, monkeypatch):
    note = registering.acknowledge("Rizky Pratama", [], by=siti)
    monkeypatch.setattr(registering, "GOOD_FOR", timedelta(seconds=-1))
    with pytest.raises(errors.SearchFirst):
        register(siti, seen=note)


def test_a_likely_match_must_have_been_seen(siti):
    known = make.person("Riski Pratama", sex=1, born_on=BORN)
    with pytest.raises(errors.PossibleMatchesNotSeen) as refused:
        register(siti)
    assert refused.value.candidates == [known.pk]
    register(siti, seen=registering.acknowledge("Rizky Pratama", [known.pk], by=siti))


def test_the_same_nik_must_have_been_seen_and_goes_to_matching(siti):
    known = make.person("Orang Lain Sekali", sex=1, born_on=date(1990, 1, 3), nik="3522010301170001")
    with pytest.raises(errors.PossibleMatchesNotSeen):
        register(siti, nik="3522010301170001")
    note = registering.acknowledge("Rizky Pratama", [known.pk], by=siti)
    assert register(siti, seen=note, nik="3522010301170001").unsure == ["nik_shared"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, errors.NameMissing),
        ({"born_on": None}, errors.AgeMissing),
        ({"born_on": date(1990, 1, 1)}, errors.NotAChild),
        ({"born_on": date(2090, 1, 1)}, errors.DateLiesAhead),
        ({"born_on": None, "born_year": 1980}, errors.NotAChild),
        ({"nik": "123"}, errors.NikNotPossible),
        ({"nik": "3522010401170001"}, errors.NikDisagrees),
        ({"area_key": "3522999999"}, errors.AreaUnknown),
        ({"area_key": make.TETEBATU}, errors.OutsideYourAreas),
        ({"area_key": None}, errors.AreaUnknown),
    ],
)
def test_what_cannot_be_is_refused(siti, fields, error):
    with pytest.raises(error):
        register(siti, **fields)


def test_a_registration_into_another_district_leaves_a_line_in_the_trail(siti):
    with pytest.raises(errors.OutsideYourAreas):
        register(siti, area_key=make.TETEBATU)
    event = Event.objects.get(what="people.child_registered", refused=True)
    assert (event.actor_id, event.details) == (siti.pk, {"rule": "OutsideYourAreas"})
    assert not Person.objects.exists()


def test_a_missing_nik_never_keeps_a_child_out(siti):
    assert register(siti).nik is None


def test_an_age_that_is_only_estimated_is_enough(siti):
    child = register(siti, born_on=None, born_year=2014)
    assert (child.born_on, child.born_year) == (None, 2014)


def test_who_may_hold_unplaced_children_registers_one_without_area(rangga):
    assert register(rangga, area_key=None).area_key is None


def test_a_registered_child_can_be_found_and_the_trail_knows(siti):
    child = register(siti)
    assert search.find("riski pratama", village=make.NGELO)[0].person == child.pk
    event = Event.objects.get(what="people.child_registered")
    assert (event.subject_id, event.area_key) == (child.pk, make.NGELO)


def test_a_child_joins_a_household_that_exists(siti):
    home, *_family = make.family()
    child = register(siti, name="Nur Aisyah", sex=2, household=home, relation=5)
    assert (child.household, child.relation) == (home, 5)
    with pytest.raises(errors.HeadIsTaken):
        register(siti, name="Laras Setyowati", sex=2, household=home, relation=1)


def test_nothing_stays_of_a_refused_registration(siti):
    with pytest.raises(errors.NikNotPossible):
        register(siti, nik="123")
    assert not Person.objects.exists()
