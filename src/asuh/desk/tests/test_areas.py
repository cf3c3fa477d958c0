"""Somebody looks up an area, its codes, and what became of a former one."""

import pytest

pytestmark = pytest.mark.django_db


def test_nobody_who_is_not_signed_in(client):
    assert client.get("/wilayah/").status_code == 302


def test_an_area_that_does_not_exist(client, siti):
    client.force_login(siti)
    assert client.get("/wilayah/99/").status_code == 404


def test_from_the_country_down_to_a_village(client, siti):
    client.force_login(siti)
    assert client.get("/wilayah/").context["page"]["total"] == 38
    regency = client.get("/wilayah/3522/")
    assert regency.context["page"]["total"] == 28
    assert "Kab. Bojonegoro" in regency.content.decode()
    village = client.get("/wilayah/3522222002/").content.decode()
    assert "3522010001" in village
    assert "62168" in village or "Kode pos" in village


def test_the_list_sorts_by_name(client, siti):
    client.force_login(siti)
    names = [area.name for area in client.get("/wilayah/3522/?urut=-name").context["page"]["items"]]
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize(
    ("asked", "key"), [("margomulyo bojonegoro", "352222"), ("3522010", "352222"), ("91.01", "9101")]
)
def test_names_bps_codes_and_former_codes_are_found(client, siti, asked, key):
    client.force_login(siti)
    assert client.get("/wilayah/", {"q": asked}).context["page"]["items"][0].key == key


def test_a_former_code_says_what_it_became(client, siti):
    client.force_login(siti)
    page = client.get("/wilayah/9101/").content.decode()
    assert "25 Juli 2022" in page
    assert "93.01" in page


def test_what_is_not_found_says_what_to_do(client, siti):
    client.force_login(siti)
    assert "Coba sebagian namanya" in client.get("/wilayah/", {"q": "zzzz"}).content.decode()
