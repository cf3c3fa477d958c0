"""An invented delivery looks like a real one: complete, consistent, dirty where asked."""

import csv
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from asuh.invented import NO_FAULTS, second_period, write_delivery
from asuh.kernel.dtks.layout import load
from asuh.places.published import read_areas

AREAS = read_areas()


def read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).fill_null("")


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    write_delivery(folder, members=6_000, seed=7, faults=NO_FAULTS, areas=AREAS)
    return folder


@pytest.fixture(scope="module")
def people(clean):
    return read(clean / "members.csv")


@pytest.fixture(scope="module")
def homes(clean):
    return read(clean / "households.csv")


def test_a_fault_nobody_knows_is_refused(tmp_path):
    with pytest.raises(ValueError, match="unknown faults: rust"):
        write_delivery(tmp_path, members=10, faults={"rust": 0.5}, areas=AREAS)


def test_a_regency_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no villages"):
        write_delivery(tmp_path, members=10, regency="0000", areas=AREAS)


def test_files_carry_every_column_in_order(people, homes):
    assert people.columns == load().members.names
    assert homes.columns == load().households.names


def test_as_many_members_as_asked_for_and_every_household_has_one_head(people, homes):
    assert people.height == 6_000
    heads = people.filter(pl.col("Hub_KRT") == "1")
    assert heads["IDBDT"].is_unique().all()
    assert set(heads["IDBDT"]) == set(homes["IDBDT"]) == set(people["IDBDT"])


def test_ids_are_unique_and_villages_real(people, homes):
    assert people["IDARTBDT"].is_unique().all()
    assert homes["IDBDT"].is_unique().all()
    assert set(homes["KDGabungan4"]) <= set(AREAS["bps"])
    assert homes["KDGabungan4"].str.starts_with("3522").all()


def test_counts_and_names_of_heads_agree_between_the_files(people, homes):
    inside = people.group_by("IDBDT").agg(n=pl.len().cast(pl.String), head=pl.col("Nama").first())
    both = homes.join(inside, on="IDBDT")
    assert (both["Jumlah_ART"] == both["n"]).all()
    assert (both["Nama_KRT"] == both["head"]).all()


def test_numbers_agree_with_birth_date_and_sex_and_are_unique(people):
    known = people.filter((pl.col("NIK") != "") & (pl.col("TglLahir") != "0000-00-00"))
    assert known["NIK"].is_unique().all()
    day = pl.col("NIK").str.slice(6, 2).cast(pl.Int32) - 40 * (pl.col("JnsKel") == "2")
    written = pl.concat_str(
        pl.col("TglLahir").str.slice(0, 2),
        pl.col("NIK").str.slice(10, 2),
        pl.lit("-"),
        pl.col("NIK").str.slice(8, 2),
        pl.lit("-"),
        day.cast(pl.String).str.zfill(2),
    )
    assert known.select(written == pl.col("TglLahir")).to_series().all()
    assert 0.03 < (people["NIK"] == "").mean() < 0.09
    assert known["NIK"].str.slice(0, 4).is_in(["3522"]).all()


def test_codes_are_of_their_lists(people, homes):
    for table, frame in ((load().members, people), (load().households, homes)):
        for column in table.columns:
            if column.codes and column.kind == "code":
                allowed = {column.codes.written(code) for code in column.codes.labels} | {""}
                assert set(frame[column.name]) <= allowed, column.name


def test_children_are_children(people):
    age = pl.col("Umur").cast(pl.Int32)
    small = people.filter(age < 5)
    assert set(small["Sta_Bekerja"]) == set(small["Partisipasi_sekolah"]) == {""}
    assert set(people.filter(age < 17)["Sta_kawin"]) == {"1"}
    school = people.filter(age.is_between(7, 12))["Partisipasi_sekolah"]
    assert (school == "1").mean() > 0.95
    assert 0.2 < people.select((age < 18).mean()).item() < 0.45
    assert people.filter((pl.col("Sta_Bekerja") == "1") & age.is_between(10, 17)).height > 0


def test_mothers_of_the_house_stand_behind_their_children(people):
    mothers = people.filter((pl.col("JnsKel") == "2") & pl.col("Hub_KRT").is_in(["1", "2"]))
    children = people.filter(pl.col("Hub_KRT") == "3").join(
        mothers.select("IDBDT", mother="Nama"), on="IDBDT"
    )
    bare = pl.col("mother").str.replace(r"^HJ\. ", "").str.replace(", S.PD", "", literal=True)
    assert children.select((pl.col("namagadis_ibukandung") == bare).mean()).item() > 0.85
    gap = children.join(mothers.select("IDBDT", m="Umur"), on="IDBDT").select(
        pl.col("m").cast(pl.Int32) - pl.col("Umur").cast(pl.Int32)
    )
    assert gap.min().item() >= 15


