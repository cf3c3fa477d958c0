"""The child's page and what stands on it: tabs, numbers shown on demand, photo, print, who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from asuh.access.asked import key_of
from asuh.access.guards import guard, me
from asuh.access.naming import doer, doers
from asuh.access.paging import address_with, page
from asuh.access.roles import all_roles
from asuh.audit import actions as audit
from asuh.audit import codes as audit_codes
from asuh.people import changes, errors, hooks, identity, looking, resting, told
from asuh.people.actions import withdrawing
from asuh.people.codes import LeftBecause
from asuh.people.days import month_words
from asuh.people.forms_children import ChildrenFilter, area_words
from asuh.people.genogram import genogram_of
from asuh.people.lists import children_within, filter_form, order_of, short_place
from asuh.people.models import KINDS, ContactFact, Household, IdentityDocument, Person, Photo
from asuh.people.models.registry import person_number
from asuh.people.permissions import Can
from asuh.people.profile import Profile, changes_of, profile_of, readings_of, steps_of
from asuh.people.reading import ended_facts_of
from asuh.people.residing import left_words, since_of, since_words
from asuh.people.seeing import who_can_see
from asuh.places.models import Area
from asuh.places.querysets import path_names
from asuh.places.resolving import search_areas

BIN_SHOWN = 200


@require_GET
@guard(Can.SEE_CHILD)
def children(request: HttpRequest) -> HttpResponse:
    """Children by village; the filters stand in the address."""
    by = me(request)
    own = by.areas_for(Can.SEE_CHILD)
    form = filter_form(request.GET, areas=own)
    wanted = (form.cleaned_data if form.is_valid() else {}) | {"urut": request.GET.get("urut")}
    reachable: Any = Person.objects.reachable(by=by, to=Can.SEE_CHILD)
    rows = children_within(reachable, wanted, on=timezone.localdate()).defer("name_keys")
    found = page(request, rows, order=order_of(wanted))
    places = path_names(person.area_key for person in found.items if person.area_key)
    around = [wanted["desa"]] if wanted.get("desa") else own
    for person in found.items:
        person.path = places.get(person.area_key or "", "")
        person.place = short_place(person.area_key, person.path, around)
    looking.listed("people.children_listed", found.items, by=by, areas=around)
    context = {
        "page": found,
        "filter_form": form,
        "chips": _chips(request, form, wanted),
        "clear_url": reverse("people:children"),
        "default_order": "name",
        "may_withdraw": by.can(Can.WITHDRAW),
        "may_register": by.can(Can.REGISTER_CHILD),
        "export_url": _export_url(request) if by.can(Can.EXPORT_CHILDREN) and not form.errors else "",
    }
    return render(request, "people/children.html", context, status=422 if form.errors else 200)


def _chips(request: HttpRequest, form: Any, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The filters in use, each with the address of the list without it."""
    labels = {}
    if wanted.get("desa"):
        labels["desa"] = path_names([wanted["desa"]])[wanted["desa"]].split(",")[0]
    for name in ("umur", "jk"):
        if wanted.get(name):
            labels[name] = dict(form.fields[name].choices)[wanted[name]]
    return [{"label": label, "url": address_with(request, **{name: ""})} for name, label in labels.items()]


def _export_url(request: HttpRequest) -> str:
    """Where the same list is asked for as a file."""
    query = {
        name: request.GET[name] for name in (*ChildrenFilter.base_fields, "urut") if request.GET.get(name)
    }
    address = reverse("access:export_new", args=["people.children"])
    return f"{address}?{urlencode(query)}" if query else address


@require_GET
@guard(Can.SEE_CHILD, of=Person)
def child(request: HttpRequest, person: Person, part: str = "ringkasan") -> HttpResponse:
    """The child's page. Every opening is written to the trail."""
    by = me(request)
    tabs = hooks.tabs_for(by, person)
    tab = next((one for one in tabs if one.code == part), None)
    if tab is None:
        raise Http404
    looking.opened(person, by=by, part=part)
    profile = profile_of(person, by=by)
    template, context = tab.show(request, profile)
    return render(request, template, context | page_context(request, profile, tabs, tab))


