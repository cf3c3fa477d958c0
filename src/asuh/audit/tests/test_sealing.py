"""Seals take every finished event once, however late it was committed and wherever the database lives."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from asuh.audit import sealing
from asuh.audit.actions import record
from asuh.audit.models import Event, Seal
from asuh.audit.sealing import ClockTurnedBack, seal_events
from asuh.audit.verifying import verify

pytestmark = pytest.mark.django_db(transaction=True)

INSERT = (
    "INSERT INTO audit_event (what, actor_name, subject_kind, area_key, why, refused, door, details)"
    " VALUES (%s, '', '', '', '', false, '', '{}')"
)


def sealed_count():
    return sum(Seal.objects.values_list("events_count", flat=True))


def test_nothing_to_seal(witness):
    record("x", by=None)
    assert len(seal_events()) == 1
    assert seal_events() == []
    assert sealed_count() == 1


def test_a_late_commit_is_not_lost(witness, elsewhere):
    """The slow writer began first and commits last: its events wait for it, and so do those after."""
    slow, quick = elsewhere(), elsewhere()
    slow.execute(INSERT, ["slow"])
    quick.execute(INSERT, ["quick"])
    quick.commit()
    seal_events()
    assert sealed_count() == 0, "an event above an open transaction must not be sealed"
    slow.commit()
    seal_events()
    assert sealed_count() == 2
    assert verify().sound
    assert verify().events_unsealed == 0


def test_a_late_commit_below_a_seal_would_be_seen(witness, elsewhere, monkeypatch):
    """Why seals stop at xmin: with xmax as the bound this same order of events breaks the seal."""
    honest = sealing.now_at_the_database
    slow = elsewhere()
    slow.execute(INSERT, ["slow"])
    record("quick", by=None)
    monkeypatch.setattr(sealing, "now_at_the_database", lambda: (honest()[0], honest()[2], honest()[2]))
    seal_events()
    monkeypatch.setattr(sealing, "now_at_the_database", honest)
    assert verify().sound
    slow.commit()
    assert [finding.code for finding in verify().findings] == ["events_added"]


def test_a_rolled_back_event_leaves_nothing(witness, elsewhere):
    other = elsewhere()
    other.execute(INSERT, ["undone"])
    other.rollback()
    record("kept", by=None)
    seal_events()
    assert sealed_count() == 1
    assert verify().sound


def test_two_sealers_do_not_seal_twice(witness, elsewhere):
    record("x", by=None)
    other = elsewhere()
    other.execute("SELECT pg_advisory_xact_lock(%s)", [sealing._LOCK])
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(Exception, match="lock timeout"):
            seal_events()
        cursor.execute("SET lock_timeout = 0")
    other.rollback()
    assert len(seal_events()) == 1


def test_silence_is_sealed_once_an_hour(witness, monkeypatch):
    record("x", by=None)
    seal_events()
    later = timezone.now() + timedelta(hours=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
    assert seal_events() == []
    monkeypatch.setattr(sealing.timezone, "now", lambda: later)
    (quiet,) = seal_events()
    assert quiet.events_count == 0
    assert verify().sound


class TestRestoredIntoAnotherCluster:
    """A copy of the database in a new cluster: another identity, and transaction ids that start low again."""

    @pytest.fixture
    def moved(self, trail, tamper, witness):
        """The same trail, as if everything in it had been written in a cluster far ahead of this one."""
        record("unsealed when copied", by=None)
        ahead, identity = 4_000_000_000, 77
        tamper("UPDATE audit_event SET era = %s, transaction = transaction + %s", identity, ahead)
        tamper("DELETE FROM audit_seal")
        witness.unlink()
        here = sealing.now_at_the_database
        monkeypatch = pytest.MonkeyPatch()
        end = (
            Event.objects.filter(what="people.child_opened").order_by("-transaction").first().transaction + 1
        )
        monkeypatch.setattr(sealing, "now_at_the_database", lambda: (identity, end, end))
        seal_events()
        monkeypatch.setattr(sealing, "now_at_the_database", here)
        assert sealed_count() == 6
        return identity

    def test_goes_on_without_a_gap(self, moved):
        record("first in the new cluster", by=None)
        assert verify().sound
        assert verify().events_unsealed == 2
        closing, fresh = seal_events()
        assert (closing.era, closing.events_count) == (moved, 1)
        assert (fresh.from_transaction, fresh.events_count) == (0, 1)
        report = verify()
        assert report.sound
        assert (report.events_unsealed, report.moves) == (0, 1)

    def test_a_later_event_of_the_old_cluster_is_found(self, moved, tamper):
        seal_events()
        tamper("UPDATE audit_event SET era = era")
        tamper(
            "INSERT INTO audit_event (at, era, transaction, what, actor_name, subject_kind, area_key, why, refused,"
            " door, details) VALUES (now(), %s, 9000000000, 'x', '', '', '', '', false, '', '{}')",
            moved,
        )
        assert [finding.code for finding in verify().findings] == ["event_outside"]
        record("more", by=None)
        seal_events()
        assert [finding.code for finding in verify().findings] == ["event_outside"], "and is never sealed"

    def test_ids_reset_by_hand_are_refused(self, trail, monkeypatch):
        era, _xmin, _xmax = sealing.now_at_the_database()
        monkeypatch.setattr(sealing, "now_at_the_database", lambda: (era, 5, 5))
        with pytest.raises(ClockTurnedBack):
            seal_events()
