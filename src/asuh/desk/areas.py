"""Pages about areas: what lies in one, under which codes, and what became of a code no longer in force."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from asuh.access.guards import signed_in
from asuh.desk import words
from asuh.places.models import Area, dotted
from asuh.places.querysets import path_names
from asuh.places.resolving import search_areas

ORDERS = {"name", "-name", "key", "-key"}
FOUND_AT_MOST = 50


@signed_in
def area(request: HttpRequest, code: int | None = None) -> HttpResponse:
    """One area and what lies right below it; without a code the country. `q` searches in all of them."""
    here = Area.objects.filter(key=str(code)).first() if code else None
    if code and here is None:
        raise Http404
    key = here.key if here else ""
    asked = request.GET.get("q", "").strip()[:100]
    order = request.GET.get("urut", "key")
    if asked:
        inside = _found(asked)
    else:
        inside = list(Area.objects.current().children_of(key).order_by(order if order in ORDERS else "key"))
    return render(
        request,
        "desk/areas.html",
        {
            "area": here,
            "asked": asked,
            "page": {"items": inside, "total": len(inside)},
            "paths": path_names(one.key[:-4] if one.level == 4 else one.key[:-2] for one in inside)
            if asked
            else {},
            "default_order": "key",
            "crumbs": _crumbs(here),
            "facts": _facts(here) if here and not asked else [],
            "full": len(inside) == FOUND_AT_MOST,
        },
    )


def _found(asked: str) -> list[Area]:
    """Areas in force by name or code; a retired code or a BPS code is found when written in full."""
    digits = asked.replace(".", "").replace(" ", "")
    exact = list(Area.objects.filter(key=digits, retired_on__isnull=False))
    if digits.isdecimal() and "." not in asked:  # BPS writes no dots
        exact += list(Area.objects.filter(bps=digits).exclude(key=digits))
    found = search_areas(asked, limit=FOUND_AT_MOST)
    known = {one.key for one in exact}
    return [*exact, *(one for one in found if one.key not in known)][:FOUND_AT_MOST]


def _crumbs(here: Area | None) -> list[tuple[str, str | None]]:
    crumbs: list[tuple[str, str | None]] = [(_("Wilayah"), reverse("places:areas"))]
    if here:
        above = Area.objects.path_to(here.key)
        crumbs += [
            (words.area_words(one.kind, one.name), reverse("places:area", args=[one.key])) for one in above
        ]
    return crumbs


def _facts(here: Area) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": _("Kode Kemendagri"), "value": here.code},
        {"label": _("Kode BPS"), "value": here.bps},
        {"label": _("Dasar hukum"), "value": here.regulation},
        {"label": _("Dikenal sejak"), "value": words.date_words(here.valid_from)},
    ]
    if here.postal_code:
        facts.append({"label": _("Kode pos"), "value": here.postal_code})
    if here.other_names:
        facts.append({"label": _("Juga ditulis"), "value": ", ".join(here.other_names)})
    if here.retired_on:
        facts.append({"label": _("Tidak berlaku sejak"), "value": words.date_words(here.retired_on)})
        to = ", ".join(f"{dotted(key)} {name}" for key, name in path_names(here.successors).items())
        facts.append({"label": _("Menjadi"), "value": to})
    return facts
