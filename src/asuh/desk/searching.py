"""The search page: one box, why each hit came up, and what lies outside one's own areas.

What was typed never stands in an address: it is posted, kept with the session under a short key, and the
address carries that key and the filters.
"""

from __future__ import annotations

import logging
import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from asuh.access import numbers
from asuh.access.guards import guard
from asuh.access.models import Post, User
from asuh.access.paging import address_with
from asuh.access.roles import all_roles
from asuh.audit import actions as audit
from asuh.audit.models import Event
from asuh.kernel import ages
from asuh.kernel.linkage import names
from asuh.people import search
from asuh.people.forms_children import ChildrenFilter, DayInput, born_between
from asuh.people.lists import filter_form
from asuh.people.models import Person
from asuh.people.permissions import Can
from asuh.places.querysets import path_names

log = logging.getLogger("asuh.desk.searching")
KEPT = 8
"""Searches of one session that can still be returned to."""
LOOKED_AT = 60
SHOWN = 10
NUMBERS = {
    "nik": "NIK",
    "kk": "KK",
    "idbdt": gettext_lazy("ID DTKS rumah tangga"),
    "idartbdt": gettext_lazy("ID DTKS anggota"),
    "code": gettext_lazy("kode Asuh"),
}
ASKED_A_DAY = 30
"""Questions about people outside one's areas that one person may ask in a day."""
SURE = 0.9
"""From this score on, somebody outside one's areas is worth a word."""