def page_context(
    request: HttpRequest, profile: Profile, tabs: list[hooks.Tab], tab: hooks.Tab
) -> dict[str, Any]:
    """The head of the page, the same on every tab."""
    by = me(request)
    person = profile.person
    lives_in = person.stay_key or person.area_key or ""
    place = profile.places.get(lives_in, "")
    photos: list[Any] = profile.facts["photo"]
    return {
        "profile": profile,
        "person": person,
        "head_extra": hooks.head_of(person, by=by),
        "place": ", ".join(place.split(", ")[:2]),
        "belongs": profile.places.get(person.area_key or "", "") if person.stay_key else "",
        "photo": photos[0] if photos else None,
        "numbers": by.can_at(Can.SEE_NUMBERS, person),
        "bin_url": reverse("people:bin" if resting.rests(person, now=timezone.now()) else "people:bin_late"),
        "may": {
            "record": by.can_at(Can.RECORD_FACT, person),
            "change": by.can_at(Can.CHANGE_HOUSEHOLD, person),
            "withdraw": by.can_at(Can.WITHDRAW, person),
            "readers": by.can_at(Can.SEE_READERS, person),
        },
        "tabs_list": [
            {
                "label": one.label,
                "url": address_of(person, one.code),
                "count": one.count(profile),
                "current": one.code == tab.code,
            }
            for one in tabs
        ],
        "crumbs": [
            (_("Anak & keluarga"), reverse("people:children")),
            (place.split(", ")[0] or _("wilayah belum diketahui"), _list_address(lives_in)),
            (person.code, None),
        ],
    }


def _list_address(key: str) -> str:
    return reverse("people:children") + (f"?{urlencode({'desa': key})}" if key else "")


def address_of(person: Person, part: str = "ringkasan") -> str:
    """Address of a part of the child's page."""
    if part == "ringkasan":
        return reverse("people:child", args=[person.pk])
    return reverse("people:child_part", args=[person.pk, part])


# ── parts of the page; hung in by apps.py ─────────────────────────────────────────────────────────


def summary(request: HttpRequest, profile: Profile) -> tuple[str, dict[str, Any]]:
    """Household, drawing, DTKS, what is due, the journey."""
    by = me(request)
    return "people/child_summary.html", _family(profile) | {
        "told": fact_lines(profile),
        "otherwise": otherwise_lines(profile),
        "period": profile.delivered[0].period if profile.delivered else None,
        "dues": hooks.dues_of(profile.person, by=by),
        "steps": sorted(
            [*steps_of(profile.person, by=by, profile=profile), *hooks.steps_of(profile.person, by=by)],
            key=lambda step: step.on,
            reverse=True,
        )[:8],
        "known": known_lines(profile),
    }


def family(request: HttpRequest, profile: Profile) -> tuple[str, dict[str, Any]]:
    """The household, the drawing, homes before."""
    homes: Any = profile.person.residences.select_related("household", "recorded_by").order_by(
        "-ended_on", "-pk"
    )
    before = list(homes)
    places = path_names(home.area_key for home in before if home.area_key)
    words = dict(LeftBecause.choices)
    for home in before:
        home.place = places.get(home.area_key, "")
        home.why = words.get(home.because, home.because)
        home.since, home.until = left_words(home)
    return "people/child_family.html", _family(profile) | {
        "before": before,
        "since": since_words(since_of(profile.person)),
        "may_undo": bool(before)
        and before[0].recorded_by_id is not None
        and before[0].because != "household_moved",
    }


def _family(profile: Profile) -> dict[str, Any]:
    members = [one.person for one in profile.members] or [profile.person]
    return {
        "genogram": genogram_of(
            profile.person,
            members,
            kin=profile.kin,
            parents=profile.parents,
            care=profile.care if profile.care_holds else None,
            on=timezone.localdate(),
        )
    }


