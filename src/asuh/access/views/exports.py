"""Unduhan saya: files one asked for, and asking for one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from asuh.access import actions, paging, sheets
from asuh.access.exports import all_kinds
from asuh.access.forms import ExportForm
from asuh.access.guards import me, own, refuse, signed_in
from asuh.access.models import Export
from asuh.access.refusals import BrokenRule

_STATES = {
    Export.State.WAITING: "waiting",
    Export.State.RUNNING: "running",
    Export.State.READY: "done",
    Export.State.FAILED: "failed",
    Export.State.GONE: "stopped",
}


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """Which files did I ask for?"""
    by = me(request)
    found = paging.page(request, Export.objects.reachable(by=by, to="own"), order=("-pk",))
    for export in found.items:
        export.label = _label(export)
    context = {"page": found, "crumbs": [(_("Beranda"), reverse("desk:home")), (_("Unduhan saya"), None)]}
    return render(request, "access/exports.html", context)


def _label(export: Export) -> Any:
    kind = all_kinds().get(export.kind)
    return kind.label if kind else export.kind


@signed_in
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose columns, say why, ask. The list's filters stand in the address and go along."""
    by = me(request)
    found = all_kinds().get(kind)
    if found is None:
        raise Http404
    if not by.can(found.permission):
        refuse(request, found.permission, on=None)
        raise PermissionDenied
    form = ExportForm(request.POST or None, kind=found)
    if request.method == "POST" and form.is_valid():
        export = actions.ask_export(
            found,
            columns=form.cleaned_data["columns"],
            format=form.cleaned_data.get("format", Export.Format.XLSX),
            why=form.cleaned_data["why"],
            choices=request.GET.dict(),
            by=by,
        )
        return redirect("access:export", pk=export.pk)
    context = {
        "form": form,
        "kind": found,
        "narrowed": bool(request.GET) and found.check is None,
        "save_label": _("Buat berkas"),
        "crumbs": [(_("Unduhan saya"), reverse("access:exports")), (found.label, None)],
    }
    return render(request, "access/export_new.html", context, status=422 if form.errors else 200)


@own(Export)
def show(request: HttpRequest, export: Export) -> HttpResponse:
    """How far is it? A part of the page asks again by itself until it is done."""
    running = export.state in (Export.State.WAITING, Export.State.RUNNING)
    context = {
        "export": export,
        "job": {"title": _label(export), "state": _STATES[Export.State(export.state)], "text": _text(export)},
        "poll_url": reverse("access:export", args=[export.pk]) if running else "",
        "label": _label(export),
        "crumbs": [(_("Unduhan saya"), reverse("access:exports")), (_label(export), None)],
    }
    if getattr(request, "htmx", False):
        if not running:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "components/progress.html", context)
    return render(request, "access/export.html", context)


def _text(export: Export) -> str:
    if export.state == Export.State.FAILED:
        return _(
            "Berkas tidak dapat dibuat. Mintalah sekali lagi; bila gagal lagi, beri tahu pengelola sistem."
        )
    if export.state == Export.State.GONE:
        return _("Berkas sudah dihapus. Mintalah lagi bila masih perlu.")
    return ""


@own(Export)
def download(request: HttpRequest, export: Export) -> Any:
    """The file itself."""
    by = me(request)
    try:
        path = actions.open_export(export, by=by)
    except BrokenRule as broken:
        messages.error(request, str(broken))
        return redirect("access:export", pk=export.pk)
    day = timezone.localtime(export.created_at).strftime("%Y-%m-%d")
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"asuh-{export.kind.replace('.', '-')}-{day}.{export.format}",
        content_type=sheets.XLSX if export.format == Export.Format.XLSX else sheets.CSV,
    )


@require_POST
@own(Export)
def remove(request: HttpRequest, export: Export) -> HttpResponse:
    """Delete the file before its time."""
    actions.remove_export(export, by=me(request))
    messages.success(request, _("Berkas dihapus."))
    return redirect("access:exports")
