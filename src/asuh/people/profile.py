"""A child as one page shows it: who, where and with whom now, what is known, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from asuh.audit.models import Event
from asuh.people import codes, told
from asuh.people.days import month_words
from asuh.people.genogram import first_name, parents_among
from asuh.people.heading import age_of
from asuh.people.hooks import Step
from asuh.people.kin import Parents, kin_words
from asuh.people.models import KINDS, Caregiving, Fact, HouseholdRole, ParentsStatus, Person
from asuh.people.models.registry import RelationToHead
from asuh.people.permissions import Can
from asuh.people.reading import facts_of, readable_events
from asuh.places.querysets import path_names


@dataclass(frozen=True)
class Member:
    """One line of the household's table.

    hidden: the reader's areas do not reach this person, of whom `person` then holds little (see `nameless`);
    of the child's caregiver the name too, which is a fact of the child. relation: to the head. kin: to the
    one the page is about, "" where that is not known.
    """

    person: Person
    relation: str
    kin: str
    me: bool
    caregiver: bool
    hidden: bool


@dataclass
class Profile:
    """Everything the summary of a child needs, read in few queries: nothing its reader may not see.

    withheld: there are facts beside these, restricted. kin: who of the members are the parents.
    """

    person: Person
    facts: dict[str, list[Fact]] = field(default_factory=dict)
    withheld: bool = False
    members: list[Member] = field(default_factory=list)
    kin: Parents = field(default_factory=Parents)
    roles: list[HouseholdRole] = field(default_factory=list)
    delivered: list[told.Delivered] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def newest(self, kind: str) -> Any:
        """The fact of a kind that answers now."""
        found = self.facts.get(kind)
        return found[0] if found else None

    @property
    def parents(self) -> ParentsStatus | None:
        return self.newest("parents")

    @property
    def care(self) -> Caregiving | None:
        return self.newest("caregiving")

    @property
    def short_name(self) -> str:
        """The first of the names."""
        return first_name(self.person.name)

    @property
    def grown(self) -> bool:
        """Whether this is certainly no child any more."""
        age = age_of(self.person, self.person.died_on or timezone.localdate())
        return age is not None and age >= 18

    @property
    def care_holds(self) -> bool:
        """Whether who is told to care for the child still may: they live here too, or it was told after the
        child came to live here.
        """
        care, since = self.care, self.person.resident_since
        if care is None or (care.caregiver is not None and care.caregiver.died_on is not None):
            return False
        if since is None or care.as_of > since:
            return True
        if care.caregiver_id is None:
            return care.as_of == since
        return any(one.person.pk == care.caregiver_id for one in self.living)

    @property
    def living(self) -> list[Member]:
        """The members who are alive."""
        return [one for one in self.members if one.person.died_on is None]

    @property
    def head(self) -> Member | None:
        """The head of the household, when it is somebody else."""
        return next(
            (one for one in self.living if one.person.relation == RelationToHead.HEAD and not one.me), None
        )

    @property
    def to_compare(self) -> dict[str, Fact]:
        """The newest facts by what DTKS also tells."""
        found = {kind: facts[0] for kind, facts in self.facts.items() if facts}
        papers: list[Any] = self.facts.get("document", [])
        for paper in papers:
            if paper.document == codes.DocumentKind.BIRTH_CERTIFICATE:
                found.setdefault("birth_certificate", paper)
        return found

    @property
    def told(self) -> list[told.Told]:
        """The newest delivery in words, compared with what was seen since."""
        return told.in_words(self.delivered[0], self.to_compare) if self.delivered else []


def profile_of(person: Person, *, by: Any) -> Profile:
    """Read the profile of `person` for `by`: restricted facts only with the right to them, and members of
    the household outside the reader's areas without their names.
    """
    reading = facts_of(person, by=by)
    found = Profile(person, reading.facts, reading.withheld)
    if person.household is not None:
        everybody = _living_in(person.household)
        found.kin = parents_among(everybody, person, found.parents)
        found.members = _members(
            everybody, person.household, by=by, me=person, care=found.care, kin=found.kin
        )
        found.roles = list(HouseholdRole.objects.filter(household=person.household, ends_on__isnull=True))
    found.delivered = told.deliveries_of(person)
    keys = [person.area_key, person.stay_key, person.household.area_key if person.household else None]
    keys += [getattr(fact, "area_key", None) for fact in found.facts["address"]]
    found.places = path_names(key for key in keys if key)
    return found


def members_of(household: Any, *, by: Any) -> list[Member]:
    """Who lives in a household, head first, the dead last; out of reach, without a name. Two queries."""
    return _members(_living_in(household), household, by=by)


def _living_in(household: Any) -> list[Person]:
    return list(household.members.current().order_by("relation", "born_on", "pk"))


def _members(
    everybody: list[Person],
    household: Any,
    *,
    by: Any,
    me: Person | None = None,
    care: Caregiving | None = None,
    kin: Parents | None = None,
) -> list[Member]:
    reached = set(household.members.reachable(by=by, to=Can.SEE_CHILD).values_list("pk", flat=True))
    return sorted(
        (_member(one, hidden=one.pk not in reached, me=me, care=care, kin=kin) for one in everybody),
        key=lambda member: member.person.died_on is not None,
    )


def _member(
    one: Person, *, hidden: bool, me: Person | None, care: Caregiving | None, kin: Parents | None
) -> Member:
    caregiver = care is not None and care.caregiver_id == one.pk
    return Member(
        person=nameless(one, name=one.name if caregiver else "") if hidden else one,
        relation=str(one.get_relation_display()) if one.relation else "",
        kin=kin_words(me, one, kin or Parents()) if me is not None else "",
        me=me is not None and one.pk == me.pk,
        caregiver=caregiver,
        hidden=hidden,
    )


def nameless(person: Person, *, name: str = "") -> Person:
    """All that may be said of somebody in the household whom the reader does not reach."""
    return Person(
        pk=person.pk,
        name=name,
        sex=person.sex,
        born_year=person.born_year,
        relation=person.relation,
        died_on=person.died_on,
    )


def steps_of(person: Person, *, by: Any, profile: Profile) -> list[Step]:
    """What the registry itself knows of somebody's journey: deliveries, facts, homes, death."""
    steps = []
    for kind, model in KINDS.items():
        steps += [
            Step(
                on=fact.as_of,
                icon=model.icon,
                title=model.title,
                text=fact.in_words(),
                by=_("dicatat oleh %(who)s") % {"who": fact.recorded_by.get_full_name()},
            )
            for fact in profile.facts[kind]
        ]
    residences: Any = person.residences.select_related("recorded_by")
    for home in residences:
        steps.append(
            Step(
                on=home.ended_on,
                when=month_words(home.ended_on) if home.delivery_id else "",
                icon="home",
                title=_("Pindah tempat tinggal"),
                text=dict(codes.LeftBecause.choices).get(home.because, home.because),
                by=_("dicatat oleh %(who)s") % {"who": home.recorded_by.get_full_name()}
                if home.recorded_by
                else "",
            )
        )
    periods = [one.period for one in profile.delivered]
    for period in periods:
        first = period == periods[-1]
        steps.append(
            Step(
                on=period,
                icon="database",
                when=month_words(period),
                title=_("Tercatat di DTKS") if first else _("Diperbarui menurut DTKS"),
            )
        )
    if person.died_on:
        steps.append(Step(on=person.died_on, icon="circle-dashed", title=_("Meninggal")))
    if person.registered_by_id:
        steps.append(Step(on=person.created_at.date(), icon="user-plus", title=_("Didaftarkan di Asuh")))
    return steps


#: events of looking, not of changing
READINGS = (
    "people.child_opened",
    "people.child_printed",
    "people.number_shown",
    "people.photo_shown",
    "people.picture_shown",
)
LOOKS = (*READINGS, "people.readers_opened", "people.household_opened")


def readings_of(person: Person) -> Any:
    """Who opened the page of `person` or saw a number or a picture, newest first."""
    return Event.objects.filter(subject_kind="person", subject_id=person.pk, what__in=READINGS).order_by(
        "-pk"
    )


def changes_of(person: Person, *, by: Any, before: int | None = None) -> Sequence[Event]:
    """Who changed what about `person` or the household, as `by` may know it; 200 at most, the newest, or
    those before the event `before`.
    """
    about = Q(subject_kind="person", subject_id=person.pk)
    if person.household_id:
        about |= Q(subject_kind="household", subject_id=person.household_id)
    told = Event.objects.filter(about, what__startswith="people.", refused=False).exclude(what__in=LOOKS)
    if before is not None:
        told = told.filter(pk__lt=before)
    return list(readable_events(told.order_by("-pk")[:200], person, by=by))
