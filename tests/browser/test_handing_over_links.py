"""A forgotten password without mail, from asking to the worker's next sign-in; and the page of the second factor."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.kit import DESK, PHONE, assert_accessible, sign_in

Open = Callable[..., Page]


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_an_administrator_asks_and_the_officer_hands_over(
    browser_page: Open, agus: Any, wulan: Any, siti: Any, width: int, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    siti.last_login, siti.area_key = timezone.now(), "3522"
    siti.save()
    about = reverse("access:user", args=[siti.pk])

    page = browser_page(width)
    sign_in(page, agus)
    page.goto(about)
    page.locator("summary", has_text="Minta tautan masuk baru").click()
    page.locator("#alasan-tautan").fill("lupa kata sandi")
    assert_accessible(page)
    page.locator("details[open]").get_by_role("button", name="Minta tautan masuk baru").click()
    expect(page.get_by_text("Menunggu persetujuan pejabat pelindungan data.", exact=True)).to_be_visible()

    page = browser_page(width)
    sign_in(page, wulan)
    page.goto(reverse("access:users"))
    assert_accessible(page)
    page.get_by_role("link", name="Tautan masuk, Siti Rahmawati").click()
    assert_accessible(page)
    page.get_by_role("button", name="Setujui").click()
    expect(page.locator("code", has_text="/akun/undangan/")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_second_factor_says_why(browser_page: Open, rangga: Any, width: int) -> None:
    page = browser_page(width)
    sign_in(page, rangga)
    page.goto(reverse("second_factor"))
    expect(page.get_by_role("link", name="Aplikasi pengaman")).to_be_visible()
    assert_accessible(page)
