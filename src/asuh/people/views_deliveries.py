"""Deliveries of DTKS: which there are, sending one in, watching it, refusing it, taking it back."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
import uuid
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db import connection
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from asuh.access.guards import guard, me
from asuh.access.paging import address_with, page
from asuh.access.refusals import ReasonUnfit
from asuh.access.sheets import CSV, XLSX
from asuh.kernel.dtks import layout as layouts
from asuh.people import reports
from asuh.people.actions import deliveries as actions
from asuh.people.actions.sending import NEEDS_SOMEBODY, UNDER_WAY, is_silent, send_delivery, take_up_again
from asuh.people.codes import reasons
from asuh.people.codes.deliveries import STAGES, ask_words, built_kind, built_words, fault_words
from asuh.people.days import month_words
from asuh.people.forms_deliveries import TakeBackForm, UploadForm, tidy_name
from asuh.people.models import Delivery, Person, QuarantinedRow
from asuh.people.models.registry import person_code
from asuh.people.permissions import Can
from asuh.places.models import Area
from asuh.places.querysets import path_names

STATES = Delivery.State
TOKENS = "deliveries_sent"
ORDERS = {"period": ("period",), "-period": ("-period",), "sent": ("pk",), "-sent": ("-pk",)}
KEPT_SHOWN = 20
FEW = 5
"""Deliveries that one sees at a glance: no filters are offered."""
COLOURS = {
    STATES.WAITING: ("", "clock"),
    STATES.IMPORTING: ("blue", "loader"),
    STATES.ASKING: ("amber", "help-circle"),
    STATES.IMPORTED: ("green", "circle-check"),
    STATES.REFUSED: ("", "x"),
    STATES.TAKEN_BACK: ("", "arrow-back-up"),
    STATES.FAILED: ("red", "alert-octagon"),
}


# -- what every page of the group shows --------------------------------------------------------------


def tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """Import, quarantine, export, as far as the person may use them, with what waits in each."""
    user = me(request)
    found = []
    if user.can(Can.IMPORT_DTKS):
        count = (
            Delivery.objects.reachable(by=user, to=Can.IMPORT_DTKS).filter(state__in=NEEDS_SOMEBODY).count()
        )
        found.append({"label": _("Impor"), "url": reverse("deliveries:deliveries"), "count": count or None})
    if user.can(Can.CORRECT_QUARANTINE):
        count = waiting_rows(user).count()
        found.append(
            {"label": _("Karantina"), "url": reverse("deliveries:quarantine_index"), "count": count or None}
        )
    if user.can(Can.EXPORT_DTKS):
        found.append({"label": _("Ekspor"), "url": reverse("deliveries:exports")})
    for tab, name in zip(found, [name for name, can in _TABS if user.can(can)], strict=True):
        tab["current"] = name == current
    return found


_TABS = (("import", Can.IMPORT_DTKS), ("quarantine", Can.CORRECT_QUARANTINE), ("export", Can.EXPORT_DTKS))


def waiting_rows(user: Any) -> Any:
    """Rows in quarantine that `user` may correct: those of deliveries within reach that stand."""
    standing = Delivery.objects.reachable(by=user, to=Can.CORRECT_QUARANTINE).filter(state=STATES.IMPORTED)
    return QuarantinedRow.objects.waiting().filter(delivery__in=standing)


def areas_by_key(keys: Any) -> dict[str, Area]:
    """Areas for the words of a page, in one query."""
    return Area.objects.in_bulk({key for key in keys if key})


def dress(delivery: Delivery, areas: dict[str, Area]) -> Delivery:
    """Give a delivery what templates say of it: `area`, `colour`, `icon`, `tallies`."""
    result = delivery.result or {}
    view: Any = delivery
    view.area = areas.get(delivery.area_key or "")
    view.colour, view.icon = COLOURS[STATES(delivery.state)]
    view.tallies = {
        name: sum(result.get(table, {}).get(name, 0) for table in ("households", "members"))
        for name in ("accepted", "warned", "quarantined", "unchanged")
    }
    view.tallies["came_in"] = view.tallies["accepted"] + view.tallies["warned"]
    view.has_tallies = delivery.state in (STATES.IMPORTED, STATES.TAKEN_BACK)
    return delivery


def crumbs(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [(_("Data Terpadu"), reverse("deliveries:deliveries")), *more]


# -- the list ----------------------------------------------------------------------------------------


@guard(Can.IMPORT_DTKS)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Deliveries, the newest first."""
    user = me(request)
    reachable = Delivery.objects.reachable(by=user, to=Can.IMPORT_DTKS)
    rows, chips, add = _filtered(request, reachable)
    order = ORDERS.get(request.GET.get("urut", ""), ("-pk",))
    found = page(request, rows.select_related("created_by").defer("found", "rules"), order=order, size=30)
    areas = areas_by_key(one.area_key for one in found.items)
    waiting = dict(
        QuarantinedRow.objects.waiting().filter(delivery__in=[one.pk for one in found.items])
        .values_list("delivery").annotate(Count("pk"))
    )  # fmt: skip
    for one in found.items:
        dress(one, areas).waiting_rows = waiting.get(one.pk, 0)  # type: ignore[attr-defined]
    return render(
        request,
        "people/deliveries/list.html",
        {
            "page": found,
            "chips": chips,
            "add": add if chips or (found.total or 0) > FEW else [],
            "clear_url": "?",
            "tabs": tabs(request, "import"),
            "default_order": "-sent",
            "nothing_yet": not found.items and not chips,
        },
    )


