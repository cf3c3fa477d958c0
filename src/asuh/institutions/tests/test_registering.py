"""Registering and changing institutions: refusal first."""

import pytest

from asuh.access.refusals import OutsideYourAreas, ReasonMissing
from asuh.audit.models import Event
from asuh.institutions.actions import CodeTaken, add_institution, change_institution, close_institution
from asuh.institutions.models import Institution
from asuh.institutions.permissions import Can

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def joko(someone):
    """Manager of Bojonegoro."""
    return someone("joko", ("regional_manager", "3522"))


def add(by, code="LKSA-1", area_key="352218"):
    return add_institution(code, name="Panti Asih", kind="lksa", area_key=area_key, by=by)


@pytest.mark.parametrize("area_key", ["3523", "35", ""])
def test_not_outside_the_own_areas(joko, area_key):
    with pytest.raises(OutsideYourAreas):
        add(joko, area_key=area_key)
    assert Event.objects.get(what="institutions.added").refused


def test_not_by_who_only_sees(siti):
    with pytest.raises(OutsideYourAreas):
        add(siti)


def test_a_code_is_taken_once(joko):
    add(joko)
    with pytest.raises(CodeTaken):
        add(joko, code="lksa-1")


def test_not_moved_into_or_out_of_somebody_elses_area(joko, someone):
    home = add(joko)
    other = someone("other", ("regional_manager", "3523"))
    for by, area_key in ((joko, "3523"), (other, "3523")):
        with pytest.raises(OutsideYourAreas):
            change_institution(home, name="Baru", kind="lksa", area_key=area_key, by=by)
    assert Institution.objects.get(pk=home.pk).name == "Panti Asih"


def test_closing_needs_a_reason(joko):
    with pytest.raises(ReasonMissing):
        close_institution(add(joko), on="2026-01-01", why=" ", by=joko)


def test_the_head_of_one_institution_reaches_that_one(joko, someone):
    home, other = add(joko), add(joko, code="LKSA-2")
    head = someone("head", ("institution_head", "3522"))
    head.posts.update(office_code="LKSA-1")
    assert list(Institution.objects.reachable(by=head, to=Can.SEE_INSTITUTIONS)) == [home]
    assert other not in Institution.objects.reachable(by=head, to=Can.SEE_INSTITUTIONS)


def test_from_the_form_to_the_page(client, joko):
    client.force_login(joko, backend=BACKEND)
    wrong = client.post("/lembaga/baru/", {"code": "L", "name": "Panti", "kind": "lksa", "area_key": "73.06"})
    assert wrong.status_code == 422
    answer = client.post(
        "/lembaga/baru/",
        {"code": "L", "name": "Panti Baru", "kind": "lksa", "area_key": "35.22"},
        follow=True,
    )
    assert "Panti Baru" in answer.content.decode()
    assert "Kabupaten Bojonegoro" in answer.content.decode()
    changed = client.post(
        answer.redirect_chain[-1][0] + "ubah/",
        {"name": "Panti Lain", "kind": "lksa", "area_key": "3522"},
        follow=True,
    )
    assert "Panti Lain" in changed.content.decode()
    assert Event.objects.get(what="institutions.changed").details == {"fields": "name"}
