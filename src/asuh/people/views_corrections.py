"""Facts about many people from one spreadsheet: the report of what fits comes first."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from asuh.access.guards import guard
from asuh.access.sheets import XLSX, NotASheet, read_rows
from asuh.people import reports
from asuh.people.actions import sheets
from asuh.people.corrections import AT_MOST, COLUMNS, Outcome
from asuh.people.forms_deliveries import SheetForm, tidy_name
from asuh.people.permissions import Can
from asuh.people.views_deliveries import crumbs, tabs

SHOWN = 100
"""Rows of a report on the page; all of them are in the download."""


@guard(Can.IMPORT_DTKS)
def index(request: HttpRequest) -> HttpResponse:
    """The sheet under way, else a form to send one."""
    user: Any = request.user
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
        "exact": counts.get(Outcome.EXACT, 0),
        "shown": [line | {"words": Outcome(line["outcome"]).label} for line in shown[:SHOWN]],
        "more": len(shown) > SHOWN,
        "asked_words": Outcome(asked).label if asked in Outcome.values else "",
        "columns": COLUMNS,
        "error": error,
        "save_label": _("Cocokkan dulu"),
        "cancel_url": reverse("deliveries:deliveries"),
        "tabs": tabs(request, "import"),
        "crumbs": crumbs((_("Keterangan dari lembar kerja"), None)),
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
    user: Any = request.user
    sheet = sheets.sheet_of(user)
    if sheet.get("state") != "applying":
        return HttpResponseClientRefresh()
    context = {"job": _job(sheet), "poll_url": reverse("deliveries:corrections_progress")}
    return render(request, "components/progress.html", context)


@guard(Can.IMPORT_DTKS)
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Record the rows that fit, with the reason that goes along with every fact."""
    user: Any = request.user
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return _page(request, sheets.sheet_of(user), SheetForm(), error=_("Tuliskan alasannya."))
    try:
        sheets.apply_later(reason=reason, by=user)
    except sheets.NothingToApply:
        messages.error(request, _("Tidak ada baris yang dapat dicatat, atau sudah sedang dicatat."))
    return redirect("deliveries:corrections")


@guard(Can.IMPORT_DTKS)
@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """Forget the sheet."""
    user: Any = request.user
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
    user: Any = request.user
    content = io.BytesIO()
    heads = [_("Baris"), _("Kecocokan"), _("Keterangan"), *COLUMNS]
    reports.write_lines(content, _("Kecocokan"), heads, _lines(sheets.sheet_of(user)))
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename="laporan-kecocokan.xlsx", content_type=XLSX)


def _lines(sheet: dict[str, Any]) -> Iterator[list[Any]]:
    for line in sheet.get("lines", []):
        words = str(Outcome(line["outcome"]).label)
        yield [line["number"], words, " ".join(line["why"]), *(line["cells"][name] for name in COLUMNS)]
