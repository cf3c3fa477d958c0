"""The pictures of the README: taken anew in every run, kept in docs/pictures when ASUH_README_PICTURES=1."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from asuh.audit.sealing import seal_events
from asuh.people.actions.deliveries import receive_delivery, take_delivery
from asuh.people.models import Delivery, Person
from tests.browser.kit import DESK, PHONE, assert_accessible, sign_in, whole_picture

Open = Callable[..., Page]
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT.parent / "shared" / "dtks" / "sample" / "bojonegoro_3522"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def delivery(rangga: Any) -> Delivery:
    """The sample of Bojonegoro, taken in."""
    files = [SAMPLE / "households.csv", SAMPLE / "members.csv"]
    received = receive_delivery(files, period=date(2020, 1, 1), by=rangga)
    return take_delivery(received, by=rangga, measure=False)


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[Page, str], None]:
    """Take the picture `name` of a page at its width; fails on one that shows next to nothing."""
    folder = ROOT / "docs" / "pictures" if os.environ.get("ASUH_README_PICTURES") else tmp_path

    def take(page: Page, name: str) -> None:
        assert_accessible(page)
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}-{page.viewport_size['width']}.png"  # type: ignore[index]
        whole_picture(page, path)
        assert path.stat().st_size > 10_000

    return take


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_pictures_of_the_readme(
    browser_page: Open, delivery: Delivery, siti: Any, rangga: Any, wulan: Any, keep: Any, width: int
) -> None:
    child = (
        Person.objects.children_on(date.today())  # noqa: DTZ011  (which child is shown does not matter)
        .filter(household__isnull=False, relation=3, born_on__isnull=False)
        .order_by("pk")
        .first()
    )
    assert child is not None

    page = browser_page(width)
    sign_in(page, siti)
    page.goto("/cari/")
    page.locator("main input[type=search]").fill(child.name.lower())
    page.locator("main input[type=search]").press("Enter")
    page.get_by_text("Mengapa muncul").first.wait_for()
    keep(page, "search")
    page.goto(f"/anak/{child.pk}/")
    keep(page, "child")

    page = browser_page(width)
    sign_in(page, rangga)
    page.goto(f"/data-terpadu/kiriman/{delivery.pk}/")
    keep(page, "import")
    page.goto(f"/data-terpadu/kiriman/{delivery.pk}/karantina/?sebab=bad_code")
    keep(page, "quarantine")

    seal_events()
    page = browser_page(width)
    sign_in(page, wulan)
    page.goto("/jejak-audit/")
    keep(page, "audit")
