"""Questions to the trail, bounded by the areas of who asks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from asuh.access.asked import keys_of
from asuh.access.exports import Column, Kind, declare
from asuh.access.forms import TrailFilter
from asuh.access.models import User
from asuh.audit import codes
from asuh.audit.models import Event
from asuh.audit.permissions import Can
from asuh.places.querysets import path_names


def readable(by: User) -> QuerySet[Event]:
    """Events `by` may read: those that lie in the areas where they read the trail; the country reads all."""
    areas = by.areas_for(Can.READ_TRAIL)
    if "" in areas:
        return Event.objects.all()
    condition = Q(pk__in=[])
    for area in areas:
        condition |= Q(area_key__startswith=area)
    return Event.objects.filter(condition)


def narrowed(events: QuerySet[Event], wanted: Mapping[str, Any]) -> QuerySet[Event]:
    """Events that fit a cleaned TrailFilter."""
    if wanted.get("actor"):
        events = events.filter(actor_id__in=_actors(wanted["actor"]))
    if wanted.get("subject"):
        condition = Q(pk__in=[])
        for kind, number in codes.find_subjects(wanted["subject"]):
            condition |= Q(subject_kind=kind, subject_id=number)
        events = events.filter(condition)
    if wanted.get("what"):
        events = events.filter(what__in=codes.of_group(wanted["what"]) or [wanted["what"]])
    if wanted.get("refused"):
        events = events.filter(refused=True)
    if wanted.get("area") is not None:
        events = events.filter(area_key__startswith=wanted["area"])
    zone = timezone.get_current_timezone()
    if wanted.get("since"):
        events = events.filter(at__gte=datetime.combine(wanted["since"], time(), zone))
    if wanted.get("until"):
        events = events.filter(at__lt=datetime.combine(wanted["until"] + timedelta(days=1), time(), zone))
    return events


def _actors(typed: str) -> list[int]:
    if typed.isdecimal():
        return keys_of([typed])
    return list(User.objects.filter(username__iexact=typed.strip()).values_list("pk", flat=True))


COLUMNS = [
    Column("id", _("Nomor")),
    Column("at", _("Waktu")),
    Column("actor", _("Pelaku")),
    Column("words", _("Perbuatan")),
    Column("what", _("Kode perbuatan"), chosen=False),
    Column("subject", _("Tentang")),
    Column("area", _("Wilayah")),
    Column("refused", _("Ditolak")),
    Column("why", _("Alasan")),
    Column("door", _("Lewat"), chosen=False),
    Column("address", _("Alamat jaringan"), chosen=False),
]


def rows(by: User, choices: Mapping[str, Any], columns: Sequence[str]) -> Iterator[list[Any]]:
    """The trail as a file: what the page shows under the same filters, oldest first."""
    form = TrailFilter(dict(choices))
    events = narrowed(readable(by), form.cleaned_data) if form.is_valid() else Event.objects.none()
    names: dict[str, str] = {}
    for event in events.order_by("pk").iterator(chunk_size=2000):
        if event.area_key and event.area_key not in names:
            names |= path_names([event.area_key])
        yield [_cell(event, column, names) for column in columns]


def _cell(event: Event, column: str, names: Mapping[str, str]) -> Any:
    match column:
        case "id":
            return event.pk
        case "actor":
            return event.actor_name
        case "why":
            return codes.reason(event)
        case "words":
            return codes.words(event)
        case "subject":
            return codes.subject_words(event.subject_kind, event.subject_id)
        case "area":
            return names.get(event.area_key, "")
        case _:
            return getattr(event, column)


declare(Kind("audit.trail", _("Jejak audit"), str(Can.READ_TRAIL), COLUMNS, rows))
