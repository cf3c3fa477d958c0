"""What waits for somebody on the first page, by what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from asuh.audit.models import Event
from asuh.people.actions import drafts
from asuh.people.looking import NAMED
from asuh.people.models import Delivery, Person, QuarantinedRow
from asuh.people.permissions import Can
from asuh.people.views_registering import DRAFT
from asuh.places.querysets import path_names

REMEMBERED = 5


@dataclass(frozen=True)
class Waiting:
    """One thing to do now. button: the verb."""

    icon: str
    title: str
    text: str
    url: str
    button: str


def waiting_for(user: Any) -> list[Waiting]:
    """What waits for `user`, the most pressing first."""
    found = []
    if user.can(Can.IMPORT_DTKS):
        asking: Any = Delivery.objects.reachable(by=user, to=Can.IMPORT_DTKS).filter(
            state=Delivery.State.ASKING
        )
        for delivery in asking.order_by("pk")[:3]:
            found.append(
                Waiting(
                    "help-circle",
                    _("Kiriman DTKS menunggu keputusan Anda"),
                    _("Impor berhenti sendiri dan bertanya sebelum melanjutkan."),
                    reverse("deliveries:delivery", args=[delivery.pk]),
                    _("Buka kiriman"),
                )
            )
    if user.can(Can.CORRECT_QUARANTINE):
        rows: Any = QuarantinedRow.objects.reachable(by=user, to=Can.CORRECT_QUARANTINE).waiting()
        count = rows[:1001].count()
        if count:
            found.append(
                Waiting(
                    "clipboard-list",
                    _("Lebih dari 1.000 baris menunggu di karantina")
                    if count > 1000
                    else ngettext(
                        "%(count)s baris menunggu di karantina",
                        "%(count)s baris menunggu di karantina",
                        count,
                    )
                    % {"count": count},
                    _("Baris yang diperbaiki langsung masuk."),
                    reverse("deliveries:quarantine_index"),
                    _("Perbaiki baris"),
                )
            )
    if user.can(Can.REGISTER_CHILD) and drafts.kept(DRAFT, by=user):
        found.append(
            Waiting(
                "pencil",
                _("Pendaftaran anak belum selesai"),
                _("Isian Anda masih tersimpan."),
                reverse("people:register"),
                _("Lanjutkan"),
            )
        )
    return found


def last_opened(user: Any) -> list[Person]:
    """Whom `user` opened last, as far as they may still see them; each with `place`."""
    if not user.can(Can.SEE_CHILD):
        return []
    openings = Event.objects.filter(actor_id=user.pk, what="people.child_opened")
    opened = openings.exclude(details__part=NAMED).order_by("-pk")[:60]
    order = list(dict.fromkeys(event.subject_id for event in opened))[: 3 * REMEMBERED]
    reachable: Any = Person.objects.reachable(by=user, to=Can.SEE_CHILD).current()
    seen = {person.pk: person for person in reachable.filter(pk__in=order)}
    people = [seen[number] for number in order if number in seen][:REMEMBERED]
    places = path_names(person.area_key for person in people if person.area_key)
    for person in people:
        person.place = ", ".join(places.get(person.area_key or "", "").split(", ")[:2])
    return people
