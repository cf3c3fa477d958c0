"""Everyone can use every page their post shows them: a walk from the first page along every link.

A new page is walked as soon as something links to it; `furnished` puts enough into the registry that it is linked.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Error, Page

from asuh.invented.deliveries import write_delivery
from asuh.people.actions.deliveries import receive_delivery, take_delivery
from asuh.people.tests.factories import family
from tests.browser.kit import DESK, PHONE, findings, sign_in

Open = Callable[..., Page]
CAST = ["siti", "budi", "rangga", "dewi", "wulan", "agus"]
# Pages of others' making, looked at on their own, and the style page.
NOT_WALKED = re.compile(r"^/(gaya|static|akun/keluar)")
ENOUGH = 80


def shape(address: str) -> str:
    """Addresses of one kind of page: numbers and filters left out."""
    parts = urlsplit(address)
    names = sorted(name.partition("=")[0] for name in parts.query.split("&") if name)
    return re.sub(r"\d+", "#", parts.path) + ("?" + "&".join(names) if names else "")


def walk(page: Page, start: str = "/") -> dict[str, list[str]]:
    """Visit one page of each shape that can be reached by links; the faults found on each."""
    waiting, seen, faults = [start], {shape(start)}, {}
    origin = page.context.__dict__["asuh_origin"]
    while waiting and len(seen) < ENOUGH:
        address = waiting.pop(0)
        try:
            answer = page.goto(address)
        except Error as error:
            if "Download is starting" in error.message or "ERR_ABORTED" in error.message:
                continue
            raise
        assert answer is not None
        found = [] if answer.status < 400 else [f"answers {answer.status}"]
        found += findings(page)
        page.set_viewport_size({"width": PHONE, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("wider than a phone")
        found += findings(page)
        page.set_viewport_size({"width": DESK, "height": 800})
        if found:
            faults[address] = found
        for link in page.evaluate(
            "[...document.querySelectorAll('a[href]:not([download])')].map(a => a.href)"
        ):
            path = link.removeprefix(origin)
            if link.startswith(origin) and not NOT_WALKED.match(path) and shape(path) not in seen:
                seen.add(shape(path))
                waiting.append(path.partition("#")[0] or "/")
    return faults


@pytest.fixture
def furnished(rangga: Any, tmp_path: Path) -> Iterator[None]:
    """Something to look at in every register: a small invented delivery with rows in quarantine, and a family."""
    write_delivery(tmp_path, regency="3522", members=300, seed=7, period="2020-01")
    files = [tmp_path / "households.csv", tmp_path / "members.csv"]
    delivery = receive_delivery(files, period=date(2020, 1, 1), by=rangga)
    take_delivery(delivery, by=rangga, measure=False)
    family()
    yield
    shutil.rmtree(settings.HOME / "deliveries", ignore_errors=True)


@pytest.mark.slow
@pytest.mark.parametrize("who", CAST)
def test_everyone_can_use_every_page_they_are_shown(
    browser_page: Open, request: pytest.FixtureRequest, furnished: None, who: str
) -> None:
    user: Any = request.getfixturevalue(who)
    page = browser_page()
    sign_in(page, user)
    assert walk(page) == {}
