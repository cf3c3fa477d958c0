"""One record of every kind that a page guards, anywhere one likes.

A page whose guard fetches a record needs an entry here; the sweep says so by itself. `make(area, owner)` makes the
record inside `area` (a village's key) and puts MARK where people would read it, so that the sweep sees it where it
must not be. Records that belong to one user get that user as `owner`.

With a person come facts, open and restricted, and what was said when they were corrected; with a household a member
from far away; with a delivery a row in quarantine. Whatever else lies about and may be read by mistake stands in
PLANTS.
"""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from asuh.access.models import Export, User, UserImport
from asuh.institutions.models import Institution
from asuh.people import hooks
from asuh.people.actions import drafts, facts, sheets
from asuh.people.models import KINDS, Delivery, Household, Person, QuarantinedRow, RecordedSheet
from asuh.people.views_registering import DRAFT

#: stands in every record made here
MARK = "Terlarang"
#: stands in restricted facts: only for who may read these, wherever else they may look
SECRET = "Terahasia"
#: stands in what nobody may read who has posts in one district only, and in what belongs to somebody else
FAR = "Terjauh"
ELSEWHERE = "9471011001"
_numbers = count(1)


def person(area: str, owner: User) -> Person:
    made = Person.objects.create(
        name=f"{MARK} Anak",
        name_norm="terlarang anak",
        area_key=area,
        born_year=2015,
        household=household(area, owner),
        relation=3,
    )
    know(made, owner)
    return made


#: what is known of a person, and what of it is restricted
OPEN: dict[str, dict[str, Any]] = {
    "schooling": {"participation": "attending", "school": f"{MARK} 1"},
    "parents": {"father": "dead", "mother": "alive", "mother_name": f"{MARK} Ibu"},
    "caregiving": {"arrangement": "kin", "caregiver_name": f"{MARK} Nenek"},
    "category": {"scheme": "ppks", "code": "street"},
    "document": {"document": "passport", "number": MARK, "state": "valid"},
    "contact": {"phone": "08123456789", "phone_of": "mother"},
    "address": {"which": "domicile", "address": f"{MARK} 2"},
}
RESTRICTED: dict[str, dict[str, Any]] = {
    "health": {"chronic": ["asthma", "hiv"]},
    "schooling": {"participation": "left", "reasons": ["pregnant"]},
    "category": {"scheme": "abh", "code": "witness"},
}


def know(child: Person, by: User) -> None:
    """Facts about `child`: open ones with MARK; restricted ones, standing and ended, with SECRET."""
    about = {"as_of": date(2020, 5, 12), "how": "visit", "by": by}
    for kind, values in OPEN.items():
        facts.record_fact(child, kind, note=f"{MARK} catatan", **about, **values)
    for kind, values in RESTRICTED.items():
        wrong = facts.record_fact(child, kind, note=SECRET, **about, **values)
        facts.withdraw_fact(wrong, reason=SECRET, by=by)
        early = facts.record_fact(child, kind, note=SECRET, **about, **values)
        facts.correct_fact(early, reason=SECRET, by=by, as_of=date(2020, 5, 13))


def household(area: str, owner: User) -> Household:
    home = Household.objects.create(area_key=area, address=f"{MARK} No. 1")
    Person.objects.create(
        name=f"{MARK} Kepala", name_norm="terlarang kepala", area_key=area, household=home, relation=1
    )
    Person.objects.create(
        name=f"{FAR} Paman", name_norm="terjauh paman", area_key=ELSEWHERE, household=home, relation=8
    )
    return home


def delivery(area: str, owner: User) -> Delivery:
    made = Delivery.objects.create(
        period="2020-01-01", received_on="2020-02-01", area_key=area[:4], created_by=owner
    )
    QuarantinedRow.objects.create(
        delivery=made,
        table="members",
        source_row=2,
        area_key=area,
        reasons=["nik_invalid"],
        raw={"Nama": f"{MARK} Baris", "IDARTBDT": "1"},
        content_hash=1,
    )
    return made


def user(area: str, owner: User) -> User:
    number = next(_numbers)
    return User.objects.create_user(f"terlarang{number}", name=f"{MARK} Pengguna", area_key=area[:4])


def institution(area: str, owner: User) -> Institution:
    return Institution.objects.create(
        code=f"T-{next(_numbers)}", name=f"{MARK} Lembaga", kind="lksa", area_key=area
    )


def export(area: str, owner: User) -> Export:
    return Export.objects.create(owner=owner, kind="access.users", why=f"{MARK} alasan")


def user_import(area: str, owner: User) -> UserImport:
    return UserImport.objects.create(owner=owner, rows_count=1, invited_count=0, problems=[[2, MARK, "x"]])


FACTORIES: dict[type, Callable[[str, User], Any]] = {
    Person: person,
    Household: household,
    Delivery: delivery,
    User: user,
    Institution: institution,
    Export: export,
    UserImport: user_import,
}


# ── what no guard fetches ─────────────────────────────────────────────────────────────────────────────


def unfinished_form(owner: User) -> None:
    drafts.keep(DRAFT, {"name": f"{FAR} Anak", "address": FAR}, by=owner)


def unfinished_sheet(owner: User) -> None:
    line = {"number": 2, "outcome": "exact", "why": [FAR], "who": FAR, "how": FAR, "cells": {"nama": FAR}}
    sheet = {"name": f"{FAR}.csv", "state": "matched", "lines": [line], "counts": {"exact": 1}}
    drafts.keep(sheets.FORM, sheet, by=owner)


def recorded_sheet(owner: User) -> None:
    RecordedSheet.objects.create(owner=owner, name=f"{FAR}.csv", reason=FAR)


#: belong to `owner` alone, whoever asks
PLANTS: list[Callable[[User], None]] = [unfinished_form, unfinished_sheet, recorded_sheet]


def _facts_of(child: Person) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "fact": number}
        for kind, model in KINDS.items()
        for number in model._default_manager.filter(person=child).values_list("pk", flat=True)
    ]


#: every address that a page has for a record, by what varies in it beside the record
VARIANTS: dict[str, Callable[[Any], list[dict[str, Any]]]] = {
    "people:child_part": lambda child: [{"part": code} for code in hooks._tabs],
    "people:record": lambda child: [{"kind": kind} for kind in KINDS],
    "people:keep_fact_draft": lambda child: [{"kind": kind} for kind in KINDS],
    "people:correct": _facts_of,
    "people:withdraw_fact": _facts_of,
    "people:restore_fact": _facts_of,
    "deliveries:corrections_recorded": lambda _none: [
        {"pk": number} for number in RecordedSheet.objects.values_list("pk", flat=True)
    ],
    "deliveries:decide": lambda made: [{"row": row.pk} for row in made.quarantine.all()],
    "deliveries:check": lambda made: [{"row": row.pk} for row in made.quarantine.all()],
}

#: further parts of an address, by the name of the page; without an entry 1 for numbers and "x" for words
FURTHER: dict[str, dict[str, Any]] = {
    "access:export_new": {"kind": "audit.trail"},
    "deliveries:template": {"table": "members", "form": "csv"},
    "desk:style_kind": {"kind": "daftar"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
}
