from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from asuh.audit.models import Event
from asuh.people import errors, resting, search, tasks
from asuh.people.actions import drafts, facts, withdrawing
from asuh.people.models import Delivery, Draft, Household, Person, Schooling
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
MAY = date(2024, 5, 12)


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


def long_ago(*records, days=31):
    """As if they had been withdrawn that many days ago."""
    for record in records:
        when = timezone.now() - timedelta(days=days)
        type(record).objects.filter(pk=record.pk).update(withdrawn_at=when, withdrawn_because="ganda")
        record.refresh_from_db()


def as_(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def nina(someone):
    """Manager of Gowa: she may restore late, elsewhere."""
    return someone("nina", ("regional_manager", "7306"))


# ── after thirty days ─────────────────────────────────────────────────────────────────────────────


def test_after_thirty_days_a_supervisor_brings_nothing_back(budi):
    child = make.person()
    long_ago(child)
    with pytest.raises(errors.RestedTooLong):
        withdrawing.restore([child], reason="ternyata benar", by=budi)


def test_nor_does_somebody_who_may_do_so_elsewhere(nina):
    child = make.person()
    long_ago(child)
    with pytest.raises(errors.RestedTooLong):
        withdrawing.restore([child], reason="ternyata benar", by=nina)


def test_a_data_officer_brings_it_back_with_a_reason(rangga):
    child = make.person()
    long_ago(child)
    with pytest.raises(errors.ReasonMissing):
        withdrawing.restore([child], reason=" ", by=rangga)
    withdrawing.restore([child], reason="ternyata benar", by=rangga)
    assert Person.objects.current().get() == child
    assert Event.objects.get(what="people.person_restored").why == "ternyata benar"


def test_on_the_thirtieth_day_it_still_rests_and_says_how_long(budi):
    child = make.person()
    for days, left in ((0, 30), (0.5, 30), (1.5, 29), (29.5, 1), (30.1, 0)):
        long_ago(child, days=days)
        assert resting.days_left(child, now=timezone.now()) == left
    long_ago(child, days=29.5)
    assert "tinggal 1 hari" in as_(budi).get(reverse("people:bin")).content.decode()
    withdrawing.restore([child], reason="ternyata benar", by=budi)


@pytest.mark.parametrize(("days", "supervisor", "officer"), [(29, 200, 200), (31, 404, 200)])
def test_who_may_still_open_the_page_of_a_withdrawn_child(budi, siti, rangga, days, supervisor, officer):
    home, _father, _mother, child = make.family()
    long_ago(home, child, days=days)
    for name, pk in (("child", child.pk), ("household", home.pk)):
        url = reverse(f"people:{name}", args=[pk])
        assert as_(siti).get(url).status_code == 404
        assert as_(budi).get(url).status_code == supervisor
        assert as_(rangga).get(url).status_code == officer


def test_numbers_follow_the_page(budi, rangga):
    child = make.person(nik="3522224301170001")
    long_ago(child)
    url = reverse("people:number", args=[child.pk, "nik"])
    assert as_(budi).post(url).status_code == 404
    assert as_(rangga).post(url).status_code == 200


def test_it_leaves_the_bin_for_a_page_of_few(budi, rangga, nina):
    child, fresh = make.person(), make.person()
    long_ago(child)
    long_ago(fresh, days=1)
    assert child.name not in as_(budi).get(reverse("people:bin")).content.decode()
    assert as_(budi).get(reverse("people:bin_late")).status_code == 403
    assert child.name not in as_(nina).get(reverse("people:bin_late")).content.decode()
    page = as_(rangga)
    late = page.get(reverse("people:bin_late")).content.decode()
    assert child.name in late
    assert fresh.name not in late
    page.post(reverse("people:bin_late"), {"chosen": [f"orang-{child.pk}"], "reason": "ternyata benar"})
    assert list(Person.objects.current()) == [child]


def test_a_forged_choice_in_the_bin_does_not_bring_back_what_left_it(budi):
    child = make.person()
    long_ago(child)
    as_(budi).post(reverse("people:bin"), {"chosen": [f"orang-{child.pk}"], "reason": "coba"})
    assert not Person.objects.current().exists()


# ── thrown away every day ─────────────────────────────────────────────────────────────────────────


def test_the_daily_task_erases_nobody(budi, siti):
    home, _father, _mother, child = make.family()
    withdrawing.withdraw([home], reason="salah desa", by=budi)
    facts.record_fact(make.person(), "schooling", as_of=MAY, how="visit", by=siti, participation="never")
    long_ago(home, child, days=4000)
    tasks.throw_away.func(timestamp=0)
    assert (Person.objects.count(), Household.objects.count(), Schooling.objects.count()) == (4, 1, 1)


def test_it_erases_drafts_that_nobody_can_read_any_more(siti):
    drafts.keep("people.register_child", {"name": "Rizky"}, by=siti)
    drafts.keep("lain", {"name": "Bela"}, by=siti)
    Draft.objects.filter(form="lain").update(kept_at=timezone.now() - timedelta(days=8))
    tasks.throw_away.func(timestamp=0)
    assert list(Draft.objects.values_list("form", flat=True)) == ["people.register_child"]


@pytest.mark.parametrize(
    ("state", "days", "after"),
    [
        ("asking", 31, "refused"),
        ("failed", 31, "refused"),
        ("asking", 29, "asking"),
        ("imported", 400, "imported"),
    ],
)
def test_it_sends_away_what_nobody_decided_on(rangga, settings, tmp_path, state, days, after):
    settings.MEDIA_ROOT = str(tmp_path)
    then = timezone.now() - timedelta(days=days)
    more = {"asks": [{"code": "seen_before", "delivery": 1}]} if state == "asking" else {}
    delivery = Delivery.objects.create(
        period="2020-01-01",
        received_on="2020-02-03",
        state=state,
        created_by=rangga,
        progress_at=then,
        **more,
    )
    tasks.throw_away.func(timestamp=0)
    delivery.refresh_from_db()
    assert delivery.state == after


def test_a_delivery_taken_up_again_yesterday_is_not_old(rangga):
    delivery = Delivery.objects.create(
        period="2020-01-01", received_on="2020-02-03", state="failed", progress_at=timezone.now()
    )
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=90))
    tasks.throw_away.func(timestamp=0)
    delivery.refresh_from_db()
    assert delivery.state == "failed"
