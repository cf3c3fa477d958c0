"""The parts every page is made of, looked at on the style page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.kit import DESK, PHONE, assert_accessible, assert_touchable

KINDS = [
    "",
    "daftar/",
    "anak/",
    "formulir/",
    "antrean/",
    "pekerjaan/",
    "kosong/",
    "400/",
    "403/",
    "404/",
    "500/",
]
Open = Callable[..., Page]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_everyone_can_use_every_kind_of_page(browser_page: Open, width: int, dark: bool) -> None:
    page = browser_page(width, dark=dark)
    for kind in KINDS:
        page.goto(f"/gaya/{kind}")
        assert_accessible(page)
        if width == PHONE:
            assert_touchable(page)


def test_twice_as_large_text_still_fits(browser_page: Open) -> None:
    page = browser_page(DESK // 2)
    page.goto("/gaya/anak/")
    assert_accessible(page)


def test_slash_goes_to_search_and_question_mark_helps(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/antrean/")
    page.keyboard.press("/")
    expect(page.locator("#cari-atas")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#cari-atas")).to_have_value("?")
    page.locator("#cari-atas").fill("")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#bantuan-tombol")).to_be_visible()


def test_letters_drive_the_queue(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/antrean/")
    page.keyboard.press("j")
    page.wait_for_url("**/gaya/antrean/?j")
    page.keyboard.press("k")
    page.wait_for_url("**/gaya/antrean/?k")


def test_letters_can_be_switched_off(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/antrean/")
    page.context.add_cookies([{"name": "asuh_keys", "value": "off", "url": page.url}])
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("/")
    expect(page.locator("#cari-atas")).not_to_be_focused()
    assert page.url.endswith("/gaya/antrean/")


def test_the_curtain_hides_everything_until_it_is_opened(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/anak/")
    name = page.get_by_role("heading", name="Rizky Aditya Pratama")
    page.keyboard.press("Alt+l")
    expect(name).not_to_be_visible()
    assert page.title() == "Asuh"
    page.keyboard.press("Escape")
    expect(name).not_to_be_visible()
    page.reload()
    expect(name).not_to_be_visible()
    page.keyboard.press("Alt+l")
    expect(name).to_be_visible()
    page.get_by_role("button", name="Tutup layar").click()
    expect(name).not_to_be_visible()
    page.get_by_role("button", name="Buka layar").click()
    expect(name).to_be_visible()


def test_leaving_an_unsaved_form_warns(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/formulir/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Nama lengkap").fill("Wahyu")
    expect(page.locator("[data-state]")).to_have_text("Ada perubahan yang belum disimpan")
    page.goto("/gaya/anak/")
    assert asked == ["beforeunload"]


def test_a_wrong_form_keeps_what_was_typed_and_says_what_would_be_right(browser_page: Open) -> None:
    page = browser_page(PHONE)
    page.goto("/gaya/formulir/")
    page.get_by_label("NIK", exact=True).fill("352206")
    page.get_by_role("button", name="Daftarkan anak").click()
    field = page.get_by_label("NIK", exact=True)
    expect(field).to_have_value("352206")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby") or ""
    assert "id_nik_error" in described
    expect(page.locator("#id_nik_error")).to_be_visible()
    assert_accessible(page)


def test_a_running_job_asks_again_by_itself(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/pekerjaan-berjalan/")
    with page.expect_response("**/gaya/bagian/"):
        pass
    expect(page.locator("#kemajuan h2")).to_be_visible()


def test_a_failed_part_is_said_to_have_failed(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/pekerjaan-berjalan/")
    page.route("**/gaya/bagian/", lambda route: route.abort())
    expect(page.locator("#kabar")).to_contain_text("Sambungan terputus")
    page.context.asuh_complaints.clear()  # type: ignore[attr-defined]


def test_choosing_rows_counts_them(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/daftar/")
    page.get_by_label("Pilih semua").check()
    expect(page.locator("[data-count]")).to_have_text("4 dipilih")
    page.get_by_label("Pilih Intan Permatasari").uncheck()
    expect(page.locator("[data-count]")).to_have_text("3 dipilih")


def test_a_source_mark_opens_and_closes_by_keyboard(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/anak/")
    mark = page.locator("details.src").first
    mark.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(mark.get_by_text("DTKS Oktober 2024")).to_be_visible()
    page.keyboard.press("Escape")
    expect(mark.get_by_text("DTKS Oktober 2024")).not_to_be_visible()


def test_paper_has_a_head_and_no_buttons(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/anak/")
    page.emulate_media(media="print")
    expect(page.locator(".head-print")).to_contain_text("dicetak oleh Siti Rahmawati")
    expect(page.locator(".topbar")).not_to_be_visible()
    expect(page.get_by_role("link", name="Catat kunjungan")).not_to_be_visible()


def test_the_policy_refuses_an_inline_script(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/gaya/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.slipped = 1'}))"
    )
    assert page.evaluate("window.slipped") is None
    said = page.context.asuh_complaints  # type: ignore[attr-defined]
    assert any("Content Security Policy" in line for line in said)
    said.clear()
