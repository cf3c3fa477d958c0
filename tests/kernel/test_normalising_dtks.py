"""What every kind of cell becomes, and why a row waits."""

import datetime as dt
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel.dtks import normalising, reading, writing
from asuh.kernel.dtks.reasons import QUARANTINE, REASONS, WARNING
from tests.kernel.dtks_files import DTKS, MEMBER, RULES, normalised, normalised_frame, read, text_file

D = dt.date
NO_NIK = {"NIK": None}


def test_a_clean_row_has_no_reasons():
    typed, told, kept = normalised()
    assert (told, kept) == ({}, {})
    assert (typed["JnsKel"], typed["TglLahir"], typed["Jenis_cacat"]) == (2, D(1995, 9, 4), 0)
    assert typed["InitData"].isoformat() == "2015-08-01T00:00:00"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"Nama": "  "}, {"no_name": QUARANTINE}),
        ({"IDARTBDT": None}, {"no_id": QUARANTINE}),
        ({"IDARTBDT": "3.5222E+17"}, {"no_id": QUARANTINE}),
        ({"IDARTBDT": "x" * 61}, {"id_long": QUARANTINE}),
        ({"IDBDT": "x" * 61}, {"id_long": QUARANTINE}),
        ({"IDARTBDT": "x" * 60}, {}),
        ({"Hub_KRT": "19", "HubKRT": "19"}, {"bad_code": QUARANTINE}),
        ({"Hub_KRT": "19", "HubKRT": "3"}, {"bad_code": QUARANTINE}),
        ({"Hub_KRT": None, "HubKRT": None}, {"bad_code": QUARANTINE}),
        ({"JnsKel": None}, {"sex": WARNING}),
        ({"JnsKel": "9"}, {"sex": WARNING}),
        ({"JnsKel": None, "NIK": None}, {"sex": QUARANTINE}),
        ({"Sta_kawin": "7"}, {"code": WARNING}),
        ({"Umur": "x"}, {"short": WARNING}),
        ({"Umur": "400"}, {"range": WARNING}),
        ({"NIK": "3.52209E+15"}, {"nik_sci": WARNING}),
        ({"NIK": "3,52209E+15"}, {"nik_sci": WARNING}),
        ({"NIK": "352209440995001"}, {"nik_short": WARNING}),
        ({"NIK": "0000000000000000"}, {"nik": WARNING}),
        ({"NIK": "3522099913950001"}, {"nik": WARNING}),
        ({"NIK": "352209440995000A"}, {"nik": WARNING}),
        ({"NIK": "3522090409950001"}, {"nik_disagrees": WARNING}),
        ({"TglLahir": "1996-09-04"}, {"nik_disagrees": WARNING}),
        ({"TglLahir": "2091-03-04"}, {"date_future": WARNING}),
        ({"TglLahir": "1995-02-30"}, {"date": WARNING}),
        ({"TglLahir": "1995"}, {"date": WARNING}),
        ({"TglLahir": "kemarin"}, {"date": WARNING}),
        ({"NoKK": "12"}, {"kk": WARNING}),
        ({"TmpLahir": "=cmd()"}, {"formula": WARNING}),
        ({"TglLahir": "0000-00-00"}, {}),
        ({"TglLahir": "1900-01-01"}, {}),
        ({"TglLahir": "01/01/1900"}, {}),
        ({"TglLahir": None}, {}),
        ({"NIK": "'3522094409950001 "}, {}),
        ({"HubKRT": "4"}, {}),
        ({"Hub_KRT": None}, {}),
        ({"Jenis_cacat": "0"}, {}),
        ({"Umur": "24,0"}, {}),
        ({"Ada_kartu_identitas": "15"}, {}),
        ({"TmpLahir": "-"}, {}),
    ],
)  # fmt: skip
def test_every_fault_has_its_reason(changes, told):
    _, found, _ = normalised(**changes)
    assert found == told
    assert all(severity in REASONS[code].weights for code, severity in found.items())


@pytest.mark.parametrize(
    "text",
    [
        "2020-03-30",
        "30/03/2020",
        "30-03-2020",
        "30.03.2020",
        "43920",
        "'2020-03-30",
        "2020/3/30",
        "2020-03-30 00:00:00",
    ],
)
def test_a_date_is_read_in_every_form_that_occurs(text):
    assert normalised(TglLahir=text, **NO_NIK)[0]["TglLahir"] == D(2020, 3, 30)


def test_an_undecided_file_reads_what_has_only_one_reading_and_lets_the_rest_wait():
    undecided = normalising.Rules(RULES.period, RULES.at, day_first=None)
    assert normalised(undecided, TglLahir="30/03/2020", **NO_NIK)[0]["TglLahir"] == D(2020, 3, 30)
    assert normalised(undecided, TglLahir="03/03/2020", **NO_NIK)[0]["TglLahir"] == D(2020, 3, 3)
    assert normalised(undecided, TglLahir="04/03/2020", **NO_NIK)[1] == {"date_order": QUARANTINE}


def test_a_file_with_the_month_first_is_read_that_way():
    month_first = normalising.Rules(RULES.period, RULES.at, day_first=False)
    assert normalised(month_first, TglLahir="04/03/2020", **NO_NIK)[0]["TglLahir"] == D(2020, 4, 3)


def survey(tmp_path, *rows):
    (sheet,) = reading.inspect(text_file(tmp_path, [MEMBER | row for row in rows]), DTKS)
    found = normalising.Survey(DTKS.members)
    for batch in sheet.batches(found.columns):
        found.add(batch)
    return found.rules(period=RULES.period, at=RULES.at)