def _filtered(request: HttpRequest, rows: Any) -> tuple[Any, list[dict[str, Any]], list[dict[str, Any]]]:
    """The deliveries asked for; chips of the filters in use, and of those one can add."""
    chips, add = [], []
    state, mine = request.GET.get("keadaan", ""), request.GET.get("pengirim") == "saya"
    for code, label in STATES.choices:
        if code == state:
            rows = rows.filter(state=code)
            chips.append(
                {
                    "label": _("Keadaan: %(state)s") % {"state": label},
                    "url": address_with(request, keadaan=""),
                }
            )
        elif not state and code in (*NEEDS_SOMEBODY, STATES.IMPORTED):
            add.append({"label": label, "url": address_with(request, keadaan=code)})
    period = request.GET.get("periode", "")
    if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", period):
        day = dt.date.fromisoformat(f"{period}-01")
        rows = rows.filter(period=day)
        chips.append({"label": month_words(day), "url": address_with(request, periode="")})
    else:
        days = list(rows.order_by("-period").values_list("period", flat=True).distinct()[:4])
        add += [
            {"label": month_words(day), "url": address_with(request, periode=f"{day:%Y-%m}")} for day in days
        ]
    if mine:
        rows = rows.filter(created_by=me(request))
        chips.append({"label": _("Saya yang mengunggah"), "url": address_with(request, pengirim="")})
    else:
        add.append({"label": _("Saya yang mengunggah"), "url": address_with(request, pengirim="saya")})
    return rows, chips, add


# -- sending one in ----------------------------------------------------------------------------------


@guard(Can.IMPORT_DTKS)
def upload(request: HttpRequest) -> HttpResponse:
    """Two files or a Zip become a delivery that a job takes in."""
    user = me(request)
    sent: dict[str, int] = request.session.get(TOKENS, {})
    if request.method == "POST":
        if (before := sent.get(request.POST.get("token", ""))) is not None:
            return redirect("deliveries:delivery", pk=before)  # the same form again: it is under way
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            files = form.cleaned_data["files"]
            delivery, again = send_delivery(
                [Path(file.temporary_file_path()) for file in files],
                names=[tidy_name(file.name) for file in files],
                period=form.cleaned_data["period"],
                by=user,
            )
            request.session[TOKENS] = dict([*sent.items(), (form.cleaned_data["token"], delivery.pk)][-20:])
            if again:
                messages.info(request, _("Berkas yang sama sudah dalam perjalanan; ini kirimannya."))
            return redirect("deliveries:delivery", pk=delivery.pk)
    else:
        form = UploadForm(initial={"token": uuid.uuid4().hex})
    return render(
        request,
        "people/deliveries/upload.html",
        {
            "form": form,
            "save_label": _("Unggah kiriman"),
            "cancel_url": reverse("deliveries:deliveries"),
            "crumbs": crumbs((_("Impor"), reverse("deliveries:deliveries")), (_("Unggah kiriman"), None)),
            "tabs": tabs(request, "import"),
        },
        status=422 if form.errors else 200,
    )


