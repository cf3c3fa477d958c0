"""Pages of the register of institutions."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from asuh.access import paging
from asuh.access.guards import guard, me
from asuh.access.refusals import BrokenRule, Refused
from asuh.institutions import actions
from asuh.institutions.forms import InstitutionFilter, InstitutionForm
from asuh.institutions.models import Institution
from asuh.institutions.permissions import Can
from asuh.places.querysets import path_names


@guard(Can.SEE_INSTITUTIONS)
def index(request: HttpRequest) -> HttpResponse:
    """Which institutions work in one's areas?"""
    by = me(request)
    form = InstitutionFilter(request.GET or None)
    rows = Institution.objects.reachable(by=by, to=Can.SEE_INSTITUTIONS)
    wanted = form.cleaned_data if form.is_valid() else {}
    if form.errors:
        rows = rows.none()
    if not wanted.get("closed"):
        rows = rows.filter(closed_on=None)
    if wanted.get("q"):
        rows = rows.filter(Q(name__icontains=wanted["q"]) | Q(code__icontains=wanted["q"]))
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    if wanted.get("area") is not None:
        rows = rows.within([wanted["area"]])
    found = paging.page(request, rows, order=("name", "pk"))
    names = path_names(each.area_key for each in found.items)
    for each in found.items:
        each.area_words = names.get(each.area_key or "", "")
    context = {
        "page": found,
        "filter_form": form,
        "may_edit": by.can(Can.EDIT_INSTITUTIONS),
        "crumbs": [(_("Beranda"), reverse("desk:home")), (_("Lembaga"), None)],
    }
    return render(request, "institutions/institutions.html", context)


@guard(Can.SEE_INSTITUTIONS, of=Institution)
def show(request: HttpRequest, institution: Institution) -> HttpResponse:
    """One institution."""
    by = me(request)
    names = path_names([institution.area_key or ""])
    editable = Institution.objects.reachable(by=by, to=Can.EDIT_INSTITUTIONS)
    context = {
        "institution": institution,
        "facts": [
            {"label": _("Jenis"), "value": institution.get_kind_display()},
            {"label": _("Wilayah"), "value": names.get(institution.area_key or "", "")},
            {"label": _("Alamat"), "value": institution.address},
            {"label": _("Telepon kantor"), "value": institution.phone},
        ],
        "may_edit": editable.filter(pk=institution.pk).exists(),
        "crumbs": [(_("Lembaga"), reverse("institutions:institutions")), (institution.code, None)],
    }
    return render(request, "institutions/institution.html", context)


@guard(Can.EDIT_INSTITUTIONS)
def add(request: HttpRequest) -> HttpResponse:
    """Register an institution."""
    form = InstitutionForm(request.POST or None, fresh=True)
    if request.method == "POST" and form.is_valid():
        try:
            institution = actions.add_institution(by=me(request), **form.cleaned_data)
        except (Refused, BrokenRule) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s terdaftar.") % {"name": institution.name})
            return redirect("institutions:institution", pk=institution.pk)
    context = {
        "form": form,
        "save_label": _("Daftarkan lembaga"),
        "cancel_url": reverse("institutions:institutions"),
        "crumbs": [(_("Lembaga"), reverse("institutions:institutions")), (_("Daftarkan"), None)],
    }
    return render(request, "institutions/add.html", context, status=422 if form.errors else 200)


@guard(Can.EDIT_INSTITUTIONS, of=Institution)
def change(request: HttpRequest, institution: Institution) -> HttpResponse:
    """Correct what is known."""
    initial = {name: getattr(institution, name) for name in ("name", "kind", "area_key", "address", "phone")}
    form = InstitutionForm(request.POST or None, fresh=False, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_institution(institution, by=me(request), **form.cleaned_data)
        except (Refused, BrokenRule) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Keterangan disimpan."))
            return redirect("institutions:institution", pk=institution.pk)
    here = reverse("institutions:institution", args=[institution.pk])
    context = {
        "form": form,
        "institution": institution,
        "cancel_url": here,
        "crumbs": [
            (_("Lembaga"), reverse("institutions:institutions")),
            (institution.code, here),
            (_("Ubah"), None),
        ],
    }
    return render(request, "institutions/change.html", context, status=422 if form.errors else 200)


@require_POST
@guard(Can.EDIT_INSTITUTIONS, of=Institution)
def close(request: HttpRequest, institution: Institution) -> HttpResponse:
    """Close, or undo a closing."""
    by = me(request)
    try:
        if institution.closed_on is None:
            actions.close_institution(
                institution, on=timezone.localdate(), why=request.POST.get("reason", ""), by=by
            )
            undo = reverse("institutions:close", args=[institution.pk])
            messages.success(request, _("Lembaga ditutup."), extra_tags=f"undo:{undo}")
        else:
            actions.reopen_institution(institution, by=by)
            messages.success(request, _("Lembaga dibuka kembali."))
    except (Refused, BrokenRule) as refusal:
        messages.error(request, str(refusal))
    return redirect("institutions:institution", pk=institution.pk)
