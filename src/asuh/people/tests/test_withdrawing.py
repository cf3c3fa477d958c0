from datetime import timedelta

import pytest
from django.utils import timezone

from asuh.audit.models import Event
from asuh.people import errors, search
from asuh.people.actions import withdrawing
from asuh.people.models import Household, Person
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db


def test_withdrawing_needs_a_reason(budi):
    with pytest.raises(errors.ReasonMissing):
        withdrawing.withdraw([make.person()], reason="", by=budi)


def test_nobody_is_withdrawn_twice(budi):
    child = make.person()
    withdrawing.withdraw([child], reason="ganda", by=budi)
    with pytest.raises(errors.Withdrawn):
        withdrawing.withdraw([child], reason="ganda", by=budi)


def test_one_that_cannot_be_withdrawn_keeps_all_of_them(budi):
    gone, here = make.person(), make.person()
    withdrawing.withdraw([gone], reason="ganda", by=budi)
    with pytest.raises(errors.Withdrawn):
        withdrawing.withdraw([here, gone], reason="ganda", by=budi)
    assert Person.objects.current().get() == here


def test_a_withdrawn_child_is_not_found(budi):
    child = make.person("Rizky Pratama")
    withdrawing.withdraw([child], reason="ganda", by=budi)
    assert search.find("rizky pratama") == []
    assert Event.objects.get(what="people.person_withdrawn").why == "ganda"


def test_a_household_takes_its_members_along_and_brings_them_back(budi):
    home, father, *_others = make.family()
    withdrawing.withdraw([father], reason="bukan anggota", by=budi)
    assert withdrawing.withdraw([home], reason="salah desa", by=budi) == 3
    assert withdrawing.restore([Household.objects.get()], reason="ternyata benar", by=budi) == 3
    assert list(Person.objects.filter(withdrawn_at__isnull=False)) == [father]


def test_nobody_comes_back_to_a_household_that_is_away(budi):
    home, father, *_others = make.family()
    withdrawing.withdraw([home], reason="salah desa", by=budi)
    with pytest.raises(errors.Withdrawn):
        withdrawing.restore([father], reason="ternyata benar", by=budi)


def test_what_was_not_withdrawn_is_not_restored(budi):
    with pytest.raises(errors.NotWithdrawn):
        withdrawing.restore([make.person()], reason="ternyata benar", by=budi)


def test_after_thirty_days_nothing_comes_back(budi):
    child = make.person()
    withdrawing.withdraw([child], reason="ganda", by=budi)
    Person.objects.update(withdrawn_at=timezone.now() - timedelta(days=31))
    with pytest.raises(errors.RestedTooLong):
        withdrawing.restore([child], reason="ternyata benar", by=budi)
