"""A spreadsheet that corrects who many people are: matched, recorded, and undone, at the desk and on the phone."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from asuh.people.actions import sheets
from asuh.people.corrections import COLUMNS
from asuh.people.models import Person, RecordedSheet
from asuh.people.tests import factories as make
from asuh.people.tests.deliveries import AMINAH, BADUNG, BAGUS, HOME, JULY, deliver
from tests.browser.kit import DESK, PHONE, assert_accessible, assert_touchable, sign_in, whole_picture

Open = Callable[..., Page]
ADDRESS = "/data-terpadu/keterangan/"
ELSEWHERE = {"IDBDT": "3522180001000009", "KDGabungan4": BADUNG}


def sheet(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def look(page: Page, name: str) -> None:
    """Anyone can use the page; with ASUH_LOOK_AT=DIR its picture is left there."""
    assert_accessible(page)
    width = (page.viewport_size or {"width": 0})["width"]
    if width == PHONE:
        assert_touchable(page)
    if folder := os.environ.get("ASUH_LOOK_AT"):
        whole_picture(page, Path(folder) / f"{name}-{width}.png")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_from_the_file_to_every_childs_history_and_back(
    browser_page: Open, rangga: Any, tmp_path: Path, width: int
) -> None:
    deliver(tmp_path)
    deliver(
        tmp_path,
        [AMINAH | ELSEWHERE, BAGUS],
        [HOME, HOME | ELSEWHERE | {"Alamat": "DSN BADUNG RT 04"}],
        period=JULY,
    )
    aminah = Person.objects.get(nik=AMINAH["NIK"])
    other = make.person("Ratna Dewi Lestari", nik="3522014301170001")
    dead = make.person("Joko Susilo", sex=1, died_on="2020-03-01")
    path = sheet(
        tmp_path / "perbaikan-disdukcapil.csv",
        {
            "kode_asuh": aminah.code, "nama": "Siti Aminah", "nama_benar": "Siti Aminatun",
            "tanggal_lahir_benar": "18/06/2012", "nik_benar": "3522015806120001", "nama_ibu_benar": "Sulastri Ningsih",
            "akta_kelahiran": "3522-LT-0007", "keadaan_pada": "01/07/2026",
        },
        {"kode_asuh": other.code, "nik_benar": AMINAH["NIK"]},
        {"kode_asuh": dead.code, "tanggal_lahir_benar": "02/03/2020"},
        {"kode_asuh": other.code, "nama_benar": "Ratna Dewi Lestari"},
        {"idartbdt": "999999999999999999", "nama_benar": "Siapa"},
    )  # fmt: skip
    page = browser_page(width)
    sign_in(page, rangga)
    page.goto(ADDRESS)
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Cocokkan dulu").click()
    expect(page.locator("main")).to_contain_text("Siti Aminatun")
    expect(page.locator("main")).to_contain_text("NIK ini sudah tercatat pada orang lain")
    look(page, "report")
    page.fill("#alasan", "Daftar Disdukcapil Bojonegoro, November 2026")
    page.get_by_role("button", name="Catat keterangan").click()
    expect(page.locator("main")).to_contain_text("Mencatat keterangan")
    sheets.apply_sheet(by=rangga)
    page.goto(ADDRESS)
    look(page, "applied")
    page.get_by_role("link", name="urungkan seluruh lembar").click()
    look(page, "recorded")

    page.goto(f"/anak/{aminah.pk}/identitas/")
    look(page, "identity")
    for part in ("riwayat", "dtks", "keluarga"):
        page.goto(f"/anak/{aminah.pk}/bagian/{part}/")
        look(page, part)
    page.goto(f"/anak/{aminah.pk}/")
    expect(page.locator("main")).to_contain_text("Di Asuh: Siti Aminatun, diperbaiki")
    look(page, "child")

    kept = RecordedSheet.objects.get()
    page.goto(f"{ADDRESS}lembar/{kept.pk}/")
    page.get_by_text("Urungkan seluruh lembar").first.click()
    look(page, "asking")
    page.fill("#urung", "lembar tahun lalu")
    page.get_by_role("button", name="Urungkan seluruh lembar").click()
    expect(page.locator("main")).to_contain_text("Mengurungkan lembar kerja")
    kept.refresh_from_db()
    sheets.undo_sheet(kept)
    page.goto(f"{ADDRESS}lembar/{kept.pk}/")
    expect(page.locator("main")).to_contain_text("Lembar ini sudah diurungkan.")
    look(page, "undone")
    assert Person.objects.get(pk=aminah.pk).name == "Siti Aminah"
