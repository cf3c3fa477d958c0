"""Import, export, import again: the same registry, and every accepted cell as it came."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from asuh.access.refusals import OutsideYourAreas, ReasonMissing
from asuh.audit.models import Event
from asuh.people.actions import deliveries
from asuh.people.actions.exporting import NothingToExport, export_dtks
from asuh.people.models import HouseholdRow
from asuh.people.tests.deliveries import (
    AMINAH,
    BAGUS,
    HOME,
    JANUARY,
    JULY,
    SAMPLES,
    census,
    content,
    deliver,
    take,
    write,
)

pytestmark = pytest.mark.django_db


def export(folder: Path, *, area: str = "3522", period: dt.date = JANUARY, **more: Any) -> list[Path]:
    more.setdefault("why", "uji")
    more.setdefault("by", None)
    return [Path(file) for file in export_dtks(area, period, folder, **more)["files"]]


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_an_export_needs_a_reason_and_an_area_within_reach(tmp_path: Path, rangga: Any) -> None:
    with pytest.raises(ReasonMissing):
        export(tmp_path, why=" ", by=rangga)
    with pytest.raises(OutsideYourAreas):
        export(tmp_path, area="7306", by=rangga)
    with pytest.raises(OutsideYourAreas):
        export(tmp_path, area="35", by=rangga)


def test_an_export_is_an_event_with_its_reason(tmp_path: Path, rangga: Any) -> None:
    deliver(tmp_path)
    export(tmp_path / "out", by=rangga, why="permintaan Bappeda")
    event = Event.objects.get(what="people.dtks_exported")
    assert (event.why, event.area_key, event.details["members"]) == ("permintaan Bappeda", "3522", 2)


def test_card_numbers_stay_empty_unless_permitted(tmp_path: Path, rangga: Any, monkeypatch: Any) -> None:
    deliver(tmp_path, households=[HOME | {"NoKartuDebit": "6013010000000001"}])
    assert HouseholdRow.objects.get().nokartudebit == "6013010000000001"
    for by in (None, rangga):
        assert cells(export(tmp_path / "out", by=by)[0])[0]["NoKartuDebit"] == ""
    monkeypatch.setattr(type(rangga), "areas_for", lambda self, permission, on=None: ["3522"])
    assert cells(export(tmp_path / "out", by=rangga)[0])[0]["NoKartuDebit"] == "6013010000000001"


def test_only_the_area_and_the_period_asked_for_are_written(tmp_path: Path) -> None:
    deliver(tmp_path)
    deliver(tmp_path, [AMINAH | {"Umur": "8"}, BAGUS], period=JULY)
    assert [row["Umur"] for row in cells(export(tmp_path / "out", period=JULY)[1])] == ["8", "39"]
    with pytest.raises(NothingToExport):
        export(tmp_path / "out", area="3523")


ODD = {
    "Nama": "SITI \"AMI\" AMINAH, S.Pd", "TglLahir": "18/05/2012", "Umur": "x", "Sta_kawin": "9", "Jenis_cacat": "0",
    "NoKK": "12", "TmpLahir": "=1+1", "InitData": "2015-08-01 10:11:12", "Ada_akta_nikah": "3", "Catatan": "pindahan",
}  # fmt: skip
COMES_BACK = ODD | {"TglLahir": "2012-05-18", "Jenis_cacat": "00", "TmpLahir": "'=1+1"}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_accepted_cell_comes_back_as_delivered(tmp_path: Path, form: str) -> None:
    members = tmp_path / "members.csv"
    with members.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*AMINAH, *(name for name in ODD if name not in AMINAH)])
        writer.writeheader()
        writer.writerow(AMINAH | ODD)
    take([write(tmp_path, "households", [HOME]), members])
    if form == "csv":
        row = cells(export(tmp_path / "out")[1])[0]
        assert row | AMINAH | COMES_BACK == row
    before = content()
    assert take(export(tmp_path / "out", form=form)).result["unchanged"] == 2
    assert content() == before


RUNS = {
    "TglLahir": "=3+3", "Umur": "=2+2", "Sta_kawin": "@4", "NoKK": "-5+5", "TmpLahir": "+6+6", "=1+1": "=2+2",
    "rusak\\": "@x", "=cmd|'x'!A1": "-7.5", "it's \"$\"]": "\t=1",
}  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_a_spreadsheet_would_run_goes_out_as_text_and_comes_back_as_it_was(
    tmp_path: Path, form: str
) -> None:
    members = tmp_path / "members.csv"
    with members.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*AMINAH, *(name for name in RUNS if name not in AMINAH)])
        writer.writeheader()
        writer.writerow(AMINAH | RUNS)
    take([write(tmp_path, "households", [HOME]), members])
    before = content()
    files = export(tmp_path / "out", form=form)
    if form == "csv":
        with files[1].open(newline="") as file:
            written = [cell for line in csv.reader(file) for cell in line]
        assert [cell for cell in written if cell[:1] in ("=", "+", "-", "@", "\t")] == ["-7.5"]
        assert {f"'{name}" for name in RUNS if name[0] == "="} <= set(written)
    assert take(files).result["unchanged"] == 2
    assert content() == before


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples lie beside the repository")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(("sample", "area"), [("gowa_7306", "7306"), ("bojonegoro_3522", "3522")])
def test_a_sample_goes_round_into_the_same_registry(
    tmp_path: Path, rangga: Any, sample: str, area: str, form: str
) -> None:
    first = take([SAMPLES / sample / f"{table}.csv" for table in ("households", "members")])
    before, counted = content(), census()
    files = export(tmp_path / "out", area=area, form=form)
    again = take(files)
    assert again.result["unchanged"] == counted["HouseholdRow"] + counted["MemberRow"]
    assert (content(), census()) == (before, counted)
    deliveries.take_back_delivery(first, because="uji", by=rangga)
    assert (content(), census()) == (before, counted)  # the second delivery says the same
    deliveries.take_back_delivery(again, because="uji", by=rangga)
    assert census()["Person"] == 0
    take(files, confirmed=True)
    assert content() == before
