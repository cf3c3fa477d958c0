"""Restricted facts: who reads them, who changes them, and what is left for everybody else."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.people import reading
from asuh.people.actions import facts
from asuh.people.codes import categories, health, schooling
from asuh.people.models import KINDS, CategoryFact, HealthAndNutrition, Schooling
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
MAY = date(2024, 5, 12)
SEEN = {"as_of": "12/05/2024", "how": "visit"}
SECRET = "dirujuk ke klinik VCT"
RESTRICTED = [
    ("health", {"chronic": ["asthma", "hiv"]}),
    ("schooling", {"participation": "left", "reasons": ["cost", "pregnant"]}),
    ("category", {"scheme": "abh", "code": "victim"}),
    ("category", {"scheme": "ppks", "code": "abh"}),
    ("category", {"scheme": "ampk", "code": "sexual"}),
]
restricted = pytest.mark.parametrize(("kind", "values"), RESTRICTED)


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def tell(child, kind, by, **values):
    return facts.record_fact(child, kind, as_of=MAY, how="visit", by=by, **({"note": SECRET} | values))


def everything_shown(user, child):
    """All that the pages of a child say to `user`."""
    parts = [
        reverse("people:child_part", args=[child.pk, part])
        for part in ("ringkasan", "keluarga", "dtks", "dokumen", "riwayat")
    ]
    pages = [as_(user).get(address) for address in (*parts, reverse("people:print", args=[child.pk]))]
    assert {page.status_code for page in pages} == {200}
    return "".join(page.content.decode() for page in pages)


# ── which facts ───────────────────────────────────────────────────────────────────────────────────


@restricted
def test_one_restricted_answer_makes_the_fact_restricted(siti, kind, values):
    assert tell(make.person(), kind, siti, **values).is_restricted


def test_a_fact_without_such_an_answer_is_open(siti):
    child = make.person()
    for kind, values in (
        ("health", {"chronic": ["asthma"]}),
        ("schooling", {"participation": "left", "reasons": ["cost"]}),
        ("category", {"scheme": "ppks", "code": "street"}),
        ("contact", {"phone": "08123456789", "phone_of": "mother"}),
    ):
        assert not tell(child, kind, siti, **values).is_restricted


def test_every_restricted_answer_is_one_that_can_be_given():
    assert set(health.Chronic.values) >= health.RESTRICTED
    assert set(schooling.NotAttending.values) >= schooling.RESTRICTED
    assert all(code in categories.category_names(scheme) for scheme, code in categories.RESTRICTED)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


@restricted
def test_who_may_not_read_it_is_told_that_something_is_withheld_and_not_what(siti, rangga, kind, values):
    child, another = make.person(), make.person()
    tell(child, kind, siti, **values)
    tell(another, "category", siti, scheme="ampk", code="hiv")
    shown = everything_shown(rangga, child)
    assert SECRET not in shown
    assert "Ada keterangan terbatas tentang anak ini" in shown
    told, same = reading.facts_of(child, by=rangga), reading.facts_of(another, by=rangga)
    assert told.withheld
    assert told == same, "what is withheld must not be told apart by what is left"


@restricted
def test_who_may_read_it_reads_all_of_it(siti, kind, values):
    child = make.person()
    fact = tell(child, kind, siti, **values)
    shown = everything_shown(siti, child)
    assert SECRET in shown
    assert "keterangan terbatas" not in shown
    assert reading.facts_of(child, by=siti).facts[kind] == [fact]


def test_where_nothing_is_restricted_nothing_is_said_to_be_withheld(siti, rangga):
    child = make.person()
    tell(child, "health", siti, chronic=["asthma"])
    shown = everything_shown(rangga, child)
    assert SECRET in shown
    assert "keterangan terbatas" not in shown


def test_the_right_of_one_district_reads_nothing_in_another(someone, siti):
    """Two posts are not added up: restricted answers here, children there."""
    both = someone("rini", ("case_worker", make.TETEBATU[:4]), ("data_officer", make.NGELO[:4]))
    child = make.person()
    tell(child, "category", siti, scheme="ampk", code="hiv")
    assert reading.facts_of(child, by=both).withheld


@restricted
def test_the_history_keeps_its_reasons_too(siti, rangga, kind, values):
    child = make.person()
    facts.withdraw_fact(tell(child, kind, siti, **values), reason=f"keliru, {SECRET}", by=siti)
    again = tell(child, kind, siti, **values)
    facts.correct_fact(again, reason=f"salah tanggal, {SECRET}", by=siti, as_of=date(2024, 5, 1))
    assert everything_shown(siti, child).count(SECRET) > 3
    shown = everything_shown(rangga, child)
    assert SECRET not in shown
    assert "menarik keterangan" not in shown, "not even of which kind"


def test_what_a_restricted_fact_was_corrected_to_is_open_without_the_note_and_the_reason(siti, rangga):
    child = make.person()
    fact = tell(child, "health", siti, chronic=["asthma", "hiv"])
    facts.correct_fact(fact, reason=f"hasil {SECRET}: negatif", by=siti, chronic=["asthma"])
    shown = everything_shown(rangga, child)
    assert "Asma" in shown
    assert SECRET not in shown


def test_the_report_about_a_sheet_tells_no_more_than_the_pages(siti, rangga):
    child = make.person()
    tell(child, "schooling", siti, participation="left", reasons=["pregnant"])
    assert reading.facts_about([child.pk], "schooling", by=rangga) == []
    assert len(reading.facts_about([child.pk], "schooling", by=siti)) == 1


# ── changing ──────────────────────────────────────────────────────────────────────────────────────


@restricted
def test_who_may_not_read_it_neither_opens_corrects_nor_withdraws_it(siti, rangga, kind, values):
    child = make.person()
    fact = tell(child, kind, siti, **values)
    correct = reverse("people:correct", args=[child.pk, kind, fact.pk])
    assert as_(rangga).get(correct).status_code == 404
    assert as_(rangga).post(correct, SEEN | {"reason": "x"}).status_code == 404
    withdraw = reverse("people:withdraw_fact", args=[child.pk, kind, fact.pk])
    assert as_(rangga).post(withdraw, {"reason": "x"}).status_code == 404
    fact.refresh_from_db()
    assert fact.stands
    assert SECRET in as_(siti).get(correct).content.decode()
    assert as_(siti).post(withdraw, {"reason": "keliru"}).status_code == 302


@restricted
def test_who_may_not_read_it_brings_nothing_back(siti, rangga, kind, values):
    child = make.person()
    fact = tell(child, kind, siti, **values)
    facts.withdraw_fact(fact, reason="keliru", by=siti)
    restore = reverse("people:restore_fact", args=[child.pk, kind, fact.pk])
    assert as_(rangga).post(restore).status_code == 404
    assert as_(siti).post(restore).status_code == 302
    assert type(fact).objects.standing().get() == fact


@pytest.mark.parametrize("chronic", [["asthma"], ["tb", "asthma"], ["none"], []])
def test_a_correction_keeps_what_its_author_cannot_see(siti, rangga, chronic):
    fact = tell(make.person(), "health", siti, chronic=["asthma", "hiv"])
    facts.correct_fact(fact, reason="salah dengar", by=rangga, chronic=chronic, weight_kg="20", note="")
    now = HealthAndNutrition.objects.standing().get()
    assert set(now.chronic) == {*chronic, "hiv"} - {"none"}
    assert (now.weight_kg, now.note) == (20, SECRET)


def test_a_reason_that_is_not_seen_stays_when_the_rest_is_corrected(siti, rangga):
    fact = tell(make.person(), "schooling", siti, participation="left", reasons=["cost", "pregnant"])
    facts.correct_fact(fact, reason="masih sekolah", by=rangga, participation="attending", reasons=[])
    assert Schooling.objects.standing().get().reasons == ["pregnant"]


def test_a_category_that_is_not_seen_is_not_put_in_another(siti, rangga):
    fact = tell(make.person(), "category", siti, scheme="ampk", code="hiv")
    facts.correct_fact(fact, reason="salah", by=rangga, scheme="ppks", code="street", as_of=date(2024, 5, 1))
    now = CategoryFact.objects.standing().get()
    assert (now.scheme, now.code, now.as_of, now.note) == ("ampk", "hiv", date(2024, 5, 1), SECRET)


def test_who_may_read_them_takes_restricted_answers_away(siti):
    fact = tell(make.person(), "health", siti, chronic=["asthma", "hiv"])
    facts.correct_fact(fact, reason="hasil kedua negatif", by=siti, chronic=["asthma"])
    assert HealthAndNutrition.objects.standing().get().chronic == ["asthma"]


def test_the_form_offers_restricted_answers_only_to_who_may_read_them(siti, rangga):
    child = make.person()
    for kind, words in (("health", "HIV"), ("schooling", "Hamil"), ("category", "ABH")):
        address = reverse("people:record", args=[child.pk, kind])
        assert words in as_(siti).get(address).content.decode()
        assert words not in as_(rangga).get(address).content.decode()


def test_the_list_of_kinds_knows_which_can_be_restricted():
    can = {kind for kind, model in KINDS.items() if model.restricted or "is_restricted" in vars(model)}
    assert can == {"schooling", "health", "category"}


def test_events_name_no_answer(siti):
    tell(make.person(), "category", siti, scheme="ampk", code="hiv")
    event = Event.objects.get(what="people.fact_recorded")
    assert set(event.details) == {"kind", "fact"}
    assert event.why == ""
