import pytest
from django.test import Client
from django.urls import reverse

from asuh.access.models import Post
from asuh.people.actions import drafts
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db


def home(user, *first):
    client = Client()
    client.force_login(user)
    for address in first:
        client.get(address)
    return client.get(reverse("desk:home")).content.decode()


def test_the_first_page_shows_whom_one_opened_last(siti):
    child = make.person("Rizky Pratama")
    assert "Rizky Pratama" in home(siti, reverse("people:child", args=[child.pk]))


def test_whom_a_form_only_named_was_not_opened(siti):
    house, *_family = make.family()
    shown = home(siti, reverse("people:split", args=[house.pk]))
    assert "Rizky" not in shown


def test_whom_one_may_no_longer_see_is_not_named_there_either(siti):
    child = make.person("Rizky Pratama")
    home(siti, reverse("people:child", args=[child.pk]))
    Post.objects.filter(user=siti).update(area_key="7306")
    siti.forget_posts()
    assert "Rizky" not in home(siti)


def test_an_unfinished_registration_waits(siti, budi):
    drafts.keep("people.register_child", {"name": "Rizky"}, by=siti)
    assert "Pendaftaran anak belum selesai" in home(siti)
    assert "Pendaftaran anak belum selesai" not in home(budi)


@pytest.mark.parametrize("who", ["siti", "budi", "dewi", "rangga", "wulan", "agus"])
def test_everybody_has_a_first_page(who, request):
    assert "Apa yang ingin Anda kerjakan?" in home(request.getfixturevalue(who))


def test_the_data_protection_officer_looks_readers_up_by_code(wulan, siti):
    child = make.person("Rizky Pratama")
    client = Client()
    client.force_login(wulan)
    address = reverse("people:readers_lookup")
    assert client.get(address, {"kode": child.code})["Location"] == reverse("people:readers", args=[child.pk])
    assert client.get(address, {"kode": "AN-00000001-1"}).status_code == 422
    client.force_login(siti)
    assert client.get(address).status_code == 403
