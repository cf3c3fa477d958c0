"""A delivery names places in BPS's codes and in its own spelling; we answer in Kemendagri's."""

import polars as pl
import pytest

from asuh.places.models import Area
from asuh.places.resolving import (
    bps_to_key,
    place_rows,
    resolve_bps,
    resolve_key,
    resolve_names,
    resolve_path,
)

pytestmark = pytest.mark.django_db


def test_an_unknown_code_is_no_place():
    assert resolve_bps("9999999").key == ""
    assert resolve_bps("35220").why.startswith("not a BPS code")
    assert resolve_key("99.99").why == "no such code"


def test_a_regency_nobody_knows_stops_at_the_province():
    found = resolve_path(["Jawa Timur", "Majapahit", "Trowulan"])
    assert (found.key, found.exact) == ("35", False)


def test_a_name_that_fits_two_villages_fits_none():
    # Bojonegoro has Kendung twice, in Padangan and in Kedungadem
    assert Area.objects.current().under("3522").filter(name="Kendung").count() == 2
    found = resolve_path(["Jawa Timur", "Bojonegoro", "", "Kendung"])
    assert (found.key, found.exact) == ("3522", False)


def test_a_district_split_since_is_reported_not_guessed():
    found = resolve_bps("9410070")
    assert (found.key, found.exact) == ("9403", False)
    assert set(found.successors) == {"940303", "940324"}


@pytest.mark.parametrize(
    ("bps", "key"),
    [("35", "35"), ("3522", "3522"), ("3522010", "352222"), ("3522200011", "3522162011"), ("9401", "9301")],
)
def test_a_bps_code_of_any_depth_leads_to_the_area_of_today(bps, key):
    assert resolve_bps(bps).key == key
    assert resolve_bps(bps).exact


def test_a_retired_code_leads_to_its_successor():
    assert resolve_key("91.01").key == "9301"
    assert resolve_key("35.22.18.2001").key == "3522182001"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("Jawa Timur/Bojonegoro/Margomulyo/Ngelo", "3522222002"),
        ("JAWA TIMUR/KABUPATEN BOJONEGORO/KALITIDU/GREBEGAN", "3522162011"),
        ("Jawa Timur/Kab. Bojonegoro/Kasiman/Ngelo", "3522222002"),
        ("Jawa Barat/Bogor", "3201"),
        ("Jawa Barat/Kota Bogor", "3271"),
        ("DKI Jakarta/Kota Adm. Jakarta Selatan/Tebet/Tebet Barat", "3174011002"),
        ("D.I. Yogyakarta/Sleman", "3404"),
        ("Papua/Merauke", "9301"),
        ("Sulawesi Selatan/Gowa/Somba Upu", "730608"),
    ],
)
def test_names_are_read_as_people_write_them(path, key):
    assert resolve_path(path.split("/")).key == key
    assert resolve_path(path.split("/")).exact


def test_all_codes_come_as_one_table():
    table = bps_to_key()
    assert table["bps"].is_unique().all()
    exact = table.filter(pl.col("exact"))
    assert set(exact["key"].str.len_chars().unique()) == {2, 4, 6, 10}
    assert exact.height > 85_000


def test_a_table_of_names_is_resolved_once_a_path():
    names = pl.DataFrame({"p": ["Jawa Timur"] * 3, "k": ["Bojonegoro", "Bojonegoro", None]})
    assert sorted(resolve_names(names, ("p", "k"))["key"]) == ["35", "3522"]


def test_rows_are_placed_by_code_then_names_then_district():
    rows = pl.DataFrame(
        {
            "KDGabungan4": ["3522200011", "", "3522200999", "3522999010", None],
            "NMPROP": ["X", "Jawa Timur", None, "Jawa Timur", None],
            "NMKAB": ["X", "Bojonegoro", None, "Bojonegoro", None],
            "NMKEC": ["X", "Kalitidu", None, None, None],
            "NMDESA": ["X", "Grebegan", None, None, None],
        }
    )
    placed = rows.join(place_rows(rows), on=rows.columns, how="left", nulls_equal=True, maintain_order="left")
    assert placed["key"].to_list() == ["3522162011", "3522162011", "352216", None, None]
    assert placed["how"].to_list() == ["code", "names", "district", None, None]


def test_rows_without_name_columns_are_placed_by_code_alone():
    rows = pl.DataFrame({"KDGabungan4": ["7306031001", "7306999001"]})
    placed = dict(place_rows(rows).select("KDGabungan4", "key").iter_rows())
    assert placed == {"7306031001": "7306122006", "7306999001": None}
