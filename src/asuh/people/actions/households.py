"""What happens in households: split, move, new head, birth, taking in, death. Each is one step with its
history.

The present stands in Person (household, relation, area, since when); leaving writes a Residence. Every step
locks the households it touches, then the people (`asuh.people.actions.holding`), so that nobody lives twice
at once, and asks of each household and person it changes whether they lie where `by` may change them. What is
changed here no longer belongs to a delivery (`delivery` becomes None): a later one then reports a difference
instead of undoing it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from asuh.access import reasons
from asuh.access.jurisdiction import inside
from asuh.access.models import User
from asuh.access.refusals import refusals_recorded
from asuh.people import codes, errors, hooks
from asuh.people.actions.checks import area_in_force, has_head
from asuh.people.actions.holding import deadlocks_retried, hold, hold_homes_of
from asuh.people.actions.naming import file_words, name_fields, tidy
from asuh.people.actions.trail import tell
from asuh.people.heading import relations_under
from asuh.people.models import Household, HouseholdRole, Person, Residence
from asuh.people.models.registry import RelationToHead
from asuh.people.permissions import Can
from asuh.people.residing import since_of


@refusals_recorded("people.household_split")
@deadlocks_retried
@transaction.atomic
def split_household(
    household: Household,
    *,
    members: Sequence[Person],
    head: Person,
    on: date,
    reason: str,
    by: User,
    area_key: str | None = None,
    address: str = "",
) -> Household:
    """Some members found a household of their own, with `head` at its head.

    area_key, address: where it lies; as before if not given. Relations of the others are told anew, to the
    new head, as far as they follow from the old ones; correct them with change_relation.
    Raises NobodyChosen, NotOneOfThem, SomebodyMustStay, HeadMustLiveHere, HouseholdElsewhere,
    LeavesWithStrangers, OutsideYourAreas and what moving raises.
    """
    reason = reasons.given(reason)
    _past(on)
    household = _held(household)
    _reached(household, by=by)
    chosen = {person.pk for person in members}
    here = {person.pk for person in _living_in(household)}
    if not chosen:
        raise errors.NobodyChosen
    if not chosen <= here:
        raise errors.NotOneOfThem
    leaving = _living(hold(members))
    if not all(by.can_at(Can.CHANGE_HOUSEHOLD, person) for person in leaving):
        raise errors.LeavesWithStrangers
    if area_key and not inside(area_key, by.areas_for(Can.CHANGE_HOUSEHOLD)):
        raise errors.OutsideYourAreas
    if chosen == here:
        raise errors.SomebodyMustStay
    if head.pk not in chosen:
        raise errors.HeadMustLiveHere
    founded = Household.objects.create(
        area_key=area_in_force(area_key) if area_key else household.area_key,
        address=tidy(address) or household.address,
        registered_by=by,
    )
    told = relations_under(next(one for one in leaving if one.pk == head.pk), leaving, on=on)
    for person in leaving:
        relation = told[person.pk].code if person.pk in told else RelationToHead.HEAD
        _move(person, to=founded, relation=relation, on=on, because=codes.LeftBecause.SPLIT, by=by)
    tell(
        "people.household_split",
        household,
        by=by,
        why=reason,
        founded=founded.pk,
        members=[person.pk for person in leaving],
    )
    return founded


@refusals_recorded("people.household_moved")
@deadlocks_retried
@transaction.atomic
def move_household(
    household: Household, *, area_key: str, on: date, reason: str, by: User, address: str = ""
) -> None:
    """The whole household moves to another address or village, which may lie in another district.

    Raises AreaUnknown, AlreadyLivesThere, MovedLater, HouseholdElsewhere, MovesStrangers, ChangedMeanwhile.
    """
    reason = reasons.given(reason)
    _past(on)
    household = _held(household)
    _reached(household, by=by)
    area_key = area_in_force(area_key)
    address = tidy(address)
    if (area_key, address) == (household.area_key, household.address):
        raise errors.AlreadyLivesThere
    members = _all_held(household)
    if not all(by.can_at(Can.CHANGE_HOUSEHOLD, person) for person in members):
        raise errors.MovesStrangers
    before = household.area_key
    for person in members:
        _write_residence(person, on=on, because=codes.LeftBecause.HOUSEHOLD_MOVED, by=by)
        person.resident_since, person.delivery = on, None
        if person.area_key == before or person.area_key is None:
            person.area_key = area_key
        if person.stay_key is not None:
            person.stay_key = area_key if area_key != person.area_key else None
        person.save(update_fields=["resident_since", "area_key", "stay_key", "delivery"])
    household.area_key, household.address = area_key, address
    household.latitude = household.longitude = household.delivery = None
    household.save(update_fields=["area_key", "address", "latitude", "longitude", "delivery"])
    tell("people.household_moved", household, by=by, why=reason, from_area=before or "", members=len(members))


@refusals_recorded("people.person_moved")
@deadlocks_retried
@transaction.atomic
def move_person(
    person: Person,
    *,
    to: Household | None,
    relation: int | None = None,
    area_key: str | None = None,
    on: date,
    because: str,
    reason: str,
    by: User,
    keeps_belonging: bool = False,
) -> None:
    """One person moves: to a household, or (to=None) to an area where no household of theirs is known.

    because: a LeftBecause. keeps_belonging: they stay elsewhere for a while but belong where they did; both
    areas then reach them. Who moves must lie where `by` may change households, and so must the household they
    come to; the one they leave need not: whoever belongs here can be brought home.
    Raises AlreadyLivesThere, HeadIsTaken, HasDied, Withdrawn, MovedLater, DateLiesAhead, PersonElsewhere,
    HouseholdElsewhere, ChangedMeanwhile.
    """
    reason = reasons.given(reason)
    _past(on)
    homes = hold_homes_of([person], beside=[to])
    person = _living(hold([person], in_homes=homes))[0]
    _reached(person, by=by)
    if to is not None:
        to = _standing(homes[to.pk])
        _reached(to, by=by)
        if to.pk == person.household_id:
            raise errors.AlreadyLivesThere
        if relation == RelationToHead.HEAD and has_head(to):
            raise errors.HeadIsTaken
    left = person.household_id
    _move(
        person,
        to=to,
        relation=relation if to is not None else None,
        area_key=area_in_force(area_key) if to is None and area_key else None,
        on=on,
        because=because,
        by=by,
        keeps_belonging=keeps_belonging,
    )
    tell(
        "people.person_moved",
        person,
        by=by,
        why=reason,
        from_household=left,
        to_household=to.pk if to else None,
        because=str(because),
    )


@refusals_recorded("people.move_undone")
@deadlocks_retried
@transaction.atomic
def undo_last_move(person: Person, *, by: User) -> None:
    """Take back the newest move of one person, as if it had not been. Raises NothingToUndo, CannotBeUndone.

    Only what a person recorded, not what a delivery told, and not a move of a whole household. The household
    they return to must lie where `by` may change it. Raises PersonElsewhere, HouseholdElsewhere,
    ChangedMeanwhile as well.
    """
    seen = _last_move(person)
    homes = hold_homes_of([person], beside=[seen.household if seen else None])
    person = _living(hold([person], in_homes=homes))[0]
    _reached(person, by=by)
    last = _last_move(person)
    if last is None or last.recorded_by_id is None:
        raise errors.NothingToUndo
    if last != seen:
        raise errors.ChangedMeanwhile
    back = homes[last.household_id] if last.household_id is not None else None
    if last.because == codes.LeftBecause.HOUSEHOLD_MOVED or (back and back.withdrawn_at):
        raise errors.CannotBeUndone
    if back is not None:
        _reached(back, by=by)
        if back.area_key is not None and back.area_key != last.area_key:
            raise errors.CannotBeUndone  # that household has moved since
    if last.relation == RelationToHead.HEAD and back and has_head(back):
        raise errors.CannotBeUndone
    person.household, person.relation = back, last.relation
    person.area_key, person.stay_key = last.belonged_key, last.stayed_key
    person.resident_since = last.started_on if last.started_as == codes.Started.DAY else None
    person.save(update_fields=["household", "relation", "area_key", "stay_key", "resident_since"])
    last.delete()
    tell("people.move_undone", person, by=by)


@refusals_recorded("people.head_changed")
@deadlocks_retried
@transaction.atomic
def change_head(
    household: Household,
    *,
    head: Person,
    on: date,
    reason: str,
    by: User,
    relations: Mapping[int, int] | None = None,
) -> None:
    """Another member becomes head; what everybody was to the old head becomes what they are to the new one.

    relations: by id, where somebody knows better than `asuh.people.heading.relations_under`. The dead are
    told anew as well, so that a dead father stays the father.
    Raises HeadMustLiveHere, HeadIsTaken, HouseholdElsewhere, RanksStrangers, ChangedMeanwhile.
    """
    reason = reasons.given(reason)
    _past(on)
    household = _held(household)
    _reached(household, by=by)
    members = _all_held(household)
    if head.pk not in {person.pk for person in members}:
        raise errors.HeadMustLiveHere
    head = next(person for person in members if person.pk == head.pk)
    dead: Any = household.members.filter(died_on__isnull=False, withdrawn_at__isnull=True)
    everybody = [*members, *hold(list(dead))]
    told = {key: relation.code for key, relation in relations_under(head, everybody, on=on).items()}
    told |= {key: code for key, code in (relations or {}).items() if key in told}
    if RelationToHead.HEAD in told.values():
        raise errors.HeadIsTaken
    told[head.pk] = int(RelationToHead.HEAD)
    ranked = [person for person in everybody if person.relation != told[person.pk]]
    if not all(by.can_at(Can.CHANGE_HOUSEHOLD, person) for person in ranked):
        raise errors.RanksStrangers
    for person in ranked:
        person.relation, person.delivery = told[person.pk], None
        person.save(update_fields=["relation", "delivery"])
    tell("people.head_changed", household, by=by, why=reason, head=head.pk, on_day=on.isoformat())


@refusals_recorded("people.relation_changed")
@deadlocks_retried
@transaction.atomic
def change_relation(person: Person, *, relation: int, reason: str, by: User) -> None:
    """Correct what somebody is to the head. To become head is change_head.

    Raises HeadIsTaken, PersonElsewhere, HouseholdElsewhere, ChangedMeanwhile.
    """
    reason = reasons.given(reason)
    homes = hold_homes_of([person])
    person = _living(hold([person], in_homes=homes))[0]
    _reached(person, by=by)
    if person.household_id is not None:
        _reached(homes[person.household_id], by=by)
    if relation == RelationToHead.HEAD and person.relation != RelationToHead.HEAD:
        raise errors.HeadIsTaken
    before, person.relation, person.delivery = person.relation, relation, None
    person.save(update_fields=["relation", "delivery"])
    tell(
        "people.relation_changed",
        person,
        by=by,
        why=reason,
        before=before,
        after=int(relation),
    )


@refusals_recorded("people.birth_recorded")
@deadlocks_retried
@transaction.atomic
def record_birth(
    household: Household,
    *,
    name: str,
    sex: int,
    born_on: date,
    by: User,
    mother: Person | None = None,
    relation: int = RelationToHead.CHILD,
    birth_place: str = "",
) -> Person:
    """A child is born into the household. mother: a member of it, if she is; the child takes her name and
    family card number, so she must lie where `by` may change households.

    Raises NameMissing, DateLiesAhead, MotherElsewhere, HeadIsTaken, HouseholdElsewhere, PersonElsewhere.
    """
    _past(born_on)
    household = _held(household)
    _reached(household, by=by)
    if not tidy(name):
        raise errors.NameMissing
    if mother is not None:
        mother = hold([mother])[0]
        if mother.household_id != household.pk:
            raise errors.MotherElsewhere
        _reached(mother, by=by)
    if relation == RelationToHead.HEAD:
        raise errors.HeadIsTaken
    child = Person.objects.create(
        **name_fields(name),
        sex=sex,
        born_on=born_on,
        born_year=born_on.year,
        birth_place=tidy(birth_place),
        mother_name=mother.name if mother else "",
        kk=mother.kk if mother else None,
        area_key=household.area_key,
        household=household,
        relation=relation,
        resident_since=born_on,
        registered_by=by,
    )
    file_words(child)
    tell(
        "people.birth_recorded",
        child,
        by=by,
        household=household.pk,
        mother=mother.pk if mother else None,
    )
    return child


def take_in_child(
    child: Person,
    *,
    household: Household,
    relation: int,
    on: date,
    reason: str,
    by: User,
    keeps_belonging: bool = True,
) -> None:
    """A household takes in a child of another one. By default the child still belongs where it came from."""
    move_person(
        child,
        to=household,
        relation=relation,
        on=on,
        because=codes.LeftBecause.CARE,
        reason=reason,
        by=by,
        keeps_belonging=keeps_belonging,
    )


@refusals_recorded("people.death_recorded")
@deadlocks_retried
@transaction.atomic
def record_death(person: Person, *, on: date, reason: str, by: User) -> int:
    """Somebody died `on`; what was due for them stops. Returns how many due things were stopped.

    They stay listed in their household, marked, so that undo restores everything.
    reason: how it became known. Raises HasDied, DateLiesAhead, BornAfterward, PersonElsewhere.
    """
    reason = reasons.given(reason)
    _past(on)
    person = _living(hold([person]))[0]
    _reached(person, by=by)
    if person.born_on and on < person.born_on:
        raise errors.BornAfterward
    person.died_on = on
    person.save(update_fields=["died_on"])
    stopped = hooks.stop_what_is_due(person, on=on, by=by)
    tell(
        "people.death_recorded",
        person,
        by=by,
        why=reason,
        stopped=stopped,
    )
    return stopped


@refusals_recorded("people.death_undone")
@deadlocks_retried
@transaction.atomic
def undo_death(person: Person, *, reason: str, by: User) -> None:
    """The person lives: a record was wrong.

    Raises HasNotDied, CannotBeUndone if another head was named since, PersonElsewhere, ChangedMeanwhile.
    """
    reason = reasons.given(reason)
    homes = hold_homes_of([person])
    person = hold([person], in_homes=homes)[0]
    _reached(person, by=by)
    if person.died_on is None:
        raise errors.HasNotDied
    home = homes[person.household_id] if person.household_id is not None else None
    if person.relation == RelationToHead.HEAD and home and has_head(home):
        raise errors.CannotBeUndone
    person.died_on = None
    if home is not None and home.area_key not in (person.area_key, person.stay_key):
        # the household moved meanwhile, and who lives in it lives there
        person.area_key, person.stay_key = home.area_key, None
    person.save(update_fields=["died_on", "area_key", "stay_key"])
    resumed = hooks.resume_what_was_due(person, by=by)
    tell(
        "people.death_undone",
        person,
        by=by,
        why=reason,
        resumed=resumed,
    )


@refusals_recorded("people.role_added")
@deadlocks_retried
@transaction.atomic
def add_household_role(
    household: Household, *, person: Person, part: str, by: User, starts_on: date | None = None
) -> HouseholdRole:
    """Somebody who lives elsewhere plays a part here.

    Raises LivesHere, RoleStands, Withdrawn, HouseholdElsewhere, PersonElsewhere.
    """
    household = _held(household)
    _reached(household, by=by)
    person = _living(hold([person]))[0]
    _reached(person, by=by)
    if person.household_id == household.pk:
        raise errors.LivesHere
    if HouseholdRole.objects.filter(
        household=household, person=person, part=part, ends_on__isnull=True
    ).exists():
        raise errors.RoleStands
    role = HouseholdRole.objects.create(
        household=household, person=person, part=part, starts_on=starts_on, recorded_by=by
    )
    tell("people.role_added", household, by=by, person=person.pk, part=str(part))
    return role


@refusals_recorded("people.role_ended")
@deadlocks_retried
@transaction.atomic
def end_household_role(role: HouseholdRole, *, on: date, by: User) -> None:
    """The part ends. Raises RoleHasEnded, EndsBeforeItBegan, DateLiesAhead, HouseholdElsewhere.

    Whoever plays it may live in another district: what ends is the household's own.
    """
    _past(on)
    _reached(_held(role.household), by=by)
    role = HouseholdRole.objects.select_for_update(of=("self",)).get(pk=role.pk)
    if role.ends_on is not None:
        raise errors.RoleHasEnded
    if role.starts_on and on < role.starts_on:
        raise errors.EndsBeforeItBegan
    role.ends_on = on
    role.save(update_fields=["ends_on"])
    tell("people.role_ended", role.household, by=by, person=role.person_id, part=role.part)


def _move(
    person: Person,
    *,
    to: Household | None,
    relation: int | None,
    on: date,
    because: str,
    by: User,
    area_key: str | None = None,
    keeps_belonging: bool = False,
) -> None:
    """The one place where somebody's home changes."""
    _write_residence(person, on=on, because=because, by=by)
    place = to.area_key if to is not None else area_key
    person.household, person.relation, person.resident_since, person.delivery = to, relation, on, None
    if keeps_belonging and person.area_key is not None:
        person.stay_key = place if place != person.area_key else None
    else:
        person.area_key, person.stay_key = place, None
    person.save(update_fields=["household", "relation", "resident_since", "area_key", "stay_key", "delivery"])


