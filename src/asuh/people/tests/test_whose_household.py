"""A child of mine in a household of yours: what each step may do, and what it must leave alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.people import errors
from asuh.people.actions import households, withdrawing
from asuh.people.models import Household, HouseholdRole, Person, Residence
from asuh.people.permissions import Can
from asuh.people.tests import factories as make
from asuh.people.tests.deliveries import AMINAH, BAGUS, HOME, deliver
from asuh.places.models import Area

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2024, 5, 12), date(2024, 6, 1)
INSIDE, OUTSIDE = make.NGELO, make.TETEBATU
WHY = {"reason": "uji"}


class Scene:
    """A household of three and one person of it; everybody else lies where the household does."""

    somewhere: Household
    somebody: Person
    role: HouseholdRole

    def __init__(self, home: str, person: str, *, ratna: Any = None) -> None:
        self.ratna = ratna
        self.home = make.household(home)
        self.head = make.person("Hadi Purnomo", home=self.home, relation=1, born_on=date(1985, 5, 1))
        self.other = make.person("Rizky Aditya", home=self.home)
        self.person = make.person("Sri Wahyuni", home=self.home, area_key=person, born_on=date(1990, 1, 1))

    def without_person(self) -> None:
        """The person lives in another household of where they lie."""
        Person.objects.filter(pk=self.person.pk).update(household=make.household(self.person.area_key))

    def moved_out(self) -> None:
        """The person has left for another household, by somebody's hand."""
        Residence.objects.create(
            person=self.person, household=self.home, relation=3, area_key=self.home.area_key,
            belonged_key=self.person.area_key, ended_on=MAY, because="moved", recorded_by=self.ratna,
        )  # fmt: skip
        self.without_person()

    def with_somewhere(self) -> None:
        """There is a household, and a person, of the same district besides."""
        self.somewhere, self.somebody = make.household(INSIDE), make.person()

    def moved_here(self) -> None:
        """The person came by somebody's hand."""
        self.moved_out()
        Person.objects.filter(pk=self.person.pk).update(household=self.home)

    def has_role(self) -> None:
        self.without_person()
        self.role = HouseholdRole.objects.create(
            household=self.home, person=self.person, part="guardian", recorded_by=self.ratna
        )

    def dead(self) -> None:
        Person.objects.filter(pk=self.person.pk).update(died_on=MAY)

    def gone(self, *records: Person | Household) -> None:
        withdrawing.withdraw(records, by=self.ratna, **WHY)


def nothing(scene: Scene) -> None:
    """As it is."""


STEPS: dict[str, tuple[str, Any, Any]] = {
    "split": (
        "people.household_split", nothing,
        lambda s, by: households.split_household(
            s.home, members=[s.person], head=s.person, on=MAY, by=by, **WHY
        ),
    ),
    "move the household": (
        "people.household_moved", nothing,
        lambda s, by: households.move_household(s.home, area_key=make.PELEM, on=MAY, by=by, **WHY),
    ),
    "new head": (
        "people.head_changed", nothing,
        lambda s, by: households.change_head(s.home, head=s.person, on=MAY, by=by, **WHY),
    ),
    "birth": (
        "people.birth_recorded", nothing,
        lambda s, by: households.record_birth(
            s.home, name="Nur", sex=2, born_on=MAY, mother=s.person, by=by
        ),
    ),
    "birth without mother": (
        "people.birth_recorded", nothing,
        lambda s, by: households.record_birth(s.home, name="Nur", sex=2, born_on=MAY, by=by),
    ),
    "take in": (
        "people.person_moved", Scene.without_person,
        lambda s, by: households.take_in_child(
            s.person, household=s.home, relation=8, on=MAY, by=by, **WHY
        ),
    ),
    "move in": (
        "people.person_moved", Scene.without_person,
        lambda s, by: households.move_person(
            s.person, to=s.home, relation=8, on=MAY, because="moved", by=by, **WHY
        ),
    ),
    "move out": (
        "people.person_moved", Scene.with_somewhere,
        lambda s, by: households.move_person(
            s.person, to=s.somewhere, relation=8, on=MAY, because="moved", by=by, **WHY
        ),
    ),
    "undo a move": (
        "people.move_undone", Scene.moved_out,
        lambda s, by: households.undo_last_move(s.person, by=by),
    ),
    "relation": (
        "people.relation_changed", nothing,
        lambda s, by: households.change_relation(s.person, relation=5, by=by, **WHY),
    ),
    "death": (
        "people.death_recorded", nothing,
        lambda s, by: households.record_death(s.person, on=MAY, by=by, **WHY),
    ),
    "undo a death": (
        "people.death_undone", Scene.dead,
        lambda s, by: households.undo_death(s.person, by=by, **WHY),
    ),
    "role": (
        "people.role_added", Scene.without_person,
        lambda s, by: households.add_household_role(s.home, person=s.person, part="guardian", by=by),
    ),
    "end a role": (
        "people.role_ended", Scene.has_role,
        lambda s, by: households.end_household_role(s.role, on=MAY, by=by),
    ),
    "withdraw the household": (
        "people.household_withdrawn", nothing,
        lambda s, by: withdrawing.withdraw([s.home], by=by, **WHY),
    ),
    "restore the household": (
        "people.household_restored", lambda s: s.gone(s.home),
        lambda s, by: withdrawing.restore([s.home], by=by, **WHY),
    ),
    "withdraw a person": (
        "people.person_withdrawn", nothing,
        lambda s, by: withdrawing.withdraw([s.person], by=by, **WHY),
    ),
    "withdraw many": (
        "people.person_withdrawn", Scene.with_somewhere,
        lambda s, by: withdrawing.withdraw([s.somebody, s.person], by=by, **WHY),
    ),
    "restore a person": (
        "people.person_restored", lambda s: s.gone(s.person),
        lambda s, by: withdrawing.restore([s.person], by=by, **WHY),
    ),
    "restore many": (
        "people.person_restored", lambda s: s.gone(s.person, s.other),
        lambda s, by: withdrawing.restore([s.other, s.person], by=by, **WHY),
    ),
}  # fmt: skip

