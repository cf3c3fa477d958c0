"""Registering a child by hand, after a search."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone

from asuh.access.models import User
from asuh.access.refusals import refusals_recorded
from asuh.kernel import ages
from asuh.kernel import nik as niks
from asuh.kernel.linkage import names
from asuh.people import errors, search
from asuh.people.actions.checks import area_in_force, has_head
from asuh.people.actions.naming import file_words, name_fields, tidy
from asuh.people.actions.trail import tell
from asuh.people.models import Household, Person
from asuh.people.models.registry import RelationToHead
from asuh.people.permissions import Can

SALT = "asuh.people.seen"
GOOD_FOR = timedelta(hours=8)
#: from this likeness (0..1) on, somebody found must have been looked at before another is registered
LOOK_AT_FROM = 0.85


@dataclass(frozen=True)
class Seen:
    """What a search showed: for whom was searched, and who was found."""

    name: str
    found: frozenset[int]


def acknowledge(name: str, found: Iterable[int], *, by: User) -> str:
    """A signed note that `by` searched for `name` and saw the people `found`; goes along with the form."""
    return signing.dumps([by.pk, names.normal_form(name), sorted(found)], salt=SALT, compress=True)


def read_acknowledgement(note: str, *, by: User) -> Seen:
    """What the note says. Raises SearchFirst when it is nobody's, somebody else's or too old."""
    try:
        user, name, found = signing.loads(note, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise errors.SearchFirst from error
    if user != by.pk:
        raise errors.SearchFirst
    return Seen(name, frozenset(found))


@refusals_recorded("people.child_registered")
@transaction.atomic
def register_child(
    *,
    name: str,
    sex: int,
    born_on: date | None = None,
    born_year: int | None = None,
    area_key: str | None,
    seen: str,
    by: User,
    birth_place: str = "",
    mother_name: str = "",
    nik: str = "",
    kk: str = "",
    household: Household | None = None,
    relation: int | None = None,
    address: str = "",
) -> Person:
    """Register a child who is in no delivery.

    born_year: estimate, when the date is unknown. area_key: village, or as deep as known; None = not known.
    household: one that exists; without it the child gets one of its own at `address`.
    seen: the note of `acknowledge`, which must cover everybody who looks like this child.
    Raises SearchFirst, PossibleMatchesNotSeen, NameMissing, AgeMissing, NotAChild, NikNotPossible,
    NikDisagrees, AreaUnknown, OutsideYourAreas, HeadIsTaken.
    """
    shown = read_acknowledgement(seen, by=by)
    name = tidy(name)
    if not name or not names.normal_form(name):
        raise errors.NameMissing
    born_year = _year_of_a_child(born_on, born_year)
    area_key = _area(household.area_key if household else area_key, by=by)
    nik = possible_nik(nik, born_on=born_on, sex=sex)
    overlooked = [
        pk
        for pk in look_alikes(
            name=name, born_on=born_on, born_year=born_year, sex=sex, nik=nik, area_key=area_key
        )
        if pk not in shown.found
    ]
    if overlooked:
        raise errors.PossibleMatchesNotSeen(overlooked)
    if relation == RelationToHead.HEAD and household and has_head(household):
        raise errors.HeadIsTaken
    if household is None:
        household = Household.objects.create(area_key=area_key, address=tidy(address), registered_by=by)
    person = Person.objects.create(
        **name_fields(name),
        sex=sex,
        born_on=born_on,
        born_year=born_year,
        birth_place=tidy(birth_place),
        mother_name=tidy(mother_name),
        nik=nik or None,
        kk=kk if len(kk) == 16 and kk.isascii() and kk.isdecimal() else None,
        area_key=area_key,
        household=household,
        relation=relation,
        unsure=["nik_shared"] if nik and Person.objects.current().filter(nik=nik).exists() else [],
        registered_by=by,
    )
    file_words(person)
    tell("people.child_registered", person, by=by, household=household.pk, shown=len(shown.found))
    return person


def look_alikes(
    *, name: str, born_on: date | None, born_year: int | None, sex: int, nik: str, area_key: str | None
) -> list[int]:
    """People of the whole registry who may be this child: the same NIK, or a like name, age and regency."""
    alike = list(Person.objects.current().filter(nik=nik).values_list("pk", flat=True)) if nik else []
    hits = search.find(
        name, village=area_key[:4] if area_key else None, born=born_on or born_year, sex=sex, limit=20
    )
    return alike + [hit.person for hit in hits if hit.score >= LOOK_AT_FROM and hit.person not in alike]


def _year_of_a_child(born_on: date | None, born_year: int | None) -> int:
    today = timezone.localdate()
    if born_on is not None:
        if born_on > today:
            raise errors.DateLiesAhead
        if not ages.is_child(born_on, today):
            raise errors.NotAChild
        return born_on.year
    if born_year is None:
        raise errors.AgeMissing
    if not 0 <= today.year - born_year <= ages.ADULT_AT:
        raise errors.NotAChild
    return born_year


def _area(key: str | None, *, by: User) -> str | None:
    if not key:
        if not by.reaches_unplaced(Can.REGISTER_CHILD):
            raise errors.AreaUnknown
        return None
    area_in_force(key)
    if not any(key.startswith(prefix) for prefix in by.areas_for(Can.REGISTER_CHILD)):
        raise errors.OutsideYourAreas
    return key


def possible_nik(text: str, *, born_on: date | None, sex: int | None) -> str:
    """The digits of a NIK that may be this person's; "" stays. Raises NikNotPossible, NikDisagrees."""
    text = "".join(text.split())
    if not text:
        return ""
    try:
        read = niks.read(text)
    except niks.NotANik as error:
        raise errors.NikNotPossible from error
    if niks.disagrees_with(read, born_on=born_on, sex=sex):
        raise errors.NikDisagrees
    return read.digits