def dtks(request: HttpRequest, profile: Profile) -> tuple[str, dict[str, Any]]:
    """Everything DTKS ever said, period beside period."""
    by = me(request)
    return "people/child_dtks.html", {
        "told": fact_lines(profile),
        "otherwise": otherwise_lines(profile),
        "periods": told.by_period(profile.person, profile.delivered, by=by),
        "delivered": profile.delivered,
    }


def documents(request: HttpRequest, profile: Profile) -> tuple[str, dict[str, Any]]:
    """Papers and phone numbers."""
    return "people/child_documents.html", {
        "documents": profile.facts["document"],
        "contacts": profile.facts["contact"],
    }


def history(request: HttpRequest, profile: Profile) -> tuple[str, dict[str, Any]]:
    """The whole journey, every fact ever recorded, and who changed what."""
    by = me(request)
    steps = [*steps_of(profile.person, by=by, profile=profile), *hooks.steps_of(profile.person, by=by)]
    return "people/child_history.html", {
        "corrections": identity.corrections_of(profile.person),
        "steps": sorted(steps, key=lambda step: step.on, reverse=True),
        "ended": [
            {
                "fact": fact,
                "words": fact.in_words(),
                "title": fact.title,
                "restore_url": reverse("people:restore_fact", args=[profile.person.pk, fact.kind, fact.pk])
                if fact.withdrawn_at
                else "",
            }
            for fact in ended_facts_of(profile.person, by=by)
        ],
        **changes.lines(changes_of(profile.person, by=by, before=changes.before_of(request))),
    }


def fact_lines(profile: Profile) -> list[dict[str, Any]]:
    """The nine DTKS facts as `components/facts.html` draws them."""
    if not profile.delivered:
        return []
    delivery = profile.delivered[0].member.delivery
    arrived = delivery.imported_at or delivery.created_at
    return [
        {
            "label": one.label,
            "value": one.value,
            "differs": one.differs,
            "source": {
                "title": _("DTKS %(month)s") % {"month": month_words(one.period)},
                "text": one.confirmed
                or (
                    _("Kolom ini kosong pada kiriman.")
                    if one.value is None
                    else _("Masuk ke Asuh %(day)s.") % {"day": _day(arrived)}
                ),
                "url": address_of(profile.person, "dtks"),
                "link": _("Lihat semua periode"),
            },
        }
        for one in profile.told
    ]


def otherwise_lines(profile: Profile) -> list[dict[str, Any]]:
    """Who the child is by the newest delivery, where people have corrected it, as facts.html draws it."""
    return [
        {
            "label": one.label,
            "value": one.value,
            "differs": one.differs,
            "source": {
                "title": _("DTKS %(month)s") % {"month": month_words(profile.delivered[0].period)},
                "text": _("Kiriman tidak mengubah identitas yang sudah diperbaiki orang."),
                "url": address_of(profile.person, "riwayat"),
                "link": _("Lihat riwayat"),
            },
        }
        for one in identity.otherwise(profile.person, profile.delivered)
    ]


def known_lines(profile: Profile) -> list[dict[str, Any]]:
    """What people recorded beside DTKS, kind by kind; what nobody recorded is said to be unknown."""
    lines = []
    for kind in ("schooling", "health", "functioning", "parents", "caregiving", "category", "address"):
        facts = profile.facts[kind]
        shown = facts if KINDS[kind].several else facts[:1]
        lines += [
            {
                "label": KINDS[kind].title,
                "value": fact.in_words(),
                "fact": fact,
                "source": {
                    "title": _("%(how)s, keadaan %(day)s")
                    % {"how": fact.get_how_display(), "day": _day(fact.as_of)},
                    "text": fact.note,
                    "recorded_by": fact.recorded_by.get_full_name(),
                    "recorded_on": timezone.localtime(fact.recorded_at).date(),
                },
            }
            for fact in shown
        ]
        if not shown:
            lines.append({"label": KINDS[kind].title, "value": None, "kind": kind})
    return lines


