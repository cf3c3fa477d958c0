"""Users from a spreadsheet: each row is done wholly or not at all, and says why not."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from asuh.access import jurisdiction, roles, sheets
from asuh.access.actions.accounts import Invited, give_post, invite_user
from asuh.access.models import User, UserImport
from asuh.access.refusals import BrokenRule, NoSuchArea, Refused, UnknownRole
from asuh.audit import actions as audit

COLUMNS = (
    "nama_pengguna",
    "nama",
    "surel",
    "telepon",
    "wilayah",
    "kode_kantor",
    "peran",
    "wilayah_tugas",
    "mulai",
    "berakhir",
)
AT_MOST = 2_000


class WrongCell(BrokenRule):
    """A cell that cannot be read; the message names it."""


def import_users(
    name: str, content: bytes, *, by: User, tell: Callable[[Invited], None] = lambda invited: None
) -> UserImport:
    """Invite the users of a spreadsheet and give each the post of its row; several rows of one new user add
    posts.

    tell: called with each invitation once its row is done. Raises sheets.NotASheet before anything is
    written.
    """
    rows = list(sheets.read_rows(name, content, columns=COLUMNS, at_most=AT_MOST))
    problems: list[list[Any]] = []
    invited: dict[str, Invited] = {}
    for number, cells in rows:
        row = dict(zip(COLUMNS, cells, strict=True))
        username = row["nama_pengguna"].strip().lower()
        try:
            with transaction.atomic():
                fresh = _take_row(row, username, invited.get(username), by)
        except (Refused, BrokenRule) as refusal:
            problems.append([number, row["nama_pengguna"][:150], str(refusal)])
        except ValidationError as error:
            problems.append([number, row["nama_pengguna"][:150], " ".join(error.messages)])
        else:
            if fresh is not None:
                invited[username] = fresh
    with transaction.atomic():
        record = UserImport.objects.create(
            owner=by, rows_count=len(rows), invited_count=len(invited), problems=problems
        )
        audit.record(
            "access.users_imported",
            by=by,
            on=("userimport", record.pk),
            rows=len(rows),
            invited=len(invited),
            failed=len(problems),
        )
    for each in invited.values():
        tell(each)
    return record


def _take_row(row: dict[str, str], username: str, known: Invited | None, by: User) -> Invited | None:
    """Invite (unless an earlier row did) and give the post; returns a new invitation, if any."""
    if not row["nama"]:
        raise WrongCell(_("Nama kosong."))
    if row["surel"]:
        validate_email(row["surel"])
    fresh = None
    if known is None:
        fresh = known = invite_user(
            username,
            name=row["nama"],
            email=row["surel"],
            phone=row["telepon"],
            area_key=_area(row["wilayah"]),
            office_code=row["kode_kantor"],
            by=by,
        )
    if row["peran"]:
        give_post(
            known.user,
            role=_role(row["peran"]),
            area_key=_area(row["wilayah_tugas"] or row["wilayah"]),
            starts_on=_day(row["mulai"], "mulai"),
            ends_on=_day(row["berakhir"], "berakhir"),
            by=by,
        )
    return fresh


def _area(typed: str) -> str:
    if not typed:
        raise WrongCell(_("Wilayah kosong; tulis kode Kemendagri, atau “Indonesia”."))
    try:
        return jurisdiction.typed_area(typed)
    except jurisdiction.UnknownArea as error:
        raise NoSuchArea from error


def _role(typed: str) -> str:
    """A role by its code or its name, however capitalised."""
    wanted = typed.strip().lower()
    for code, role in roles.all_roles().items():
        if wanted in (code, str(role.name).lower()):
            return code
    raise UnknownRole


def _day(typed: str, column: str) -> date | None:
    if not typed:
        return None
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(typed, pattern).date()  # noqa: DTZ007  a local day
        except ValueError:
            continue
    raise WrongCell(_("Tanggal di kolom %(column)s tidak terbaca; tulis hh/bb/tttt.") % {"column": column})
