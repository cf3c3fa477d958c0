"""What a spreadsheet says about many people: matched first and shown, then recorded fact by fact."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from asuh.audit.actions import record
from asuh.people.actions import drafts
from asuh.people.actions.facts import record_fact
from asuh.people.corrections import Outcome, match
from asuh.people.errors import RuleBroken
from asuh.people.models import Person
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User

FORM = "corrections"
TOLD_EVERY = 20
"""Rows after which progress is written down."""


class NothingToApply(Exception):
    """There is no sheet with a row that fits, or it is being recorded already."""


@transaction.atomic
def receive_sheet(name: str, rows: Iterable[tuple[int, Mapping[str, str]]], *, by: User) -> dict[str, Any]:
    """Match a sheet and keep the report for `by` alone, until it is recorded, dropped, or a week old."""
    lines = match(
        [{"number": number, "cells": cells} for number, cells in rows], by=by, today=timezone.localdate()
    )
    sheet = {
        "name": name[:100],
        "state": "matched",
        "lines": [line.plain() for line in lines],
        "counts": dict(Counter(str(line.outcome) for line in lines)),
        "done": 0,
        "recorded": 0,
        "failed": [],
    }
    drafts.keep(FORM, sheet, by=by)
    record("people.sheet_matched", by=by, rows=len(lines), exact=sheet["counts"].get("exact", 0))  # type: ignore[attr-defined]
    return sheet


def sheet_of(by: User) -> dict[str, Any]:
    """The sheet `by` is working on; {} if none."""
    return drafts.kept(FORM, by=by)


@transaction.atomic
def apply_later(*, reason: str, by: User) -> None:
    """Queue the recording of all rows that fit exactly. Raises NothingToApply."""
    from asuh.people.tasks import apply_sheet as job

    sheet = sheet_of(by)
    if sheet.get("state") != "matched" or not sheet["counts"].get(Outcome.EXACT):
        raise NothingToApply
    drafts.keep(FORM, sheet | {"state": "applying", "reason": reason.strip()[:500]}, by=by)
    job.configure(lock=f"sheet-{by.pk}").defer(user_id=by.pk)


def apply_sheet(*, by: User) -> dict[str, Any]:
    """Record every fact of the rows that fit, each row whole or not at all; goes on where it was cut off.

    Who is out of reach meanwhile, and what a rule forbids, is told by row. At the end only what was told
    remains of the sheet.
    """
    sheet = sheet_of(by)
    if sheet.get("state") != "applying":
        return sheet
    lines = [line for line in sheet["lines"] if line["outcome"] == Outcome.EXACT]
    for at in range(sheet["done"], len(lines), TOLD_EVERY):
        with transaction.atomic():
            for line in lines[at : at + TOLD_EVERY]:
                _record(line, sheet, by)
            sheet["done"] = min(at + TOLD_EVERY, len(lines))
            drafts.keep(FORM, sheet, by=by)
    sheet |= {"state": "applied", "lines": [], "total": len(lines)}
    with transaction.atomic():
        drafts.keep(FORM, sheet, by=by)
        record(
            "people.sheet_recorded",
            by=by,
            why=sheet.get("reason", ""),
            recorded=sheet["recorded"],
            failed=len(sheet["failed"]),
        )
    return sheet


def _record(line: Mapping[str, Any], sheet: dict[str, Any], by: User) -> None:
    reach = Person.objects.reachable(by=by, to=Can.RECORD_FACT).current()
    person = reach.filter(pk=line["person"]).first()
    if person is None:
        sheet["failed"].append([line["number"], _("Orang ini tidak lagi dalam jangkauan Anda.")])
        return
    try:
        with transaction.atomic():
            for kind, values in line["facts"]:
                record_fact(
                    person,
                    kind,
                    as_of=dt.date.fromisoformat(line["as_of"]),
                    how="office",
                    by=by,
                    note=sheet.get("reason", ""),
                    **values,
                )
    except RuleBroken as broken:
        sheet["failed"].append([line["number"], str(broken.message)])
    else:
        sheet["recorded"] += len(line["facts"])


def drop_sheet(*, by: User) -> None:
    """Forget the sheet without recording anything of it, or its result."""
    if sheet_of(by).get("state") != "applying":
        drafts.discard(FORM, by=by)