class SearchForm(forms.Form):
    """The box and what narrows it."""

    q = forms.CharField(label=gettext_lazy("Nama, NIK, KK, atau ID DTKS"), max_length=200, required=False)
    ibu = forms.CharField(
        label=gettext_lazy("Nama ibu kandung"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Pembeda terkuat setelah NIK."),
    )
    lahir = forms.DateField(
        label=gettext_lazy("Tanggal lahir"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Orang dengan tahun lahir yang sama atau berdekatan ikut ditemukan."),
    )


@dataclass
class Shown:
    """One hit as the page shows it."""

    person: Person
    name: SafeString
    place: str
    why: list[tuple[str, str]]
    grown: bool
    in_dtks: bool


@guard(Can.FIND_CHILD)
def page(request: HttpRequest) -> HttpResponse:
    """Ask (POST keeps what was typed and goes to its address) and show."""
    by: Any = request.user
    if request.method == "POST":
        form = SearchForm(request.POST)
        if not form.is_valid():
            return render(request, "desk/search.html", _frame(request, form), status=422)
        return redirect(_kept(request, form.cleaned_data))
    asked = _asked(request)
    if not asked:
        return render(request, "desk/search.html", _frame(request, SearchForm(initial=asked)))
    narrow = filter_form(request.GET, areas=by.areas_for(Can.FIND_CHILD))
    filters = narrow.cleaned_data if narrow.is_valid() else {}
    context = _frame(request, SearchForm(initial=asked)) | {
        "asked": asked,
        "filter_form": narrow,
        "chips": _chips(request, filters, narrow),
        "clear_url": f"?s={request.GET.get('s', '')}",
        "numbers": numbers.find(asked["q"], by=by),
    }
    try:
        with transaction.atomic():
            hits = _found(asked, filters, by=by)
            outside = _outside(request, asked, by=by) if by.can(Can.KNOW_OF_CHILD) else []
    except DatabaseError:
        log.exception("search failed")
        context |= {"failed": True, "what": _("Pencarian"), "url": request.get_full_path()}
        return render(request, "desk/search.html", context)
    request.session["registering_name"] = (
        asked["q"] if not any(letter.isdecimal() for letter in asked["q"]) else ""
    )
    children = [hit for hit in hits if not hit.grown]
    grown = [hit for hit in hits if hit.grown]
    what = request.GET.get("siapa") or ("anak" if children or not grown else "dewasa")
    chosen = grown if what == "dewasa" else children
    limit = LOOKED_AT if request.GET.get("semua") else SHOWN
    context |= {
        "hits": chosen[:limit],
        "count": len(chosen),
        "more": len(chosen) - limit if len(chosen) > limit else 0,
        "outside": outside,
        "tabs_list": [
            {
                "label": _("Anak"),
                "url": address_with(request, siapa="anak"),
                "count": len(children),
                "current": what != "dewasa",
            },
            {
                "label": _("Orang dewasa"),
                "url": address_with(request, siapa="dewasa"),
                "count": len(grown),
                "current": what == "dewasa",
            },
        ],
        "what": what,
        "may_register": by.can(Can.REGISTER_CHILD),
        "more_url": address_with(request, semua="1"),
    }
    audit.record(
        "people.searched",
        by=by,
        found=len(hits),
        filters=sorted(name for name, value in filters.items() if value),
    )
    return render(request, "desk/search.html", context)


def _frame(request: HttpRequest, form: SearchForm) -> dict[str, Any]:
    by: Any = request.user
    areas = by.areas_for(Can.FIND_CHILD)
    named = path_names(areas)
    return {
        "form": form,
        "asked": {},
        "areas_words": ", ".join(
            named.get(key, key).split(", ")[0] if key else _("seluruh Indonesia") for key in areas[:5]
        ),
    }


def _kept(request: HttpRequest, typed: dict[str, Any]) -> str:
    """Keep what was typed with the session; the address to see it."""
    if not typed["q"].strip():
        return reverse("desk:search")
    key = secrets.token_urlsafe(6)
    searches = request.session.get("searches", [])
    searches.append([key, {name: str(value) if value else "" for name, value in typed.items()}])
    request.session["searches"] = searches[-KEPT:]
    return f"{reverse('desk:search')}?s={key}"


def _asked(request: HttpRequest) -> dict[str, Any]:
    kept = dict(request.session.get("searches", []))
    asked = kept.get(request.GET.get("s", ""), {})
    if asked.get("lahir"):
        asked = asked | {"lahir": date.fromisoformat(asked["lahir"])}
    return asked


def _found(asked: dict[str, Any], filters: dict[str, Any], *, by: Any) -> list[Shown]:
    """Hits the searcher may see."""
    today = timezone.localdate()
    within: Any = Person.objects.reachable(by=by, to=Can.FIND_CHILD)
    if filters.get("umur"):
        first, last = born_between(filters["umur"], today)
        within = within.born_since(first).born_until(last)
    question = {
        "born": asked.get("lahir") or None,
        "mother": asked.get("ibu", ""),
        "sex": int(filters["jk"]) if filters.get("jk") else None,
    }
    hits = search.find(
        asked["q"], among=within, village=filters.get("desa") or None, limit=LOOKED_AT, **question
    )
    return _shown(hits, today)


def _shown(hits: list[search.Hit], today: date) -> list[Shown]:
    people: Any = Person.objects.in_bulk([hit.person for hit in hits])
    places = path_names(person.area_key for person in people.values() if person.area_key)
    shown = []
    for hit in hits:
        person = people.get(hit.person)
        if person is None:
            continue
        grown = (
            not ages.is_child(person.born_on, today)
            if person.born_on
            else bool(person.born_year) and today.year - person.born_year > ages.ADULT_AT
        )
        shown.append(
            Shown(
                person,
                _marked(person.name, hit),
                ", ".join(places.get(person.area_key or "", "").split(", ")[:2]),
                [words for reason in hit.why if (words := why_words(reason, hit)) is not None],
                grown,
                person.delivery_id is not None,
            )
        )
    return shown


def _outside(request: HttpRequest, asked: dict[str, Any], *, by: Any) -> list[dict[str, Any]]:
    """Where the person asked for is recorded outside the searcher's areas, and whom to ask there.

    Only that a record exists: no name, no age, no village, no number of people. Somebody must know the child
    to ask: a NIK, or a name of two words with the very birth date; filters play no part, since narrowing an
    answer would tell what it hides. Each question is written to the trail, and there are ASKED_A_DAY of them.
    """
    born = asked.get("lahir") or None
    digits = re.sub(r"[\s.'-]", "", asked["q"])
    people: Any = Person.objects.current()
    if re.fullmatch(r"[0-9]{16}", digits):
        people = people.filter(nik=digits)
    elif born is not None and len(names.tokens(asked["q"])) >= 2:
        hits = search.find(asked["q"], born=born, limit=30)
        people = people.filter(pk__in=[hit.person for hit in hits if hit.score >= SURE], born_on=born)
    else:
        return []
    told: dict[str, list[str]] = request.session.get("told_elsewhere", {})
    question = request.GET.get("s", "")
    if question not in told:
        if _asked_today(by) >= ASKED_A_DAY:
            return [{"place": "", "ask": []}]
        keys = _regencies_outside(people, by=by)
        audit.record("people.told_of_child", by=by, count=len(keys), areas=keys)
        told = dict([*told.items(), (question, keys)][-KEPT:])
        request.session["told_elsewhere"] = told
    named = path_names(told[question])
    return [
        {"place": ", ".join(named.get(key, key).split(", ")[:2]), "ask": _whom_to_ask(key)}
        for key in told[question]
    ]


def _regencies_outside(people: Any, *, by: Any) -> list[str]:
    mine: Any = Person.objects.reachable(by=by, to=Can.FIND_CHILD)
    elsewhere = people.exclude(pk__in=mine.values("pk"))
    return sorted({key[:4] for key in elsewhere.values_list("area_key", flat=True) if key})


def _asked_today(by: Any) -> int:
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Event.objects.filter(actor_id=by.pk, what="people.told_of_child", at__gte=since).count()


def _whom_to_ask(key: str) -> list[User]:
    """Up to three people who answer for the area: those nearest to it first."""
    roles = [
        role.code
        for role in all_roles().values()
        if Can.SEE_CHILD in role.grants and Can.RECORD_FACT in role.grants
    ]
    posts: Any = Post.objects.held_on(timezone.localdate()).filter(
        area_key__in=[key, key[:2]], role__in=roles, office_code="", user__is_active=True
    )
    found: dict[int, User] = {}
    for post in posts.select_related("user").order_by("-area_key", "role", "user__name"):
        found.setdefault(post.user_id, post.user)
    return list(found.values())[:3]


def _marked(name: str, hit: search.Hit) -> SafeString:
    """The name, the words that matched in a frame."""
    meant = {
        reason.b or reason.a
        for reason in hit.why
        if reason.code in ("same_sound", "similar", "initial", "begins")
    }
    meant |= {reason.a for reason in hit.why if reason.code == "same_word"}
    whole = any(reason.code == "same_name" for reason in hit.why)
    pieces = []
    for word in re.split(r"(\s+)", name):
        matched = word.strip() and (whole or meant & set(names.tokens(word)))
        pieces.append(format_html("<mark>{}</mark>", word) if matched else word)
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def why_words(reason: Any, hit: search.Hit) -> tuple[str, str] | None:
    """("yes" or "meh", a sentence): why this person came up; None for what need not be said."""
    a, b = reason.a.capitalize(), reason.b.capitalize()
    match reason.code:
        case "same_name":
            return "yes", _("Nama sama")
        case "same_word":
            return "yes", _("Kata “%(word)s” sama") % {"word": a}
        case "same_sound":
            return "yes", _("Bunyi nama sama: %(a)s, %(b)s") % {"a": a, "b": b}
        case "similar":
            return "meh", _("%(b)s mirip %(a)s, beda %(edits)s huruf") % {
                "a": a,
                "b": b,
                "edits": reason.edits or 1,
            }
        case "initial":
            return "meh", _("Singkatan: %(a)s, %(b)s") % {"a": a, "b": b}
        case "begins":
            return "yes", _("%(b)s diawali “%(a)s”") % {"a": reason.a.lower(), "b": b}
        case "joined":
            return "yes", _("Kata digabung atau dipisah: %(a)s, %(b)s") % {"a": a, "b": b}
        case "swapped":
            return "meh", _("Urutan kata berbeda")
        case "missing_in_b":
            return "meh", _("“%(word)s” tidak ada pada namanya") % {"word": a}
        case "number":
            return "yes", _("Nomor sama: %(which)s") % {"which": str(NUMBERS.get(reason.a, reason.a))}
        case "born" | "born_year":
            return "yes", _("Tanggal lahir cocok") if reason.code == "born" else _("Tahun lahir cocok")
        case "born_near":
            return "meh", _("Tanggal lahir berdekatan")
        case "born_differs":
            return "meh", _("Tanggal lahir berbeda")
        case "mother":
            return "yes", _("Nama ibu cocok: %(name)s") % {"name": reason.b.title()}
        case "mother_differs":
            return "meh", _("Nama ibu berbeda: %(name)s") % {"name": reason.b.title()}
    return None


def _chips(request: HttpRequest, filters: dict[str, Any], form: ChildrenFilter) -> list[dict[str, str]]:
    chips = []
    for name, value in filters.items():
        if not value:
            continue
        field: Any = form.fields[name]
        label = (
            path_names([value]).get(value, value).split(", ")[0]
            if name == "desa"
            else str(dict(field.choices)[value])
        )
        chips.append({"label": label, "url": address_with(request, **{name: ""})})
    return chips
