"""The search page: one box, why each hit came up, and what lies outside one's own areas.

What was typed never stands in an address: it is posted, kept with the session under a short key, and the
address carries that key and the filters.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from asuh.access import numbers
from asuh.access.guards import guard
from asuh.access.models import Post, User
from asuh.access.roles import all_roles
from asuh.audit import actions as audit
from asuh.desk.searching_forms import SearchForm
from asuh.desk.searching_homes import homes_of
from asuh.desk.searching_homes import shown as homes_shown
from asuh.desk.searching_words import Why, marked, why
from asuh.desk.words import area_words, date_words
from asuh.kernel.linkage import names
from asuh.people import elsewhere, search
from asuh.people.forms_children import ChildrenFilter, born_between
from asuh.people.lists import UNKNOWN_AGE, filter_form, short_place
from asuh.people.models import MemberRow, Person
from asuh.people.permissions import Can
from asuh.places.models import Area
from asuh.places.querysets import path_names

log = logging.getLogger("asuh.desk.searching")
KEPT = 8
"""Searches of one session that can still be returned to."""
LOOKED_AT = 300
"""Children, and as many adults, that one search puts in order; of more it is said that there are."""
SHOWN = 10
VILLAGES = 8
"""Villages offered for narrowing."""
SURE = 0.9
"""From this score on, somebody outside one's areas is worth a word."""


@dataclass
class Shown:
    """One hit as the page shows it."""

    person: Person
    name: SafeString
    place: str
    why: list[Why]
    grown: bool
    in_dtks: bool


@dataclass(frozen=True)
class Asked:
    """What the page is to answer. query: that of the address; typed: what the session kept of it."""

    query: QueryDict
    typed: dict[str, Any]
    born: date | int | None

    def address(self, **changes: str) -> str:
        """This page with other filters, from its beginning."""
        query = self.query.copy()
        for name, value in {"lanjut": "", **changes}.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"?{query.urlencode()}"


@guard(Can.FIND_CHILD)
def page(request: HttpRequest) -> HttpResponse:
    """Ask (POST keeps what was typed and goes to its address) and show.

    What cannot be read is said at its field, above the results of the question before.
    """
    by: Any = request.user
    query: QueryDict = request.GET
    form = None
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            return redirect(_kept(request, form.cleaned_data))
        query = _filters_kept(request.POST, "s")
    asked = _asked(request, query)
    narrow = filter_form(asked.query, areas=by.areas_for(Can.FIND_CHILD))
    narrow.is_valid()
    status = 422 if form is not None or (asked.typed and narrow.errors) else 200
    context = _frame(request, asked, form or SearchForm(initial=asked.typed | {"lahir": asked.born}), narrow)
    if asked.typed:
        context |= _results(request, asked, narrow, by=by)
    return render(request, "desk/search.html", context, status=status)


def _frame(request: HttpRequest, asked: Asked, form: SearchForm, narrow: ChildrenFilter) -> dict[str, Any]:
    by: Any = request.user
    areas = by.areas_for(Can.FIND_CHILD)
    named = path_names(areas)
    filters = narrow.cleaned_data
    return {
        "form": form,
        "asked": asked.typed,
        "key": asked.query.get("s", ""),
        "kept_filters": {name: value for name, value in filters.items() if value},
        "areas_words": ", ".join(
            named.get(key, key).split(", ")[0] if key else _("seluruh Indonesia") for key in areas[:5]
        ),
    }


def _results(request: HttpRequest, asked: Asked, narrow: ChildrenFilter, *, by: Any) -> dict[str, Any]:
    filters = narrow.cleaned_data
    q = asked.typed["q"]
    context: dict[str, Any] = {
        "filter_form": narrow,
        "chips": _chips(asked, filters, narrow),
        "clear_url": asked.address(desa="", umur="", jk="", tanpa="ibu,lahir"),
        "numbers": numbers.find(q, by=by),
    }
    try:
        with transaction.atomic():
            children, grown = _found(asked, filters, by=by)
            told = _outside(request, asked, by=by) if by.can(Can.KNOW_OF_CHILD) else []
    except DatabaseError:
        log.exception("search failed")
        return context | {"failed": True, "what": _("Pencarian"), "url": request.get_full_path()}
    request.session["registering_name"] = "" if any(letter.isdecimal() for letter in q) else q
    nobody = not children.hits and grown.hits
    what = asked.query.get("siapa", "")
    if what not in ("anak", "dewasa", "rumah"):
        what = "dewasa" if nobody else "anak"
    chosen = grown if what == "dewasa" else children
    homes = homes_of(children.hits + grown.hits, by=by)
    everything = list(homes) if what == "rumah" else [hit.person for hit in chosen.hits]
    part, first, more = _part(everything, asked.query.get("lanjut", ""))
    complete = children.complete and grown.complete if what == "rumah" else chosen.complete
    _count_choices(narrow, chosen, children, filters, by=by)
    audit.record(
        "people.searched",
        by=by,
        found=len(children.hits) + len(grown.hits),
        filters=sorted(name for name, value in filters.items() if value),
    )
    return context | {
        "hits": [] if what == "rumah" else _shown(chosen.hits, part, q, by=by, grown=what == "dewasa"),
        "homes": homes_shown(part, homes, by=by) if what == "rumah" else [],
        "count": len(everything),
        "complete": complete,
        "next_url": asked.address(lanjut=str(part[-1])) if more else "",
        "more": min(more, SHOWN),
        "first_url": "" if first else asked.address(),
        "outside": told,
        "tabs_list": [
            _tab(_("Anak"), "anak", what, asked, len(children.hits), children.complete),
            _tab(_("Orang dewasa"), "dewasa", what, asked, len(grown.hits), grown.complete),
            _tab(_("Rumah tangga"), "rumah", what, asked, len(homes), children.complete and grown.complete),
        ],
        "what": what,
        "villages": _villages(asked, chosen, filters, by=by) if what != "rumah" else [],
        "may_register": by.can(Can.REGISTER_CHILD),
    }


