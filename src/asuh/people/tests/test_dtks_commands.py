"""`asuh dtks …` as somebody types it: refusals first."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from asuh.people.commands.dtks import dtks
from asuh.people.models import Delivery, MemberRow
from asuh.people.tests.deliveries import AMINAH, BAGUS, HOME, deliver, write

pytestmark = pytest.mark.django_db


def run(*words: Any) -> Result:
    return CliRunner().invoke(dtks, [str(word) for word in words])


def export(folder: Path, area: str, period: str = "2020-01") -> Result:
    return run("export", "--area", area, "--period", period, "--out", folder)


def files(folder: Path) -> list[Path]:
    return [
        write(folder, "households", [HOME]),
        write(folder, "members", [AMINAH, BAGUS]),
    ]


@pytest.mark.parametrize("area", ["Gowa", "", " ", "99.99", "35x22", "%", "..", "٣٥٢٢"])
def test_what_is_no_area_is_never_the_whole_country(tmp_path: Path, area: str) -> None:
    deliver(tmp_path)
    said = export(tmp_path / "out", area)
    assert said.exit_code == 2, said.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("area", "period"), [("73.06", "2020-01"), ("35.22", "2019-12")])
def test_where_nothing_stands_no_empty_file_is_written(tmp_path: Path, area: str, period: str) -> None:
    deliver(tmp_path)
    said = export(tmp_path / "out", area, period)
    assert said.exit_code == 1, said.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("area", ["35.22", "3522", "Indonesia"])
def test_an_area_or_the_word_for_all_of_them_for_the_owner_of_the_files_alone(
    tmp_path: Path, area: str
) -> None:
    deliver(tmp_path)
    said = export(tmp_path / "out", area)
    assert said.exit_code == 0, said.output
    assert "2 members" in said.output
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").iterdir()}
    assert modes == {"households.csv": 0o600, "members.csv": 0o600}


def test_a_month_that_has_not_begun_is_refused(tmp_path: Path) -> None:
    for verb in ("check", "import"):
        said = run(verb, *files(tmp_path), "--period", "2999-01")
        assert said.exit_code == 1, said.output
        assert "month" in said.output
    assert not Delivery.objects.exists()


def test_a_check_without_a_month_says_which_one_it_assumed(tmp_path: Path) -> None:
    assert "No --period given" in run("check", *files(tmp_path)).output


def test_what_asks_says_how_to_go_on_and_how_to_send_it_away(tmp_path: Path) -> None:
    deliver(tmp_path)
    said = run("import", *files(tmp_path), "--period", "2020-01")
    asking = Delivery.objects.get(state="asking")
    assert said.exit_code == 3
    assert "--yes" in said.output
    assert f"asuh dtks refuse {asking.pk}" in said.output
    assert run("refuse", asking.pk, "--why", " ").exit_code == 1
    assert run("refuse", asking.pk, "--why", "ganda").exit_code == 0
    asking.refresh_from_db()
    assert (asking.state, asking.ended_because) == ("refused", "ganda")


def test_nobody_refuses_elsewhere_or_what_is_in(tmp_path: Path, someone: Any) -> None:
    delivery = deliver(tmp_path)
    someone("joko", ("data_officer", "7306"))
    assert run("refuse", delivery.pk, "--why", "iseng", "--as", "joko").exit_code == 2
    assert run("refuse", delivery.pk, "--why", "iseng").exit_code == 1
    assert MemberRow.objects.count() == 2


def test_all_of_it_is_said_in_one_language(tmp_path: Path) -> None:
    deliver(tmp_path)
    said = run("import", *files(tmp_path), "--period", "2020-01").output
    assert "Berkas" not in said
    assert "received" in said
