"""Coming in and going out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.kit import DESK, PHONE, assert_accessible, sign_in

Open = Callable[..., Page]


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_wrong_password_is_told_beside_the_form(browser_page: Open, siti: Any, width: int) -> None:
    page = browser_page(width)
    page.goto(reverse("account_login"))
    assert_accessible(page)
    page.get_by_label("Nama pengguna atau surel").fill("siti")
    page.get_by_label("Kata sandi").fill("salah-sekali")
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)


def test_one_signs_in_sees_the_first_page_and_signs_out(browser_page: Open, siti: Any) -> None:
    page = browser_page()
    page.goto("/")
    page.locator("[name=login]").fill("siti")
    page.get_by_label("Kata sandi").fill("rahasia-sekali")
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_role("heading", name="Apa yang ingin Anda kerjakan?")).to_be_visible()
    expect(page.locator(".topbar")).to_contain_text("Pekerja sosial, Kab. Bojonegoro")
    assert_accessible(page)
    page.locator(".account summary").click()
    assert_accessible(page)
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("heading", name="Masuk ke Asuh")).to_be_visible()


def test_looks_and_language_are_kept_in_the_browser(browser_page: Open, siti: Any) -> None:
    page = browser_page()
    sign_in(page, siti)
    page.goto("/pengaturan/")
    page.get_by_label("Gelap").check()
    page.get_by_label("Inggris").check()
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert_accessible(page)


@pytest.mark.parametrize(
    "name",
    ["account_change_password", "mfa_index", "mfa_activate_totp", "usersessions_list", "account_logout"],
)
def test_the_account_pages_wear_the_same_clothes(browser_page: Open, siti: Any, name: str) -> None:
    page = browser_page(PHONE)
    sign_in(page, siti)
    page.goto(reverse(name))
    expect(page.locator(".topbar, .door").first).to_be_visible()
    assert_accessible(page)