def _day(day: Any) -> str:
    return date_format(timezone.localtime(day) if hasattr(day, "hour") else day, "DATE_FORMAT")


# ── numbers and pictures ──────────────────────────────────────────────────────────────────────────


@require_POST
@guard(Can.SEE_NUMBERS, of=Person)
def number(request: HttpRequest, person: Person, which: str) -> HttpResponse:
    """One number in full, on demand: nik, kk, dokumen-<id>, telepon-<id>. Written to the trail."""
    by = me(request)
    kind, _dash, tail = which.partition("-")
    key = key_of(tail)
    shown: str | None = None
    if which in ("nik", "kk"):
        shown = getattr(person, which)
    elif kind == "dokumen" and key is not None:
        shown = (
            IdentityDocument.objects.filter(person=person, pk=key).values_list("number", flat=True).first()
        )
    elif kind == "telepon" and key is not None:
        shown = ContactFact.objects.filter(person=person, pk=key).values_list("phone", flat=True).first()
    if not shown:
        raise Http404
    looking.number_shown(person, by=by, which=which)
    return render(request, "people/number.html", {"number": shown, "person": person})


@require_POST
@guard(Can.SEE_CHILD, of=Person)
def photo(request: HttpRequest, person: Person) -> HttpResponse:
    """Uncover the photo; the picture itself is fetched from `photo_file`."""
    found = _photo_of(person)
    return render(request, "people/photo.html", {"person": person, "photo": found})


@require_GET
@guard(Can.SEE_CHILD, of=Person)
def photo_file(request: HttpRequest, person: Person) -> Any:
    """The photo. Every look is written to the trail."""
    found = _photo_of(person)
    audit.record(
        "people.photo_shown",
        by=me(request),
        on=("person", person.pk),
        area_key=person.area_key or "",
        photo=found.pk,
    )
    return _picture(found.picture)


@require_GET
@guard(Can.SEE_NUMBERS, of=Person)
def document_file(request: HttpRequest, person: Person, document: int) -> Any:
    """The picture of a paper, which shows its number: the same right, and the trail."""
    found: Any = IdentityDocument.objects.filter(person=person, pk=document).exclude(picture="").first()
    if found is None:
        raise Http404
    audit.record(
        "people.picture_shown",
        by=me(request),
        on=("person", person.pk),
        area_key=person.area_key or "",
        document=found.pk,
    )
    return _picture(found.picture)


def _photo_of(person: Person) -> Any:
    found: Any = Photo.objects.standing().filter(person=person).first()
    if found is None or person.withdrawn_at is not None:
        raise Http404
    return found


def _picture(file: Any) -> FileResponse:
    kind = "image/jpeg" if file.name.endswith(".jpg") else "image/png"
    answer = FileResponse(file.open("rb"), content_type=kind)
    answer["Content-Disposition"] = f'inline; filename="foto.{kind[6:]}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


# ── print, readers, withdrawing ───────────────────────────────────────────────────────────────────


@require_GET
@guard(Can.SEE_CHILD, of=Person)
def summary_print(request: HttpRequest, person: Person) -> HttpResponse:
    """One sheet about the child, for paper. Numbers stay masked."""
    by = me(request)
    if person.withdrawn_at:
        raise Http404
    audit.record("people.child_printed", by=by, on=("person", person.pk), area_key=person.area_key or "")
    profile = profile_of(person, by=by)
    tabs = hooks.tabs_for(by, person)
    _template, context = summary(request, profile)
    return render(request, "people/child_print.html", context | page_context(request, profile, tabs, tabs[0]))


