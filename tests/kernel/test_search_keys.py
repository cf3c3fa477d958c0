"""Keys under which a name is filed, and what a query makes of them."""

import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel.linkage import keys, names
from tests.kernel.test_names import NAMES

LETTERS = "ABCDEFGHIJKLMNOPRSTUWYZ"
WORDS = st.text(LETTERS, min_size=3, max_size=12)


def asked_for(query: str, *registered: str) -> dict[int, float]:
    """Whole names the query asks for, where the word list knows all words of `registered`."""
    known = {word for name in registered for word in names.tokens(name)}
    plan = keys.plan(query)
    wanted = set(plan.word_list_keys)
    return dict(plan.with_words([word for word in known if wanted & set(keys.word_list_keys(word))]).names())


def finds(query: str, name: str) -> bool:
    return keys.name_key(names.tokens(name)) in asked_for(query, name)


def test_a_person_is_filed_under_each_word_and_the_whole_name() -> None:
    assert len(keys.index_keys("Hj. Siti Aminah, S.Pd")) == 3
    assert keys.index_keys("") == []


def test_the_order_of_words_does_not_matter() -> None:
    assert keys.index_keys("SITI AMINAH") == keys.index_keys("AMINAH SITI")


@given(NAMES)
def test_keys_fit_an_integer_of_the_database(name: str) -> None:
    for key in keys.index_keys(name):
        assert -(2**31) <= key < 2**31


@given(st.lists(st.one_of(st.none(), NAMES), max_size=8))
def test_a_column_has_the_keys_of_its_names(written: list[str | None]) -> None:
    frame = keys.bulk(pl.Series(written, dtype=pl.String))
    assert frame["name_keys"].to_list() == [keys.index_keys(name or "") for name in written]
    assert frame["name_norm"].to_list() == [names.normal_form(name) for name in written]
    assert frame["name_keys"].dtype == pl.List(pl.Int32)


def test_the_words_of_a_column_are_all_the_word_list_needs() -> None:
    assert sorted(keys.words_of(pl.Series(["SITI AMINAH", "", "SITI"]))) == ["AMINAH", "SITI"]


@given(WORDS, st.data())
def test_one_slip_shares_a_key_with_the_word_meant(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(LETTERS))
    slipped = data.draw(
        st.sampled_from(
            [
                word[:place] + letter + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + word[place + 1 :],
                word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :],
            ]
        )
    )
    assert set(keys.word_list_keys(word)) & set(keys.word_list_keys(slipped))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("SITI AMNIAH", "SITI AMINAH"),
        ("SITI AMINA", "SITI AMINAH"),
        ("SUTI AMINAH", "SITI AMINAH"),
        ("Soetrisno", "SUTRISNO"),
        ("Tjahjo Koemolo", "CAHYO KUMOLO"),
        ("Jusuf", "YUSUF"),
        ("Moh. Rizki", "MUHAMMAD RIZKI"),
        ("H. Abd. Rachman", "ABDUL RAHMAN"),
        ("NURHAYATI LESTARI", "NUR HAYATI LESTARI"),
        ("NUR HAYATI LESTARI", "NURHAYATI LESTARI"),
        ("MUHAMMADJARWI", "MUHAMMAD JARWI"),
        ("LESTARI RATNA", "RATNA LESTARI"),
        ("RAHAYU", "SITI RAHAYU"),
        ("SITI RAHAYU", "RAHAYU"),
        ("DEOEH ROHAETI", "DEDEH ROHAETI"),
        ("UTHFI", "LUTHFI"),
        ("MARJOJEM", "MARYOYEM"),
    ],
)
def test_a_name_with_a_slip_asks_for_the_name_meant(query: str, name: str) -> None:
    assert finds(query, name)


def test_the_name_as_typed_is_asked_for_first() -> None:
    first, *_ = asked_for("SITI RINA", "SITI RINA", "SITI RANI", "SITI DINA")
    assert first == keys.name_key(["SITI", "RINA"])


def test_a_stranger_is_not_asked_for() -> None:
    assert keys.name_key(["BAMBANG"]) not in asked_for("SITI AMINAH", "SITI AMINAH", "BAMBANG")


def test_a_word_being_typed_means_what_it_may_become() -> None:
    plan = keys.plan("siti ami", typing=True).with_words(["AMINAH", "SITI", "BUDI"])
    assert plan.prefix == "AMI"
    assert keys.name_key(["SITI", "AMINAH"]) in dict(plan.names())


def test_a_finished_word_is_no_beginning() -> None:
    assert keys.plan("siti ami ", typing=True).prefix == ""


def test_a_group_holds_the_word_and_what_it_may_mean() -> None:
    group, _ = keys.plan("RINA BUDI").with_words(["RINI", "SUTRISNO"]).groups()
    assert set(group.keys) == {keys.word_key("RINA"), keys.word_key("RINI")}


def test_a_query_of_many_words_stays_small() -> None:
    words = [f"{a}{b}A" for a in ("SU", "SO", "SA", "SI") for b in ("TI", "TA", "TU", "MI", "MA", "MU")]
    plan = keys.plan(" ".join(words[:6])).with_words(words)
    started = time.perf_counter()
    assert len(plan.names()) <= 400
    assert time.perf_counter() - started < 1