@pytest.mark.parametrize(
    ("dates", "day_first"),
    [
        (["30/03/2020", "04/05/2020"], True),
        (["03/30/2020", "04/05/2020"], False),
        (["04/05/2020"], None),
        (["30/03/2020", "03/30/2020"], None),
        (["2020-03-30"], None),
    ],
)
def test_the_order_of_day_and_month_is_decided_by_the_whole_file(tmp_path, dates, day_first):
    assert survey(tmp_path, *({"TglLahir": day, "NIK": ""} for day in dates)).day_first is day_first


def test_a_nik_tells_the_order_where_the_date_does_not(tmp_path):
    assert survey(tmp_path, {"TglLahir": "09/04/1995"}).day_first is False


def test_numbering_from_one_is_recognised_by_the_missing_zero_and_the_raw_value_kept(tmp_path):
    assert survey(tmp_path, {"Ada_akta_nikah": "1"}, {"Ada_akta_nikah": "3"}).from_one == {"Ada_akta_nikah"}
    assert survey(tmp_path, {"Ada_akta_nikah": "1"}, {"Ada_akta_nikah": "0"}).from_one == frozenset()
    rules = normalising.Rules(RULES.period, RULES.at, from_one=frozenset({"Ada_akta_nikah"}))
    typed, told, kept = normalised(rules, Ada_akta_nikah="3")
    assert (typed["Ada_akta_nikah"], told, kept) == (2, {}, {"Ada_akta_nikah": "3"})


def test_what_the_typed_column_cannot_hold_is_kept_raw():
    typed, _, kept = normalised(Sta_kawin="7", TglLahir="2091-03-04", JnsKel="L", NIK="352209440995001")
    assert typed["Sta_kawin"] is typed["TglLahir"] is typed["NIK"] is None
    assert kept == {"Sta_kawin": "7", "TglLahir": "2091-03-04", "JnsKel": "L", "NIK": "352209440995001"}


def test_the_year_of_birth_is_estimated_from_the_age_at_the_period():
    assert normalised(TglLahir="2091-03-04")[0][normalising.BORN_YEAR] == 1996
    assert normalised(TglLahir="", Umur="")[0][normalising.BORN_YEAR] is None
    assert normalised()[0][normalising.BORN_YEAR] == 1995


def test_regions_get_their_zeros_back_and_the_village_comes_from_either_column():
    frame = normalised_frame(KDGabungan4="", KDKAB="6", KDKEC="30", KDDESA="1").typed
    assert frame.select(normalising.village_codes(DTKS.members)).item() == "3506030001"


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4), st.text(max_size=20))
def test_reasons_and_raw_values_are_sound_json(raws, column):
    problems = normalising.add_problems(
        pl.Series([7] * len(raws)), "code", WARNING, column, pl.Series(raws), kept=True
    )
    row = normalising.outcome(problems).row(0, named=True)
    assert json.loads(row["raw"]) == {column: raws[0]}
    assert json.loads(row["told"]) == [["code", column, raw] for raw in raws]


kinds = st.sampled_from(["2020-03-30", "31/12/2019", "43920", "", "x", "0", "00", "1", "2", "19", "=A1", "-", "'@x", "1,5",
                         "2015-08-01 00:00:00", "2015-08-01 10:11:12", "3522094409950001", "3.5E+15", "-7.25", "é\n\"q\""])  # fmt: skip


@given(
    st.lists(st.dictionaries(st.sampled_from(DTKS.members.names), kinds, max_size=30), min_size=1, max_size=8)
)
def test_writing_and_reading_again_gives_the_same_rows_and_reasons(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("round")
    rows = [dict.fromkeys(DTKS.members.names) | MEMBER | change for change in changes]
    first = _through(text_file(folder, rows))
    typed, raw = first
    texts = writing.rendered(DTKS.members, typed, raw, with_hidden=True)
    for form, write in (("csv", writing.write_csv), ("xlsx", writing.write_xlsx)):
        write(DTKS.members, [texts], folder / f"again.{form}")
        typed_again, raw_again = _through(folder / f"again.{form}")
        assert typed_again.drop(reading.ROW).equals(typed.drop(reading.ROW)), form
        assert raw_again.to_list() == raw.to_list(), form


def _through(path):
    frame = read(path)
    done = normalising.Normaliser(DTKS.members, RULES)(frame)
    found = done.typed.select(reading.ROW).join(
        normalising.outcome(done.problems), on=reading.ROW, how="left"
    )
    return done.typed, found["raw"]


def test_hidden_columns_stay_empty_unless_asked_for():
    table = DTKS.households
    frame = normalised_frame(table="households", IDBDT="1", NoKartuDebit="6013").typed
    raw = pl.Series([None], dtype=pl.String)
    assert writing.rendered(table, frame, raw)["NoKartuDebit"][0] is None
    assert writing.rendered(table, frame, raw, with_hidden=True)["NoKartuDebit"][0] == "6013"


def test_a_reason_without_a_line_of_its_own_is_told_at_once() -> None:
    with pytest.raises(AssertionError, match=r"kernel/dtks/reasons.py"):
        normalising.add_problems(pl.Series([1]), "new_one", WARNING, "Nama")


def test_a_card_number_with_a_sign_is_none():
    typed, told, kept = normalised(NoKK="+352201010112345")
    assert (typed["NoKK"], "kk" in told, kept["NoKK"]) == (None, True, "+352201010112345")


def test_an_unknown_moment_is_empty_as_an_unknown_day_is():
    typed, told, _ = normalised(InitData="1900-01-01 00:00:00")
    assert (typed["InitData"], told) == (None, {})


def test_no_space_is_left_behind_an_apostrophe():
    typed, told, _ = normalised(IDARTBDT="' 352220001100000001")
    assert (typed["IDARTBDT"], told) == ("352220001100000001", {})