@require_GET
@guard(Can.SEE_READERS, of=Person)
def readers(request: HttpRequest, person: Person) -> HttpResponse:
    """Who can open this child's page and why, and who did. Shows no name of the child."""
    audit.record(
        "people.readers_opened", by=me(request), on=("person", person.pk), area_key=person.area_key or ""
    )
    reading = page(request, readings_of(person), order=("-pk",), size=30)
    names = doers(reading.items)
    for event in reading.items:
        event.words, event.doer = audit_codes.words(event), doer(event, names)
    roles = all_roles()
    seers = who_can_see(person, on=timezone.localdate())
    places = path_names(post.area_key for seer in seers for post in seer.posts if post.area_key)
    for seer in seers:
        for post in seer.posts:
            post.role_name = roles[post.role].name
            post.place = places.get(post.area_key, _("seluruh Indonesia"))
    by = me(request)
    context = {
        "person": person,
        "seers": seers,
        "page": reading,
        "crumbs": [
            (person.code, address_of(person) if by.can_at(Can.SEE_CHILD, person) else None),
            (_("Pembaca"), None),
        ],
    }
    return render(request, "people/readers.html", context)


@require_GET
@guard(Can.SEE_READERS)
def readers_lookup(request: HttpRequest) -> HttpResponse:
    """The code of a child, for who may know who reads it without seeing the child."""
    by = me(request)
    typed = request.GET.get("kode", "")
    error = ""
    if typed:
        number = person_number(typed)
        reachable: Any = Person.objects.reachable(by=by, to=Can.SEE_READERS)
        if number is not None and reachable.filter(pk=number).exists():
            return redirect("people:readers", pk=number)
        if number is not None:
            looking.tried(Person, number, by=by, to=Can.SEE_READERS)
        error = _("Tidak ada anak dengan kode ini di wilayah kerja Anda. Contoh: AN-00000418-3.")
    context = {"typed": typed, "error": error}
    return render(request, "people/readers_lookup.html", context, status=422 if error else 200)


@require_POST
@guard(Can.WITHDRAW, of=Person)
def withdraw(request: HttpRequest, person: Person) -> HttpResponse:
    """Put one person into the bin."""
    try:
        withdrawing.withdraw([person], reason=request.POST.get("reason", ""), by=me(request))
    except (errors.BrokenRule, errors.Refused) as error:
        messages.error(request, str(error))
        return redirect(address_of(person))
    messages.success(request, _("%(code)s ditarik; 30 hari di “Yang ditarik”.") % {"code": person.code})
    return redirect("people:bin")


@require_POST
@guard(Can.WITHDRAW)
def withdraw_many(request: HttpRequest) -> HttpResponse:
    """Put the chosen people into the bin, all or none."""
    by = me(request)
    chosen = looking.chosen_of(Person, request.POST.getlist("chosen")[:500], by=by, to=Can.WITHDRAW)
    people: Any = Person.objects.reachable(by=by, to=Can.WITHDRAW).current().filter(pk__in=chosen)
    try:
        count = withdrawing.withdraw(list(people), reason=request.POST.get("reason", ""), by=by)
    except (errors.BrokenRule, errors.Refused) as error:
        messages.error(request, str(error))
        return redirect("people:children")
    messages.success(request, _("%(count)s orang ditarik; 30 hari di “Yang ditarik”.") % {"count": count})
    return redirect("people:bin")


@guard(Can.WITHDRAW)
def bin_page(request: HttpRequest) -> HttpResponse:
    """What was withdrawn in the last 30 days, and bringing it back."""
    return _bin(request, Can.WITHDRAW, late=False)


@guard(Can.RESTORE_LATE)
def bin_late(request: HttpRequest) -> HttpResponse:
    """What was withdrawn before that: kept, and brought back by few."""
    return _bin(request, Can.RESTORE_LATE, late=True)


