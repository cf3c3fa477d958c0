"""`asuh user …` as an operator types it."""

import json

import pytest
from click.testing import CliRunner

from asuh.access.commands import user
from asuh.access.models import User
from asuh.audit.models import Event

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(user, list(words))


def test_an_unknown_role_leaves_no_account():
    said = run("create", "ani", "--name", "Ani", "--role", "emperor")
    assert said.exit_code == 1
    assert not User.objects.exists()


def test_an_unknown_area_is_refused():
    assert run("create", "ani", "--name", "Ani", "--area", "99").exit_code == 2


def test_from_nothing_to_an_administrator():
    said = json.loads(run("create", "ani", "--name", "Ani", "--role", "administrator", "--json").output)
    assert said["link"].startswith("http://127.0.0.1:8000/akun/undangan/")
    assert run("post", "ani", "supervisor", "35.22").exit_code == 0
    (listed,) = json.loads(run("list", "--json").output)
    assert [(post["role"], post["area"]) for post in listed["posts"]] == [
        ("administrator", ""),
        ("supervisor", "3522"),
    ]
    assert set(Event.objects.values_list("actor_id", "door")) == {(None, "cli")}


def test_ending_a_post_and_then_the_account(siti):
    number = siti.posts.get().pk
    assert run("end", "siti", "--post", str(number), "--why", "pindah").exit_code == 0
    assert run("end", "siti", "--why", "keluar").exit_code == 0
    assert run("end", "siti", "--why", "lagi").exit_code == 1
    assert not User.objects.get(pk=siti.pk).is_active


def test_a_new_link(siti):
    assert "/akun/undangan/" in run("link", "siti").output
    assert run("link", "nobody").exit_code == 1
