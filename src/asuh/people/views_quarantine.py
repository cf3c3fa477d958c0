"""The quarantine: one row at a time, mended where it stands, set aside, or brought back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from asuh.access.asked import key_of
from asuh.access.guards import guard, me
from asuh.access.paging import beyond
from asuh.access.refusals import CannotBeUndone, OutsideYourAreas, ReasonUnfit
from asuh.audit.actions import record
from asuh.audit.models import Event
from asuh.people.actions import correcting
from asuh.people.actions.deliveries import DeliveryNotImported
from asuh.people.codes import reasons
from asuh.people.models import Delivery, HouseholdRow, QuarantinedRow
from asuh.people.permissions import Can
from asuh.people.quarantine import WAITS, Patient, villages_of
from asuh.people.views_deliveries import areas_by_key, crumbs, dress, reason_counts, tabs, waiting_rows

ORDER = ("table", "source_row", "pk")
"""Households first: mending one brings its members in."""


@guard(Can.CORRECT_QUARANTINE)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Deliveries with waiting rows; straight to the queue where there is one such delivery."""
    user = me(request)
    counts = dict(waiting_rows(user).values_list("delivery").annotate(Count("pk")))
    if len(counts) == 1:
        return redirect("deliveries:quarantine", pk=next(iter(counts)))
    found = list(Delivery.objects.filter(pk__in=counts).order_by("-pk")[:100])
    areas = areas_by_key(one.area_key for one in found)
    for one in found:
        dress(one, areas).waiting_rows = counts[one.pk]  # type: ignore[attr-defined]
    context = {
        "deliveries": found,
        "total": sum(counts.values()),
        "tabs": tabs(request, "quarantine"),
        "crumbs": crumbs((_("Karantina"), None)),
    }
    return render(request, "people/deliveries/quarantine_index.html", context)


