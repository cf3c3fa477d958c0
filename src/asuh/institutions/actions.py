"""Verbs on institutions: the only place that writes them."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from asuh.access import jurisdiction, reasons
from asuh.access.jurisdiction import inside
from asuh.access.models import User
from asuh.access.refusals import BrokenRule, OutsideYourAreas, refusals_recorded
from asuh.audit import actions as audit
from asuh.institutions.models import Institution
from asuh.institutions.permissions import Can


class CodeTaken(BrokenRule):
    def default(self) -> str:
        return _("Kode ini sudah dipakai lembaga lain.")


def _check_area(area_key: str, by: User) -> None:
    """An institution lies in an area in force, at least a province, where `by` may edit. Raises
    OutsideYourAreas.
    """
    jurisdiction.check_area(area_key)
    if not area_key or not inside(area_key, by.areas_for(Can.EDIT_INSTITUTIONS)):
        raise OutsideYourAreas


@refusals_recorded("institutions.added")
@transaction.atomic
def add_institution(
    code: str, *, name: str, kind: str, area_key: str, by: User, address: str = "", phone: str = ""
) -> Institution:
    """Register an institution. Raises CodeTaken, OutsideYourAreas, jurisdiction.UnknownArea."""
    _check_area(area_key, by)
    code = code.strip()
    if Institution.objects.filter(code__iexact=code).exists():
        raise CodeTaken
    institution = Institution.objects.create(
        code=code,
        name=name.strip(),
        kind=kind,
        area_key=area_key,
        address=address.strip(),
        phone=phone.strip(),
    )
    audit.record(
        "institutions.added", by=by, on=("institution", institution.pk), area_key=area_key, kind=kind
    )
    return institution


@refusals_recorded("institutions.changed")
@transaction.atomic
def change_institution(
    institution: Institution,
    *,
    name: str,
    kind: str,
    area_key: str,
    by: User,
    address: str = "",
    phone: str = "",
) -> Institution:
    """Correct what is known; the code stays, since posts and papers refer to it. Both areas must be `by`'s.

    Raises OutsideYourAreas, jurisdiction.UnknownArea.
    """
    _check_area(institution.area_key or "", by)
    _check_area(area_key, by)
    given = {
        "name": name.strip(),
        "kind": kind,
        "area_key": area_key,
        "address": address.strip(),
        "phone": phone.strip(),
    }
    changed = [field for field, value in given.items() if getattr(institution, field) != value]
    for field, value in given.items():
        setattr(institution, field, value)
    institution.save(update_fields=list(given))
    if changed:
        audit.record(
            "institutions.changed",
            by=by,
            on=("institution", institution.pk),
            area_key=area_key,
            fields=", ".join(changed),
        )
    return institution


@refusals_recorded("institutions.closed")
@transaction.atomic
def close_institution(institution: Institution, *, on: date, why: str, by: User) -> Institution:
    """The institution works no longer from `on`; it stays in the register. Raises ReasonMissing,
    OutsideYourAreas.
    """
    _check_area(institution.area_key or "", by)
    why = reasons.given(why)
    institution.closed_on = on
    institution.save(update_fields=["closed_on"])
    audit.record(
        "institutions.closed",
        by=by,
        on=("institution", institution.pk),
        area_key=institution.area_key or "",
        why=why,
        closed_on=on.isoformat(),
    )
    return institution


@refusals_recorded("institutions.reopened")
@transaction.atomic
def reopen_institution(institution: Institution, *, by: User) -> Institution:
    """Undo a closing. Raises OutsideYourAreas."""
    _check_area(institution.area_key or "", by)
    institution.closed_on = None
    institution.save(update_fields=["closed_on"])
    audit.record(
        "institutions.reopened",
        by=by,
        on=("institution", institution.pk),
        area_key=institution.area_key or "",
    )
    return institution
