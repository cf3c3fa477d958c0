"""What a spreadsheet says about many people: matched first and shown, then recorded person by person.

What was recorded is kept by row, so that the whole sheet can be undone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from asuh.access import reasons
from asuh.audit.actions import record
from asuh.people import errors, identity
from asuh.people.actions import drafts
from asuh.people.actions.bounds import lying_outside
from asuh.people.actions.facts import record_fact, undo_fact
from asuh.people.actions.identity import correct_person, undo_correction
from asuh.people.codes import IDENTITY
from asuh.people.corrections import Outcome, match
from asuh.people.models import KINDS, IdentityChange, Person, RecordedLine, RecordedSheet
from asuh.people.permissions import Can
from asuh.people.told import plain

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
        "areas": by.areas_for(Can.RECORD_FACT),
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
    """The sheet `by` is working on; {} if none.

    Its lines name people of the areas `by` had when it was matched. Who lost one of these reads no line any
    more (`moved`), and has it matched anew.
    """
    sheet = drafts.kept(FORM, by=by)
    if sheet.get("lines") and lying_outside(sheet.get("areas", ["?"]), by.areas_for(Can.RECORD_FACT)):
        return sheet | {"lines": [], "moved": True}
    return sheet


@transaction.atomic
def apply_later(*, reason: str, by: User) -> None:
    """Queue the recording of all rows that fit exactly. Raises ReasonUnfit, NothingToApply."""
    from asuh.people.tasks import apply_sheet as job

    reason = reasons.given(reason)
    sheet = sheet_of(by)
    if sheet.get("state") != "matched" or sheet.get("moved") or not sheet["counts"].get(Outcome.EXACT):
        raise NothingToApply
    kept = RecordedSheet.objects.create(owner=by, name=sheet["name"], reason=reason)
    drafts.keep(FORM, sheet | {"state": "applying", "reason": reason, "sheet": kept.pk}, by=by)
    job.configure(lock=f"sheet-{by.pk}").defer(user_id=by.pk)


def apply_sheet(*, by: User) -> dict[str, Any]:
    """Record the rows that fit, each whole or not at all; goes on where it was cut off.

    Who is out of reach meanwhile, and what a rule forbids, is told by row. At the end only what was told
    remains of the sheet.
    """
    sheet = drafts.kept(FORM, by=by)
    if sheet.get("state") != "applying":
        return sheet
    kept = RecordedSheet.objects.get(pk=sheet["sheet"])
    lines = [line for line in sheet["lines"] if line["outcome"] == Outcome.EXACT]
    for at in range(sheet["done"], len(lines), TOLD_EVERY):
        with transaction.atomic():
            for line in lines[at : at + TOLD_EVERY]:
                _record(line, sheet, kept, by)
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


def _record(line: Mapping[str, Any], sheet: dict[str, Any], kept: RecordedSheet, by: User) -> None:
    reach = Person.objects.reachable(by=by, to=Can.RECORD_FACT).current()
    person = reach.filter(pk=line["person"]).first()
    if person is None:
        sheet["failed"].append([line["number"], _("Orang ini tidak lagi dalam jangkauan Anda.")])
        return
    try:
        with transaction.atomic():
            change = _correct(person, line["changes"], kept.reason, by)
            facts = [
                record_fact(
                    person,
                    kind,
                    as_of=dt.date.fromisoformat(line["as_of"]),
                    how="office",
                    by=by,
                    note=kept.reason,
                    **values,
                )
                for kind, values in line["facts"]
            ]
            RecordedLine.objects.create(
                sheet=kept,
                number=line["number"],
                person=person,
                change=change,
                facts=[[fact.kind, fact.pk] for fact in facts],
            )
    except errors.BrokenRule as broken:
        sheet["failed"].append([line["number"], str(broken)])
    else:
        fields = identity.fields_shown(change.before, change.after) if change else []
        sheet["recorded"] += len(facts) + len(fields)


def _correct(person: Person, changes: list[list[Any]], reason: str, by: User) -> IdentityChange | None:
    """What the row says of the identity; all else as it stands. Raises ChangedSince, OutOfReach."""
    if not changes:
        return None
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    before = {field: value for field, value, _since in changes}
    if plain(person, before) != before:
        raise errors.ChangedSince
    if {"nik", "kk"} & set(before) and not by.can_at(Can.SEE_NUMBERS, person):
        raise errors.OutOfReach
    values = {field: getattr(person, field) for field in IDENTITY}
    values |= {field: identity.read(field, since) for field, _before, since in changes}
    values |= {field: values[field] or "" for field in ("nik", "kk")}
    return correct_person(person, reason=reason, by=by, **values)


def drop_sheet(*, by: User) -> None:
    """Forget the sheet without recording anything of it, or its result."""
    if sheet_of(by).get("state") != "applying":
        drafts.discard(FORM, by=by)


# -- back again ---------------------------------------------------------------------------------------


@transaction.atomic
def undo_later(sheet: RecordedSheet, *, reason: str, by: User) -> None:
    """Queue the undoing of everything a sheet recorded. Raises ReasonUnfit, SheetUndone."""
    from asuh.people.tasks import undo_sheet as job

    reason = reasons.given(reason)
    sheet = RecordedSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if sheet.undoing_since is not None or sheet_of(by).get("state") == "applying":
        raise errors.SheetUndone
    sheet.undoing_since, sheet.undone_because = timezone.now(), reason
    sheet.save(update_fields=["undoing_since", "undone_because"])
    job.configure(lock=f"sheet-{by.pk}").defer(sheet_id=sheet.pk)


def undo_sheet(sheet: RecordedSheet) -> None:
    """Undo what the rows recorded, each whole or not at all; goes on where it was cut off.

    Rows whose person changed again since stay as they are and say so.
    """
    by = sheet.owner
    if sheet.undoing_since is None or sheet.undone_at is not None:
        return
    waiting = sheet.lines.filter(state=RecordedLine.State.RECORDED).order_by("-number")
    while lines := list(waiting.select_related("person", "change")[:TOLD_EVERY]):
        with transaction.atomic():
            for line in lines:
                _undo(line, sheet.undone_because, by)
    with transaction.atomic():
        sheet.undone_at = timezone.now()
        sheet.save(update_fields=["undone_at"])
        states = Counter(sheet.lines.values_list("state", flat=True))
        record(
            "people.sheet_undone",
            by=by,
            why=sheet.undone_because,
            undone=states[RecordedLine.State.UNDONE],
            kept=states[RecordedLine.State.KEPT],
        )


def _undo(line: RecordedLine, reason: str, by: User) -> None:
    try:
        with transaction.atomic():
            if not Person.objects.reachable(by=by, to=Can.RECORD_FACT).filter(pk=line.person_id).exists():
                raise errors.OutOfReach
            for kind, number in reversed(line.facts):
                fact: Any = KINDS[kind].objects.get(pk=number)
                if fact.withdrawn_at is None:
                    undo_fact(fact, reason=reason, by=by)
            if line.change is not None and line.change.undone_at is None:
                undo_correction(line.change, by=by, reason=reason)
        line.state = RecordedLine.State.UNDONE
    except errors.BrokenRule as broken:
        line.state, line.kept_because = RecordedLine.State.KEPT, str(broken)[:500]
    line.save(update_fields=["state", "kept_because"])
