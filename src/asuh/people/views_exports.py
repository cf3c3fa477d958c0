"""DTKS out: which area, which period, which columns, and why."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from asuh.access import actions
from asuh.access.exports import all_kinds
from asuh.access.guards import guard, me
from asuh.access.models import Export, User
from asuh.kernel.dtks import layout as layouts
from asuh.people.exports import KINDS
from asuh.people.forms_deliveries import ExportForm
from asuh.people.models import Delivery
from asuh.people.permissions import Can
from asuh.people.views_deliveries import crumbs, tabs
from asuh.places.models import Area

RECENT = 10


@guard(Can.EXPORT_DTKS)
def index(request: HttpRequest) -> HttpResponse:
    """Ask for files of DTKS; those asked for lately stand beside."""
    user = me(request)
    areas, periods = areas_for_export(user), periods_within(user)
    form = ExportForm(
        request.POST or None, areas=areas, periods=periods, card_numbers=user.can(Can.EXPORT_CARD_NUMBERS)
    )
    if request.method == "POST" and form.is_valid():
        asked = _ask(form, by=user)
        if len(asked) == 1:
            return redirect("access:export", pk=asked[0].pk)
        messages.success(request, _("Kedua berkas diminta; unduh di bawah begitu siap."))
        return redirect("deliveries:exports")
    recent = list(
        Export.objects.reachable(by=user, to="own").filter(kind__in=KINDS.values()).order_by("-pk")[:RECENT]
    )
    for export in recent:
        export.label = all_kinds()[export.kind].label  # type: ignore[attr-defined]
    return render(
        request,
        "people/deliveries/export.html",
        {
            "form": form,
            "periods": periods,
            "recent": recent,
            "save_label": _("Buat berkas"),
            "crumbs": crumbs((_("Ekspor"), None)),
            "tabs": tabs(request, "export"),
        },
        status=422 if form.errors else 200,
    )


@transaction.atomic
def _ask(form: ExportForm, *, by: User) -> list[Export]:
    chosen = form.cleaned_data
    asked = []
    for table, kind in KINDS.items():
        if table not in chosen["tables"]:
            continue
        columns = chosen[f"{table}_columns"] if chosen["all_columns"] == "some" else _every_column(table, by)
        asked.append(
            actions.ask_export(
                all_kinds()[kind],
                columns=columns,
                choices={"area": chosen["area"], "period": chosen["period"]},
                why=chosen["why"],
                format=chosen["format"],
                by=by,
            )
        )
    return asked


def _every_column(table: str, by: User) -> list[str]:
    """All of them in the layout's order, so that the file can be read in again; hidden ones stay empty."""
    return layouts.load().table(table).names


def areas_for_export(user: User) -> list[tuple[str, str]]:
    """(key, name) of the areas where `user` exports and of those one level inside."""
    prefixes = user.areas_for(Can.EXPORT_DTKS)
    found: dict[str, str] = {"": str(_("Seluruh Indonesia"))} if "" in prefixes else {}
    own = Area.objects.current().filter(key__in=prefixes) | (
        Area.objects.current().provinces() if "" in prefixes else Area.objects.none()
    )
    for area in own.order_by("key"):
        found[area.key] = area.name
        for inside in Area.objects.current().children_of(area.key).order_by("key"):
            found[inside.key] = f"{area.name} · {inside.name}"
    return list(found.items())


def periods_within(user: User) -> list[str]:
    """Periods that came in, the newest first."""
    days = Delivery.objects.filter(state=Delivery.State.IMPORTED).values_list("period", flat=True).distinct()
    return [f"{day:%Y-%m}" for day in days.order_by("-period")]
