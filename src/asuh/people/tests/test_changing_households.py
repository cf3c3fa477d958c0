from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from asuh.audit.models import Event
from asuh.kernel.intervals import Span, first_overlap
from asuh.people import errors, hooks
from asuh.people.actions import households
from asuh.people.models import HouseholdRole, Person, Residence
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2024, 5, 12), date(2024, 6, 1)
TODAY = timezone.localdate()


def move(child, to, by, on=MAY, **fields):
    fields = {"relation": 8, "because": "moved", "reason": "ikut nenek"} | fields
    households.move_person(child, to=to, on=on, by=by, **fields)
    child.refresh_from_db()


def test_a_move_needs_a_reason(siti):
    child = make.person(home=make.household())
    with pytest.raises(errors.ReasonMissing):
        move(child, make.household(), siti, reason=" ")


def test_nobody_moves_tomorrow(siti):
    child = make.person(home=make.household())
    with pytest.raises(errors.DateLiesAhead):
        move(child, make.household(), siti, on=TODAY + timedelta(1))


def test_nobody_moves_to_where_they_live(siti):
    home = make.household()
    with pytest.raises(errors.AlreadyLivesThere):
        move(make.person(home=home), home, siti)


def test_a_household_has_no_second_head(siti):
    home, *_people = make.family()
    with pytest.raises(errors.HeadIsTaken):
        move(make.person(home=make.household()), home, siti, relation=1)


def test_nobody_moves_before_their_last_move(siti):
    child = make.person(home=make.household())
    move(child, make.household(), siti, on=JUNE)
    with pytest.raises(errors.MovedLater):
        move(child, make.household(), siti, on=MAY)


def test_the_dead_do_not_move(siti):
    child = make.person(home=make.household(), died_on=MAY)
    with pytest.raises(errors.HasDied):
        move(child, make.household(), siti)


def test_a_move_leaves_a_residence_behind(siti):
    old, new = make.household(), make.household(make.PELEM)
    child = make.person(home=old)
    move(child, new, siti)
    assert (child.household, child.area_key, child.resident_since) == (new, make.PELEM, MAY)
    residence = Residence.objects.get(person=child)
    assert (residence.household, residence.area_key, residence.ended_on) == (old, make.NGELO, MAY)
    assert Event.objects.get(what="people.person_moved").why == "ikut nenek"


def test_a_child_can_stay_elsewhere_and_still_belong_where_it_did(ratna):
    child = make.person(home=make.household())
    households.take_in_child(
        child, household=make.household(make.TETEBATU), relation=8, on=MAY, reason="ibu bekerja", by=ratna
    )
    child.refresh_from_db()
    assert (child.area_key, child.stay_key) == (make.NGELO, make.TETEBATU)


def test_a_move_can_be_taken_back_as_if_it_had_not_been(siti):
    old = make.household()
    child = make.person(home=old, relation=5)
    move(child, make.household(make.PELEM), siti)
    households.undo_last_move(child, by=siti)
    child.refresh_from_db()
    assert (child.household, child.relation, child.area_key, child.resident_since) == (
        old,
        5,
        make.NGELO,
        None,
    )
    assert not Residence.objects.exists()
    with pytest.raises(errors.NothingToUndo):
        households.undo_last_move(child, by=siti)


def test_a_split_needs_somebody_who_goes_and_somebody_who_stays(siti):
    home, father, mother, child = make.family()
    stranger = make.person(home=make.household())
    ask = {"on": MAY, "reason": "rumah sendiri", "by": siti}
    for members, head, error in (
        ([], mother, errors.NobodyChosen),
        ([father, mother, child], mother, errors.SomebodyMustStay),
        ([mother, stranger], mother, errors.NotOneOfThem),
        ([mother], child, errors.HeadMustLiveHere),
    ):
        with pytest.raises(error):
            households.split_household(home, members=members, head=head, **ask)
    assert not Residence.objects.exists()


def test_a_split_founds_a_household_with_its_own_head(siti):
    home, father, mother, child = make.family()
    founded = households.split_household(
        home, members=[mother, child], head=mother, on=MAY, reason="bercerai", by=siti, address="Dusun Baru"
    )
    assert {p.pk: p.relation for p in founded.members.all()} == {mother.pk: 1, child.pk: 3}
    assert list(home.members.all()) == [father]
    assert (founded.address, founded.area_key) == ("Dusun Baru", make.NGELO)


def test_a_household_moves_with_everybody_in_it(siti):
    home, *_people = make.family()
    households.move_household(
        home, area_key=make.PELEM, address="Jalan Baru 1", on=MAY, reason="digusur", by=siti
    )
    assert set(home.members.values_list("area_key", "resident_since")) == {(make.PELEM, MAY)}
    assert Residence.objects.filter(area_key=make.NGELO, address="Dusun Krajan RT 3").count() == 3


