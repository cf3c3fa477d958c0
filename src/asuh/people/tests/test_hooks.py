"""What an app above hangs into the child's page stands there, and nowhere else."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from asuh.people import hooks
from asuh.people.actions import households
from asuh.people.permissions import Can
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 12)


@pytest.fixture(autouse=True)
def hung(monkeypatch):
    """Hooks of these tests end with them."""
    for name in ("_stops", "_resumes", "_dues", "_steps", "_heads"):
        monkeypatch.setattr(hooks, name, [])
    monkeypatch.setattr(hooks, "_tabs", dict(hooks._tabs))


def page(user, child, part="ringkasan"):
    client = Client()
    client.force_login(user)
    return client.get(reverse("people:child_part", args=[child.pk, part]))


def test_a_part_is_shown_only_to_who_holds_its_right(siti, budi):
    hooks.add_tab(
        hooks.Tab(
            "kasus",
            "Kasus uji",
            Can.WITHDRAW,
            lambda request, profile: (
                "people/child_history.html",
                {"events": [], "told": profile.person.name},
            ),
            count=lambda profile: 7,
        )
    )
    child = make.person()
    assert page(siti, child, "kasus").status_code == 404
    shown = page(budi, child, "kasus")
    assert "Kasus uji" in shown.content.decode()
    assert (shown.context["told"], shown.context["tabs_list"][-1]["count"]) == (child.name, None)
    assert [tab["count"] for tab in shown.context["tabs_list"] if tab["label"] == "Kasus uji"] == [7]


def test_what_is_due_stands_beside_the_child_the_nearest_first(siti):
    hooks.add_dues(lambda person, by: [hooks.Due("Kunjungan kedua", date(2024, 6, 1), who=by.name)])
    hooks.add_dues(lambda person, by: [hooks.Due("Kunjungan pertama", DAY)])
    shown = page(siti, make.person())
    assert [due.title for due in shown.context["dues"]] == ["Kunjungan pertama", "Kunjungan kedua"]
    assert "Kunjungan kedua" in shown.content.decode()


def test_steps_of_other_apps_join_the_journey_the_newest_first(siti):
    hooks.add_steps(lambda person, by: [hooks.Step(DAY, "home", "Kasus dibuka")])
    hooks.add_steps(lambda person, by: [hooks.Step(date(2024, 6, 1), "home", "Kasus ditutup")])
    child = make.person()
    assert [step.title for step in hooks.steps_of(child, by=siti)] == ["Kasus ditutup", "Kasus dibuka"]
    assert "Kasus dibuka" in page(siti, child).content.decode()


def test_the_head_says_the_risk_that_another_app_knows(siti):
    hooks.add_head(lambda person, by: {"risk": "high"})
    assert page(siti, make.person()).context["head_extra"] == {"risk": "high"}


def test_a_death_stops_what_is_due_and_its_undoing_takes_it_up_again(siti):
    heard = []
    hooks.when_somebody_dies(
        lambda person, on, by: heard.append((person.pk, on)) or 2,
        resume=lambda person, by: heard.append(person.pk) or 2,
    )
    child = make.person()
    assert households.record_death(child, on=DAY, reason="surat desa", by=siti) == 2
    households.undo_death(child, reason="salah orang", by=siti)
    assert heard == [(child.pk, DAY), child.pk]


def test_what_a_hook_refuses_keeps_the_death_from_being_written(siti):
    def refuse(person, on, by):
        raise RuntimeError

    hooks.when_somebody_dies(refuse)
    child = make.person()
    with pytest.raises(RuntimeError):
        households.record_death(child, on=DAY, reason="surat desa", by=siti)
    child.refresh_from_db()
    assert child.died_on is None
