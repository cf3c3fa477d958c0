"""Every door that asks for a reason refuses none and refuses too long a one, in words and without a fault."""

import ast
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from asuh.access import reasons
from asuh.access.refusals import ReasonMissing, ReasonTooLong
from asuh.audit.models import Event
from asuh.institutions.models import Institution
from asuh.people.actions.facts import record_fact
from asuh.people.models import Delivery, QuarantinedRow
from asuh.people.tests import factories as make

SOURCE = Path(__file__).resolve().parents[2] / "src" / "asuh"
TOO_LONG = "x" * (reasons.LONGEST + 1)


def test_a_reason_is_neither_empty_nor_endless():
    with pytest.raises(ReasonMissing):
        reasons.given(" \n ")
    with pytest.raises(ReasonTooLong, match="501"):
        reasons.given(TOO_LONG)
    assert reasons.given(f" {TOO_LONG[1:]} ") == TOO_LONG[1:]


def asks_for_a_reason(verb):
    """Names of the arguments that bring a reason, where it must be given."""
    asked = [(one, None) for one in verb.args.args] + list(
        zip(verb.args.kwonlyargs, verb.args.kw_defaults, strict=True)
    )
    return [
        one.arg
        for one, default in asked
        if default is None
        and one.arg in ("reason", "why", "because")
        and ast.unparse(one.annotation) == "str"
    ]


def hands_on(call):
    """Whether a reason goes to another verb; writing it into a row or the trail is not that."""
    named = any(one.arg in ("reason", "why") and ast.unparse(one.value) == one.arg for one in call.keywords)
    return named and not ast.unparse(call.func).endswith(("record", "create", "_tell", "tell"))


def test_every_verb_that_takes_a_reason_checks_it():
    """Or hands it on to a verb that does; `because` may also be a code beside the reason."""
    bare = []
    for path in sorted({*SOURCE.glob("*/actions.py"), *SOURCE.glob("*/actions/*.py")}):
        if path.parent.name == "audit":
            continue
        for verb in ast.parse(path.read_text()).body:
            if not isinstance(verb, ast.FunctionDef) or verb.name.startswith("_"):
                continue
            said = ast.unparse(verb)
            given = any(f"reasons.given({name})" in said for name in asks_for_a_reason(verb))
            handed_on = any(hands_on(call) for call in ast.walk(verb) if isinstance(call, ast.Call))
            if asks_for_a_reason(verb) and not given and not handed_on:
                bare.append(f"{path.relative_to(SOURCE)}: {verb.name}")
    assert bare == [], "begin with `reason = reasons.given(reason)`"


def child_page(name):
    return lambda by: reverse(f"people:{name}", args=[make.person().pk])


def fact_page(by):
    child = make.person()
    fact = record_fact(
        child, "contact", as_of=date(2024, 5, 12), how="visit", by=by, phone="0812345678", phone_of="mother"
    )
    return reverse("people:withdraw_fact", args=[child.pk, "contact", fact.pk])


def dead(by):
    return reverse("people:undo_death", args=[make.person(died_on=date(2024, 5, 12)).pk])


def household_page(by):
    return reverse("people:withdraw_household", args=[make.household().pk])


def bin_page(by):
    make.person(withdrawn_at="2024-05-12T00:00Z", withdrawn_because="uji")
    return reverse("people:bin")


def delivery(state):
    return Delivery.objects.create(
        period="2020-01-01", received_on="2020-02-01", area_key="3522", state=state, created_by=None
    )


def quarantined(by):
    row = QuarantinedRow.objects.create(
        delivery=delivery("imported"),
        table="members",
        source_row=2,
        reasons=["no_name"],
        raw={},
        content_hash=1,
    )
    return reverse("deliveries:decide", args=[row.delivery_id, row.pk])


def delivery_page(name, state):
    return lambda by: reverse(f"deliveries:{name}", args=[delivery(state).pk])


def institution(by):
    lksa = Institution.objects.create(code="T-1", name="Panti", kind="lksa", area_key="352218")
    return reverse("institutions:close", args=[lksa.pk])


DOORS = {
    "withdraw a person": (child_page("withdraw"), "people.person_withdrawn"),
    "withdraw a household": (household_page, "people.household_withdrawn"),
    "withdraw many": (lambda by: reverse("people:withdraw_many"), "people.person_withdrawn"),
    "restore": (bin_page, "people.person_restored"),
    "withdraw a fact": (fact_page, "people.fact_withdrawn"),
    "undo a death": (dead, "people.death_undone"),
    "a death": (child_page("death"), "people.death_recorded"),
    "refuse a delivery": (delivery_page("refuse", "asking"), "people.delivery_refused"),
    "take a delivery back": (delivery_page("take_back", "imported"), "people.delivery_taken_back"),
    "set a row aside": (quarantined, "people.quarantine_set_aside"),
    "close an institution": (institution, "institutions.closed"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("reason", [TOO_LONG, " "], ids=["too long", "none"])
def test_no_door_stumbles_over_a_reason(someone, door, reason):
    by = someone("semua", ("supervisor", "3522"), ("data_officer", "3522"), ("regional_manager", "3522"))
    client = Client(raise_request_exception=False)
    client.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
    make_address, deed = DOORS[door]
    address = make_address(by)
    chosen = [person.pk for person in make.Person.objects.all()] or [make.person().pk]
    given = {
        "reason": reason,
        "do": "aside",
        "on": "12/05/2024",
        "chosen": [*chosen, *(f"orang-{n}" for n in chosen)],
    }
    answer = client.post(address, given, follow=True)
    assert answer.status_code in (200, 422)
    assert not Event.objects.filter(what=deed, refused=False).exists()
    words = answer.content.decode()
    assert reason != TOO_LONG or "50" in words


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["end_account", "propose_link"])
def test_nor_do_the_doors_to_accounts(agus, siti, name):
    client = Client(raise_request_exception=False)
    client.force_login(agus, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse(f"access:{name}", args=[siti.pk])
    answer = client.post(address, {"reason": TOO_LONG}, follow=True)
    assert "501" in answer.content.decode()
    siti.refresh_from_db()
    assert siti.is_active