def test_a_household_does_not_move_to_a_place_that_is_none(siti):
    home, *_people = make.family()
    with pytest.raises(errors.AreaUnknown):
        households.move_household(home, area_key="3522999999", on=MAY, reason="digusur", by=siti)


def test_only_who_lives_there_becomes_head(siti):
    home, father, mother, _child = make.family()
    with pytest.raises(errors.HeadMustLiveHere):
        households.change_head(home, head=make.person(), on=MAY, reason="ayah merantau", by=siti)
    households.change_head(home, head=mother, on=MAY, reason="ayah merantau", by=siti)
    assert dict(home.members.filter(pk__in=[father.pk, mother.pk]).values_list("pk", "relation")) == {
        father.pk: 2,
        mother.pk: 1,
    }


def test_a_birth_brings_a_child_that_can_be_found(siti):
    home, _father, mother, _child = make.family()
    baby = households.record_birth(home, name="Nur Aisyah", sex=2, born_on=MAY, by=siti, mother=mother)
    assert (baby.household, baby.relation, baby.mother_name, baby.area_key) == (
        home,
        3,
        "Siti Munawaroh",
        make.NGELO,
    )
    assert Event.objects.filter(what="people.birth_recorded", subject_id=baby.pk).exists()


def test_the_mother_of_a_birth_lives_in_the_household(siti):
    home, *_people = make.family()
    with pytest.raises(errors.MotherElsewhere):
        households.record_birth(home, name="Nur", sex=2, born_on=MAY, by=siti, mother=make.person())


def test_a_death_stops_what_is_due_and_can_be_undone(siti, monkeypatch):
    stopped = []
    monkeypatch.setattr(hooks, "_stops", [lambda person, *, on, by: stopped.append(person.pk) or 2])
    child = make.person(home=make.household())
    assert households.record_death(child, on=MAY, reason="surat kematian", by=siti) == 2
    child.refresh_from_db()
    assert (child.died_on, stopped) == (MAY, [child.pk])
    households.undo_death(child, reason="orang lain", by=siti)
    child.refresh_from_db()
    assert child.died_on is None


def test_nobody_dies_twice_or_before_birth(siti):
    child = make.person(home=make.household(), died_on=MAY)
    with pytest.raises(errors.HasDied):
        households.record_death(child, on=MAY, reason="surat kematian", by=siti)
    with pytest.raises(errors.BornAfterward):
        households.record_death(make.person(), on=date(2010, 1, 1), reason="surat kematian", by=siti)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=child.pk).update(died_on=date(2010, 1, 1))


def test_a_head_who_was_thought_dead_comes_back_as_a_member(siti):
    home, father, mother, _child = make.family()
    households.record_death(father, on=MAY, reason="surat kematian", by=siti)
    households.change_head(home, head=mother, on=MAY, reason="ayah meninggal", by=siti)
    households.undo_death(father, reason="salah orang", by=siti)
    father.refresh_from_db()
    assert father.relation == 2


def test_a_dead_father_stays_the_father_when_the_mother_becomes_head(siti):
    home, father, mother, child = make.family()
    households.record_death(father, on=MAY, reason="surat kematian", by=siti)
    households.change_head(home, head=mother, on=MAY, reason="ayah meninggal", by=siti)
    assert dict(home.members.values_list("pk", "relation")) == {father.pk: 2, mother.pk: 1, child.pk: 3}


def test_who_knows_better_says_what_somebody_is_to_the_new_head(siti):
    home, father, mother, child = make.family()
    ask = {"head": mother, "on": MAY, "reason": "ayah merantau", "by": siti}
    with pytest.raises(errors.HeadIsTaken):
        households.change_head(home, relations={father.pk: 1}, **ask)
    households.change_head(home, relations={child.pk: 8}, **ask)
    child.refresh_from_db()
    assert child.relation == 8


def test_the_relations_to_a_new_head_are_shown_before_they_are_saved(client, siti):
    home, father, mother, _child = make.family()
    client.force_login(siti)
    address = f"/anak/rumah-tangga/{home.pk}/kepala/"
    typed = {"head": mother.pk, "on": "12/05/2024", "reason": "ayah merantau"}
    page = client.post(address, typed)
    assert page.status_code == 200
    assert not Event.objects.filter(what="people.head_changed").exists()
    assert page.context["form"].data[f"relation_{father.pk}"] == "2"
    client.post(address, dict(page.context["form"].data.items()))
    father.refresh_from_db()
    assert father.relation == 2


def test_a_part_in_a_household_is_for_who_lives_elsewhere(siti):
    home, father, *_others = make.family()
    with pytest.raises(errors.LivesHere):
        households.add_household_role(home, person=father, part="parent", by=siti)
    uncle = make.person(home=make.household(), born_on=date(1980, 1, 1))
    role = households.add_household_role(home, person=uncle, part="guardian", by=siti, starts_on=MAY)
    with pytest.raises(errors.RoleStands):
        households.add_household_role(home, person=uncle, part="guardian", by=siti)
    with pytest.raises(errors.EndsBeforeItBegan):
        households.end_household_role(role, on=date(2023, 1, 1), by=siti)
    households.end_household_role(role, on=JUNE, by=siti)
    assert HouseholdRole.objects.get().ends_on == JUNE
    with pytest.raises(errors.RoleHasEnded):
        households.end_household_role(role, on=JUNE, by=siti)


