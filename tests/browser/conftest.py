"""One real Chromium for the run, one fresh window for each test."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.kit import DESK, Complaints

CHROMIUM = os.environ.get("ASUH_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window. Playwright keeps a loop running, which Django would refuse to share."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open windows on the running site: browser_page(), browser_page(390), browser_page(dark=True).

    At the end of the test nothing may have been said in the console of any of them; a test that provokes a fault
    empties `page.context.asuh_complaints` itself.
    """
    opened = []

    def open_page(width: int = DESK, *, dark: bool = False, language: str = "id-ID", **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            locale=language,
            base_url=live_server.url,
            **options,
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        complaints = Complaints()
        complaints.listen(page)
        context.__dict__.update(asuh_origin=live_server.url, asuh_complaints=complaints)
        opened.append((context, complaints))
        return page

    yield open_page
    said = []
    for context, complaints in opened:
        context.close()
        said += complaints
    assert said == []
