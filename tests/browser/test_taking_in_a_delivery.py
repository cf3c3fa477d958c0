"""A data officer's morning: a delivery comes in, one row of it is mended, a file goes out."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Page, expect

from asuh.people.corrections import COLUMNS
from asuh.people.models import Delivery, Person, QuarantinedRow
from tests.browser.kit import DESK, PHONE, assert_accessible, assert_touchable, sign_in, whole_picture

Open = Callable[..., Page]
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "dtks" / "sample"


@pytest.fixture
def work() -> Callable[[], None]:
    """Do what is waiting in the queue, as the worker would; in a thread, since Playwright's loop runs in this one."""
    from procrastinate.contrib.django import app

    def run() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as working:
            working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
        connections.close_all()

    def in_a_thread() -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(run).result()

    return in_a_thread


def send(page: Page, sample: str) -> None:
    page.goto("/data-terpadu/unggah/")
    page.get_by_label("Bulan").select_option("1")
    page.get_by_label("Tahun").select_option("2020")
    page.get_by_label("Berkas rumah tangga (RT)").set_input_files(SAMPLES / sample / "households.csv")
    page.get_by_label("Berkas anggota rumah tangga (ART)").set_input_files(SAMPLES / sample / "members.csv")
    page.get_by_role("button", name="Unggah kiriman").click()
    expect(page.get_by_role("heading", name="Apakah kiriman DTKS sudah masuk?")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_a_delivery_comes_in_and_a_row_is_mended(
    browser_page: Open, rangga: Any, work: Callable[[], None]
) -> None:
    page = browser_page()
    sign_in(page, rangga)
    page.goto("/")
    page.get_by_role("navigation", name="Menu utama").get_by_role("link", name="Data Terpadu").click()
    expect(page.get_by_text("Belum ada kiriman", exact=True)).to_be_visible()
    assert_accessible(page)
    picture(page, "daftar-kosong")

    send(page, "bojonegoro_3522")
    expect(page.get_by_text("menunggu giliran")).to_be_visible()
    assert_accessible(page)
    picture(page, "kemajuan")
    work()
    expect(page.get_by_text("Kiriman sudah masuk.")).to_be_visible()
    assert_accessible(page)
    picture(page, "hasil")

    page.goto("/data-terpadu/")
    assert_accessible(page)
    picture(page, "daftar")
    page.get_by_role("link", name="Karantina").click()
    expect(page.get_by_role("heading", name="Baris mana yang perlu diperbaiki?")).to_be_visible()
    page.get_by_role("navigation", name="Sebab").get_by_role(
        "link", name="Kode hubungan tidak dikenal"
    ).click()
    assert_accessible(page)
    picture(page, "karantina")

    page.get_by_label("Hubungan dengan kepala rumah tangga").select_option("3")
    page.get_by_role("heading", name="Baris mana").click()
    page.keyboard.press("y")
    expect(page.locator("#kabar")).to_contain_text("diterima.")
    expect(page.get_by_role("navigation", name="Bagian Data Terpadu")).to_contain_text("27")
    row = QuarantinedRow.objects.get(state="accepted")
    assert Person.objects.filter(rows__idartbdt=row.row_key, relation=3).exists()
    picture(page, "karantina-diterima")
    page.keyboard.press("u")
    expect(page.get_by_text("Diurungkan.")).to_be_visible()
    expect(page.get_by_role("navigation", name="Bagian Data Terpadu")).to_contain_text("28")

    page.goto(f"/data-terpadu/kiriman/{row.delivery_id}/karantina/?sebab=region")
    expect(page.get_by_label("Desa")).to_be_visible()
    page.get_by_label("Desa").fill("3522110024")
    page.get_by_label("Desa").press("Tab")
    expect(page.get_by_text("Pilang, Kanor", exact=False).first).to_be_visible()
    assert_accessible(page)
    picture(page, "karantina-desa")
    page.get_by_role("button", name="Terima perbaikan").click()
    expect(page.get_by_text("baris lain ikut masuk.")).to_be_visible()
    expect(page.get_by_text("Tidak ada lagi baris dengan sebab ini.")).to_be_visible()

    page.get_by_role("link", name="Ekspor").click()
    assert_accessible(page)
    page.get_by_label("Alasan").fill("Rekonsiliasi dengan kecamatan")
    page.get_by_role("button", name="Buat berkas").click()
    expect(page.get_by_text("Kedua berkas diminta")).to_be_visible()
    work()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh").first.click()
    assert download.value.suggested_filename.endswith(".csv")
    assert_accessible(page)
    picture(page, "ekspor")

    page.goto(f"/data-terpadu/kiriman/{row.delivery_id}/tarik/")
    assert_accessible(page)
    picture(page, "tarik")


@pytest.mark.django_db(transaction=True)
def test_on_the_phone(browser_page: Open, rangga: Any, work: Callable[[], None]) -> None:
    page = browser_page(PHONE)
    sign_in(page, rangga)
    page.goto("/data-terpadu/unggah/")
    assert_accessible(page)
    assert_touchable(page)
    picture(page, "unggah-390")
    send(page, "bojonegoro_3522")
    work()
    expect(page.get_by_text("Kiriman sudah masuk.")).to_be_visible()
    assert_accessible(page)
    picture(page, "hasil-390")
    delivery = Delivery.objects.get()
    for address, name in (
        ("/data-terpadu/", "daftar-390"),
        (f"/data-terpadu/kiriman/{delivery.pk}/karantina/?sebab=bad_code", "karantina-390"),
        ("/data-terpadu/ekspor/", "ekspor-390"),
    ):
        page.goto(address)
        assert_accessible(page)
        assert_touchable(page)
        picture(page, name)


def picture(page: Page, name: str) -> None:
    """Kept only when somebody wants to look: ASUH_PICTURES names the folder."""
    if folder := os.environ.get("ASUH_PICTURES"):
        whole_picture(page, Path(folder) / f"dtks-{name}.png")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_facts_of_many_people_are_matched_before_they_are_recorded(
    browser_page: Open, rangga: Any, work: Callable[[], None], tmp_path: Path, width: int
) -> None:
    child = Person.objects.create(
        name="Dimas Kurniawan", name_norm="DIMAS KURNIAWAN", area_key="3522182001", born_year=2012
    )
    names = ["kode_asuh", "nama", "keadaan_pada", "sekolah", "kelas"]
    rows = [
        [child.code, "Dimas Kurniawan", "01/07/2026", "masih", "6"],
        [child.code, "Siti Aminah", "01/07/2026", "masih", "6"],
    ]
    lines = [",".join(COLUMNS)] + [
        ",".join(dict(zip(names, row, strict=True)).get(name, "") for name in COLUMNS) for row in rows
    ]
    sheet = tmp_path / "keterangan.csv"
    sheet.write_text("\n".join(lines), "utf-8")

    page = browser_page(width)
    sign_in(page, rangga)
    page.goto("/data-terpadu/")
    page.get_by_role("link", name="Perbaikan dari lembar kerja").click()
    assert_accessible(page)
    page.get_by_label("Lembar kerja").set_input_files(sheet)
    page.get_by_role("button", name="Cocokkan dulu").click()
    expect(page.get_by_role("heading", name="Catat 1 baris yang cocok tepat?")).to_be_visible()
    assert_accessible(page)
    picture(page, f"keterangan-{width}")
    page.get_by_label("Alasan").fill("Daftar Dinas Pendidikan")
    page.get_by_role("button", name="Catat keterangan").click()
    expect(page.get_by_role("heading", name="Mencatat keterangan")).to_be_visible()
    work()
    expect(page.get_by_text("1 keterangan tercatat.")).to_be_visible()
    assert_accessible(page)