@guard(Can.CORRECT_QUARANTINE, of=Delivery)
@require_GET
def queue(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    """The row that `baris` names, else the first one that waits."""
    return _page(request, delivery, request.GET.get("baris", ""))


def _asked_reason(request: HttpRequest) -> str:
    code = request.GET.get("sebab", "")
    return code if code in reasons.WORDS else ""


def _page(
    request: HttpRequest,
    delivery: Delivery,
    number: str,
    *,
    patient: Patient | None = None,
    error: str = "",
    aside_error: str = "",
) -> HttpResponse:
    reason = _asked_reason(request)
    waiting = delivery.quarantine.waiting()
    rows = waiting.because_of(reason) if reason else waiting
    counts = {code: left for code, (left, ever) in reason_counts(delivery).items() if left}
    totals = _totals(delivery)
    row = patient.row if patient else None
    if row is None and (asked := key_of(number)) is not None:
        row = rows.filter(pk=asked).first()
    # what only waits for its household cannot be mended itself: whatever can comes first
    row = row or rows.exclude(reasons__contains=[WAITS]).order_by(*ORDER).first()
    row = row or rows.order_by(*ORDER).first()
    context: dict[str, Any] = {
        "delivery": dress(delivery, areas_by_key([delivery.area_key])),
        "tabs": tabs(request, "quarantine"),
        "crumbs": crumbs(
            (_("Karantina"), reverse("deliveries:quarantine_index")),
            (_("Kiriman nomor %(number)s") % {"number": delivery.pk}, None),
        ),
        "reason_list": _reason_list(delivery, counts, totals["left"], reason),
        "reason_words": reasons.title(reason) if reason else _("semua"),
        "reason_left": counts.get(reason, 0) if reason else totals["left"],
        "totals": totals,
        "reason": reason,
        "item": row,
        "error": error,
        "aside_error": aside_error,
    }
    if row is not None:
        user = me(request)
        patient = patient or Patient(row, delivery, areas=user.areas_for(Can.CORRECT_QUARANTINE))
        context |= _around(rows, row, reason) | _item(patient)
        context["decide_url"] = _with_reason(reverse("deliveries:decide", args=[delivery.pk, row.pk]), reason)
        context["check_url"] = reverse("deliveries:check", args=[delivery.pk, row.pk])
        if any(cell.widget == "village" for cell in patient.cells):
            context["villages"] = villages_of(delivery, patient.areas)
        record(
            "people.quarantine_opened", by=user, on=("quarantinedrow", row.pk), area_key=row.area_key or ""
        )
    wrong = patient is not None and patient.typed is not None
    if patient is not None and wrong:
        _record_asked(request, patient)
    return render(request, "people/deliveries/quarantine.html", context, status=422 if wrong else 200)


def _totals(delivery: Delivery) -> dict[str, int]:
    told = delivery.quarantine.aggregate(all=Count("pk"), left=Count("pk", filter=Q(state="waiting")))
    done = told["all"] - told["left"]
    return told | {"done": done, "percent": int(100 * done / told["all"]) if told["all"] else 100}


def _reason_list(delivery: Delivery, counts: dict[str, int], left: int, current: str) -> list[dict[str, Any]]:
    """What keeps rows out, most frequent first; those that only wait for their household last."""
    address = reverse("deliveries:quarantine", args=[delivery.pk])
    keeping = sorted(
        (code for code in counts if code in reasons.SEVERE), key=lambda code: (code == WAITS, -counts[code])
    )
    lines = [{"label": _("Semua sebab"), "count": left, "url": address, "current": not current}]
    lines += [
        {
            "label": reasons.title(code),
            "count": counts[code],
            "url": f"{address}?sebab={code}",
            "current": code == current,
        }
        for code in keeping
    ]
    return lines


def _around(rows: Any, row: QuarantinedRow, reason: str) -> dict[str, Any]:
    """Where the row stands among those that wait, and its neighbours."""
    here = {name: getattr(row, name) for name in ORDER}
    after = rows.filter(beyond(ORDER, here)).order_by(*ORDER).values_list("pk", flat=True).first()
    back = tuple(f"-{name}" for name in ORDER)
    earlier = rows.filter(beyond(back, here))
    before = earlier.order_by(*back).values_list("pk", flat=True).first()
    position = earlier.count() + 1
    return {
        "position": position,
        "remaining": rows.count(),
        "next_url": _address(row.delivery_id, reason, after) if after else "",
        "previous_url": _address(row.delivery_id, reason, before) if before else "",
    }


def _address(delivery_id: int, reason: str, row: int | None) -> str:
    address = reverse("deliveries:quarantine", args=[delivery_id])
    parts = ([f"sebab={reason}"] if reason else []) + ([f"baris={row}"] if row else [])
    return f"{address}?{'&'.join(parts)}" if parts else address


def _with_reason(address: str, reason: str) -> str:
    return f"{address}?sebab={reason}" if reason else address


def _item(patient: Patient) -> dict[str, Any]:
    """Where the row belongs, and how others could be treated the same way."""
    row = patient.row
    context: dict[str, Any] = {"patient": patient, "household": None}
    household = None
    if row.table == "members" and row.household_key:
        household = (
            HouseholdRow.objects.within(patient.areas)
            .filter(idbdt=row.household_key, period=patient.delivery.period)
            .values_list("nama_krt", flat=True).first()
        )  # fmt: skip
        if household is None:
            waiting = (
                patient.delivery.quarantine.waiting()
                .filter(table="households", row_key=row.household_key)
                .first()
            )
            context["household"] = waiting
            household = waiting.raw.get("Nama_KRT", "") if waiting else None
    context |= {
        "household_name": (household or "").title(),
        "alike": patient.alike[0] if patient.alike[1] else "",
    }
    village = next((cell for cell in patient.cells if cell.widget == "village"), None)
    if not context["alike"] and village is not None:
        said, others = patient.alike_in_village(village.value)
        context["alike"] = said if others else ""
    return context


# -- deciding ----------------------------------------------------------------------------------------


def _row(delivery: Delivery, number: int) -> QuarantinedRow:
    found: QuarantinedRow = get_object_or_404(QuarantinedRow.objects.filter(delivery=delivery), pk=number)
    return found


def _typed_into(request: HttpRequest, row: QuarantinedRow, delivery: Delivery) -> Patient:
    """The row with what stands in the form."""
    user = me(request)
    typed = {
        name[2:]: str(value).strip()[:500] for name, value in request.POST.items() if name.startswith("k-")
    }
    return Patient(row, delivery, typed=typed, areas=user.areas_for(Can.CORRECT_QUARANTINE))


@guard(Can.CORRECT_QUARANTINE, of=Delivery)
@require_POST
def check(request: HttpRequest, delivery: Delivery, row: int) -> HttpResponse:
    """One field as it is typed: what it means, or what is wrong with it."""
    patient = _typed_into(request, _row(delivery, row), delivery)
    column = request.headers.get("HX-Trigger-Name", "")[2:]
    cell = next((cell for cell in patient.cells if cell.column == column and cell.widget), None)
    if cell is None:
        return HttpResponse(status=204)
    _record_asked(request, patient, only=column)
    return render(
        request,
        "people/deliveries/cell.html",
        {"cell": cell, "check_url": reverse("deliveries:check", args=[delivery.pk, row])},
    )


def _record_asked(request: HttpRequest, patient: Patient, *, only: str = "") -> None:
    """A number typed is answered with whose it is, or that it is somebody's: once a row and number.

    only: the one column that was judged. The number itself stays out of the trail; its digest tells numbers
    apart, and so whether many were tried.
    """
    user = me(request)
    row = patient.row
    for cell in patient.cells:
        tells = cell.column in (patient.table.key, patient.table.household) and cell.widget and cell.value
        if not tells or only not in ("", cell.column):
            continue
        number = salted_hmac("people.quarantine_asked", cell.value).hexdigest()[:16]
        before = Event.objects.filter(subject_kind="quarantinedrow", subject_id=row.pk, actor_id=user.pk)
        if before.filter(what="people.quarantine_asked", details__number=number).exists():
            continue
        record(
            "people.quarantine_asked",
            by=user,
            on=("quarantinedrow", row.pk),
            area_key=row.area_key or patient.delivery.area_key or "",
            column=cell.column,
            number=number,
        )


@guard(Can.CORRECT_QUARANTINE, of=Delivery)
@require_POST
def decide(request: HttpRequest, delivery: Delivery, row: int) -> HttpResponse:
    """Accept the correction, or set the row aside; then the next one."""
    user = me(request)
    found, reason = _row(delivery, row), _asked_reason(request)
    if found.state != QuarantinedRow.State.WAITING:
        messages.info(request, _("Baris ini sudah diselesaikan orang lain; ini yang berikutnya."))
        return redirect(_address(delivery.pk, reason, None))
    after = _next(delivery, found, reason)
    if request.POST.get("do") == "aside":
        try:
            correcting.set_aside(found, because=request.POST.get("reason", ""), by=user)
        except ReasonUnfit as unfit:
            patient = _typed_into(request, found, delivery)
            return _page(request, delivery, str(row), patient=patient, aside_error=str(unfit))
        _tell(
            request, delivery, found, _("Baris %(row)s dikesampingkan.") % {"row": _number(found.source_row)}
        )
        return redirect(_address(delivery.pk, reason, after))
    patient = _typed_into(request, found, delivery)
    if not patient.is_sound:
        return _page(request, delivery, str(row), patient=patient)
    return _accept(request, delivery, patient, reason, after)


def _accept(
    request: HttpRequest, delivery: Delivery, patient: Patient, reason: str, after: int | None
) -> HttpResponse:
    user = me(request)
    found = patient.row
    corrections: dict[int, dict[str, str]] = {found.pk: patient.corrections}
    if request.POST.get("alike"):
        others = (
            patient.alike[1]
            or patient.alike_in_village(patient.corrections.get(patient.table.village, ""))[1]
        )
        corrections |= others
    try:
        outcome = correcting.correct_rows(delivery, corrections, by=user)
    except OutsideYourAreas:
        error = _("Wilayah baris ini di luar wilayah kerja Anda; tidak ada yang berubah.")
        return _page(request, delivery, str(found.pk), patient=patient, error=error)
    except DeliveryNotImported:
        messages.error(request, _("Kiriman ini tidak lagi berlaku; tidak ada yang berubah."))
        return redirect("deliveries:delivery", pk=delivery.pk)
    if found.pk not in outcome.accepted:
        found.refresh_from_db()
        why = ", ".join(str(reasons.title(code)).lower() for code in found.reasons if code in reasons.SEVERE)
        error = _("Baris ini belum dapat masuk: %(reasons)s.") % {"reasons": why}
        return _page(
            request, delivery, str(found.pk), patient=_typed_into(request, found, delivery), error=error
        )
    said = _("Baris %(row)s diterima.") % {"row": _number(found.source_row)}
    others_in = len(outcome.accepted) - 1
    if others_in:
        said += " " + ngettext(
            "%(count)s baris lain ikut masuk.", "%(count)s baris lain ikut masuk.", others_in
        ) % {"count": _number(others_in)}
    _tell(request, delivery, found, said)
    if after in outcome.accepted:
        after = None
    return redirect(_address(delivery.pk, reason, after))


def _number(value: int) -> str:
    return number_format(value, force_grouping=True)


def _next(delivery: Delivery, row: QuarantinedRow, reason: str) -> int | None:
    rows = delivery.quarantine.waiting()
    rows = rows.because_of(reason) if reason else rows
    here = {name: getattr(row, name) for name in ORDER}
    return rows.filter(beyond(ORDER, here)).order_by(*ORDER).values_list("pk", flat=True).first()


def _tell(request: HttpRequest, delivery: Delivery, row: QuarantinedRow, said: str) -> None:
    messages.success(
        request, said, extra_tags="undo:" + reverse("deliveries:undo", args=[delivery.pk, row.pk])
    )


@guard(Can.CORRECT_QUARANTINE, of=Delivery)
@require_POST
def undo(request: HttpRequest, delivery: Delivery, row: int) -> HttpResponse:
    """Back into quarantine, as it was before the last decision."""
    user = me(request)
    found = _row(delivery, row)
    if delivery.state != Delivery.State.IMPORTED:
        messages.error(request, _("Kiriman ini tidak lagi berlaku; tidak ada yang berubah."))
        return redirect("deliveries:delivery", pk=delivery.pk)
    try:
        correcting.undo_decision(found, by=user)
    except CannotBeUndone:
        messages.error(
            request, _("Baris ini tidak dapat dikembalikan lagi: sudah ada yang dibangun di atasnya.")
        )
    else:
        messages.info(
            request, _("Diurungkan. Baris %(row)s kembali menunggu.") % {"row": _number(found.source_row)}
        )
    return redirect(_address(delivery.pk, "", found.pk))
