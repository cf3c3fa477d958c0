"""Wherever a delivery stands, and whatever is wrong in a form, anyone can use the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from asuh.people.models import Delivery
from tests.browser.kit import DESK, PHONE, assert_accessible, assert_touchable, sign_in

Open = Callable[..., Page]
TALLY = {"accepted": 1480, "warned": 12, "quarantined": 3, "unchanged": 4}
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
STATES: dict[str, tuple[dict[str, Any], str]] = {
    "writing": ({"state": "importing", "stage": "writing", "rows_done": 500, "rows_total": 2000}, "500 dari 2.000 baris"),
    "silent": ({"state": "importing", "stage": "reading", "progress_at": LONG_AGO}, "tanpa kabar"),
    "asking": (
        {"state": "asking", "asks": [{"code": "seen_before", "delivery": 1}, {"code": "many_new", "rows": 900, "of": 1500}]},
        "Impor berhenti dan bertanya",
    ),
    "failed": (
        {"state": "failed", "error": {"code": "missing_columns", "file": "rt.csv", "columns": ["IDBDT"]}},
        "Kolom yang wajib tidak ada di rt.csv: IDBDT.",
    ),
    "refused": ({"state": "refused", "ended_because": "salah periode", "ended_at": LONG_AGO}, "salah periode"),
    "taken back": ({"state": "taken_back", "ended_because": "salah wilayah", "ended_at": LONG_AGO}, "salah wilayah"),
}  # fmt: skip


def delivery(by: Any, **more: Any) -> Delivery:
    fields: dict[str, Any] = {
        "period": dt.date(2020, 1, 1), "received_on": dt.date(2020, 2, 3), "state": "imported", "digest": "a" * 64,
        "files": [{"name": "rt.csv", "bytes": 12_400_000, "sha256": ""}], "area_key": "3522", "regencies": ["3522"],
        "created_by": by, "ended_by": by,
        "result": {"households": TALLY, "members": TALLY, "reasons": {"no_name": 3, "nik_sci": 9}},
        "rules": {"members": {"day_first": True, "from_one": []}, "households": {"day_first": True, "from_one": []}},
    }  # fmt: skip
    return Delivery.objects.create(**fields | more)


@pytest.mark.django_db(transaction=True)
def test_every_state_says_where_it_stands(browser_page: Open, rangga: Any) -> None:
    desk, phone = browser_page(DESK), browser_page(PHONE, dark=True)
    for page in (desk, phone):
        sign_in(page, rangga)
    for fields, says in STATES.values():
        made = delivery(rangga, **fields)
        for page in (desk, phone):
            page.goto(f"/data-terpadu/kiriman/{made.pk}/")
            expect(page.locator("main")).to_contain_text(says)
            assert_accessible(page)
        assert_touchable(phone)
    for page in (desk, phone):
        page.goto("/data-terpadu/")
        assert_accessible(page)


@pytest.mark.django_db(transaction=True)
def test_a_form_says_what_is_wrong(browser_page: Open, rangga: Any) -> None:
    made = delivery(rangga)
    row = made.quarantine.create(
        table="members", source_row=88_214, reasons=["date", "nik_short", "no_name"], content_hash=1,
        told=[["no_name", "Nama", ""], ["nik_short", "NIK", "35220628021500"], ["date", "TglLahir", "31/02/2015"]],
        raw={"IDARTBDT": "1", "NIK": "35220628021500", "TglLahir": "31/02/2015", "Umur": "4", "JnsKel": "1"},
    )  # fmt: skip
    for width in (DESK, PHONE):
        page = browser_page(width)
        sign_in(page, rangga)
        page.goto(f"/data-terpadu/kiriman/{made.pk}/karantina/")
        expect(page.get_by_text("Tahun lahir diperkirakan 2016 dari umur 4 tahun.")).to_be_visible()
        page.get_by_label("NIK", exact=True).fill("352206280215000")
        page.get_by_label("NIK", exact=True).press("Tab")
        expect(page.get_by_text("Baru 15 angka; NIK selalu 16 angka.")).to_be_visible()
        assert_accessible(page)
        page.get_by_role("button", name="Terima perbaikan").click()
        expect(page.get_by_text("Isi dulu: tanpa ini baris tidak dapat masuk.")).to_be_visible()
        expect(page.get_by_label("NIK", exact=True)).to_have_value("352206280215000")
        assert_accessible(page)
        page.locator("summary", has_text="Kesampingkan").click()
        page.get_by_role("button", name="Kesampingkan baris").click()
        expect(page.get_by_text("Tuliskan alasannya.")).to_be_visible()
        assert_accessible(page)
        for address, button in (
            ("unggah/", "Unggah kiriman"),
            ("ekspor/", "Buat berkas"),
            ("keterangan/", "Cocokkan dulu"),
            (f"kiriman/{made.pk}/tarik/", "Tarik kembali kiriman"),
        ):
            page.goto(f"/data-terpadu/{address}")
            page.get_by_role("button", name=button).click()
            expect(page.locator(".field-error").first).to_be_visible()
            assert_accessible(page)
    assert row.delivery == made


@pytest.mark.django_db(transaction=True)
def test_rows_read_as_one_cell_do_not_tear_the_page(browser_page: Open, rangga: Any) -> None:
    made = delivery(rangga)
    swallowed = "\n".join(["DARMAJI GARANG", *(f"73060{at},2,,,,1990-01-01," * 9 for at in range(30))])
    made.quarantine.create(
        table="members", source_row=101, reasons=["unclosed"], content_hash=1,
        told=[["unclosed", "Nama", swallowed]], raw={"IDARTBDT": "1", "Nama": swallowed, "JnsKel": "1"},
    )  # fmt: skip
    for width in (DESK, PHONE):
        page = browser_page(width)
        sign_in(page, rangga)
        page.goto(f"/data-terpadu/kiriman/{made.pk}/karantina/")
        expect(page.get_by_text("sehingga baris-baris sesudahnya")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("main").bounding_box()["height"] < 3000  # type: ignore[index]
        assert_accessible(page)
        page.locator("summary", has_text="Baris mentah").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator(".rawrow")).to_contain_text("7306029")
