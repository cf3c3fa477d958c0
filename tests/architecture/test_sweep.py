"""Every page × every role × inside and outside the area, by GET and by POST. New pages are in by themselves.

Before the guard: sign in. Without the permission: 403. A record outside the area: 404, and its name nowhere. What
the refused request did is nothing but one line in the trail.
"""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from asuh.access.exports import all_kinds
from asuh.access.models import Post, User
from asuh.access.roles import all_permissions, all_roles
from asuh.audit.models import Event
from asuh.people.permissions import Can
from tests.architecture.pages import Door, doors
from tests.architecture.records import FACTORIES, FAR, MARK, PLANTS, SECRET

INSIDE, OUTSIDE = "3522182001", "7306012001"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGES = list(doors())
GUARDED = [door for door in PAGES if door.guarded_by not in ("open", "signed in", "own", None)]
RECORDS = [door for door in GUARDED if door.record is not None]
OWN = [door for door in PAGES if door.guarded_by == "own"]
SIGNED_IN = [door for door in PAGES if door.guarded_by == "signed in"]
OPEN = [door for door in PAGES if door.guarded_by == "open"]
METHODS = ("get", "post")
LISTS = [kind for kind in all_kinds().values() if kind.rows is not None]
each_kind = pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.code)

pytestmark = pytest.mark.django_db


def each(found: list[Door]):
    return pytest.mark.parametrize("door", found, ids=lambda door: door.name)


# ── what a page must be before anything is asked of it ────────────────────────────────────────────────


@each(PAGES)
def test_every_page_has_a_guard(door):
    assert unguarded([door]) == [], f"{door.route}: put @guard, @own, @signed_in or @open_to_all on its view"


def unguarded(found):
    return [door.name for door in found if door.guarded_by is None]


def test_a_page_without_a_guard_would_be_found():
    assert unguarded([Door("x/", "x", lambda request: None, ())]) == ["x"]


def test_the_sweep_finds_pages():
    names = {door.name for door in PAGES}
    assert {"desk:home", "access:users", "audit:trail", "account_login"} <= names
    assert len(GUARDED) > 10
    assert len(RECORDS) > 5


@each(GUARDED)
def test_every_guard_asks_for_a_right_that_exists(door):
    assert door.guarded_by in all_permissions()
    assert any(door.guarded_by in role.grants for role in all_roles().values())


@each(RECORDS + OWN)
def test_every_guarded_record_can_be_made(door):
    assert door.record in FACTORIES, f"add {door.record.__name__} to tests/architecture/records.py"


@each(OPEN)
def test_every_open_page_says_why(door):
    assert len(door.view.open_because) > 10


# ── the ground: one user a role, with a post in Bojonegoro; one record inside, one outside ────────────


@pytest.fixture
def ground(db):
    """Clients by role, each signed in. Sessions are written directly: the sweep signs in some ten thousand times."""
    yesterday = timezone.localdate() - timedelta(days=1)
    password = make_password("x")
    found = User.objects.bulk_create(
        User(
            username=f"r-{code}",
            password=password,
            name=code,
            area_key="3522",
            terms_version=settings.TERMS_VERSION,
        )
        for code in all_roles()
    )
    Post.objects.bulk_create(
        Post(user=user, role=user.name, area_key="3522", starts_on=yesterday) for user in found
    )
    return {user.name: signed_in(user) for user in found}


def signed_in(user):
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    session.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.asuh_user = user
    return client


def holders(door, ground):
    """Clients of the roles that hold the page's right; for one's own pages any one."""
    if door.guarded_by == "own":
        return list(ground.values())[:1]
    return [client for code, client in ground.items() if door.guarded_by in all_roles()[code].grants]


def nobody():
    return User.objects.create_user("nobody", "x", name="Nobody", area_key=OUTSIDE[:4])


def made(door, area, owner):
    return FACTORIES[door.record](area, owner) if door.record is not None else None


