"""Verbs on the files people ask for."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from asuh.access import jurisdiction, reasons, sheets
from asuh.access.exports import Kind, all_kinds
from asuh.access.models import Export, User
from asuh.access.refusals import BrokenRule, Refused, refusals_recorded
from asuh.audit import actions as audit

LASTS = timedelta(days=7)


class NothingChosen(BrokenRule):
    def default(self) -> str:
        return _("Pilih sedikitnya satu kolom.")


class NotReady(BrokenRule):
    def default(self) -> str:
        return _("Berkas ini belum siap atau sudah dihapus.")


def folder() -> Path:
    """Where files wait to be fetched; no address leads here."""
    path = Path(settings.MEDIA_ROOT) / "exports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@refusals_recorded("access.export_asked")
@transaction.atomic
def ask_export(
    kind: Kind,
    *,
    columns: Sequence[str],
    choices: Mapping[str, Any],
    why: str,
    by: User,
    format: str = Export.Format.XLSX,
) -> Export:
    """Ask for a file; a job makes it, with what `by` reaches at that moment.

    Raises Refused, NothingChosen, ReasonMissing.
    """
    from asuh.access.tasks import make_export as job

    if not by.can(kind.permission):
        raise Refused
    if kind.check is not None:
        kind.check(by, choices)
    if kind.book is not None:
        format = Export.Format.XLSX
    known = [column.code for column in kind.columns]
    chosen = [code for code in known if code in columns]
    if not chosen:
        raise NothingChosen
    why = reasons.given(why)
    export = Export.objects.create(
        owner=by, kind=kind.code, columns=chosen, choices=dict(choices), format=format, why=why
    )
    audit.record(
        "access.export_asked",
        by=by,
        on=("export", export.pk),
        why=why,
        kind=kind.code,
        columns=", ".join(chosen),
        choices=dict(choices),
    )
    job.defer(export_id=export.pk)
    return export


def make_export(export: Export) -> Export:
    """Write the file, tell its owner, and note it. A file that could not be made is marked as failed.

    Raises whatever the rows raised.
    """
    if export.state in (Export.State.READY, Export.State.GONE):
        return export
    kind = all_kinds().get(export.kind)
    _move(export, Export.State.RUNNING, areas=export.owner.areas_for(kind.permission) if kind else [])
    path = folder() / f"{secrets.token_hex(16)}.{export.format}"
    try:
        count = _write(export, path)
    except BaseException:
        path.unlink(missing_ok=True)
        _move(export, Export.State.FAILED)
        raise
    now = timezone.now()
    with transaction.atomic():
        _move(
            export,
            Export.State.READY,
            file_name=path.name,
            rows_count=count,
            ready_at=now,
            expires_at=now + LASTS,
        )
        audit.record(
            "access.export_made",
            by=export.owner,
            on=("export", export.pk),
            why=export.why,
            kind=export.kind,
            rows=count,
        )
    _tell(export)
    return export


def _write(export: Export, path: Path) -> int:
    kind = _kind(export)
    labels = {column.code: column.label for column in kind.columns}
    with override(export.owner.language):
        heads = [str(labels[code]) for code in export.columns]
        path.touch(mode=0o600)
        if kind.book is not None:
            return kind.book(path, export.owner, export.choices, export.columns)
        assert kind.rows is not None
        rows = kind.rows(export.owner, export.choices, export.columns)
        if export.format == Export.Format.XLSX:
            return sheets.write_xlsx(path, heads, rows)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            return sheets.write_csv(file, heads, rows)


def _kind(export: Export) -> Kind:
    """The kind of a file its owner may (still) have, wherever its rows lie. Raises Refused."""
    kind = all_kinds().get(export.kind)
    if kind is None or not export.owner.can(kind.permission):
        raise Refused
    today = export.owner.areas_for(kind.permission)
    if not all(jurisdiction.inside(area, today) for area in export.areas):
        raise Refused
    if kind.check is not None:
        kind.check(export.owner, export.choices)
    return kind


def _move(export: Export, state: str, **values: Any) -> None:
    export.state = Export.State(state)
    for name, value in values.items():
        setattr(export, name, value)
    export.save(update_fields=["state", *values])


def _tell(export: Export) -> None:
    """By mail, without a word about what is in it; the page of downloads says the same."""
    if export.owner.email:
        with override(export.owner.language):
            send_mail(
                _("Unduhan Anda di Asuh siap"),
                _(
                    "Berkas yang Anda minta sudah siap. Masuk ke Asuh, lalu buka Unduhan saya. "
                    "Berkas dihapus setelah 7 hari."
                ),
                None,
                [export.owner.email],
                fail_silently=True,
            )


@refusals_recorded("access.export_downloaded")
def open_export(export: Export, *, by: User) -> Path:
    """The file, for its owner alone, while they still hold the right to it. Raises Refused, NotReady."""
    if by.pk != export.owner_id:
        raise Refused
    export.owner = by
    _kind(export)
    path = folder() / export.file_name
    if export.state != Export.State.READY or not export.file_name or not path.exists():
        raise NotReady
    audit.record(
        "access.export_downloaded",
        by=by,
        on=("export", export.pk),
        why=export.why,
        kind=export.kind,
        rows=export.rows_count,
    )
    return path


@refusals_recorded("access.export_removed")
@transaction.atomic
def remove_export(export: Export, *, by: User | None) -> None:
    """Delete the file; that it existed stays. None is the clock. Raises Refused."""
    if by is not None and by.pk != export.owner_id:
        raise Refused
    if export.file_name:
        (folder() / export.file_name).unlink(missing_ok=True)
    _move(export, Export.State.GONE, file_name="")
    audit.record("access.export_removed", by=by, on=("export", export.pk), kind=export.kind)


def remove_old_exports(now: datetime) -> int:
    """Delete files whose time is over, and any that nobody owns; returns how many."""
    old = list(Export.objects.filter(state=Export.State.READY, expires_at__lte=now))
    for export in old:
        remove_export(export, by=None)
    owned = set(Export.objects.exclude(file_name="").values_list("file_name", flat=True))
    lost = 0
    for path in folder().iterdir():
        made = datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo)
        if path.name not in owned and now - made > timedelta(days=1):
            path.unlink(missing_ok=True)
            lost += 1
    return len(old) + lost
