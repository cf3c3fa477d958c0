"""Invented names are spread as names are, and slips change one thing."""

from random import Random

import polars as pl
import pytest

from asuh.invented import SLIPS, any_slip, slip
from asuh.invented.drawing import Dice, slots, zipf
from asuh.invented.names import PEOPLES, old_spelling, peoples_of, spellings, with_names, word_lists


def named(province: str, count: int = 20_000) -> pl.DataFrame:
    dice = Dice(1)
    people = pl.DataFrame({"m": pl.int_range(count, eager=True)}).with_columns(
        people=dice.pick("people", peoples_of(province)),
        sex=dice.below("sex", 2) + 1,
        year=dice.below("year", 75) + 1945,
        lineage=pl.col("m") // 4,
    )
    return with_names(people, 1)


@pytest.mark.parametrize("province", sorted(PEOPLES))
def test_everybody_has_a_name(province):
    names = named(province, 2_000)["name"]
    assert names.null_count() == 0
    assert names.str.contains(r"^[A-Z][A-Z' .,-]*$").all()
    assert not names.str.contains("  ").any()


def test_some_names_are_borne_by_many_and_most_by_few():
    people = named("35")
    share = people.join(people.group_by("name").len(), on="name")["len"]
    assert share.max() > 15
    assert (share <= 10).mean() > 0.6
    words = people["name"].str.count_matches(" ") + 1
    assert set(words.unique()) >= {1, 2, 3}
    assert words.mean() > 1.7


def test_a_household_shares_its_family_name():
    batak = named("12").filter(pl.col("people") == "batak")
    last = batak.with_columns(
        pl.col("name").str.replace(", S.PD", "", literal=True).str.split(" ").list.last()
    )
    assert last.group_by("lineage").agg(pl.col("name").n_unique())["name"].max() == 1


def test_old_and_other_spellings():
    assert [old_spelling(name) for name in ("SUTRISNO", "CAHYO", "JOKO", "YUSUF")] == [
        "SOETRISNO", "TJAHJO", "DJOKO", "JOESUF",
    ]  # fmt: skip
    assert "AHMAD" not in spellings("AHMAD")
    assert "NURHAYATY" not in spellings("SRI")


def test_lists_are_long_and_hold_each_word_once():
    lists = word_lists("java")
    assert len(lists["given", 1]) > 200
    assert len(lists["second", 2]) > 150


def test_slots_keep_shares():
    table = slots({"a": 3, "b": 1, "c": 0.0001})
    assert (table == "a").mean() == pytest.approx(0.75, abs=0.01)
    assert "c" in table.to_list()
    first, second = zipf(["x", "y"]).values()
    assert first > second


@pytest.mark.parametrize("kind", SLIPS)
def test_a_slip_changes_one_thing(kind):
    rng = Random(3)
    for name in named("35", 400)["name"]:
        changed = slip(name, rng, kind)
        if changed is None:
            continue
        assert changed != name
        letters = len(changed.replace(" ", "")) - len(name.replace(" ", ""))
        if kind in {"typo", "transpose", "joined", "swapped"}:
            assert letters == 0
        if kind in {"insert", "delete"}:
            assert letters == (1 if kind == "insert" else -1)


def test_where_a_name_gives_no_occasion_there_is_no_slip():
    rng = Random(1)
    assert slip("SUTRISNO", rng, "swapped") is None
    assert slip("SUTRISNO", rng, "joined") is None
    assert slip("SITI AMINAH", rng, "dropped") is None
    assert any_slip("ABI", rng)[1] != "ABI"


def test_the_same_rng_slips_the_same_way():
    assert slip("MUHAMMAD ALI HIDAYAT", Random(9), "typo") == slip("MUHAMMAD ALI HIDAYAT", Random(9), "typo")