def ask(client, method, address):
    """The answer to an empty request, with everything it wrote taken back."""
    with transaction.atomic():
        answer = getattr(client, method)(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        refused = Event.objects.filter(what="access.refused").exists()
        transaction.set_rollback(True)
    answer.body = body.decode(errors="replace")
    answer.refused_by_guard = refused
    return answer


def is_sign_in(answer):
    return answer.status_code == 302 and answer.headers["Location"].startswith("/akun/masuk/")


def takes_no(answer):
    """A page that knows only one method may say so before anything else: that tells nothing."""
    return answer.status_code == 405 and not answer.body


def ask_either(client, address):
    """The answer to whichever method the page takes."""
    answer = ask(client, "get", address)
    return ask(client, "post", address) if takes_no(answer) else answer


# ── refused ───────────────────────────────────────────────────────────────────────────────────────────


@each(GUARDED + OWN + SIGNED_IN)
@pytest.mark.parametrize("method", METHODS)
def test_nobody_enters_without_signing_in(door, method, db):
    address = door.address(made(door, INSIDE, nobody()))
    answer = ask(Client(), method, address)
    assert is_sign_in(answer) or takes_no(answer)


@each(GUARDED)
def test_without_the_right_403(door, ground):
    owner = nobody()
    address = door.address(made(door, INSIDE, owner))
    for role, client in ground.items():
        if door.guarded_by in all_roles()[role].grants:
            continue
        for method in METHODS:
            answer = ask(client, method, address)
            assert answer.status_code == 403 or takes_no(answer), (
                f"{role} {method} {address}: {answer.status_code}"
            )
            assert MARK not in answer.body


@each(RECORDS)
def test_outside_the_area_404(door, ground):
    address = door.address(made(door, OUTSIDE, nobody()))
    for role, client in ground.items():
        if door.guarded_by not in all_roles()[role].grants:
            continue
        for method in METHODS:
            answer = ask(client, method, address)
            assert answer.status_code == 404 or takes_no(answer), (
                f"{role} {method} {address}: {answer.status_code}"
            )
            assert MARK not in answer.body


@each(RECORDS + OWN)
@pytest.mark.parametrize("number", [0, 999_999_999, 10**30])
def test_what_does_not_exist_looks_the_same(door, ground, number):
    """404, however absurd the number: never an error page that tells more."""

    class Nothing:
        pk = number

    address = door.address(Nothing())
    for client in holders(door, ground):
        assert ask_either(client, address).status_code in (403, 404)


@each(OWN)
def test_what_belongs_to_somebody_else_404(door, ground):
    address = door.address(made(door, INSIDE, nobody()))
    for client in list(ground.values())[:3]:
        for method in METHODS:
            answer = ask(client, method, address)
            assert answer.status_code == 404 or takes_no(answer)
            assert MARK not in answer.body


@each(RECORDS)
def test_refused_requests_do_nothing_but_say_so(door, ground):
    """One line in the trail; no other statement writes."""
    address = door.address(made(door, OUTSIDE, nobody()))
    role = next((code for code in ground if door.guarded_by in all_roles()[code].grants), None)
    if role is None:
        pytest.skip("no role holds this right")
    written = []

    def watch(execute, sql, params, many, context):
        if re.match(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)", sql, re.I) and "django_session" not in sql:
            written.append(sql.split("(")[0].strip())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        ask_either(ground[role], address)
    assert written == ['INSERT INTO "audit_event"']


@each(GUARDED)
def test_a_post_that_ended_yesterday_opens_nothing(door, ground):
    address = door.address(made(door, INSIDE, nobody()))
    Post.objects.update(
        starts_on=timezone.localdate() - timedelta(days=9), ends_on=timezone.localdate() - timedelta(days=1)
    )
    for client in holders(door, ground):
        assert ask_either(client, address).status_code == 403


# ── let in ────────────────────────────────────────────────────────────────────────────────────────────


@each(GUARDED)
def test_with_the_right_and_inside_it_opens(door, ground):
    """The guard lets in; a page may still say that there is no photo, no such row."""
    address = door.address(made(door, INSIDE, nobody()))
    for role, client in ground.items():
        if door.guarded_by not in all_roles()[role].grants:
            continue
        for method in METHODS:
            answer = ask(client, method, address)
            assert answer.status_code < 500, f"{role} {method} {address}: {answer.status_code}"
            assert answer.status_code != 403, f"{role} {method} {address}"
            assert not answer.refused_by_guard, f"{role} {method} {address}"


@each([door for door in GUARDED if door.record is None] + SIGNED_IN)
def test_lists_hold_nothing_of_outside(door, ground):
    """Records of every kind lie in another district; no page of Bojonegoro may name one, nor what is
    somebody else's.
    """
    planted(OUTSIDE)
    for role, client in ground.items():
        for address in door.addresses():
            answer = ask(client, "get", address)
            assert answer.status_code < 500, f"{role} {address}"
            assert all(mark not in answer.body for mark in (MARK, SECRET, FAR)), f"{role} {address}"


# ── let in, and yet not to everything ─────────────────────────────────────────────────────────────────


def planted(area):
    """Records of every kind in `area`, and what belongs to somebody else."""
    owner = nobody()
    for make in FACTORIES.values():
        make(area, owner)
    for plant in PLANTS:
        plant(owner)


def reads_restricted(role):
    return Can.SEE_RESTRICTED in all_roles()[role].grants


def beyond(role):
    """What a role must read nowhere in its own district."""
    return (FAR,) if reads_restricted(role) else (FAR, SECRET, "HIV/AIDS", "Kedudukan dalam perkara")


@each(RECORDS)
def test_inside_the_area_restricted_facts_and_distant_names_stay_apart(door, ground):
    record = made(door, INSIDE, nobody())
    for role, client in ground.items():
        for address in door.addresses(record):
            for method in METHODS:
                answer = ask(client, method, address)
                assert answer.status_code < 500, f"{role} {method} {address}: {answer.status_code}"
                for mark in beyond(role):
                    assert mark not in answer.body, f"{role} {method} {address} shows {mark}"


@each([door for door in GUARDED if door.record is None] + SIGNED_IN)
def test_lists_of_the_area_keep_restricted_facts_and_what_is_others_apart(door, ground):
    planted(INSIDE)
    for role, client in ground.items():
        for address in door.addresses():
            body = ask(client, "get", address).body
            assert all(mark not in body for mark in beyond(role)), f"{role} {address}"


@each_kind
def test_files_hold_nothing_of_outside(kind, ground):
    planted(OUTSIDE)
    for role, client in ground.items():
        file = whole_file(kind, client.asuh_user)
        assert all(mark not in file for mark in (MARK, SECRET, FAR)), role


@each_kind
def test_files_of_the_area_keep_restricted_facts_and_what_is_others_apart(kind, ground):
    planted(INSIDE)
    for role, client in ground.items():
        file = whole_file(kind, client.asuh_user)
        assert all(mark not in file for mark in beyond(role)), role


def whole_file(kind, by):
    columns = [column.code for column in kind.columns]
    return str(list(kind.rows(by, {"period": "2020-01"}, columns)))


def test_what_is_planted_would_be_seen(ground):
    """The marks are on the pages, not only in the tables: who may read them does."""
    child = made(next(door for door in RECORDS if door.name == "people:child"), INSIDE, nobody())
    worker = ground["case_worker"]
    seen = {
        door.name: "".join(ask(worker, "get", address).body for address in door.addresses(child))
        for door in RECORDS
        if door.name in ("people:child_part", "people:correct")
    }
    assert len(seen) == 2
    for name, body in seen.items():
        assert MARK in body, name
        assert SECRET in body, name


@each(OWN)
def test_ones_own_opens(door, ground):
    for client in list(ground.values())[:3]:
        address = door.address(made(door, INSIDE, client.asuh_user))
        for method in METHODS:
            answer = ask(client, method, address)
            assert answer.status_code in (200, 302, 403, 405, 422)
            assert not answer.refused_by_guard


@each(OPEN)
@pytest.mark.parametrize("method", METHODS)
def test_open_pages_do_not_break(door, method, db):
    status = ask(Client(), method, door.address()).status_code
    assert status < 500 or (door.name, status) == ("alive", 503), "no worker runs in the suite"


# ── what every page is ────────────────────────────────────────────────────────────────────────────────

INLINE = [
    (r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", "a script inside the page"),
    (r"<style[\s>]", "a style sheet inside the page"),
    (r"<[a-z][^>]*\sstyle=", "a style attribute"),
    (r"<[a-z][^>]*\son[a-z]+=", "an event attribute"),
    (r"javascript:", "a script in an address"),
    (r"(src|href)=\"(https?:)?//", "another host"),
    (r"src=\"data:", "a picture inside the page"),
]


def faults(html):
    return [words for pattern, words in INLINE if re.search(pattern, html, re.I)]


def test_a_fault_in_a_page_would_be_seen():
    for html in ("<script>x</script>", "<p style='x'>", '<a onclick="x">', '<img src="data:x">', "<style>"):
        assert faults(html), html
    assert faults('<script src="/static/x.js" defer></script><p class="style" data-one="on">on = 1</p>') == []


@each([door for door in PAGES if "style" not in door.name])
def test_every_page_has_a_title_and_nothing_inline(door, ground):
    """What the strict policy would refuse in a browser is found here, on the page as it is sent."""
    roles_in = [code for code in ground if door.guarded_by in all_roles()[code].grants]
    client = ground[(roles_in or list(ground))[0]] if door.guarded_by != "open" else Client()
    owner = client.asuh_user if door.guarded_by == "own" else nobody()
    answer = ask(client, "get", door.address(made(door, INSIDE, owner)))
    if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
        return
    if "<html" not in answer.body:
        return
    title = re.search(r"<title>(.*?)</title>", answer.body, re.S)
    assert title, door.route
    assert re.sub(r"\s+", " ", title.group(1)).strip() not in ("", "· Asuh", "Perlindungan anak · Asuh"), (
        "block title"
    )
    assert MARK not in title.group(1), "a name in the title stays in the history of shared machines"
    assert faults(answer.body) == []
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"]


@each([door for door in RECORDS if hasattr(door.record, "hidden_from")])
def test_what_was_withdrawn_is_not_there_for_who_may_not_bring_it_back(door, ground):
    record = made(door, INSIDE, nobody())
    type(record).objects.filter(pk=record.pk).update(withdrawn_at=timezone.now(), withdrawn_because="ganda")
    for client in holders(door, ground):
        role = client.asuh_user.name
        if Can.WITHDRAW in all_roles()[role].grants:
            continue
        for address in door.addresses(record):
            for method in METHODS:
                answer = ask(client, method, address)
                assert answer.status_code == 404 or takes_no(answer), f"{role} {method} {address}"
                assert MARK not in answer.body