#: what may be done where the household lies inside, and where it lies outside; the person always inside
PERSON_ONLY = {"move out", "death", "undo a death", "withdraw a person", "withdraw many", "restore a person"}
#: the person may lie outside: nothing of theirs changes
HOUSEHOLD_ONLY = {"birth without mother", "end a role"}


def allowed(step: str, home: str, person: str) -> bool:
    if (home, person) == (INSIDE, INSIDE):
        return True
    if home == INSIDE:
        return step in HOUSEHOLD_ONLY
    return person == INSIDE and step in PERSON_ONLY


def state() -> list[Any]:
    """Everything that a step in a household can change."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Household, Person, Residence, HouseholdRole)
    ]


@pytest.fixture
def tini(someone: Any) -> Any:
    """Supervisor of Bojonegoro, who may do everything there."""
    return someone("tini", ("supervisor", "3522"))


@pytest.mark.parametrize("person", [INSIDE, OUTSIDE], ids=["member inside", "member outside"])
@pytest.mark.parametrize("home", [INSIDE, OUTSIDE], ids=["household inside", "household outside"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_asks_where_the_household_and_everybody_it_changes_lie(
    tini: Any, ratna: Any, step: str, home: str, person: str
) -> None:
    what, prepare, act = STEPS[step]
    scene = Scene(home, person, ratna=ratna)
    prepare(scene)
    before = state()
    if allowed(step, home, person):
        act(scene, tini)
        assert Event.objects.filter(what=what, actor_id=tini.pk, refused=False).exists()
        return
    with pytest.raises(errors.Refused):
        act(scene, tini)
    assert state() == before
    assert not Event.objects.filter(actor_id=tini.pk, refused=False).exists()
    assert Event.objects.get(actor_id=tini.pk, refused=True).what == what


def test_a_household_is_withdrawn_with_nobody_of_another_district_even_when_chosen_alone(tini: Any) -> None:
    scene = Scene(INSIDE, OUTSIDE)
    with pytest.raises(errors.WithdrawsStrangers, match="satu per satu"):
        withdrawing.withdraw([scene.home, scene.head], by=tini, **WHY)
    assert not Person.objects.filter(withdrawn_at__isnull=False).exists()
    told = Event.objects.get(refused=True)
    assert (told.subject_kind, told.subject_id) == ("household", scene.home.pk)


# ── at the doors ──────────────────────────────────────────────────────────────────────────────────


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, record: Any) -> str:
    return reverse(f"people:{name}", args=[record.pk])


FORMS = ("split", "move_household", "head", "birth", "take_in", "add_role")


@pytest.mark.parametrize("name", FORMS)
def test_a_child_of_mine_opens_no_step_of_a_household_of_yours(tini: Any, ratna: Any, name: str) -> None:
    scene = Scene(OUTSIDE, INSIDE, ratna=ratna)
    scene.moved_here()
    assert as_(tini).get(page("household", scene.home)).status_code == 200
    assert as_(tini).get(page(name, scene.home)).status_code == 404


def test_nor_its_withdrawal(tini: Any) -> None:
    scene = Scene(OUTSIDE, INSIDE)
    assert as_(tini).post(page("withdraw_household", scene.home), WHY).status_code == 404
    assert not Person.objects.filter(withdrawn_at__isnull=False).exists()


def test_a_household_of_yours_is_none_that_my_child_can_be_sent_to(tini: Any) -> None:
    scene = Scene(OUTSIDE, INSIDE)
    form = {"where": "household", "relation": 8, "because": "moved", "on": "12/05/2024", **WHY}
    mine = make.person(home=make.household())
    answer = as_(tini).post(page("move_person", mine), form | {"household": scene.home.code})
    assert answer.status_code == 422
    mine.refresh_from_db()
    assert mine.household != scene.home


@pytest.mark.parametrize("name", ["split", "head", "birth"])
def test_a_form_neither_names_nor_takes_a_member_of_another_district(tini: Any, name: str) -> None:
    scene = Scene(INSIDE, OUTSIDE)
    shown = as_(tini).get(page(name, scene.home)).content.decode()
    assert "Sri Wahyuni" not in shown
    chosen = {"members": [scene.person.pk], "head": scene.person.pk, "mother": scene.person.pk}
    typed = {"on": "12/05/2024", "name": "Nur", "sex": 2, "born_on": "12/05/2024", "relation": 3, **WHY}
    before = state()
    assert as_(tini).post(page(name, scene.home), typed | chosen).status_code == 422
    assert state() == before


def test_moving_everybody_is_refused_with_who_could(tini: Any) -> None:
    scene = Scene(INSIDE, OUTSIDE)
    form = {"area_key": make.PELEM, "address": "Jalan Baru", "on": "12/05/2024", **WHY}
    answer = as_(tini).post(page("move_household", scene.home), form)
    assert answer.status_code == 422
    assert "juga dihuni orang di luar wilayah kerja Anda" in answer.content.decode()
    answer = as_(tini).post(page("withdraw_household", scene.home), WHY, follow=True)
    assert "menarik atau memulihkannya" in answer.content.decode()
    assert not Person.objects.filter(withdrawn_at__isnull=False).exists()


# ── who is delivered into a household of another district ─────────────────────────────────────────

GOWA = "7306031001"  # a village of Gowa, as BPS numbers it


def test_one_wrong_village_of_a_delivered_row_opens_no_household(tmp_path: Path, citra: Any) -> None:
    deliver(tmp_path, [AMINAH | {"KDGabungan4": GOWA}, BAGUS], [HOME])
    aminah = Person.objects.get(nik=AMINAH["NIK"])
    assert aminah in Person.objects.reachable(by=citra, to=Can.SEE_CHILD)
    assert not Household.objects.reachable(by=citra, to=Can.SEE_CHILD).exists()
    assert as_(citra).get(page("household", aminah.household)).status_code == 404


def test_a_delivered_member_in_the_next_village_opens_it_to_be_seen(tmp_path: Path, someone: Any) -> None:
    deliver(tmp_path, [AMINAH | {"KDGabungan4": "3522180001"}, BAGUS], [HOME])
    aminah = Person.objects.get(nik=AMINAH["NIK"])
    near = someone("tutik", ("case_worker", aminah.area_key))
    assert aminah.household in Household.objects.reachable(by=near, to=Can.SEE_CHILD)
    assert aminah.household not in Household.objects.reachable(by=near, to=Can.CHANGE_HOUSEHOLD)


def test_whoever_a_person_placed_there_opens_it_to_be_seen(tini: Any, ratna: Any, citra: Any) -> None:
    home, child = make.household(OUTSIDE), make.person(home=make.household())
    households.take_in_child(child, household=home, relation=8, on=MAY, by=ratna, **WHY)
    assert home in Household.objects.reachable(by=tini, to=Can.SEE_CHILD)
    assert home not in Household.objects.reachable(by=tini, to=Can.WITHDRAW)


def test_moving_with_the_household_places_nobody(ratna: Any, tini: Any) -> None:
    scene = Scene(OUTSIDE, INSIDE)
    villages = Area.objects.current().filter(key__startswith="7306", level=4).exclude(key=OUTSIDE)
    households.move_household(scene.home, area_key=villages[0].key, on=MAY, by=ratna, **WHY)
    assert scene.home not in Household.objects.reachable(by=tini, to=Can.SEE_CHILD)
