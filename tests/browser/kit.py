"""What browser tests say: sign in, look at a page, demand that anyone can use it.

    def test_finding(browser_page, siti):
        page = browser_page()
        sign_in(page, siti)
        page.goto("/cari/")
        assert_accessible(page)

A line in the browser's console, a refused resource or a failed answer of the server fails the test by itself.
"""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
DESK, PHONE = 1280, 390
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Complaints(list[str]):
    """What went wrong in a page while a test looked at it."""

    def listen(self, page: Page) -> None:
        """Collect from now on. A 4xx of a page is for the test to judge; of a static file it is a fault."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.append(f"script: {error}"))
        page.on("response", self._response)

    def _console(self, message: Any) -> None:
        harmless = ("the server responded with a status of 4", "Blocked attempt to show a 'beforeunload'")
        if message.type in ("error", "warning") and not any(text in message.text for text in harmless):
            self.append(f"console: {message.text}")

    def _response(self, response: Any) -> None:
        if response.status >= 500 or (response.status >= 400 and "/static/" in response.url):
            self.append(f"{response.status}: {response.url}")


def sign_in(page: Page, user: Any) -> None:
    """Give the page's browser the session of `user`, without walking through the sign-in page."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    origin = page.context.__dict__["asuh_origin"]
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])


def findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical on the page as it stands."""
    page.evaluate(AXE)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['impact']} {v['id']}: {v['help']} at {[node['html'][:120] for node in v['nodes'][:3]]}"
        for v in result["violations"]
        if v["impact"] in ("serious", "critical")
    ]


def assert_accessible(page: Page) -> None:
    """No serious or critical finding of axe-core, no sideways scrolling, every icon drawn."""
    assert findings(page) == [], page.url
    assert_fits(page)
    assert_icons_exist(page)


def assert_fits(page: Page) -> None:
    """Nothing wider than the window."""
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert beyond <= 0, f"{page.url} is {beyond} px wider than the window"


def assert_icons_exist(page: Page) -> None:
    """Every icon on the page is in the sprite; one that is not would be an empty square."""
    used = page.evaluate("[...document.querySelectorAll('use')].map(use => use.getAttribute('href'))")
    sprite = (settings.BASE / "static" / "vendor" / "icons.svg").read_text("utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    missing = {href.partition("#")[2] for href in used} - drawn
    assert not missing, f"{page.url}: add to assets/icons.txt: {missing}"


def assert_touchable(page: Page) -> None:
    """On the phone every button and field a finger has to hit is 44 px high (links inside text excepted)."""
    small = page.evaluate(
        """[...document.querySelectorAll('.btn, .topbtn, .bottombar > ul > li > *, .field input:not([type=checkbox]):not([type=radio]):not([type=hidden]), .field select')]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)
        .map(e => e.outerHTML.slice(0, 90) + ' ' + e.getBoundingClientRect().height)"""
    )
    assert small == [], page.url


def whole_picture(page: Page, path: Path | str) -> None:
    """A picture of the whole page with what sticks to the window's edge at its end."""
    height = page.evaluate("document.documentElement.scrollHeight")
    before = page.viewport_size
    assert before
    page.set_viewport_size({"width": before["width"], "height": max(height, before["height"])})
    page.screenshot(path=path)
    page.set_viewport_size(before)
