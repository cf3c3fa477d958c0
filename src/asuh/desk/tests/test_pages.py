"""What holds for every template: icons that exist, no inline style or script, and forms that read well."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory

ROOT = Path(settings.BASE)
TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))
ICON_LIST = ROOT.parent.parent / "assets" / "icons.txt"
USES = [
    re.compile(r'{% icon "([a-z0-9-]+)"'),
    re.compile(r'\bicon="([a-z0-9-]+)"'),
    re.compile(r'{% tag [^%]*"(?:red|amber|green|blue|)" "([a-z0-9-]+)"'),
    re.compile(r'"icon": "([a-z0-9-]+)"'),
]


def listed() -> set[str]:
    return {line for line in ICON_LIST.read_text("utf-8").split("\n") if line and not line.startswith("#")}


def test_every_icon_a_template_draws_is_in_the_list() -> None:
    files = [*TEMPLATES, *ROOT.rglob("*.py")]
    drawn = {name for file in files for use in USES for name in use.findall(file.read_text("utf-8"))}
    assert "search" in drawn
    assert drawn - listed() == set()


def test_the_menu_draws_listed_icons() -> None:
    from asuh.desk.navigation import MENU

    assert {entry.icon for entry in MENU} <= listed()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_what_the_policy_refuses(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


class Example(forms.Form):
    nik = forms.CharField(label="NIK", help_text="16 angka", max_length=16)


def test_a_wrong_field_points_to_its_help_and_its_error() -> None:
    drawn = str(Example({"nik": ""}))
    assert 'aria-describedby="id_nik_helptext id_nik_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_nik_error"' in drawn


def test_a_required_field_says_so_in_words() -> None:
    assert "(wajib)" in str(Example())


def render(source: str, **context: object) -> str:
    request = RequestFactory().get("/daftar/?desa=3522&after=9")
    return Template("{% load asuh %}" + source).render(Context({"request": request} | context))


def test_a_sorting_head_starts_at_the_first_page() -> None:
    head = render('{% sort_heading "Nama" "name" %}')
    assert "?desa=3522&amp;urut=name" in head
    assert "after" not in head


def test_the_sorted_head_says_its_direction_and_turns() -> None:
    head = render('{% sort_heading "Nama" "name" %}', default_order="name")
    assert 'aria-sort="ascending"' in head
    assert "urut=-name" in head


def test_nothing_known_is_said_and_zero_is_a_value() -> None:
    assert "belum diketahui" in render("{{ value|or_unknown }}", value="")
    assert render("{{ value|or_unknown }}", value=0) == "0"


def test_what_people_typed_is_escaped_in_a_tag() -> None:
    assert "<b>" not in render('{% tag text "blue" %}', text="<b>")


def test_a_masked_number_is_not_in_the_page_at_all() -> None:
    drawn = render("{{ nik|masked }}", nik="3522060301170001")
    assert "0117" not in drawn
    assert "352206" not in drawn
