from datetime import date

import pytest

from asuh.people.actions import facts, households
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
MAY = date(2024, 5, 12)


def changes(client, home):
    return client.get(f"/anak/rumah-tangga/{home.pk}/").context["changes"]


def test_a_household_tells_of_births_in_it_and_of_the_split_it_came_from(client, siti):
    home, _father, mother, child = make.family()
    households.record_birth(home, name="Nur Aisyah", sex=2, born_on=MAY, by=siti, mother=mother)
    client.force_login(siti)
    assert "mencatat kelahiran" in changes(client, home)[0]["title"]
    new = households.split_household(
        home, members=[mother, child], head=mother, on=MAY, reason="bercerai", by=siti
    )
    assert [one["text"] for one in changes(client, new)] == ["bercerai"]


def test_who_changed_something_is_called_by_name_and_role(client, siti):
    home, _father, mother, _child = make.family()
    households.change_head(home, head=mother, on=MAY, reason="ayah merantau", by=siti)
    client.force_login(siti)
    assert changes(client, home)[0]["by"].startswith(siti.get_full_name() + ", ")


def test_changes_come_a_page_at_a_time(client, siti):
    home, father, mother, _child = make.family()
    for turn in range(22):
        households.change_head(home, head=[mother, father][turn % 2], on=MAY, reason=f"ke-{turn}", by=siti)
    client.force_login(siti)
    page = client.get(f"/anak/rumah-tangga/{home.pk}/")
    assert len(page.context["changes"]) == 20
    older = client.get(f"/anak/rumah-tangga/{home.pk}/{page.context['older'].partition('#')[0]}")
    assert [one["text"] for one in older.context["changes"]] == ["ke-1", "ke-0"]


def test_a_withdrawn_fact_can_be_restored_from_the_history(client, siti):
    *_others, child = make.family()
    fact = facts.record_fact(
        child,
        "schooling",
        by=siti,
        as_of=MAY,
        how="visit",
        participation="attending",
        level="primary",
        grade=3,
    )
    facts.withdraw_fact(fact, reason="keliru", by=siti)
    client.force_login(siti)
    page = client.get(f"/anak/{child.pk}/bagian/riwayat/")
    assert f"/schooling/{fact.pk}/pulihkan" in page.content.decode()
