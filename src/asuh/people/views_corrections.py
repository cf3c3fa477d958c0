"""Facts and corrections about many people from one spreadsheet: the report of what fits comes first."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from asuh.access.guards import guard, me
from asuh.access.refusals import ReasonUnfit
from asuh.access.sheets import XLSX, NotASheet, read_rows
from asuh.people import errors, identity, reports
from asuh.people.actions import sheets
from asuh.people.corrections import AT_MOST, COLUMNS, Outcome
from asuh.people.forms_deliveries import SheetForm, tidy_name
from asuh.people.models import KINDS, Person, RecordedLine, RecordedSheet
from asuh.people.permissions import Can
from asuh.people.views_children import address_of
from asuh.people.views_deliveries import crumbs, tabs

SHOWN = 100
"""Rows of a report on the page; all of them are in the download."""


@guard(Can.IMPORT_DTKS)
def index(request: HttpRequest) -> HttpResponse:
    """The sheet under way, else a form to send one."""
    user = me(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            read = read_rows(upload.name, upload.read(), columns=list(COLUMNS), at_most=AT_MOST)
            rows = [(number, dict(zip(COLUMNS, cells, strict=True))) for number, cells in read]
        except NotASheet as wrong:
            form.add_error("file", str(wrong))
        else:
            if rows:
                sheets.receive_sheet(tidy_name(upload.name), rows, by=user)
                return redirect("deliveries:corrections")
            form.add_error("file", _("Berkas ini tidak berisi baris data."))
    return _page(request, sheets.sheet_of(user), form)


def _page(request: HttpRequest, sheet: dict[str, Any], form: SheetForm, *, error: str = "") -> HttpResponse:
    lines = sheet.get("lines", [])
    asked = request.GET.get("cocok", "")
    shown = [line for line in lines if not asked or line["outcome"] == asked]
    address = reverse("deliveries:corrections")
    counts = sheet.get("counts", {})
    running = sheet.get("state") == "applying"
    context = {
        "form": form,
        "sheet": sheet,
        "job": _job(sheet),
        "poll_url": reverse("deliveries:corrections_progress") if running else "",
        "outcome": [
            {
                "label": label,
                "value": counts.get(code, 0),
                "url": f"{address}?cocok={code}" if code in counts else "",
            }
            for code, label in Outcome.choices
        ],
        "exact": 0 if sheet.get("moved") else counts.get(Outcome.EXACT, 0),
        "shown": [line | {"words": Outcome(line["outcome"]).label} for line in shown[:SHOWN]],
        "recorded_sheets": _mine(request).order_by("-pk")[:20] if not sheet else [],
        "more": len(shown) > SHOWN,
        "asked_words": Outcome(asked).label if asked in Outcome.values else "",
        "columns": COLUMNS,
        "error": error,
        "save_label": _("Cocokkan dulu"),
        "cancel_url": reverse("deliveries:deliveries"),
        "tabs": tabs(request, "import"),
        "crumbs": crumbs((_("Perbaikan dari lembar kerja"), None)),
    }
    wrong = bool(form.errors or error)
    return render(request, "people/deliveries/corrections.html", context, status=422 if wrong else 200)


def _job(sheet: dict[str, Any]) -> dict[str, Any]:
    total = sheet.get("counts", {}).get(Outcome.EXACT, 0)
    done = sheet.get("done", 0)
    return {
        "title": _("Mencatat keterangan"),
        "state": "running",
        "done": done,
        "total": total,
        "unit": _("baris"),
        "percent": int(100 * done / total) if total else 0,
    }


@guard(Can.IMPORT_DTKS)
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """The card alone; at the end the whole page comes anew."""
    user = me(request)
    sheet = sheets.sheet_of(user)
    if sheet.get("state") != "applying":
        return HttpResponseClientRefresh()
    context = {"job": _job(sheet), "poll_url": reverse("deliveries:corrections_progress")}
    return render(request, "components/progress.html", context)


@guard(Can.IMPORT_DTKS)
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Record the rows that fit, with the reason that goes along with every fact."""
    user = me(request)
    try:
        sheets.apply_later(reason=request.POST.get("reason", ""), by=user)
    except ReasonUnfit as unfit:
        return _page(request, sheets.sheet_of(user), SheetForm(), error=str(unfit))
    except sheets.NothingToApply:
        messages.error(request, _("Tidak ada baris yang dapat dicatat, atau sudah sedang dicatat."))
    return redirect("deliveries:corrections")


@guard(Can.IMPORT_DTKS)
@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """Forget the sheet."""
    user = me(request)
    sheets.drop_sheet(by=user)
    return redirect("deliveries:corrections")


@guard(Can.IMPORT_DTKS)
@require_GET
def template(request: HttpRequest) -> Any:
    """An empty sheet, and one that explains its columns."""
    content = io.BytesIO()
    reports.write_sheet_template(content)
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename="templat-keterangan.xlsx", content_type=XLSX)


