"""Recording what is known about a child, correcting it, withdrawing it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from asuh.access.guards import guard, me
from asuh.people import errors, looking, sent
from asuh.people.actions import drafts
from asuh.people.actions import facts as actions
from asuh.people.actions import identity as identities
from asuh.people.actions.once import once
from asuh.people.codes import IDENTITY
from asuh.people.forms_children import FactForm, IdentityForm
from asuh.people.identity import in_words, label_of
from asuh.people.models import KINDS, Fact, IdentityChange, Person
from asuh.people.permissions import Can
from asuh.people.reading import fact_of
from asuh.people.views_children import address_of

#: what of an identity form needs the right to see numbers
NUMBERS = ("nik", "kk")
#: kinds of facts whose form shows a whole number, and what the trail calls it
NUMBERED = {"document": "dokumen", "contact": "telepon"}


@guard(Can.RECORD_FACT, of=Person)
def identity(request: HttpRequest, person: Person) -> HttpResponse:
    """Correct name, birth, sex, mother and numbers. Numbers are asked only of who may see them."""
    _alive_here(person)
    by: Any = request.user
    numbers = by.can_at(Can.SEE_NUMBERS, person)
    first = {name: getattr(person, name) for name in IDENTITY} | {"seen": identities.stamp(person)}
    form = IdentityForm(request.POST if request.method == "POST" else None, initial=first)
    if not numbers:
        for name in NUMBERS:
            form.fields.pop(name)
    elif request.method != "POST":
        looking.number_shown(person, by=by, which="nik, kk")
    if request.method == "POST" and form.is_valid():
        kept = {} if numbers else {name: getattr(person, name) or "" for name in NUMBERS}
        done: list[IdentityChange | None] = []
        step = partial(identities.correct_person, person, by=by, **(form.cleaned_data | kept))
        try:
            if _carried(form, lambda: done.append(step())):
                _say_corrected(request, person, done[0])
                return redirect(address_of(person))
        except errors.ChangedMeanwhile as error:
            _show_what_changed(form, person, error)
    looking.opened(person, by=by, part="identitas")
    title = _("Perbaiki identitas")
    context = {
        "form": form,
        "person": person,
        "title": title,
        "cancel_url": address_of(person),
        "crumbs": _crumbs(person, title),
    }
    return render(request, "people/record.html", context, status=422 if form.errors else 200)


def _show_what_changed(form: IdentityForm, person: Person, error: errors.ChangedMeanwhile) -> None:
    """What stands now where it is not what was typed; saved again, the form has seen that."""
    person.refresh_from_db()
    now = [
        f"{label_of(name)}: {in_words(name, getattr(person, name))}."
        for name in IDENTITY
        if name in form.fields and (form.cleaned_data[name] or None) != (getattr(person, name) or None)
    ]
    said = [str(error), _("Yang tercatat sekarang:"), *now] if now else [str(error)]
    form.add_error(None, " ".join(said))
    form.data = {**form.data.dict(), "seen": identities.stamp(person)}  # type: ignore[attr-defined]


def _say_corrected(request: HttpRequest, person: Person, change: IdentityChange | None) -> None:
    if change is None:
        messages.info(request, _("Tidak ada yang berubah."))
        return
    undo = reverse("people:undo_identity", args=[person.pk, change.pk])
    said = _("Identitas diperbaiki; yang lama tetap di riwayat.")
    if change.doubts:
        said += " " + _("NIK ini juga tercatat pada orang lain; keduanya menunggu pencocokan.")
    messages.success(request, said, extra_tags=f"undo:{undo}")


@require_POST
@guard(Can.RECORD_FACT, of=Person)
def undo_identity(request: HttpRequest, person: Person, change: int) -> HttpResponse:
    """Put back what stood before one correction; numbers only by who may see them."""
    _alive_here(person)
    by: Any = request.user
    found = IdentityChange.objects.filter(person=person, pk=change).first()
    if found is None or (set(found.before) & set(NUMBERS) and not by.can_at(Can.SEE_NUMBERS, person)):
        raise Http404
    try:
        identities.undo_correction(found, by=by, reason=request.POST.get("reason", ""))
        messages.success(request, _("Perbaikan identitas diurungkan."))
    except errors.BrokenRule as error:
        messages.error(request, str(error))
    return redirect(address_of(person, "riwayat"))


@require_GET
@guard(Can.RECORD_FACT, of=Person)
def choose(request: HttpRequest, person: Person) -> HttpResponse:
    """Which kind of thing to record."""
    _alive_here(person)
    looking.opened(person, by=me(request), part="catat")
    context = {
        "person": person,
        "kinds": [
            {"title": _("Identitas"), "icon": "id", "url": reverse("people:identity", args=[person.pk])},
            *(
                {
                    "title": model.title,
                    "icon": model.icon,
                    "url": reverse("people:record", args=[person.pk, kind]),
                }
                for kind, model in KINDS.items()
            ),
        ],
        "crumbs": _crumbs(person, _("Catat keterangan")),
    }
    return render(request, "people/record_choose.html", context)


@guard(Can.RECORD_FACT, of=Person)
def record(request: HttpRequest, person: Person, kind: str) -> HttpResponse:
    """One thing that is known about the child."""
    by: Any = request.user
    model = _model(kind)
    _alive_here(person)
    draft = drafts.kept(_draft_of(person, kind), by=by) if request.method != "POST" else {}
    form = _form(request, model, person, draft=draft)

    def act() -> str:
        actions.record_fact(person, kind, by=by, **form.values())
        drafts.discard(_draft_of(person, kind), by=by)
        return _back(person, kind)

    if (
        request.method == "POST"
        and form.is_valid()
        and _carried(form, lambda: once(sent.key_of(request), act, by=by))
    ):
        messages.success(request, _("%(what)s dicatat.") % {"what": model.title})
        return redirect(_back(person, kind))
    draft_url = reverse("people:keep_fact_draft", args=[person.pk, kind])
    return _answer(
        request,
        form,
        person,
        model,
        _("Catat: %(what)s") % {"what": model.title},
        draft_url=draft_url,
        draft=bool(draft),
    )


def _draft_of(person: Person, kind: str) -> str:
    return f"people.fact.{kind}.{person.pk}"


@require_POST
@guard(Can.RECORD_FACT, of=Person)
def keep_draft(request: HttpRequest, person: Person, kind: str) -> HttpResponse:
    """What is typed so far about the child, kept for the same user for a week; "buang" begins anew."""
    by: Any = request.user
    model = _model(kind)
    _alive_here(person)
    if "buang" in request.POST:
        drafts.discard(_draft_of(person, kind), by=by)
        return redirect("people:record", pk=person.pk, kind=kind)
    form = _form(request, model, person)
    typed: dict[str, Any] = {}
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField) or name not in request.POST:
            continue
        several = isinstance(field, forms.MultipleChoiceField)
        values = [value[:500] for value in request.POST.getlist(name)][:50]
        typed[name] = values if several else values[0]
    drafts.keep(_draft_of(person, kind), {name: value for name, value in typed.items() if value}, by=by)
    return HttpResponse(status=204)


@guard(Can.RECORD_FACT, of=Person)
def correct(request: HttpRequest, person: Person, kind: str, fact: int) -> HttpResponse:
    """Put a corrected fact in the place of a wrong one."""
    by: Any = request.user
    model = _model(kind)
    found = _fact(request, person, kind, fact)
    form = _form(request, model, person, correcting=found)
    if (
        request.method == "POST"
        and form.is_valid()
        and _carried(
            form,
            lambda: actions.correct_fact(
                found,
                by=by,
                reason=form.cleaned_data["reason"],
                **form.values(),
            ),
        )
    ):
        messages.success(
            request, _("%(what)s diperbaiki; yang lama tetap di riwayat.") % {"what": model.title}
        )
        return redirect(_back(person, kind))
    if request.method != "POST" and kind in NUMBERED:
        looking.number_shown(person, by=by, which=f"{NUMBERED[kind]}-{found.pk}")
    return _answer(request, form, person, model, _("Perbaiki: %(what)s") % {"what": model.title}, fact=found)


@require_POST
@guard(Can.RECORD_FACT, of=Person)
def withdraw(request: HttpRequest, person: Person, kind: str, fact: int) -> HttpResponse:
    """A fact was wrong; nothing takes its place."""
    by: Any = request.user
    found = _fact(request, person, kind, fact)
    try:
        actions.withdraw_fact(found, reason=request.POST.get("reason", ""), by=by)
    except errors.BrokenRule as error:
        messages.error(request, str(error))
        return redirect(reverse("people:correct", args=[person.pk, kind, fact]))
    undo = reverse("people:restore_fact", args=[person.pk, kind, fact])
    messages.success(request, _("Keterangan ditarik."), extra_tags=f"undo:{undo}")
    return redirect(_back(person, kind))


@require_POST
@guard(Can.RECORD_FACT, of=Person)
def restore(request: HttpRequest, person: Person, kind: str, fact: int) -> HttpResponse:
    """Undo a withdrawal."""
    by: Any = request.user
    found = _fact(request, person, kind, fact, ended=True)
    try:
        actions.restore_fact(found, by=by)
        messages.success(request, _("Keterangan dipulihkan."))
    except errors.BrokenRule as error:
        messages.error(request, str(error))
    return redirect(_back(person, kind))


def _form(
    request: HttpRequest,
    model: type[Fact],
    person: Person,
    correcting: Fact | None = None,
    draft: dict[str, Any] | None = None,
) -> FactForm:
    form = FactForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        model=model,
        person=person,
        by=request.user,
        correcting=correcting,
        **({"initial": draft} if draft else {}),
    )
    if correcting is not None and "picture" in form.fields:
        form.fields["picture"].required = False
    return form


def _carried(form: Any, step: Any) -> bool:
    """Do it; a broken rule goes beside its field."""
    try:
        step()
    except errors.ChangedMeanwhile:
        raise
    except errors.BrokenRule as error:
        field = {"on": "as_of", "code": "category"}.get(error.field or "", error.field)
        if field == "as_of" and field not in form.fields:
            field = next((name for name in ("consented_on", "born_on") if name in form.fields), None)
        form.add_error(field if field in form.fields else None, str(error))
        return False
    return True


def _answer(
    request: HttpRequest,
    form: FactForm,
    person: Person,
    model: type[Fact],
    title: str,
    fact: Fact | None = None,
    **more: Any,
) -> HttpResponse:
    by = me(request)
    looking.opened(person, by=by, part="catat")
    looking.named((one for one in form.caregivers.values() if by.can_at(Can.SEE_CHILD, one)), by=by)
    offered = {str(number) for number in form.caregivers}
    looking.chosen_of(Person, set(request.POST.getlist("caregiver")) - offered, by=by, to=Can.SEE_CHILD)
    context = {
        **more,
        "form": form,
        "person": person,
        "title": title,
        "fact": fact,
        "kind": model.kind,
        "once": sent.new_token() if fact is None else "",
        "cancel_url": address_of(person),
        "crumbs": _crumbs(person, title),
    }
    return render(request, "people/record.html", context, status=422 if form.errors else 200)


def _crumbs(person: Person, here: str) -> list[tuple[str, str | None]]:
    return [
        (_("Anak & keluarga"), reverse("people:children")),
        (person.code, address_of(person)),
        (here, None),
    ]


def _back(person: Person, kind: str) -> str:
    return address_of(person, "dokumen" if kind in ("document", "contact") else "ringkasan")


def _model(kind: str) -> type[Fact]:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _fact(request: HttpRequest, person: Person, kind: str, number: int, *, ended: bool = False) -> Any:
    """The fact, if the reader may read it: what one does not see one does not change; nor anything about
    somebody who was withdrawn.
    """
    _alive_here(person)
    found = fact_of(person, _model(kind).kind, number, by=request.user, ended=ended)  # type: ignore[arg-type]
    if found is None:
        raise Http404
    return found


def _alive_here(person: Person) -> None:
    if person.withdrawn_at is not None:
        raise Http404
