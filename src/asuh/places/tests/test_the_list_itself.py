"""The shipped list: complete, consistent, and in agreement with BPS's own bridge where that can be asked."""

import csv
from collections import Counter
from importlib.resources import files

import pytest
from django.db import IntegrityError, connection, transaction

from asuh.places import loading
from asuh.places.models import Area, Release
from asuh.places.published import read_areas
from asuh.places.resolving import resolve_bps, resolve_key
from asuh.places.tests.outside import BRIDGE, SAMPLES

pytestmark = pytest.mark.django_db


def test_the_country_has_so_many_areas():
    count = Counter(Area.objects.current().values_list("level", flat=True))
    assert count == {1: 38, 2: 514, 3: 7_285, 4: 83_762}


def test_every_area_lies_in_its_parent():
    wrong = Area.objects.raw(
        "SELECT * FROM places_area WHERE parent_id IS DISTINCT FROM NULLIF(left(key, length(key) - "
        "CASE WHEN length(key) = 10 THEN 4 ELSE 2 END), '')"
    )
    assert list(wrong) == []


def test_every_village_of_today_has_a_postal_code_and_a_date():
    assert not Area.objects.current().villages().filter(postal_code="").exists()
    assert set(Area.objects.values_list("regulation", flat=True)) >= {"UU 14/2022", "Permendagri 72/2019"}


def test_successors_are_areas_in_force():
    named = {
        key
        for keys in Area.objects.exclude(successors=[]).values_list("successors", flat=True)
        for key in keys
    }
    assert named
    assert Area.objects.current().filter(key__in=named).count() == len(named)


def test_notices_of_the_sources_are_kept():
    notice = files("asuh.places").joinpath("data/NOTICE").read_text()
    assert "Lokal contributors" in notice
    assert notice.count("Permission is hereby granted") == 4


@pytest.mark.parametrize(
    "broken",
    [
        {"key": "99x", "level": 1},
        {"key": "991", "level": 1},
        {"key": "9901", "level": 1},
        {"key": "99", "level": 1, "successors": ["35"]},
        {"key": "99", "level": 1, "bps": "3522"},
    ],
)
def test_the_table_refuses_what_cannot_be(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(name="X", kind="desa", regulation="x", valid_from="2025-01-01", **broken)


def test_loading_twice_changes_nothing_and_a_new_file_mends():
    before = Area.objects.count()
    assert loading.load_areas() == before
    Area.objects.filter(key="3522").update(name="Salah")
    Release.objects.update(digest="older")
    assert loading.load_areas() == before
    assert Area.objects.get(key="3522").name == "Kabupaten Bojonegoro"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_join_agrees_with_bps_own_bridge(capsys):
    """≥ 98 % of the districts that still exist, ≤ 0.3 % wrongly joined; prints both."""
    if not BRIDGE.exists():
        pytest.skip(f"BPS's bridge is not ours to ship; put it at {BRIDGE}")
    agreed = wrong = exist = 0
    for row in csv.DictReader(BRIDGE.open()):
        today = resolve_key(row["kode_dagri"])
        if not today.exact:
            continue
        exist += 1
        found = resolve_bps(row["kode_bps"])
        agreed += found.exact and found.key == today.key
        wrong += found.exact and found.key != today.key
    with capsys.disabled():
        print(
            f"\nBPS bridge: {agreed / exist:.2%} of {exist:,} districts agree, {wrong / exist:.2%} wrongly joined"
        )
    assert exist > 6_800
    assert agreed / exist >= 0.98
    assert wrong / exist <= 0.003


@pytest.mark.parametrize("sample", ["gowa_7306", "bojonegoro_3522"])
def test_only_planted_faults_of_the_samples_do_not_resolve(sample):
    folder = SAMPLES / sample
    if not folder.exists():
        pytest.skip(f"no samples at {folder}")
    planted = {
        row["id"] for row in csv.DictReader((folder / "faults.csv").open()) if row["fault"] == "region"
    }
    text = (folder / "households.csv").read_text("utf-8-sig")
    lost = set()
    for raw in csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.splitlines()[0] else ","):
        row = {name.strip().lower(): value for name, value in raw.items() if name}
        if row["idbdt"] and len(resolve_bps(row["kdgabungan4"]).key) < 6:
            lost.add(row["idbdt"])
    assert lost == planted


def test_the_file_is_sorted_and_without_doubles():
    keys = read_areas()["key"]
    assert keys.is_sorted()
    assert keys.is_unique().all()