@guard(Can.IMPORT_DTKS)
@require_GET
def report(request: HttpRequest) -> Any:
    """Every row with how it fits, as XLSX."""
    user = me(request)
    content = io.BytesIO()
    heads = [
        _("Baris"),
        _("Kecocokan"),
        _("Orang di Asuh"),
        _("Dikenali dari"),
        _("Yang berubah"),
        _("Keterangan"),
        *COLUMNS,
    ]
    reports.write_lines(content, _("Kecocokan"), heads, _lines(sheets.sheet_of(user)))
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename="laporan-kecocokan.xlsx", content_type=XLSX)


def _lines(sheet: dict[str, Any]) -> Iterator[list[Any]]:
    for line in sheet.get("lines", []):
        words = str(Outcome(line["outcome"]).label)
        changes = "; ".join(
            f"{what}: {before} → {since}" if before else f"{what}: {since}"
            for what, before, since in line["shown"]
        )
        yield [
            line["number"],
            words,
            line["who"],
            line["how"],
            changes,
            " ".join(line["why"]),
            *(line["cells"][name] for name in COLUMNS),
        ]


@guard(Can.IMPORT_DTKS)
@require_GET
def recorded(request: HttpRequest, pk: int) -> HttpResponse:
    """One recorded sheet of one's own, row by row, and undoing all of it."""
    return _recorded_page(request, _own(request, pk))


@guard(Can.IMPORT_DTKS)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo everything that the sheet recorded, in a job."""
    user = me(request)
    sheet = _own(request, pk)
    try:
        sheets.undo_later(sheet, reason=request.POST.get("reason", ""), by=user)
    except errors.BrokenRule as broken:
        return _recorded_page(request, sheet, error=str(broken))
    return redirect("deliveries:corrections_recorded", pk=pk)


@guard(Can.IMPORT_DTKS)
@require_GET
def undoing(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress of undoing; at the end the whole page comes anew."""
    sheet = _own(request, pk)
    if sheet.undone_at is not None:
        return HttpResponseClientRefresh()
    return render(request, "components/progress.html", _undoing(sheet))


def _own(request: HttpRequest, pk: int) -> RecordedSheet:
    sheet: RecordedSheet = get_object_or_404(_mine(request), pk=pk)
    return sheet


def _mine(request: HttpRequest) -> Any:
    user = me(request)
    return RecordedSheet.objects.reachable(by=user, to=Can.IMPORT_DTKS)


def _undoing(sheet: RecordedSheet) -> dict[str, Any]:
    if sheet.undoing_since is None or sheet.undone_at is not None:
        return {}
    total = sheet.lines.count()
    done = sheet.lines.exclude(state=RecordedLine.State.RECORDED).count()
    return {
        "job": {
            "title": _("Mengurungkan lembar kerja"),
            "state": "running",
            "done": done,
            "total": total,
            "unit": _("baris"),
            "percent": int(100 * done / total) if total else 0,
        },
        "poll_url": reverse("deliveries:corrections_undoing", args=[sheet.pk]),
    }


def _recorded_page(request: HttpRequest, sheet: RecordedSheet, *, error: str = "") -> HttpResponse:
    user = me(request)
    counted = Counter(sheet.lines.values_list("state", flat=True))
    lines = list(sheet.lines.select_related("person", "change").order_by("state", "number")[:SHOWN])
    reach = Person.objects.reachable(by=user, to=Can.SEE_CHILD).filter(
        pk__in=[line.person_id for line in lines]
    )
    here = set(reach.values_list("pk", flat=True))
    context = {
        "sheet": sheet,
        "lines": [
            {
                "line": line,
                "code": line.person.code,
                "url": address_of(line.person, "riwayat") if line.person_id in here else "",
                "what": _what(line),
            }
            for line in lines
        ],
        "more": sum(counted.values()) > SHOWN,
        "outcome": [
            {"label": _("tercatat"), "value": counted[RecordedLine.State.RECORDED]},
            {"label": _("diurungkan"), "value": counted[RecordedLine.State.UNDONE]},
            {"label": _("tetap, karena sudah berubah lagi"), "value": counted[RecordedLine.State.KEPT]},
        ],
        "error": error,
        "tabs": tabs(request, "import"),
        "crumbs": crumbs(
            (_("Perbaikan dari lembar kerja"), reverse("deliveries:corrections")), (sheet.name, None)
        ),
        **_undoing(sheet),
    }
    return render(request, "people/deliveries/recorded_sheet.html", context, status=422 if error else 200)


def _what(line: RecordedLine) -> str:
    parts = [str(KINDS[kind].title) for kind, _number in line.facts]
    if line.change is not None:
        shown = identity.fields_shown(line.change.before, line.change.after)
        parts = [identity.label_of(field) for field in shown] + parts
    return ", ".join(dict.fromkeys(parts))
