"""The list of children: who is in it, how many questions it asks, and the same as a file."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from asuh.access.actions import ask_export, make_export
from asuh.access.actions.exports import folder
from asuh.access.exports import all_kinds
from asuh.access.models import Export
from asuh.access.refusals import Refused
from asuh.access.roles import Role, all_roles
from asuh.audit.models import Event
from asuh.people.actions import withdrawing
from asuh.people.lists import child_rows, short_place
from asuh.people.models import Person
from asuh.people.permissions import Can
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
NGELO_PATH = "Ngelo, Margomulyo, Kabupaten Bojonegoro, Jawa Timur"
NIK = "3522224301170001"
ROLES: list[Role] = []


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def rows(by, columns=("name",), **choices):
    return [list(row) for row in child_rows(by, choices, columns)]


def test_who_has_no_age_at_all_is_asked_for_by_itself(budi):
    make.person("Tanpa Umur", born_on=None, born_year=None)
    make.person("Anak Sepuluh")
    assert rows(budi, umur="belum") == [["Tanpa Umur"]]
    assert ["Tanpa Umur"] not in rows(budi)
    assert "Tanpa Umur" in as_(budi).get(reverse("people:children"), {"umur": "belum"}).content.decode()


# ── who is a child ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("born_on", "day", "child"),
    [
        (date(2006, 5, 12), date(2024, 5, 12), False),
        (date(2006, 5, 13), date(2024, 5, 12), True),
        (date(2005, 12, 31), date(2024, 1, 1), False),
        (date(2010, 2, 28), date(2028, 2, 29), False),
        (date(2010, 3, 1), date(2028, 2, 29), True),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
    ],
)
def test_a_child_is_under_eighteen_on_that_day(born_on, day, child):
    make.person(born_on=born_on)
    assert Person.objects.children_on(day).exists() is child


def test_whose_birth_year_alone_is_known_counts_generously():
    make.person("Mungkin Anak", born_on=None, born_year=2006)
    make.person("Tentu Dewasa", born_on=None, born_year=2005)
    assert [one.name for one in Person.objects.children_on(date(2024, 5, 12))] == ["Mungkin Anak"]


def test_a_birth_date_never_stands_without_its_year():
    with pytest.raises(IntegrityError, match="person_born_year_agrees"):
        make.person(born_on=date(2017, 1, 3), born_year=None)


def test_born_until_leaves_out_the_later_ones_of_that_year():
    make.person("Maret", born_on=date(2017, 3, 1))
    make.person("Mei", born_on=date(2017, 5, 1))
    make.person("Entah", born_on=None, born_year=2017)
    found = Person.objects.born_since(date(2017, 3, 1)).born_until(date(2017, 4, 30)).order_by("name")
    assert [one.name for one in found] == ["Entah", "Maret"]


# ── the page ──────────────────────────────────────────────────────────────────────────────────────


def test_the_list_asks_the_database_as_often_for_fifty_children_as_for_one(
    siti, django_assert_max_num_queries
):
    for _ in range(51):
        make.person(area_key=make.PELEM)
    client = as_(siti)
    client.get(reverse("people:children"))
    with django_assert_max_num_queries(12):
        client.get(reverse("people:children"))


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        ([""], "Ngelo, Margomulyo, Kab. Bojonegoro"),
        (["35"], "Ngelo, Margomulyo, Kab. Bojonegoro"),
        (["3522"], "Ngelo, Margomulyo"),
        (["352222", "352218"], "Ngelo, Margomulyo"),
        (["352222"], "Ngelo"),
        (["3522222002"], "Ngelo"),
        (["3523"], "Ngelo, Margomulyo, Kab. Bojonegoro"),
    ],
)
def test_a_place_leaves_out_what_all_of_ones_areas_have_in_common(areas, said):
    assert short_place(make.NGELO, NGELO_PATH, areas) == said


def test_a_place_that_is_known_less_deeply_says_what_is_known():
    assert short_place("3522", "Kabupaten Bojonegoro, Jawa Timur", ["35"]) == "Kab. Bojonegoro"
    assert short_place("9999", "99.99", ["35"]) == "99.99"


def test_a_list_of_one_district_names_villages_alone(budi):
    make.person()
    found = as_(budi).get(reverse("people:children"), {"desa": "352222"}).context["page"]
    assert [child.place for child in found.items] == ["Ngelo"]


def test_the_whole_place_stands_behind_the_short_one(siti):
    make.person()
    shown = as_(siti).get(reverse("people:children")).content.decode()
    assert f'<span title="{NGELO_PATH}">Ngelo, Margomulyo</span>' in shown


# ── the same as a file ────────────────────────────────────────────────────────────────────────────


def test_who_may_only_look_is_offered_no_file_and_gets_none(siti):
    page = as_(siti).get(reverse("people:children"))
    assert page.context["export_url"] == ""
    assert as_(siti).get(reverse("access:export_new", args=["people.children"])).status_code == 403
    with pytest.raises(Refused):
        ask_export(all_kinds()["people.children"], columns=["name"], choices={}, why="rapat", by=siti)


def test_a_file_holds_no_child_of_another_area_none_withdrawn_and_no_adult(budi):
    make.person("Anak Gowa", area_key=make.TETEBATU)
    make.person("Ayah Hadi", born_on=date(1985, 5, 1))
    withdrawing.withdraw([make.person("Salah Catat")], reason="ganda", by=budi)
    make.person("Anak Ngelo")
    assert rows(budi) == [["Anak Ngelo"]]


def test_an_area_outside_ones_own_is_refused_as_a_filter_and_not_answered_with_everybody(budi):
    make.person()
    with pytest.raises(ValidationError):
        rows(budi, desa=make.TETEBATU)


@pytest.fixture
def lister(someone, settings):
    """Somebody who lists the children of a whole kabupaten and sees numbers in one of its districts only."""
    listing = Role("lister", "", "", frozenset({str(Can.EXPORT_CHILDREN)}))
    ROLES[:] = [*all_roles().values(), listing]
    settings.ASUH_ROLES = f"{__name__}.ROLES"
    all_roles.cache_clear()
    yield someone("lila", ("lister", "3522"), ("case_worker", "352222"))
    all_roles.cache_clear()


def test_numbers_are_masked_where_one_may_not_see_them(lister):
    make.person("Anak Ngelo", nik=NIK, kk=NIK)
    make.person("Anak Pelem", nik=NIK, kk=NIK, area_key=make.PELEM)
    masked = "••••••••••••••01"
    assert rows(lister, ["nik", "kk"]) == [[NIK, NIK], [masked, masked]]


def test_filters_and_order_of_the_list_go_along(budi):
    for name, year in (("Bela", 2019), ("Aan", 2010), ("Cici", 2020)):
        make.person(name, born_on=date(year, 1, 3))
    make.person("Dani", sex=1, born_on=date(2020, 1, 3))
    page = as_(budi).get(reverse("people:children"), {"jk": "2", "urut": "-name", "after": "5"})
    assert page.context["export_url"].endswith("?jk=2&urut=-name")
    assert rows(budi, jk="2", urut="-name") == [["Cici"], ["Bela"], ["Aan"]]
    listed = [child.name for child in page.context["page"].items]
    assert listed == ["Cici", "Bela", "Aan"]


def test_from_the_list_to_a_file_that_runs_nothing(budi):
    child = make.person("Bayu", nik=NIK)
    Person.objects.filter(pk=child.pk).update(name="=HYPERLINK(A1)", mother_name="+62")
    client = as_(budi)
    ask = client.get(reverse("people:children"), {"desa": make.NGELO}).context["export_url"]
    columns = ["code", "name", "village", "regency", "mother_name", "nik"]
    assert client.post(ask, {"columns": columns, "format": "csv", "why": ""}).status_code == 422
    client.post(ask, {"columns": columns, "format": "csv", "why": "rapat desa"})
    export = make_export(Export.objects.get())
    lines = (folder() / export.file_name).read_text("utf-8-sig").splitlines()
    assert lines[1] == f"{child.code},'=HYPERLINK(A1),Ngelo,Kabupaten Bojonegoro,'+62,{NIK}"
    assert Event.objects.get(what="access.export_asked").details["choices"] == {"desa": make.NGELO}
    assert Event.objects.get(what="access.export_made").details["rows"] == 1