def _write_residence(person: Person, *, on: date, because: str, by: User) -> Residence:
    last = person.residences.order_by("-ended_on", "-pk").first()
    since = since_of(person)
    if since is not None and on < since.on:
        if since.exactness != codes.Started.BEFORE:
            raise errors.MovedLater
        since = None  # a delivery found them where they were no longer: it says nothing of the beginning
    if last is not None and on < last.ended_on:
        raise errors.MovedLater
    if person.born_on and on < person.born_on:
        raise errors.BornAfterward
    home = person.household
    return Residence.objects.create(
        person=person,
        household=home,
        relation=person.relation,
        area_key=(home.area_key if home else None) or person.stay_key or person.area_key,
        belonged_key=person.area_key,
        stayed_key=person.stay_key,
        address=home.address if home else "",
        started_on=since.on if since else None,
        started_as=since.exactness if since else codes.Started.DAY,
        ended_on=on,
        because=because,
        recorded_by=by,
    )


def _living_in(household: Household) -> list[Person]:
    members: Any = household.members
    return list(members.filter(withdrawn_at__isnull=True, died_on__isnull=True).order_by("pk"))


def _last_move(person: Person) -> Residence | None:
    return person.residences.order_by("-ended_on", "-pk").select_related("household").first()


def _living(people: list[Person]) -> list[Person]:
    """The same people. Raises Withdrawn, HasDied if one of them no longer lives here or anywhere."""
    for person in people:
        if person.withdrawn_at is not None:
            raise errors.Withdrawn
        if person.died_on is not None:
            raise errors.HasDied
    return people


def _all_held(household: Household) -> list[Person]:
    """Everybody who lives in `household`, which is held. Raises ChangedMeanwhile when somebody came or went
    while we waited for them.
    """
    held = hold(_living_in(household))
    if [one.pk for one in held] != [one.pk for one in _living_in(household)]:
        raise errors.ChangedMeanwhile
    return held


def _held(household: Household) -> Household:
    return _standing(hold_homes_of([], beside=[household])[household.pk])


def _standing(household: Household) -> Household:
    if household.withdrawn_at is not None:
        raise errors.Withdrawn
    return household


def _reached(record: Person | Household, *, by: User) -> None:
    """Raises PersonElsewhere, HouseholdElsewhere where `by` may not change `record`."""
    if not by.can_at(Can.CHANGE_HOUSEHOLD, record):
        raise errors.HouseholdElsewhere if isinstance(record, Household) else errors.PersonElsewhere


def _past(on: date) -> None:
    if on > timezone.localdate():
        raise errors.DateLiesAhead
