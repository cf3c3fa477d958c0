"""Jejak audit: who did what, when, on whom, and who was refused."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from asuh.access import paging, trail
from asuh.access.forms import TrailFilter
from asuh.access.guards import guard, me
from asuh.audit import actions as audit
from asuh.audit import codes
from asuh.audit.models import Event, Seal
from asuh.audit.permissions import Can
from asuh.places.querysets import path_names


@guard(Can.READ_TRAIL)
def index(request: HttpRequest) -> HttpResponse:
    """Who did what?"""
    by = me(request)
    form = TrailFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    events = trail.readable(by)
    events = Event.objects.none() if form.errors else trail.narrowed(events, wanted)
    found = paging.page(request, events, order=("-pk",))
    audit.record("audit.trail_read", by=by, filters=sorted(key for key, value in wanted.items() if value))
    names = path_names(event.area_key for event in found.items)
    for event in found.items:
        event.words = codes.words(event)
        event.reason = codes.reason(event)
        event.door_words = _doors().get(event.door, event.door)
        event.area_words = names.get(event.area_key, "")
    filters = {key: value for key, value in request.GET.items() if key in form.fields and value}
    last = Seal.objects.order_by("-pk").first()
    context = {
        "page": found,
        "filter_form": form,
        "chips": _chips(request, form, wanted),
        "clear_url": "?",
        "seal": last,
        "export_url": reverse("access:export_new", args=["audit.trail"])
        + ("?" + urlencode(filters) if filters else ""),
        "crumbs": [(_("Beranda"), reverse("desk:home")), (_("Jejak audit"), None)],
    }
    return render(request, "access/trail.html", context)


def _doors() -> dict[str, str]:
    return {
        "page": _("lewat halaman"),
        "api": _("lewat antarmuka mesin"),
        "cli": _("lewat perintah di server"),
        "job": _("lewat pekerjaan latar"),
    }


def _chips(request: HttpRequest, form: TrailFilter, wanted: dict[str, Any]) -> list[dict[str, str]]:
    chips = []
    for name, field in form.fields.items():
        value = request.GET.get(name)
        if not value or wanted.get(name) in (None, "", False):
            continue
        query = request.GET.copy()
        query.pop(name)
        query.pop("after", None)
        words = str(dict(getattr(field, "choices", [])).get(value, value))
        label = str(field.label) if name == "refused" else f"{field.label}: {words}"
        chips.append({"label": label, "url": f"?{query.urlencode()}"})
    return chips
