"""Registering a child: search first, then the form, then a summary. Nothing typed is lost on the way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from asuh.access.guards import guard, me
from asuh.people import elsewhere, errors, looking, sent
from asuh.people.actions import drafts, registering
from asuh.people.actions.once import once
from asuh.people.forms_children import ChildForm, field_of
from asuh.people.models import Person
from asuh.people.permissions import Can
from asuh.people.views_children import address_of
from asuh.places.querysets import path_names

DRAFT = "people.register_child"
TOLD_KEPT = 40
"""People outside of whom the session remembers that they were told of: coming back asks nothing new."""


@guard(Can.REGISTER_CHILD)
def register(request: HttpRequest) -> HttpResponse:
    """The form; on the way to the summary whoever looks alike is shown, and must be answered for."""
    by = me(request)
    step = request.POST.get("langkah", "")
    if request.method != "POST":
        draft = drafts.kept(DRAFT, by=by)
        form = ChildForm(by=by, initial=draft or {"name": request.session.pop("registering_name", "")})
        return _show(request, form, "form", draft=bool(draft))
    form = ChildForm(request.POST, by=by)
    if step == "kembali":
        return _show(request, form, "form", status=200)
    if not form.is_valid():
        return _show(request, form, "form", status=422)
    data = form.cleaned_data
    alike = registering.look_alikes(
        name=data["name"],
        born_on=data["born_on"],
        born_year=form.born_year,
        sex=data["sex"],
        nik="".join(data["nik"].split()),
        area_key=data["area_key"] or None,
    )
    if step != "simpan":
        seen = registering.acknowledge(data["name"], alike, by=by)
        return _show(request, form, "summary", **_alike(request, alike, by=by), seen=seen)
    try:
        address = once(sent.key_of(request), lambda: _registered(request, form), by=by)
    except errors.PossibleMatchesNotSeen as error:
        messages.warning(request, str(error))
        seen = registering.acknowledge(data["name"], alike, by=by)
        return _show(request, form, "summary", **_alike(request, alike, by=by), seen=seen, status=422)
    except (errors.BrokenRule, errors.OutsideYourAreas) as error:
        form.add_error(field_of(error, form), str(error))
        return _show(request, form, "form", status=422)
    return redirect(address)


def _registered(request: HttpRequest, form: ChildForm) -> str:
    """Register whom the form describes; the address of their page."""
    by = me(request)
    child = registering.register_child(seen=request.POST.get("dilihat", ""), by=by, **form.values())
    drafts.discard(DRAFT, by=by)
    messages.success(request, _("Anak didaftarkan dengan kode %(code)s.") % {"code": child.code})
    return address_of(child)


def _show(
    request: HttpRequest, form: ChildForm, step: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    steps = [
        (_("Cari"), True, False),
        (_("Keterangan anak"), step == "summary", step == "form"),
        (_("Periksa dan daftarkan"), False, step == "summary"),
    ]
    context: dict[str, Any] = {
        "form": form,
        "steps": [{"label": label, "done": done, "current": current} for label, done, current in steps],
        "cancel_url": reverse("desk:search"),
        "crumbs": [(_("Anak & keluarga"), reverse("people:children")), (_("Daftarkan anak"), None)],
        **more,
    }
    if step == "summary":
        context["lines"] = _lines(form)
        context["once"] = sent.new_token()
    template = "people/register_summary.html" if step == "summary" else "people/register.html"
    return render(request, template, context, status=status)


def _lines(form: ChildForm) -> list[dict[str, Any]]:
    """What was typed, in words, to be read once more."""
    data = form.cleaned_data
    sexes: Any = form.fields["sex"]
    values = dict(data) | {
        "sex": dict(sexes.choices)[data["sex"]],
        "born_on": date_format(data["born_on"], "DATE_FORMAT") if data["born_on"] else None,
        "area_key": path_names([data["area_key"]]).get(data["area_key"]) if data["area_key"] else None,
        "age": _("sekitar %(age)s th") % {"age": data["age"]} if data["age"] is not None else None,
    }
    return [
        {"label": field.label, "value": values.get(name)}
        for name, field in form.fields.items()
        if values.get(name) or name not in ("age",)
    ]


def _alike(request: HttpRequest, found: list[int], *, by: Any) -> dict[str, Any]:
    """Who looks alike: those the registrar may see by name, the others as a fact alone.

    That fact is an answer about elsewhere like that of the search, and counted and written down as one; when
    there is none left today, nothing is said of the others.
    """
    reached: Any = Person.objects.reachable(by=by, to=Can.SEE_CHILD).filter(pk__in=found)
    seen = {one.pk: one for one in reached}
    looking.named(seen.values(), by=by)
    places = path_names(one.area_key for one in seen.values() if one.area_key)
    others = [number for number in found if number not in seen]
    told: list[int] = request.session.get("told_registering", [])
    may_ask = elsewhere.may_ask(by)
    new = not set(others) <= set(told)
    if new:
        if may_ask:
            elsewhere.tell(Person.objects.filter(pk__in=others), by=by)
            request.session["told_registering"] = [*told, *others][-TOLD_KEPT:]
        else:
            found = list(seen)
    return {
        "alike": [
            {
                "person": seen.get(number),
                "place": places.get(seen[number].area_key, "") if number in seen else "",
            }
            for number in found
        ],
        "asked_enough": not may_ask and (new or not others),
    }


@require_POST
@guard(Can.REGISTER_CHILD)
def keep_draft(request: HttpRequest) -> HttpResponse:
    """What is typed so far, kept for the same person until tomorrow."""
    typed = {name: request.POST.get(name, "")[:500] for name in ChildForm.base_fields}
    drafts.keep(DRAFT, {name: value for name, value in typed.items() if value}, by=me(request))
    return HttpResponse(status=204)


@require_POST
@guard(Can.REGISTER_CHILD)
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Begin anew."""
    drafts.discard(DRAFT, by=me(request))
    return redirect("people:register")
