"""The page of the data protection officer."""

import pytest
from django.db import connection

from asuh.access.trail import narrowed, readable
from asuh.audit import codes
from asuh.audit.actions import record
from asuh.audit.models import Event

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def happened(siti, citra):
    record("access.unlocked", by=siti, on=("user", citra.pk), area_key="3522182001")
    record("access.refused", by=citra, on=("user", siti.pk), area_key="7306", refused=True, permission="x")
    record("access.signed_in", by=citra)


def page(client, by, filters=""):
    client.force_login(by, backend=BACKEND)
    return client.get(f"/jejak-audit/{filters}")


def listed(answer):
    return [(event.actor_name, event.what) for event in answer.context["page"].items]


def test_others_see_nothing(client, agus, siti, dewi):
    for by in (agus, siti, dewi):
        assert page(client, by).status_code == 403


def test_a_regional_officer_reads_the_own_area_only(client, someone, happened):
    answer = page(client, someone("regional", ("data_protection_officer", "3522")))
    assert listed(answer) == [("siti", "access.unlocked")]


def test_each_event_is_a_sentence(client, wulan, happened):
    text = page(client, wulan).content.decode()
    assert "membuka kunci masuk citra" in text
    assert "ditolak" in text
    assert "Kabupaten Bojonegoro" in text


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("?refused=on", [("citra", "access.refused")]),
        ("?actor=siti", [("siti", "access.unlocked")]),
        ("?subject=siti", [("citra", "access.refused")]),
        ("?subject=nobody-here", []),
        ("?what=access.unlocked", [("siti", "access.unlocked")]),
        ("?area=35.22", [("siti", "access.unlocked")]),
        ("?since=01/01/2001&until=02/01/2001", []),
        ("?area=99", []),
        ("?since=31/31/2020", []),
    ],
)
def test_filters(client, wulan, happened, filters, expected):
    answer = page(client, wulan, filters)
    assert answer.status_code == 200
    assert [line for line in listed(answer) if line[1] != "access.signed_in" or not filters] == expected


def test_reading_is_itself_in_the_trail(client, wulan):
    page(client, wulan, "?actor=siti")
    event = Event.objects.get(what="audit.trail_read")
    assert (event.actor_id, event.details) == (wulan.pk, {"filters": ["actor"]})


def test_a_long_trail_goes_on_by_key(client, wulan):
    for _ in range(120):
        record("access.signed_in", by=wulan)
    seen, address = [], ""
    while True:
        answer = page(client, wulan, address)
        seen += [event.pk for event in answer.context["page"].items if event.what == "access.signed_in"]
        address = answer.context["page"].next_url
        if not address:
            break
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)
    assert len(seen) >= 120


def test_a_code_nobody_declared_is_still_shown(wulan):
    event = record("nobody.knows", by=None, on=("thing", 4))
    assert codes.words(event) == "nobody.knows thing 4"


def test_every_sentence_can_be_said():
    for code, sentence in codes.all_sentences().items():
        assert codes.words(Event(what=code)), code
        assert "%" not in codes.words(Event(what=code)), sentence


def test_the_whole_country_reads_all(wulan, happened):
    assert narrowed(readable(wulan), {"refused": True}).count() == 1


def test_codes_are_said_in_words(siti, agus):
    given = record(
        "access.post_given", by=agus, on=("user", siti.pk), area_key="3522", role="case_worker", post=1
    )
    assert codes.words(given) == "memberi siti penugasan Pekerja sosial di Kabupaten Bojonegoro, Jawa Timur"
    refused = record("access.refused", by=siti, refused=True, permission="audit.read_trail")
    assert "“Membaca dan mengunduh jejak audit”" in codes.words(refused)
    asked = record("access.export_asked", by=siti, kind="audit.trail")
    assert codes.words(asked) == "meminta ekspor Jejak audit"


def test_everything_about_links_at_once(client, wulan, happened, siti, agus):
    record("access.invited_again", by=agus, on=("user", siti.pk))
    record("access.request_granted", by=wulan, on=("user", siti.pk))
    assert listed(page(client, wulan, "?what=@links")) == [
        ("wulan", "access.request_granted"),
        ("agus", "access.invited_again"),
    ]
    assert listed(page(client, wulan, "?what=@nobody")) == []


def test_groups_are_made_of_declared_codes():
    groups = codes.all_groups()
    assert "@links" in groups
    for name in groups:
        assert set(codes.of_group(name)) - set(codes.all_sentences()) == set()


def test_a_district_is_a_range_of_an_index(someone):
    """Not a walk through the events of the whole country."""
    regional = someone("regional", ("data_protection_officer", "3522"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = readable(regional).order_by().explain()
    assert "event_by_area" in plan
    assert "'3523'" in plan, "bounded on both sides"