def _bin(request: HttpRequest, right: Can, *, late: bool) -> HttpResponse:
    by = me(request)
    now = timezone.now()
    since = now - resting.RESTS_FOR
    when = {"withdrawn_at__lt": since} if late else {"withdrawn_at__gte": since}
    people: Any = Person.objects.reachable(by=by, to=right).filter(**when)
    homes: Any = Household.objects.reachable(by=by, to=right).filter(**when)
    here = "people:bin_late" if late else "people:bin"
    if request.method == "POST":
        kinds: list[tuple[str, Any, Any]] = [("rumah", Household, homes), ("orang", Person, people)]
        chosen = [one.partition("-") for one in request.POST.getlist("chosen")][:500]
        records = []
        for kind, model, rows in kinds:
            typed = [key for k, _dash, key in chosen if k == kind]
            records += rows.filter(pk__in=looking.chosen_of(model, typed, by=by, to=right))
        try:
            count = withdrawing.restore(records, reason=request.POST.get("reason", ""), by=by)
            messages.success(request, _("%(count)s data dipulihkan.") % {"count": count})
        except (errors.BrokenRule, errors.Refused) as error:
            messages.error(request, str(error))
        return redirect(here)
    alone = people.exclude(household__withdrawn_at=F("withdrawn_at"))
    shown_people, shown_homes = (
        list(rows.order_by("-withdrawn_at", "-pk")[: BIN_SHOWN + 1]) for rows in (alone, homes)
    )
    for record in (*shown_people, *shown_homes):
        record.days_left = resting.days_left(record, now=now)
    looking.listed("people.bin_opened", shown_people[:BIN_SHOWN], by=by, areas=by.areas_for(right))
    context = {
        "people": shown_people[:BIN_SHOWN],
        "homes": shown_homes[:BIN_SHOWN],
        "more": max(len(shown_people), len(shown_homes)) > BIN_SHOWN,
        "shown": BIN_SHOWN,
        "late": late,
        "tabs": _bin_tabs(by, late),
        "crumbs": [(_("Anak & keluarga"), reverse("people:children")), (_("Yang ditarik"), None)],
    }
    return render(request, "people/bin.html", context)


def _bin_tabs(by: Any, late: bool) -> list[dict[str, Any]]:
    """The bin and what left it, as far as one may open both."""
    if not (by.can(Can.WITHDRAW) and by.can(Can.RESTORE_LATE)):
        return []
    return [
        {"label": _("30 hari terakhir"), "url": reverse("people:bin"), "current": not late},
        {"label": _("Lebih lama"), "url": reverse("people:bin_late"), "current": late},
    ]


@require_GET
@guard(Can.FIND_CHILD)
def areas(request: HttpRequest) -> HttpResponse:
    """Villages that may be meant by what was typed, as options of a field."""
    typed = next(iter(request.GET.dict().values()), "")
    by = me(request)
    found: list[Area] = []
    if isinstance(typed, str) and len(typed.strip()) >= 2:
        within = by.areas_for(Can.REGISTER_CHILD) or by.areas_for(Can.FIND_CHILD)
        found = search_areas(typed, within=within, levels=(1, 2, 3, 4), limit=12)
    return render(request, "people/area_options.html", {"options": [area_words(area.key) for area in found]})


def tabs() -> list[hooks.Tab]:
    """The parts that this app itself hangs into the child's page."""
    return [
        hooks.Tab("ringkasan", gettext_lazy("Ringkasan"), Can.SEE_CHILD, summary, 10),
        hooks.Tab("keluarga", gettext_lazy("Keluarga"), Can.SEE_CHILD, family, 20),
        hooks.Tab("dtks", gettext_lazy("Data DTKS"), Can.SEE_CHILD, dtks, 30, _periods),
        hooks.Tab("dokumen", pgettext_lazy("bagian", "Dokumen"), Can.SEE_CHILD, documents, 70, _papers),
        hooks.Tab("riwayat", gettext_lazy("Riwayat"), Can.SEE_CHILD, history, 90),
    ]


def _periods(profile: Profile) -> int | None:
    return len(profile.delivered) or None


def _papers(profile: Profile) -> int | None:
    return len(profile.facts["document"]) or None
