"""Correcting who somebody is, and putting back what stood before."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from asuh.access import reasons
from asuh.access.models import User
from asuh.kernel.linkage import names
from asuh.people import elsewhere, errors
from asuh.people.actions.checks import held
from asuh.people.actions.naming import file_words, name_fields, tidy
from asuh.people.actions.registering import possible_nik
from asuh.people.actions.trail import tell
from asuh.people.codes import IDENTITY
from asuh.people.identity import read
from asuh.people.models import Delivery, IdentityChange, Person
from asuh.people.permissions import Can
from asuh.people.told import jsonable, plain, row_that_says_so

_OF_A_NIK = ("nik_shared", "nik_disagrees")


@transaction.atomic
def correct_person(
    person: Person,
    *,
    name: str,
    sex: int | None,
    born_on: date | None,
    born_year: int | None,
    birth_place: str,
    mother_name: str,
    nik: str,
    kk: str,
    reason: str,
    by: User,
    seen: str | None = None,
) -> IdentityChange | None:
    """Correct who somebody is: all of it as it should stand. Returns what changed; None if nothing did.

    A later delivery no longer changes the record by itself (`delivery` becomes None). The trail keeps which
    fields changed, not their values; those stand in the change.
    seen: what `stamp` of the identity was when `by` opened it; None asks for no comparison.
    Raises ReasonMissing, Withdrawn, ChangedMeanwhile, NameMissing, AgeMissing, DateLiesAhead, NikNotPossible,
    NikDisagrees, DiedEarlier, AskedTooOften.
    """
    reason = reasons.given(reason)
    person = held(person)
    if seen is not None and seen != stamp(person):
        raise errors.ChangedMeanwhile
    if not tidy(name) or not names.normal_form(name):
        raise errors.NameMissing
    if born_on is None and born_year is None and person.born_year is not None:
        raise errors.AgeMissing  # a child without an age is in no list of children
    if born_on is not None and born_on > timezone.localdate():
        raise errors.DateLiesAhead
    if born_on is not None and person.died_on is not None and born_on > person.died_on:
        raise errors.DiedEarlier
    now: dict[str, Any] = {
        "name": name_fields(name)["name"],
        "sex": sex,
        "born_on": born_on,
        "born_year": born_on.year if born_on else born_year,
        "birth_place": tidy(birth_place),
        "mother_name": tidy(mother_name),
        "nik": "".join(nik.split()).lstrip("'") or None,
        "kk": kk or None,
    }
    changed = [field for field, value in now.items() if getattr(person, field) != value]
    if not changed:
        return None
    if {"nik", "sex", "born_on"} & set(changed):
        possible_nik(now["nik"] or "", born_on=born_on, sex=sex)
    doubts = ["nik_shared"] if "nik" in changed and _claimed(now["nik"], person, by) else []
    # a NIK that was corrected agrees with the person now, and is shared or not
    settled = [
        doubt for doubt in _OF_A_NIK if "nik" in changed and doubt in person.unsure and doubt not in doubts
    ]
    change = IdentityChange.objects.create(
        person=person,
        before=plain(person, changed),
        after=jsonable({field: now[field] for field in changed}),
        doubts=[doubt for doubt in doubts if doubt not in person.unsure],
        settled=settled,
        delivery_id=person.delivery_id,
        reason=reason,
        changed_by=by,
    )
    _put(person, {field: now[field] for field in changed})
    if doubts or settled:
        person.unsure = sorted({*person.unsure, *doubts} - {*settled})
    person.delivery = None
    person.save(update_fields=["unsure", "delivery"])
    tell("people.person_corrected", person, by=by, why=reason, fields=", ".join(changed))
    return change


def stamp(person: Person) -> str:
    """Differs as soon as anything of the identity does: kept in a form, it says what its reader saw."""
    told = plain(person, IDENTITY)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def undo_correction(change: IdentityChange, *, by: User, reason: str = "") -> None:
    """Put back what stood before a correction.

    Deliveries speak for the record again if they had and the newest says all that stands then.
    Raises CannotBeUndone where a value was changed again since, CorrectionUndone, Withdrawn, DiedEarlier.
    """
    reason = reasons.given(reason) if reason.strip() else ""
    person = held(change.person)
    change = IdentityChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.undone_at is not None:
        raise errors.CorrectionUndone
    if plain(person, change.after) != change.after:
        raise errors.CannotBeUndone
    before = {field: read(field, value) for field, value in change.before.items()}
    born_on = before.get("born_on", person.born_on)
    if born_on is not None and person.died_on is not None and born_on > person.died_on:
        raise errors.DiedEarlier
    if born_on is not None and before.get("born_year", person.born_year) != born_on.year:
        raise errors.CannotBeUndone  # date and year were corrected apart, one of them since
    change.undone_at, change.undone_by = timezone.now(), by
    change.save(update_fields=["undone_at", "undone_by"])
    _put(person, before)
    person.unsure = [doubt for doubt in person.unsure if doubt not in change.doubts]
    person.unsure += [doubt for doubt in change.settled if doubt not in person.unsure]
    others = IdentityChange.objects.filter(person=person, undone_at__isnull=True)
    if change.delivery is not None and not others.exists() and (row := row_that_says_so(person)):
        imported = change.delivery.state == Delivery.State.IMPORTED
        person.delivery_id = change.delivery_id if imported else row.delivery_id
    person.save(update_fields=["unsure", "delivery"])
    tell("people.correction_undone", person, by=by, why=reason, fields=", ".join(change.before))


def _put(person: Person, values: dict[str, Any]) -> None:
    """Write the fields, and with a name everything that follows from it."""
    if "name" in values:
        values = values | name_fields(values["name"])
    for field, value in values.items():
        setattr(person, field, value)
    person.save(update_fields=list(values))
    if "name" in values:
        file_words(person)


def _claimed(nik: str | None, person: Person, by: User) -> bool:
    """Whether somebody else has the number. Where that is one whom `by` does not reach, it is an answer about
    people elsewhere, and there are so many a day of these. Raises AskedTooOften.
    """
    if not nik:
        return False
    if not elsewhere.may_ask(by):
        raise errors.AskedTooOften
    others: Any = Person.objects.current().filter(nik=nik).exclude(pk=person.pk)
    strangers = elsewhere.outside(others, by=by, to=Can.RECORD_FACT)
    if strangers.exists():
        elsewhere.tell(strangers, by=by)
    return bool(others.exists())