def _tab(label: str, code: str, what: str, asked: Asked, count: int, complete: bool) -> dict[str, Any]:
    return {
        "label": label,
        "url": asked.address(siapa=code),
        "count": count,
        "more": not complete and count > 0,
        "current": code == what,
    }


# ── the question ──────────────────────────────────────────────────────────────────────────────────


def _filters_kept(typed: QueryDict, *more: str) -> QueryDict:
    """The filters that a form carries along, as an address has them."""
    query = QueryDict(mutable=True)
    for name in (*more, *ChildrenFilter.base_fields):
        if value := str(typed.get(name) or ""):
            query[name] = value
    return query


def _kept(request: HttpRequest, typed: dict[str, Any]) -> str:
    """Keep what was typed with the session; the address to see it, with the filters in use."""
    if not typed["q"].strip():
        return reverse("desk:search")
    key = secrets.token_urlsafe(6)
    searches = request.session.get("searches", [])
    searches.append([key, {name: str(value) if value else "" for name, value in typed.items()}])
    request.session["searches"] = searches[-KEPT:]
    query = _filters_kept(request.POST)
    query["s"] = key
    return f"{reverse('desk:search')}?{query.urlencode()}"


def _asked(request: HttpRequest, query: QueryDict) -> Asked:
    """What the session kept under the key, without what a chip took out of it again ("tanpa")."""
    typed = dict(dict(request.session.get("searches", [])).get(query.get("s", ""), {}))
    for name in query.get("tanpa", "").split(","):
        if name in ("ibu", "lahir") and typed:
            typed[name] = ""
    born = typed.get("lahir", "")
    if not born:
        return Asked(query, typed, None)
    return Asked(query, typed, int(born) if born.isdecimal() else date.fromisoformat(born))


def _found(asked: Asked, filters: dict[str, Any], *, by: Any) -> tuple[search.Answer, search.Answer]:
    """Children, and adults, whom the searcher may find: asked apart, so that none crowd out others."""
    today = timezone.localdate()
    within: Any = Person.objects.reachable(by=by, to=Can.FIND_CHILD)
    question: Any = {
        "born": asked.born,
        "mother": asked.typed.get("ibu", ""),
        "sex": int(filters["jk"]) if filters.get("jk") else None,
        "village": filters.get("desa") or None,
        "limit": LOOKED_AT,
    }
    children = within.perhaps_children_on(today)
    if filters.get("umur"):
        children = _of_age(within, filters["umur"], today)
    found = search.answer(asked.typed["q"], among=children, **question)
    if filters.get("umur"):
        return found, search.Answer([], complete=True)
    return found, search.answer(asked.typed["q"], among=within.grown_on(today), **question)


def _of_age(people: Any, age: str, today: date) -> Any:
    if age == UNKNOWN_AGE:
        return people.filter(born_year__isnull=True)
    first, last = born_between(age, today)
    return people.born_since(first).born_until(last)


def _part(found: list[int], after: str) -> tuple[list[int], bool, int]:
    """Those behind the number `after`, whether they are the first, and how many follow."""
    place = next((place for place, number in enumerate(found, start=1) if str(number) == after), 0)
    return found[place : place + SHOWN], place == 0, max(len(found) - place - SHOWN, 0)


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────


def _shown(hits: list[search.Hit], part: list[int], asked: str, *, by: Any, grown: bool) -> list[Shown]:
    areas = by.areas_for(Can.FIND_CHILD)
    people: Any = Person.objects.defer("name_keys").in_bulk(part)
    places = path_names(person.area_key for person in people.values() if person.area_key)
    rows: Any = MemberRow.objects.standing().filter(person__in=people)
    delivered = set(rows.values_list("person", flat=True))
    return [
        Shown(
            person,
            marked(person.name, hit),
            short_place(person.area_key, places.get(person.area_key or "", ""), areas),
            why(hit, asked=asked, name=person.name),
            grown,
            person.pk in delivered,
        )
        for hit in hits
        if (person := people.get(hit.person)) is not None
    ]


