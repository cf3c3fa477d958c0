"""The household's page and the steps that change households."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from asuh.access import numbers
from asuh.access.guards import guard, me
from asuh.audit import actions as audit
from asuh.people import changes, errors, looking, search, sent, told
from asuh.people import forms_children as forms
from asuh.people.actions import households as actions
from asuh.people.actions import withdrawing
from asuh.people.actions.once import came_of, once
from asuh.people.heading import age_of
from asuh.people.models import Household, HouseholdRole, HouseholdRow, Person
from asuh.people.models.registry import RelationToHead, household_number
from asuh.people.permissions import Can
from asuh.people.profile import members_of, nameless
from asuh.people.views_children import address_of
from asuh.places.querysets import path_names

#: fields of forms in which members are chosen
CHOSEN = {"members", "head", "mother"}


@require_GET
@guard(Can.SEE_CHILD, of=Household)
def household(request: HttpRequest, home: Household) -> HttpResponse:
    """Who lives in a household, what DTKS says of it, what happened."""
    by: Any = request.user
    audit.record("people.household_opened", by=by, on=("household", home.pk), area_key=home.area_key or "")
    members = members_of(home, by=by)
    rows: Any = (
        HouseholdRow.objects.standing().filter(household=home).select_related("delivery").order_by("-period")
    )
    roles: Any = (
        HouseholdRole.objects.filter(household=home).select_related("person").order_by("ends_on", "pk")
    )
    reached = set(
        Person.objects.reachable(by=by, to=Can.SEE_CHILD)
        .filter(household_roles__household=home)
        .values_list("pk", flat=True)
    )
    shown = list(roles)
    for role in shown:
        role.hidden = role.person_id not in reached
        if role.hidden:
            role.person = nameless(role.person)
    place = path_names([home.area_key]).get(home.area_key, "") if home.area_key else ""
    context = {
        "home": home,
        "members": members,
        "living_count": sum(one.person.died_on is None for one in members),
        "hidden_count": sum(one.hidden for one in members),
        "roles": shown,
        "place": place,
        "decile": (home.percentile - 1) // 10 + 1 if home.percentile else None,
        "periods": told.by_period_of_household(list(rows), by=by),
        "may": {
            "change": by.can_at(Can.CHANGE_HOUSEHOLD, home),
            "withdraw": by.can_at(Can.WITHDRAW, home),
        },
        "crumbs": [
            (_("Anak & keluarga"), reverse("people:children")),
            (place.split(", ")[0] or _("wilayah belum diketahui"), None),
            (home.code, None),
        ],
    }
    context |= changes.lines(changes.of_household(home, by=by, before=changes.before_of(request)))
    return render(request, "people/household.html", context)


def _step(
    request: HttpRequest,
    about: Person | Household,
    form: Any,
    act: Callable[[], Any],
    *,
    title: str,
    explain: str,
    done: str,
    back: str,
    save: str,
    undo: str = "",
    look_first: bool = False,
) -> HttpResponse:
    """A form that changes a household: a broken rule goes beside its field, success goes back with a word.

    about: of whom the page says who it is about, under its title and on the way back. look_first: what was
    sent asks for more before it can be saved.
    """

    def address() -> str:
        answer = act()
        return answer if isinstance(answer, str) else back

    key, by = sent.key_of(request), me(request)
    if before := came_of(key, by=by):  # after the first click the form may not be valid any more
        return redirect(before)
    if request.method == "POST" and form.is_valid() and not look_first:
        try:
            answer = once(key, address, by=by)
        except (errors.BrokenRule, errors.Refused) as error:
            form.add_error(forms.field_of(error, form), str(error))
        else:
            messages.success(request, done, extra_tags=f"undo:{undo}" if undo else "")
            return redirect(answer)
    head = _head_of(about, by=by)
    if isinstance(about, Person):
        looking.opened(about, by=by, part="langkah")
    named = {one.pk: one for one in (*getattr(form, "people", {}).values(), *([head] if head else []))}
    looking.named(named.values(), by=by)
    _tell_forged(request, form)
    context = {
        "form": form,
        "once": sent.new_token(),
        "person": about if isinstance(about, Person) else None,
        "home": about if isinstance(about, Household) else None,
        "head": head,
        "title": title,
        "explain": explain,
        "save_label": save,
        "cancel_url": back,
        "crumbs": [
            (_("Anak & keluarga"), reverse("people:children")),
            (about.code, address_of(about) if isinstance(about, Person) else _home(about)),
            (title, None),
        ],
    }
    return render(request, "people/step.html", context, status=422 if form.errors else 200)


def _head_of(about: Person | Household, *, by: Any) -> Person | None:
    """By whose name people know a household, where the reader reaches them."""
    if isinstance(about, Person):
        return None
    reachable: Any = Person.objects.reachable(by=by, to=Can.SEE_CHILD).current()
    found: Person | None = reachable.filter(household=about, relation=RelationToHead.HEAD).first()
    return found


def _tell_forged(request: HttpRequest, form: Any) -> None:
    """Who was chosen and stands among no choices: written down unless they could have been."""
    offered = {
        str(value) for name in CHOSEN & form.fields.keys() for value, _name in form.fields[name].choices
    }
    typed = {value for name in CHOSEN & form.fields.keys() for value in request.POST.getlist(name)}
    looking.chosen_of(Person, typed - offered, by=request.user, to=Can.CHANGE_HOUSEHOLD)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _standing(home: Household) -> None:
    if home.withdrawn_at:
        raise Http404


def _living(home: Household, *, by: Any) -> list[Person]:
    """The living members whom `by` reaches: nobody else is named, nor can be chosen."""
    _standing(home)
    reachable: Any = Person.objects.reachable(by=by, to=Can.CHANGE_HOUSEHOLD).current()
    return list(reachable.filter(household=home, died_on__isnull=True).order_by("relation", "pk"))


def _home(home: Household) -> str:
    return reverse("people:household", args=[home.pk])


@guard(Can.CHANGE_HOUSEHOLD, of=Household)
def split(request: HttpRequest, home: Household) -> HttpResponse:
    """Some members found a household of their own."""
    by: Any = request.user
    form = forms.SplitForm(_data(request), people=_living(home, by=request.user))
    area: Any = form.fields["area_key"]
    area.within = by.areas_for(Can.CHANGE_HOUSEHOLD)
    return _step(
        request,
        home,
        form,
        lambda: _home(actions.split_household(home, by=by, **form.values())),
        title=_("Rumah tangga berpisah"),
        explain=_("Sebagian anggota membentuk rumah tangga sendiri."),
        done=_("Rumah tangga baru dibentuk."),
        back=_home(home),
        save=_("Bentuk rumah tangga baru"),
    )


@guard(Can.CHANGE_HOUSEHOLD, of=Household)
def move(request: HttpRequest, home: Household) -> HttpResponse:
    """The household moves with everybody in it."""
    _standing(home)
    form = forms.MoveHouseholdForm(_data(request))
    return _step(
        request,
        home,
        form,
        lambda: actions.move_household(home, by=request.user, **form.values()),  # type: ignore[arg-type]
        title=_("Rumah tangga pindah"),
        explain=_("Semua anggota ikut. Alamat lama tetap di riwayat masing-masing."),
        done=_("Rumah tangga dipindahkan."),
        back=_home(home),
        save=_("Pindahkan rumah tangga"),
    )


@guard(Can.CHANGE_HOUSEHOLD, of=Household)
def head(request: HttpRequest, home: Household) -> HttpResponse:
    """Another member becomes head."""
    form = forms.HeadForm(_data(request), people=_living(home, by=request.user))
    return _step(
        request,
        home,
        form,
        lambda: actions.change_head(home, by=request.user, **form.values()),  # type: ignore[arg-type]
        title=_("Ganti kepala rumah tangga"),
        explain=_("Periksa hubungan setiap anggota dengan kepala yang baru, lalu simpan.")
        if form.seen_now
        else _("Pilih kepala yang baru; hubungan anggota lain lalu disusun kembali."),
        done=_("Kepala rumah tangga diganti."),
        back=_home(home),
        save=_("Ganti kepala") if form.seen_now else _("Lanjut"),
        look_first=not form.shown,
    )


@guard(Can.CHANGE_HOUSEHOLD, of=Household)
def birth(request: HttpRequest, home: Household) -> HttpResponse:
    """A child is born."""
    form = forms.BirthForm(_data(request), people=_living(home, by=request.user))
    return _step(
        request,
        home,
        form,
        lambda: address_of(actions.record_birth(home, by=request.user, **form.values())),  # type: ignore[arg-type]
        title=_("Kelahiran"),
        explain=_("Anak yang lahir langsung menjadi anggota rumah tangga ini."),
        done=_("Kelahiran dicatat."),
        back=_home(home),
        save=_("Catat kelahiran"),
    )


@guard(Can.CHANGE_HOUSEHOLD, of=Household)
def take_in(request: HttpRequest, home: Household) -> HttpResponse:
    """The household takes in a child."""
    _standing(home)
    form = forms.TakeInForm(_data(request), by=request.user)
    form.fields["child"].widget.asked = reverse("people:take_in_find", args=[home.pk])
    return _step(
        request,
        home,
        form,
        lambda: actions.take_in_child(household=home, by=request.user, **form.values()),  # type: ignore[arg-type]
        title=_("Menerima anak"),
        explain=_("Anak dari rumah tangga lain tinggal di sini."),
        done=_("Anak tercatat tinggal di rumah tangga ini."),
        back=_home(home),
        save=_("Terima anak"),
    )


@require_POST
@guard(Can.CHANGE_HOUSEHOLD, of=Household)
def take_in_find(request: HttpRequest, home: Household) -> HttpResponse:
    """Who may be meant by what was typed, as options of the field: only who could be taken in."""
    _standing(home)
    by = me(request)
    typed = request.POST.get("child", "")[:200]
    today = timezone.localdate()
    among: Any = Person.objects.reachable(by=by, to=Can.CHANGE_HOUSEHOLD).current()
    among = among.filter(died_on__isnull=True).exclude(household=home)
    hits = search.find(typed, among=among, limit=8, typing=True) if len(typed.strip()) >= 3 else []
    found = Person.objects.in_bulk([hit.person for hit in hits])
    people = [found[hit.person] for hit in hits if hit.person in found]
    places = path_names(one.area_key for one in people if one.area_key)
    if people:
        audit.record("people.searched", by=by, found=len(people), persons=[one.pk for one in people])
    options = []
    for one in people:
        age = age_of(one, today)
        years = _("%(age)s th") % {"age": age} if age is not None else ""
        place = places.get(one.area_key or "", "").split(", ")[0]
        options.append(f"{', '.join(part for part in (one.name, years, place) if part)} ({one.code})")
    return render(request, "people/area_options.html", {"options": options})


@guard(Can.CHANGE_HOUSEHOLD, of=Household)
def add_role(request: HttpRequest, home: Household) -> HttpResponse:
    """Somebody who lives elsewhere plays a part here."""
    _standing(home)
    form = forms.RoleForm(_data(request), by=request.user)
    return _step(
        request,
        home,
        form,
        lambda: actions.add_household_role(home, by=request.user, **form.values()),  # type: ignore[arg-type]
        title=_("Tambah peran dari luar rumah"),
        explain=_("Untuk orang yang tidak tinggal di sini tetapi berperan: orang tua, wali, pencari nafkah."),
        done=_("Peran dicatat."),
        back=_home(home),
        save=_("Catat peran"),
    )


@require_POST
@guard(Can.CHANGE_HOUSEHOLD, of=Household)
def end_role(request: HttpRequest, home: Household, role: int) -> HttpResponse:
    """The part ends today."""
    found: Any = HouseholdRole.objects.filter(household=home, pk=role).first()
    if found is None:
        raise Http404
    try:
        actions.end_household_role(found, on=timezone.localdate(), by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Peran diakhiri."))
    except (errors.BrokenRule, errors.Refused) as error:
        messages.error(request, str(error))
    return redirect(_home(home))


@require_POST
@guard(Can.WITHDRAW, of=Household)
def withdraw(request: HttpRequest, home: Household) -> HttpResponse:
    """The household and its members go into the bin."""
    try:
        withdrawing.withdraw([home], reason=request.POST.get("reason", ""), by=request.user)  # type: ignore[arg-type]
    except (errors.BrokenRule, errors.Refused) as error:
        messages.error(request, str(error))
        return redirect(_home(home))
    messages.success(request, _("%(code)s ditarik; 30 hari di “Yang ditarik”.") % {"code": home.code})
    return redirect("people:bin")


# ── one person ────────────────────────────────────────────────────────────────────────────────────


@guard(Can.CHANGE_HOUSEHOLD, of=Person)
def move_person(request: HttpRequest, person: Person) -> HttpResponse:
    """One person moves."""
    _current(person)
    form = forms.MoveForm(_data(request), by=request.user)

    def act() -> None:
        data = form.cleaned_data
        actions.move_person(
            person,
            to=data["to"],
            relation=data["relation"],
            area_key=data["area_key"] or None,
            on=data["on"],
            because=data["because"],
            reason=data["reason"],
            keeps_belonging=data["keeps_belonging"],
            by=request.user,  # type: ignore[arg-type]
        )

    return _step(
        request,
        person,
        form,
        act,
        title=_("Pindah"),
        explain=_("Tempat tinggal lama tetap di riwayat. Langkah ini dapat diurungkan dari bagian Keluarga."),
        done=_("Perpindahan dicatat."),
        back=address_of(person),
        save=_("Catat perpindahan"),
        undo=reverse("people:undo_move", args=[person.pk]),
    )


@require_POST
@guard(Can.CHANGE_HOUSEHOLD, of=Person)
def undo_move(request: HttpRequest, person: Person) -> HttpResponse:
    """Take back the newest move."""
    try:
        actions.undo_last_move(person, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Perpindahan diurungkan."))
    except (errors.BrokenRule, errors.Refused) as error:
        messages.error(request, str(error))
    return redirect(address_of(person, "keluarga"))


@guard(Can.CHANGE_HOUSEHOLD, of=Person)
def relation(request: HttpRequest, person: Person) -> HttpResponse:
    """Correct what somebody is to the head."""
    _current(person)
    form = forms.RelationForm(_data(request), initial={"relation": person.relation})
    return _step(
        request,
        person,
        form,
        lambda: actions.change_relation(person, by=request.user, **form.cleaned_data),  # type: ignore[arg-type]
        title=_("Perbaiki hubungan"),
        explain=_("Hubungan dengan kepala rumah tangga."),
        done=_("Hubungan diperbaiki."),
        back=address_of(person, "keluarga"),
        save=_("Simpan hubungan"),
    )


@guard(Can.CHANGE_HOUSEHOLD, of=Person)
def death(request: HttpRequest, person: Person) -> HttpResponse:
    """Somebody died."""
    _current(person)
    form = forms.DeathForm(_data(request))
    return _step(
        request,
        person,
        form,
        lambda: actions.record_death(person, by=request.user, **form.cleaned_data) and None,  # type: ignore[arg-type]
        title=_("Meninggal"),
        explain=_("Semua yang jatuh tempo untuk orang ini dihentikan. Dapat dibatalkan."),
        done=_("Kematian dicatat."),
        back=address_of(person),
        save=_("Catat kematian"),
        undo=reverse("people:undo_death", args=[person.pk]) + "?segera=1",
    )


@require_POST
@guard(Can.CHANGE_HOUSEHOLD, of=Person)
def undo_death(request: HttpRequest, person: Person) -> HttpResponse:
    """The record of a death was wrong."""
    try:
        reason = request.POST.get("reason", "")
        if not reason and "segera" in request.GET:  # the button beside the word that it was recorded
            reason = _("diurungkan segera setelah dicatat")
        actions.undo_death(person, reason=reason, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Catatan kematian dibatalkan."))
    except (errors.BrokenRule, errors.Refused) as error:
        messages.error(request, str(error))
    return redirect(address_of(person))


def _current(person: Person) -> None:
    if person.withdrawn_at is not None or person.died_on is not None:
        raise Http404


def find_household(text: str, *, by: Any) -> list[numbers.Found]:
    """A household by its code or its DTKS number, for the search box."""
    reachable: Any = Household.objects.reachable(by=by, to=Can.SEE_CHILD).current()
    number = household_number(text)
    typed = "".join(text.split())
    if number is not None:
        found = reachable.filter(pk=number)
    elif typed.isdecimal() and len(typed) >= 6:
        found = reachable.filter(idbdt=typed)
    else:
        return []
    return [numbers.Found(_("Rumah tangga"), home.code, _home(home)) for home in found[:5]]