def test_households_of_all_kinds_occur(people):
    relations = Counter(people["Hub_KRT"])
    assert set(relations) >= {"1", "2", "3", "4", "5", "6", "8"}
    alone = people.group_by("IDBDT").agg(n=pl.len(), oldest=pl.col("Umur").cast(pl.Int32).max())
    assert alone.filter(pl.col("oldest") < 20).height > 0  # headed by one who is young
    grandparents = people.filter(pl.col("Hub_KRT") == "5").join(
        people.filter(pl.col("Hub_KRT").is_in(["3", "4"])), on="IDBDT", how="anti"
    )
    assert grandparents.height > 0  # the parents are somewhere else


def test_the_same_seed_writes_the_same_files_and_another_does_not(tmp_path):
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        write_delivery(tmp_path / folder, members=300, seed=seed, areas=AREAS)
    written = [(tmp_path / folder / "members.csv").read_bytes() for folder in "abc"]
    assert written[0] == written[1] != written[2]


def test_planted_faults_are_listed_one_to_one(tmp_path):
    many = {"no_name": 0.05, "orphan": 0.05, "duplicate": 0.05, "sex": 0.05, "nik_sci": 0.05, "region": 0.1}
    result = write_delivery(tmp_path, members=1_000, seed=5, faults=many, areas=AREAS)
    people, homes = read(tmp_path / "members.csv"), read(tmp_path / "households.csv")
    listed = Counter(row["fault"] for row in csv.DictReader((tmp_path / "faults.csv").open()))
    assert listed == result.faults
    assert people.filter(pl.col("Nama").str.strip_chars() == "").height == listed["no_name"]
    assert people.filter(~pl.col("IDBDT").is_in(homes["IDBDT"].implode())).height == listed["orphan"]
    assert people.height - people["IDARTBDT"].n_unique() == listed["duplicate"]
    assert people.filter(pl.col("JnsKel") == "").height == listed["sex"]
    assert people.filter(pl.col("NIK").str.contains("E+15", literal=True)).height == listed["nik_sci"]
    assert homes.filter(pl.col("KDKEC") == "999").height == listed["region"]
    assert result.rows == people.height + homes.height


def test_a_messy_delivery_holds_the_same_people(tmp_path):
    for style in ("plain", "messy"):
        write_delivery(tmp_path / style, members=400, seed=6, style=style, areas=AREAS)
    text = (tmp_path / "messy/members.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.endswith(b";\r\n")
    messy = pl.read_csv(tmp_path / "messy/members.csv", separator=";", infer_schema=False).fill_null("")
    messy = messy.rename({name: name.strip().upper() for name in messy.columns})
    messy = messy.filter(pl.col("IDARTBDT") != "")
    plain = read(tmp_path / "plain/members.csv")
    assert messy["IDARTBDT"].to_list() == plain["IDARTBDT"].to_list()
    assert messy["NAMA"].to_list() == plain["Nama"].to_list()
    assert messy["TGLLAHIR"].str.contains(r"^\d\d/\d\d/\d{4}$").mean() > 0.8
    assert set(messy["NMPROP"]) == {"JAWA TIMUR"}


def test_a_province_and_other_peoples(tmp_path):
    write_delivery(tmp_path, regency="94", members=500, areas=AREAS)
    homes = read(tmp_path / "households.csv")
    assert homes["KDKAB"].n_unique() > 5


def test_a_later_period_keeps_ids_and_grows_older(clean, people, tmp_path):
    later = second_period(clean, tmp_path, period="2021-01")
    again = read(tmp_path / "members.csv")
    both = people.join(again, on="IDARTBDT", suffix="_later")
    assert 0.95 < both.height / people.height < 1
    assert (both["Umur_later"].cast(pl.Int32) - both["Umur"].cast(pl.Int32)).is_in([1]).mean() > 0.99
    assert (both["NIK"] != both["NIK_later"]).sum() == later.changes["nik_found"]
    assert again.height == later.members == both.height + later.changes["born"]
    assert later.changes["moved"] > 0
    assert again["IDARTBDT"].is_unique().all()
    homes = read(tmp_path / "households.csv")
    assert set(again["IDBDT"]) == set(homes["IDBDT"])
    village = again.join(homes.select("IDBDT", home="KDGabungan4"), on="IDBDT")
    assert (village["home"] == village["KDGabungan4"]).all()
