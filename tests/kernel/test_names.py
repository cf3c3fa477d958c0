"""One name, many spellings: what counts as the same, what is alike, and why."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel.linkage import names, tables
from asuh.kernel.linkage.comparison import compare
from asuh.kernel.linkage.names import normal_form

PIECES = """
    H. Hj. Drs. S.Pd S. Pd, SH MM M. Moh. Abd. St. R. Rr. bin alias alm ABDURRAHMAN Djoko SOETRISNO Chodijah
    SITI AMINAH I NI Wy. MD NUR HAYATI S1TI Sjahrir ABDULSH DDJOJO TTJ OOE CCH Nur'aini Karo-Karo A MUKHTAR
"""
NAMES = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(PIECES.split()),
        max_size=6,
    ).map(" ".join),
    st.text("DTJSNCHOEABUYI.,' ", max_size=14),
)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("siti  aminah", "SITI AMINAH"),
        ("H. Moch. Soetrisno, S.Pd., M.M.", "MUHAMMAD SUTRISNO"),
        ("Hj St. Chodijah", "SITI KHADIJAH"),
        ("SITI AMINAH S. Pd", "SITI AMINAH"),
        ("Siti Aminah SH", "SITI AMINAH"),
        ("Sutrisno, Drs.", "SUTRISNO"),
        ("R.A. Kartini", "KARTINI"),
        ("KH. Abdoel Moeis", "ABDUL MUIS"),
        ("M.RIZKY", "MUHAMMAD RIZKI"),
        ("Ach. Noer", "AHMAD NUR"),
        ("Abdurrohman Wahid", "ABDUL RAHMAN WAHID"),
        ("Djoko Tjahjono", "JOKO CAHYONO"),
        ("Joesoef", "YUSUF"),
        ("Bandjar", "BANJAR"),
        ("Njoman", "NYOMAN"),
        ("Sjamsoeddin", "SAMSUDDIN"),
        ("Nur'aini", "NURAINI"),
        ("Siti Aminah binti Amir (alm)", "SITI AMINAH AMIR"),
        ("Sutrisno alias Tris", "SUTRISNO TRIS"),
        ("I Wy. Sudana", "I WAYAN SUDANA"),
        ("I Md. Rai", "I MADE RAI"),
        ("Md. Ali", "MUHAMMAD ALI"),
        ("I.B. Oka", "IDA BAGUS OKA"),
        ("Mikaël", "MIKAEL"),
        ("S1TI AM1NAH", "SITI AMINAH"),
    ],
)
def test_a_name_is_brought_to_one_form(written: str, form: str) -> None:
    assert normal_form(written) == form


def test_a_modern_j_stays_a_j() -> None:
    assert normal_form("Joko Junaedi Jajang") == "JOKO JUNAEDI JAJANG"


def test_a_name_of_nothing_but_titles_keeps_them() -> None:
    assert normal_form("Drs. H.") == "DRS H"


def test_a_degree_that_is_also_a_name_is_dropped_only_when_written_as_a_degree() -> None:
    assert normal_form("Siti Ma") == "SITI MA"
    assert normal_form("Siti, M.A.") == "SITI"


def test_no_letter_no_name() -> None:
    assert normal_form("12 ?!") == normal_form(None) == ""


@given(NAMES)
def test_the_form_of_a_form_is_itself(name: str) -> None:
    assert normal_form(normal_form(name)) == normal_form(name)


@given(NAMES)
def test_a_name_with_a_letter_keeps_one(name: str) -> None:
    assert bool(normal_form(name)) == any(letter.isalpha() for letter in normal_form(name))
    if any(letter.isascii() and letter.isalpha() for letter in name):
        assert normal_form(name)


@given(st.lists(st.one_of(st.none(), NAMES), max_size=8))
def test_a_column_has_the_forms_of_its_names(written: list[str | None]) -> None:
    column = names.normal_form_column(pl.Series(written, dtype=pl.String))
    assert column.to_list() == [normal_form(name) for name in written]


def test_every_name_in_the_tables_is_in_the_form_it_asks_for() -> None:
    forms = {row["name"] for row in tables.rows("variants")} | {
        row["full"] for row in tables.rows("short_forms")
    }
    assert [form for form in forms if normal_form(form) != form] == []


def test_no_spelling_stands_for_two_names() -> None:
    spellings = [spelling for row in tables.rows("variants") for spelling in row["variants"].split()]
    assert sorted(spellings) == sorted(set(spellings))


@pytest.mark.parametrize("table", ["titles", "short_forms", "variants", "weak", "spelling_exceptions"])
def test_every_row_of_a_table_names_its_source(table: str) -> None:
    assert [row for row in tables.rows(table) if not row["source"]] == []


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ZAENAL", "JAINAL"),
        ("FAUZIYAH", "PAUJIAH"),
        ("PRASETYO", "PRASETIYA"),
        ("THOHA", "TOHA"),
        ("QORI", "KORIH"),
        ("RIDHO", "RIDLO"),
        ("SYAHRIR", "SAHRIR"),
        ("AYUB", "AYUP"),
        ("SUTEJO", "SUTIJO"),
    ],
)
def test_spellings_heard_alike_share_a_sound(a: str, b: str) -> None:
    assert names.sound_key(a) == names.sound_key(b)


@pytest.mark.parametrize(("a", "b"), [("PUJI", "FAUZI"), ("RINA", "RANI"), ("HADI", "EDI"), ("SITI", "SUTI")])
def test_different_names_do_not_share_a_sound(a: str, b: str) -> None:
    assert names.sound_key(a) != names.sound_key(b)


# ── comparison ────────────────────────────────────────────────────────────────────────────────────


@given(NAMES, NAMES)
def test_comparing_does_not_depend_on_who_comes_first(a: str, b: str) -> None:
    assert compare(a, b).score == pytest.approx(compare(b, a).score)


@given(NAMES, NAMES)
def test_only_the_same_name_scores_one(a: str, b: str) -> None:
    score = compare(a, b).score
    assert 0 <= score <= 1
    assert (score == 1) == (normal_form(a) == normal_form(b) != "")


def reasons(a: str, b: str) -> set[str]:
    return {reason.code for reason in compare(a, b).reasons}


def test_the_reasons_say_what_differs() -> None:
    assert reasons("SITI AMINAH", "siti aminah") == {"same_name"}
    assert reasons("SITI AMINAH", "AMINAH SITI") == {"same_word", "swapped"}
    assert reasons("ZAENAL FANANI", "ZAINAL PANANI") == {"same_word", "same_sound"}
    assert reasons("BUDI SANTOSO", "BUDI SANTSO") == {"same_word", "similar"}
    assert reasons("NUR HAYATI", "NURHAYATI") == {"joined"}
    assert reasons("SITI AMINAH", "AMINAH") == {"same_word", "missing_in_b"}
    assert reasons("A FAUZI", "ARDI FAUZI") == {"same_word", "initial"}
    assert reasons("", "SITI") == {"no_name"}


def test_a_similar_word_tells_how_many_letters_differ() -> None:
    (similar,) = [
        reason for reason in compare("BUDI SANTOSO", "BUDI SANTSO").reasons if reason.code == "similar"
    ]
    assert (similar.a, similar.b, similar.edits) == ("SANTOSO", "SANTSO", 1)


def test_a_common_first_word_missing_counts_less_than_a_rare_one() -> None:
    assert compare("SITI RAHAYU", "RAHAYU").score > compare("ENDANG RAHAYU", "RAHAYU").score


def test_children_of_one_balinese_family_are_told_apart() -> None:
    assert compare("I WAYAN SUDANA", "I KETUT SUDANA").score < 0.85


def test_a_shared_family_name_alone_is_not_likeness() -> None:
    assert compare("RUT SIMANJUNTAK", "TIO SIMANJUNTAK").score < 0.5


def test_strangers_have_little_in_common() -> None:
    assert compare("SITI AMINAH", "BAMBANG SUTRISNO").score < 0.1


def test_a_slip_weighs_less_than_another_word() -> None:
    assert (
        compare("RATNA LESTARI", "RATNA LESTRAI").score > 0.9 > compare("RATNA LESTARI", "RATNA SARI").score
    )


def test_every_written_word_knows_what_it_gave():
    assert names.word_by_word("Hj. St. Chodijah, S.Pd") == [
        ("Hj", ()),
        ("St", ("SITI",)),
        ("Chodijah", ("KHADIJAH",)),
        ("S", ()),
        ("Pd", ()),
    ]
    assert names.word_by_word("Abdurrahman Wahid")[0] == ("Abdurrahman", ("ABDUL", "RAHMAN"))


@given(NAMES)
def test_no_written_word_is_lost_or_given_what_is_not_its(name):
    gave = [word for _, words in names.word_by_word(name) for word in words]
    assert gave == list(names.tokens(name))[: len(gave)]
