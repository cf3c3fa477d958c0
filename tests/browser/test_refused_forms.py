"""A form that was refused stands where it is to be mended, at the desk and on the phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from asuh.people.tests import factories as make
from tests.browser.kit import DESK, PHONE, sign_in

Open = Callable[..., Page]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_first_field_to_mend_is_in_sight_and_has_the_keys(
    browser_page: Open, siti: Any, width: int
) -> None:
    child = make.person("Ratna Dewi Lestari", nik="3522014301170001")
    page = browser_page(width)
    sign_in(page, siti)
    page.goto(f"/anak/{child.pk}/identitas/")
    page.fill("[name=nik]", "3522014401170001")  # another day inside
    page.fill("[name=reason]", "akta kelahiran dilihat")
    page.locator("form[data-warn] button[type=submit]").click()
    nik = page.locator("[name=nik]")
    expect(nik).to_be_focused()
    expect(nik).to_be_in_viewport()
    expect(page.locator(".field-error").first).to_be_in_viewport()


@pytest.mark.django_db(transaction=True)
def test_a_choice_to_mend_is_in_sight(browser_page: Open, siti: Any) -> None:
    child = make.person("Ratna Dewi Lestari")
    page = browser_page(PHONE)
    sign_in(page, siti)
    page.goto(f"/anak/{child.pk}/catat/schooling/")
    page.locator("form[data-warn] button[type=submit]").click()
    expect(page.locator(".field-error").first).to_be_in_viewport()
