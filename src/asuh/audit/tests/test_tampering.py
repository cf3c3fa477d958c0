"""What the owner of the database changes behind everybody's back is found."""

import json

import pytest
from click.testing import CliRunner

from asuh.audit import sealing
from asuh.audit.actions import record
from asuh.audit.commands import audit
from asuh.audit.models import Event, Seal
from asuh.audit.verifying import verify

pytestmark = pytest.mark.django_db(transaction=True)


def codes(**options):
    return [finding.code for finding in verify(**options).findings]


def test_an_untouched_trail_is_sound(trail):
    report = verify()
    assert report.sound
    assert (report.seals, report.events_sealed, report.events_unsealed) == (3, 6, 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2001-01-01"),
        ("actor_id", 7),
        ("actor_name", "lain"),
        ("what", "people.searched"),
        ("subject_kind", "household"),
        ("subject_id", 99),
        ("area_key", "3522"),
        ("why", "tugas"),
        ("refused", True),
        ("door", "api"),
        ("address", "10.0.0.1"),
        ("details", json.dumps({"door_number": 1})),
    ],
)
def test_a_changed_event_is_found(trail, tamper, column, value):
    tamper(f"UPDATE audit_event SET {column} = %s WHERE id = %s", value, trail[0].pk)
    (finding,) = verify().findings
    assert (finding.code, finding.seal) == ("events_changed", 1)
    assert finding.first <= trail[0].pk <= finding.last


def test_every_column_is_sealed():
    """A column added later must come into the leaf, or changing it would go unseen."""
    assert set(sealing.LEAF_COLUMNS) == {field.name for field in Event._meta.concrete_fields}


def test_every_column_of_a_seal_is_chained(trail, tamper):
    changes = {
        "at": "2001-01-01",
        "era": 5,
        "from_transaction": 1,
        "below_transaction": Seal.objects.get(pk=2).below_transaction + 1,
        "events_count": 9,
        "root": b"x" * 32,
        "chain": b"x" * 32,
    }
    assert set(changes) | {"id"} == {field.name for field in Seal._meta.concrete_fields}
    for column, value in changes.items():
        before = getattr(Seal.objects.get(pk=2), column)
        tamper(f"UPDATE audit_seal SET {column} = %s WHERE id = 2", value)
        assert "chain_broken" in codes(), column
        tamper(f"UPDATE audit_seal SET {column} = %s WHERE id = 2", before)
    assert verify().sound


def test_a_removed_event_is_found(trail, tamper):
    tamper("DELETE FROM audit_event WHERE id = %s", trail[1].pk)
    assert codes() == ["events_missing"]


def test_an_inserted_event_is_found(trail, tamper):
    twin = trail[0]
    tamper(
        "INSERT INTO audit_event (at, era, transaction, what, actor_name, subject_kind, area_key, why, refused,"
        " door, details) VALUES (%s, %s, %s, 'x', '', '', '', '', false, '', '{}')",
        twin.at,
        twin.era,
        twin.transaction,
    )
    assert codes() == ["events_added"]


def test_reordered_events_are_found(trail, tamper):
    """The same contents under swapped numbers."""
    first, second = trail[0].pk, trail[1].pk
    tamper("UPDATE audit_event SET id = -1 WHERE id = %s", first)
    tamper("UPDATE audit_event SET id = %s WHERE id = %s", first, second)
    tamper("UPDATE audit_event SET id = %s WHERE id = -1", second)
    assert codes() == ["events_changed"]


def test_an_event_moved_to_another_batch_is_found(trail, tamper):
    tamper("UPDATE audit_event SET transaction = %s WHERE id = %s", trail[-1].transaction, trail[0].pk)
    assert set(codes()) == {"events_missing", "events_added"}


def test_an_event_hidden_in_the_future_is_found(trail, tamper):
    tamper("UPDATE audit_event SET transaction = transaction + 1000000000 WHERE id = %s", trail[0].pk)
    assert set(codes()) == {"events_missing", "event_from_future"}


def test_an_event_moved_to_a_made_up_cluster_is_found(trail, tamper):
    tamper("UPDATE audit_event SET era = 5 WHERE id = %s", trail[0].pk)
    assert set(codes()) == {"events_missing", "event_outside"}


def test_a_removed_seal_is_found(trail, tamper, witness):
    witness.unlink()
    tamper("DELETE FROM audit_seal WHERE id = 2")
    assert {"seal_missing", "chain_broken", "gap", "event_outside"} <= set(codes())


def test_the_end_cut_off_is_found_by_the_witness(trail, tamper, witness):
    """Last seal and its events gone: the rest is consistent in itself, and only a note outside tells."""
    tamper("DELETE FROM audit_seal WHERE id = 3")
    tamper("DELETE FROM audit_event WHERE id = %s", trail[-1].pk)
    assert codes() == ["head_unknown"]
    witness.unlink()
    assert codes() == []


def test_a_rewritten_chain_is_found_by_a_noted_head(trail, tamper, witness):
    """Who owns the database can change an event and seal everything anew; a head noted elsewhere stays."""
    head = verify().head
    witness.unlink()
    tamper("UPDATE audit_event SET why = 'lain' WHERE id = %s", trail[0].pk)
    tamper("DELETE FROM audit_seal")
    sealing.seal_events()
    assert codes() == []
    assert codes(heads=[head]) == ["head_unknown"]


def test_heads_are_noted_in_the_log_too(witness, transactional_db, caplog):
    """A log that leaves the machine is a witness nobody here can rewrite."""
    caplog.set_level("INFO", logger="asuh.audit")
    record("x", by=None)
    (seal,) = sealing.seal_events()
    assert bytes(seal.chain).hex() in caplog.messages[-1]


def test_the_unsealed_tail_is_reported(trail):
    event = record("people.searched", by=None)
    report = verify()
    assert report.sound
    assert report.events_unsealed == 1
    assert report.oldest_unsealed_at == event.at


def test_the_command_says_so(trail, tamper):
    said = CliRunner().invoke(audit, ["verify", "--json"])
    assert said.exit_code == 0
    assert json.loads(said.output)["sound"] is True
    tamper("DELETE FROM audit_event WHERE id = %s", trail[1].pk)
    said = CliRunner().invoke(audit, ["verify", "--json"])
    assert said.exit_code == 1
    assert json.loads(said.output)["findings"][0]["code"] == "events_missing"


def test_a_long_trail_is_read_in_pieces(trail, django_assert_max_num_queries):
    """Verifying takes the same few statements however many seals there are."""
    for _ in range(5):
        record("x", by=None)
        sealing.seal_events()
    with django_assert_max_num_queries(14):
        verify()