def _villages(
    asked: Asked, answer: search.Answer, filters: dict[str, Any], *, by: Any
) -> list[dict[str, Any]]:
    """Where the people found belong, each with how many and the address that shows only them."""
    if len(filters.get("desa") or "") == 10:
        return []
    keys = _people_of(answer, by=by).filter(area_key__isnull=False)
    counted = Counter(keys.values_list("area_key", flat=True))
    if len(counted) < 2:
        return []
    most = counted.most_common(VILLAGES)
    named = path_names(key for key, _count in most)
    return [
        {"name": named[key].split(", ")[0], "count": count, "url": asked.address(desa=key)}
        for key, count in most
    ]


def _count_choices(
    narrow: ChildrenFilter,
    chosen: search.Answer,
    children: search.Answer,
    filters: dict[str, Any],
    *,
    by: Any,
) -> None:
    """Beside each sex and age how many were found; nothing beside those one would have to ask anew for."""
    if not filters.get("jk"):
        sexes = _people_of(chosen, by=by).values_list("sex", flat=True)
        _count_beside(narrow, "jk", Counter(str(sex) for sex in sexes))
    if not filters.get("umur"):
        people, today = _people_of(children, by=by), timezone.localdate()
        ages = [value for value, _label in narrow.fields["umur"].choices if value]  # type: ignore[attr-defined]
        _count_beside(narrow, "umur", Counter({age: _of_age(people, age, today).count() for age in ages}))


def _people_of(answer: search.Answer, *, by: Any) -> Any:
    reachable: Any = Person.objects.reachable(by=by, to=Can.FIND_CHILD)
    return reachable.filter(pk__in=[hit.person for hit in answer.hits])


def _count_beside(narrow: ChildrenFilter, name: str, counted: Counter[str]) -> None:
    field: Any = narrow.fields[name]
    field.choices = [
        (value, f"{label} ({counted[value]})" if value else label) for value, label in field.choices
    ]


def _chips(asked: Asked, filters: dict[str, Any], form: ChildrenFilter) -> list[dict[str, str]]:
    """Everything that narrows the result, each with the address without it."""
    taken_out = [name for name in asked.query.get("tanpa", "").split(",") if name]
    chips = []
    for name, value in filters.items():
        if not value:
            continue
        field: Any = form.fields[name]
        label = _area_words(value) if name == "desa" else str(dict(field.choices)[value])
        chips.append({"label": label, "url": asked.address(**{name: ""})})
    born = asked.born
    for name, label in (
        ("ibu", _("Ibu %(name)s") % {"name": asked.typed["ibu"]} if asked.typed["ibu"] else ""),
        ("lahir", _("Lahir %(when)s") % {"when": date_words(born) if isinstance(born, date) else born}),
    ):
        if asked.typed[name]:
            chips.append({"label": label, "url": asked.address(tanpa=",".join([*taken_out, name]))})
    return chips


def _area_words(key: str) -> str:
    area = Area.objects.filter(key=key).first()
    return area_words(area.kind, area.name) if area else key


# ── outside one's areas ───────────────────────────────────────────────────────────────────────────


def _outside(request: HttpRequest, asked: Asked, *, by: Any) -> list[dict[str, Any]]:
    """Where the person asked for is recorded outside the searcher's areas, and whom to ask there.

    Only that a record exists: no name, no age, no village, no number of people. Somebody must know the child
    to ask: a NIK, or a name of two words with the very birth date; filters play no part, since narrowing an
    answer would tell what it hides.
    """
    q, born = asked.typed["q"], asked.born
    digits = re.sub(r"[\s.'-]", "", q)
    people: Any = Person.objects.current()
    if re.fullmatch(r"[0-9]{16}", digits):
        people = people.filter(nik=digits)
    elif isinstance(born, date) and len(names.tokens(q)) >= 2:
        hits = search.find(q, born=born, limit=30)
        people = people.filter(pk__in=[hit.person for hit in hits if hit.score >= SURE], born_on=born)
    else:
        return []
    told: dict[str, list[str]] = request.session.get("told_elsewhere", {})
    question = asked.query.get("s", "")
    if question not in told:
        if not elsewhere.may_ask(by):
            return [{"place": "", "ask": []}]
        keys = elsewhere.tell(elsewhere.outside(people, by=by, to=Can.FIND_CHILD), by=by)
        told = dict([*told.items(), (question, keys)][-KEPT:])
        request.session["told_elsewhere"] = told
    named = path_names(told[question])
    return [
        {"place": ", ".join(named.get(key, key).split(", ")[:2]), "ask": _whom_to_ask(key)}
        for key in told[question]
    ]


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