@guard(Can.IMPORT_DTKS)
@require_GET
def template(request: HttpRequest, table: str, form: str) -> Any:
    """An empty file with the layout's header; as XLSX with a sheet that explains columns and codes."""
    if table not in layouts.TABLES or form not in ("xlsx", "csv"):
        raise Http404
    content = io.BytesIO()
    reports.write_template(content, layouts.load().table(table), form, language=get_language() or "id")
    content.seek(0)
    name = {"households": "templat-rumah-tangga", "members": "templat-anggota"}[table]
    return FileResponse(
        content, as_attachment=True, filename=f"{name}.{form}", content_type=XLSX if form == "xlsx" else CSV
    )


# -- one delivery ------------------------------------------------------------------------------------


@guard(Can.IMPORT_DTKS, of=Delivery)
@require_GET
def show(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    """Where a delivery stands, and what can be done now."""
    return _page(request, delivery)


def _page(request: HttpRequest, delivery: Delivery, *, error: str = "") -> HttpResponse:
    user = me(request)
    dress(delivery, areas_by_key([delivery.area_key]))
    running = delivery.state in UNDER_WAY
    context: dict[str, Any] = {
        "delivery": delivery,
        "states": STATES,
        "running": running,
        "silent": is_silent(delivery, now=timezone.now()),
        "may_refuse": delivery.state in (*NEEDS_SOMEBODY, STATES.WAITING)
        and user.can_at(Can.TAKE_BACK_DELIVERY, delivery),
        "job": _job(delivery, request),
        "poll_url": _poll_url(delivery, request) if running else "",
        "crumbs": crumbs(
            (_("Impor"), reverse("deliveries:deliveries")),
            (_("Kiriman nomor %(number)s") % {"number": delivery.pk}, None),
        ),
        "tabs": tabs(request, "import"),
        "refuse_error": error,
        "found": [_found_words(delivery, one) for one in delivery.found],
    }
    if delivery.state == STATES.ASKING:
        context["asks"] = [ask_words(ask) for ask in delivery.asks]
        context["asks_delivery"] = next((ask["delivery"] for ask in delivery.asks if "delivery" in ask), None)
    elif delivery.state == STATES.FAILED:
        context["fault"] = fault_words(_with_area_names(delivery.error))
    elif delivery.state == STATES.IMPORTED:
        tables = _tables(delivery)
        context |= {
            "waiting_rows": sum(table["waiting"] for table in tables),
            "reasons": _reasons(delivery),
            "tables": tables,
            "may_take_back": user.can_at(Can.TAKE_BACK_DELIVERY, delivery),
        }
    return render(request, "people/deliveries/delivery.html", context, status=422 if error else 200)


def _with_area_names(error: dict[str, Any]) -> dict[str, Any]:
    if "areas" not in error:
        return error
    names = path_names(error["areas"])
    return error | {"areas": [names[key] for key in error["areas"]]}


def _found_words(delivery: Delivery, sheet: dict[str, Any]) -> dict[str, Any]:
    """What the reader made of a file, for people."""
    marks = {";": _("titik koma"), ",": _("koma"), "\t": _("tab"), "|": _("garis tegak")}
    stem = Path(sheet.get("file", "")).stem
    sent = (
        delivery.files[int(stem)]["name"]
        if stem.isdecimal() and int(stem) < len(delivery.files)
        else sheet.get("file")
    )
    return sheet | {
        "file": sent,
        "table_words": _("rumah tangga") if sheet["table"] == "households" else _("anggota rumah tangga"),
        "delimiter_words": marks.get(sheet.get("delimiter", ""), ""),
        "encoding_words": {"utf-8": "UTF-8", "cp1252": "Windows-1252"}.get(sheet.get("encoding", ""), ""),
        "title_lines": sheet.get("header_row", 1) - 1,
    }


def _tables(delivery: Delivery) -> list[dict[str, Any]]:
    """Rows of each file and where they are now; the parts add up to the rows."""
    names = {"households": _("Rumah tangga"), "members": _("Anggota rumah tangga")}
    held: dict[str, dict[str, int]] = {table: {} for table in names}
    for table, state, count in delivery.quarantine.values_list("table", "state").annotate(Count("pk")):
        held[table][state] = count
    told = []
    for table, label in names.items():
        if result := delivery.result.get(table):
            now = held[table]
            came_in = result["accepted"] + result["warned"] + now.get("accepted", 0)
            parts = {"came_in": came_in, "waiting": now.get("waiting", 0), "aside": now.get("set_aside", 0)}
            parts["unchanged"] = result["unchanged"]
            told.append({"label": label, "warned": result["warned"], **parts, "rows": sum(parts.values())})
    return told


def _reasons(delivery: Delivery) -> list[dict[str, Any]]:
    """Reasons with rows, those that keep rows out first; those with rows still waiting lead to them."""
    counts = reason_counts(delivery)
    address = reverse("deliveries:quarantine", args=[delivery.pk])
    told = []
    for code, count in delivery.result.get("reasons", {}).items():
        left, ever = counts.get(code, (0, 0))
        kept = ever if code in reasons.SEVERE else 0
        line = {"code": code, "label": reasons.title(code)}
        if kept:
            url = f"{address}?sebab={code}" if left else ""
            told.append(line | {"count": kept, "severe": True, "left": left, "url": url})
        if count > kept:
            waiting = 0 if kept else left
            url = f"{address}?sebab={code}" if waiting else ""
            told.append(line | {"count": count - kept, "severe": False, "left": waiting, "url": url})
    return sorted(told, key=lambda one: (not one["severe"], -one["count"]))


def reason_counts(delivery: Delivery) -> dict[str, tuple[int, int]]:
    """Reason → rows of a delivery that wait because of it, and those that ever did; a row with two reasons
    counts in both."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reason, count(*) FILTER (WHERE state = 'waiting'), count(*) "
            "FROM people_quarantinedrow, unnest(reasons) AS reason WHERE delivery_id = %s GROUP BY reason",
            [delivery.pk],
        )
        return {reason: (waiting, ever) for reason, waiting, ever in cursor.fetchall()}


def _job(delivery: Delivery, request: HttpRequest) -> dict[str, Any]:
    """The progress card. Time left follows from the first figures seen, kept in its address."""
    states = {
        STATES.WAITING: "waiting",
        STATES.IMPORTING: "running",
        STATES.FAILED: "failed",
        STATES.IMPORTED: "done",
    }
    writing = delivery.stage == "writing" and delivery.rows_total
    seconds_left = None
    if writing:
        since, begun = _seen(request)
        moved = delivery.rows_done - begun
        if since and moved > 0 and time.time() - since > 2:
            seconds_left = (delivery.rows_total - delivery.rows_done) * (time.time() - since) / moved
    shown = delivery.rows_total if writing or delivery.stage == "indexing" else 0
    return {
        "title": _("Impor"),
        "state": states.get(STATES(delivery.state), "stopped"),
        "done": delivery.rows_done if shown else 0,
        "total": shown,
        "unit": _("baris"),
        "percent": int(100 * delivery.share_done) if shown else 0,
        "seconds_left": seconds_left,
        "text": _stage_words(delivery) if delivery.state == STATES.IMPORTING else "",
    }


def _stage_words(delivery: Delivery) -> str:
    words = str(STAGES.get(delivery.stage, ""))
    if delivery.stage == "reading" and delivery.rows_done:
        rows = number_format(delivery.rows_done, force_grouping=True)
        words += " " + _("%(rows)s baris sejauh ini.") % {"rows": rows}
    return words


def _seen(request: HttpRequest) -> tuple[float, int]:
    sent = request.GET.get("sejak", ""), request.GET.get("dari", "")
    return (
        (float(sent[0]), int(sent[1]))
        if all(part.isdecimal() and len(part) < 16 for part in sent)
        else (0.0, 0)
    )


def _poll_url(delivery: Delivery, request: HttpRequest) -> str:
    since, begun = _seen(request)
    address = reverse("deliveries:progress", args=[delivery.pk])
    if delivery.stage != "writing":
        return address
    if not since:
        since, begun = time.time(), delivery.rows_done
    return f"{address}?sejak={since:.0f}&dari={begun}"


@guard(Can.IMPORT_DTKS, of=Delivery)
@require_GET
def progress(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    """The card alone, for the page that asks again by itself; at the end the whole page comes anew."""
    if delivery.state not in UNDER_WAY:
        return HttpResponseClientRefresh()
    return render(
        request,
        "people/deliveries/progress.html",
        {
            "delivery": delivery,
            "job": _job(delivery, request),
            "poll_url": _poll_url(delivery, request),
            "silent": is_silent(delivery, now=timezone.now()),
        },
    )


@guard(Can.IMPORT_DTKS, of=Delivery)
@require_POST
def confirm(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    """Take it in all the same, or try again what failed or was forgotten."""
    user = me(request)
    if not take_up_again(delivery, by=user, now=timezone.now()):
        messages.info(request, _("Keadaan kiriman ini sudah berubah; ini yang terbaru."))
    return redirect("deliveries:delivery", pk=delivery.pk)


@guard(Can.TAKE_BACK_DELIVERY, of=Delivery)
@require_POST
def refuse(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    """Send it away, with a reason; the page then says who did, when and why."""
    user = me(request)
    try:
        actions.refuse_delivery(delivery, because=request.POST.get("reason", ""), by=user)
    except ReasonUnfit as unfit:
        return _page(request, delivery, error=str(unfit))
    except actions.DeliveryNotWaiting:
        messages.error(request, _("Keadaan kiriman ini sudah berubah; tidak ada yang ditolak."))
    return redirect("deliveries:delivery", pk=delivery.pk)


@guard(Can.TAKE_BACK_DELIVERY, of=Delivery)
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    """Undo a whole import, with a reason, after seeing what others built on it; that stays."""
    user = me(request)
    changed = _("Keadaan kiriman ini sudah berubah; tidak ada yang ditarik.")
    back = reverse("deliveries:delivery", args=[delivery.pk])
    if delivery.state != STATES.IMPORTED:
        messages.error(request, changed)
        return redirect(back)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_back_delivery(delivery, because=form.cleaned_data["reason"], by=user)
        except actions.DeliveryNotImported:
            messages.error(request, changed)
        return redirect(back)
    built_on = actions.what_was_built_on(delivery, at_most=KEPT_SHOWN)
    context = {
        "delivery": dress(delivery, areas_by_key([delivery.area_key])),
        "form": form,
        "built_on": built_words(built_on.counts),
        "passed_on": actions.what_passes_on(delivery),
        "waits_again": actions.what_waits_again(delivery),
        "kept": _kept(built_on, by=user),
        "cancel_url": back,
        "crumbs": crumbs(
            (_("Kiriman nomor %(number)s") % {"number": delivery.pk}, back), (_("Tarik kembali"), None)
        ),
    }
    return render(request, "people/deliveries/take_back.html", context, status=422 if form.errors else 200)


def _kept(built_on: actions.BuiltOn, *, by: Any) -> dict[str, Any]:
    """Whom others built on: how many, and the first of them, with a page for whom `by` may see."""
    people: Any = Person.objects.reachable(by=by, to=Can.SEE_CHILD)
    seen = set(
        people.filter(pk__in=[person for person, _kinds in built_on.people]).values_list("pk", flat=True)
    )
    return {
        "people": [
            {
                "code": person_code(person),
                "url": reverse("people:child", args=[person]) if person in seen else "",
                "kinds": ", ".join(built_kind(kind) for kind in kinds),
            }
            for person, kinds in built_on.people
        ],
        "more": built_on.people_count - len(built_on.people),
    }


@guard(Can.IMPORT_DTKS, of=Delivery)
@require_GET
def report(request: HttpRequest, delivery: Delivery) -> Any:
    """Summary, reasons and quarantined rows as XLSX: asked for like every file, made by a job."""
    query = {"kiriman": delivery.pk} | ({"menunggu": "1"} if request.GET.get("menunggu") == "1" else {})
    return redirect(f"{reverse('access:export_new', args=[reports.REPORT])}?{urlencode(query)}")