def test_the_database_lets_nobody_live_twice_at_once(siti):
    child = make.person()
    past = {"person": child, "because": "moved", "recorded_by": siti}
    Residence.objects.create(started_on=date(2020, 1, 1), ended_on=date(2021, 1, 1), **past)
    with pytest.raises(IntegrityError), transaction.atomic():
        Residence.objects.create(started_on=date(2020, 6, 1), ended_on=date(2022, 1, 1), **past)
    Residence.objects.create(started_on=date(2021, 1, 1), ended_on=date(2022, 1, 1), **past)


class Households(RuleBasedStateMachine):
    """Whatever happens in households, in any order: what must always hold, holds."""

    by = None
    days = st.integers(0, 5)
    some = st.integers(0, 30)

    @initialize()
    def begin(self):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.day = date(2020, 1, 1)
        for _family in range(2):
            make.family()

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def anybody(self, number):
        people = list(Person.objects.order_by("pk"))
        return people[number % len(people)]

    def any_home(self, number):
        from asuh.people.models import Household

        homes = list(Household.objects.order_by("pk"))
        return homes[number % len(homes)]

    def later(self, days):
        self.day += timedelta(days)
        return self.day

    def attempt(self, step):
        try:
            with transaction.atomic():
                step()
        except errors.BrokenRule:
            pass

    @rule(who=some, where=some, relation=st.integers(1, 8), days=days, keeps=st.booleans())
    def move(self, who, where, relation, days, keeps):
        self.attempt(
            lambda: households.move_person(
                self.anybody(who),
                to=self.any_home(where),
                relation=relation,
                on=self.later(days),
                because="moved",
                reason="uji",
                by=self.by,
                keeps_belonging=keeps,
            )
        )

    @rule(where=some, chosen=st.sets(st.integers(0, 4), max_size=3), head=st.integers(0, 4), days=days)
    def split(self, where, chosen, head, days):
        home = self.any_home(where)
        living = list(home.members.order_by("pk"))
        members = [living[place] for place in chosen if place < len(living)]
        if living:
            self.attempt(
                lambda: households.split_household(
                    home,
                    members=members,
                    head=living[head % len(living)],
                    on=self.later(days),
                    reason="uji",
                    by=self.by,
                )
            )

    @rule(where=some, who=some)
    def new_head(self, where, who):
        self.attempt(
            lambda: households.change_head(
                self.any_home(where), head=self.anybody(who), on=self.day, reason="uji", by=self.by
            )
        )

    @rule(who=some)
    def die(self, who):
        self.attempt(
            lambda: households.record_death(self.anybody(who), on=self.day, reason="uji", by=self.by)
        )

    @rule(who=some)
    def rise(self, who):
        self.attempt(lambda: households.undo_death(self.anybody(who), reason="uji", by=self.by))

    @rule(who=some)
    def undo(self, who):
        self.attempt(lambda: households.undo_last_move(self.anybody(who), by=self.by))

    @rule(where=some, area=st.sampled_from([make.NGELO, make.PELEM]), days=days)
    def move_all(self, where, area, days):
        self.attempt(
            lambda: households.move_household(
                self.any_home(where), area_key=area, on=self.later(days), reason="uji", by=self.by
            )
        )

    @invariant()
    def a_household_has_at_most_one_head(self):
        heads = Person.objects.filter(relation=1, died_on__isnull=True, household__isnull=False)
        homes = list(heads.values_list("household", flat=True))
        assert len(homes) == len(set(homes))

    @invariant()
    def residences_never_overlap(self):
        for person in Person.objects.prefetch_related("residences"):
            past = [r for r in person.residences.all() if r.started_on and r.ended_on > r.started_on]
            spans = [Span(r.started_on, r.ended_on) for r in past]
            if person.resident_since:
                spans.append(Span(person.resident_since))
            assert first_overlap(spans) is None

    @invariant()
    def everybody_alive_lies_where_their_household_does(self):
        for person in Person.objects.filter(household__isnull=False, died_on__isnull=True).select_related(
            "household"
        ):
            assert person.household.area_key in (person.area_key, person.stay_key)


def test_whatever_happens_in_households_what_must_hold_holds(siti):
    Households.by = siti
    run_state_machine_as_test(
        Households,
        settings=settings(
            max_examples=25,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@given(st.integers(1, 10**8))
def test_a_code_is_read_back_and_a_slip_is_noticed(number):
    from asuh.people.models.registry import person_code, person_number

    code = person_code(number)
    assert person_number(code.lower().replace("-", " ")) == number
    slipped = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert person_number(slipped) is None
