"""Somebody types a place, or asks what lies where."""

import json

import pytest
from click.testing import CliRunner

from asuh.places.commands import places
from asuh.places.models import Area, dotted
from asuh.places.querysets import path_names
from asuh.places.resolving import search_areas

pytestmark = pytest.mark.django_db


def test_nothing_is_found_outside_the_own_areas():
    assert search_areas("bojonegoro", within=["7306"]) == []
    assert search_areas("bojonegoro", within=[]) == []
    assert not Area.objects.under().exists()


def test_the_larger_area_comes_first():
    assert [area.key for area in search_areas("bojonegoro")][:2] == ["3522", "352215"]


def test_a_further_word_may_name_what_it_lies_in():
    assert search_areas("margom bojo")[0].key == "352222"


def test_codes_are_found_with_and_without_dots():
    assert search_areas("35.22.22")[0].key == search_areas("352222")[0].key == "352222"


def test_paths_of_many_keys_come_with_one_question(django_assert_num_queries):
    with django_assert_num_queries(1):
        names = path_names(["3522222002", "3522", "9999"])
    assert names == {
        "3522222002": "Ngelo, Margomulyo, Kabupaten Bojonegoro, Jawa Timur",
        "3522": "Kabupaten Bojonegoro, Jawa Timur",
        "9999": "99.99",
    }


def test_children_are_one_step_down_and_in_force():
    assert Area.objects.current().children_of("").count() == 38
    assert Area.objects.current().children_of("3522").count() == 28
    assert [area.key for area in Area.objects.path_to("3522222002")] == ["35", "3522", "352222", "3522222002"]
    assert dotted("3522222002") == "35.22.22.2002"


def test_the_command_refuses_what_it_cannot_tell():
    result = CliRunner().invoke(places, ["resolve", "--json", "--bps", "9999999"])
    assert result.exit_code == 1
    assert json.loads(result.output)["key"] == ""


@pytest.mark.parametrize(
    ("option", "asked", "code"),
    [
        ("--bps", "3522010", "35.22.22"),
        ("--names", "Jawa Timur/Bojonegoro/Margomulyo/Ngelo", "35.22.22.2002"),
        ("--key", "91.01", "93.01"),
    ],
)
def test_the_command_answers_with_the_kemendagri_code(option, asked, code):
    result = CliRunner().invoke(places, ["resolve", "--json", option, asked])
    assert result.exit_code == 0
    answer = json.loads(result.output)
    assert (answer["code"], answer["exact"]) == (code, True)
