"""Seals: a chain of Merkle roots over finished transactions.

**Leaf.** The UTF-8 bytes of a JSON array without spaces, keys sorted, non-ASCII letters as they are:
`[1,era,transaction,id,at,actor_id,actor_name,what,subject_kind,subject_id,area_key,why,refused,door,address,details]`
with `at` in UTC as `2020-05-12T03:04:05.678901+00:00` and unknown values as null; 1 is the version of this
layout.

**Order.** (transaction, id) inside one era. **Tree.** RFC 6962, section 2.1 (asuh.kernel.merkle).

**Link.** SHA-256 over a 0x02 byte, the previous chain (32 zero bytes for the first) and the JSON array
`[1,id,at,era,from,below,count,root in hex]` in the same encoding.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from asuh.audit.models import Event, Seal
from asuh.kernel.merkle import Tree

LEAF_COLUMNS = (
    "era",
    "transaction",
    "id",
    "at",
    "actor_id",
    "actor_name",
    "what",
    "subject_kind",
    "subject_id",
    "area_key",
    "why",
    "refused",
    "door",
    "address",
    "details",
)
_AT = LEAF_COLUMNS.index("at")
# A seal is written after this time even when nothing happened, so that nothing can be slipped in far behind.
QUIET = timedelta(hours=1)
# pg_advisory_xact_lock: one sealer at a time. Any fixed number that nobody else uses.
_LOCK = 0x4A454A414B

logger = logging.getLogger(__name__)


class ClockTurnedBack(Exception):
    """This cluster's transaction ids lie below what was sealed for it: they were reset by hand."""


def _encode(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def leaf(row: tuple[Any, ...]) -> bytes:
    """The canonical bytes of an event, given its LEAF_COLUMNS."""
    values = list(row)
    values[_AT] = _instant(values[_AT])
    return _encode([1, *values])


def link(previous: bytes, seal: Seal) -> bytes:
    """The chain value of `seal` after a seal with the chain value `previous` (b"" for none)."""
    content = _encode(
        [
            1,
            seal.pk,
            _instant(seal.at),
            seal.era,
            seal.from_transaction,
            seal.below_transaction,
            seal.events_count,
            bytes(seal.root).hex(),
        ]
    )
    return hashlib.sha256(b"\x02" + (previous or bytes(32)) + content).digest()


def rows(era: int, start: int, end: int | None = None) -> Iterator[tuple[Any, ...]]:
    """LEAF_COLUMNS of an era's events with transaction in [start, end), in sealing order, streamed."""
    found = Event.objects.filter(era=era, transaction__gte=start)
    if end is not None:
        found = found.filter(transaction__lt=end)
    return found.order_by("transaction", "id").values_list(*LEAF_COLUMNS).iterator(chunk_size=2000)


def now_at_the_database() -> tuple[int, int, int]:
    """(era, xmin, xmax): below xmin every transaction is finished, from xmax on none has begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier, pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint"
            " FROM pg_control_system(), pg_current_snapshot() s"
        )
        era, xmin, xmax = cursor.fetchone()
    return era, xmin, xmax


@transaction.atomic
def seal_events() -> list[Seal]:
    """Seal every event of a finished transaction that no seal covers yet.

    A transaction that is still open keeps its events, and those of all later ones, for the next round: its
    xid lies at or above the snapshot's xmin. Returns the seals written: none if there was nothing to do, more
    than one if the database was moved to another cluster since. Raises ClockTurnedBack.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    era, xmin, _ = now_at_the_database()
    last = Seal.objects.order_by("-pk").first()
    written: list[Seal] = []
    if last is None or last.era != era:
        for left in _eras_left_behind(era):
            end = Event.objects.filter(era=left).aggregate(end=Max("transaction"))["end"] + 1
            last = _seal(last, left, _sealed_below(left), end, even_if_empty=False, written=written) or last
    start = _sealed_below(era)
    if xmin < start:
        raise ClockTurnedBack(
            f"Transaction {xmin} comes after seals up to {start}. Transaction ids were reset on this server; "
            "restore the copy into a newly made cluster instead."
        )
    if xmin > start:
        quiet = last is None or last.era != era or timezone.now() - last.at >= QUIET
        _seal(last, era, start, xmin, even_if_empty=quiet, written=written)
    if written:
        transaction.on_commit(lambda: _bear_witness(written))
    return written


def _eras_left_behind(current: int) -> list[int]:
    """Clusters this database lived in before and that have events beyond their last seal, oldest first.

    Asked only at the moment of the move: whatever turns up in a former era later was not written by Asuh.
    """
    ends = {row["era"]: row["end"] for row in _ends_by_era()}
    found = (
        Event.objects.exclude(era=current)
        .values("era")
        .annotate(first=Min("id"), end=Max("transaction"))
        .order_by("first")
    )
    return [row["era"] for row in found if row["end"] >= ends.get(row["era"], 0)]


def _ends_by_era() -> Any:
    return Seal.objects.values("era").annotate(end=Max("below_transaction")).order_by()


def _sealed_below(era: int) -> int:
    return Seal.objects.filter(era=era).aggregate(end=Max("below_transaction"))["end"] or 0


def _seal(
    last: Seal | None, era: int, start: int, end: int, *, even_if_empty: bool, written: list[Seal]
) -> Seal | None:
    tree = Tree()
    for row in rows(era, start, end):
        tree.add(leaf(row))
    if not tree.count and not even_if_empty:
        return None
    seal = Seal(
        pk=(last.pk if last else 0) + 1,
        at=timezone.now(),
        era=era,
        from_transaction=start,
        below_transaction=end,
        events_count=tree.count,
        root=tree.root(),
    )
    seal.chain = link(bytes(last.chain) if last else b"", seal)
    seal.save(force_insert=True)
    written.append(seal)
    return seal


def witness_file() -> Path:
    """Where the heads of the chain are noted outside the database."""
    return Path(settings.AUDIT_WITNESS)


def _bear_witness(written: list[Seal]) -> None:
    """Note the heads outside the database: in the log, and in a file beside it.

    Somebody who owns the database can rewrite events and compute a new chain; not these.
    """
    path = witness_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        for seal in written:
            chain = bytes(seal.chain).hex()
            file.write(f"{seal.pk} {chain}\n")
            # in the message itself: our logs leave arguments out
            logger.info(f"audit sealed: {seal.pk} {chain}")
