"""Does the trail still say what it said when it was sealed? Streams; needs little memory at any size."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Min

from asuh.audit import sealing
from asuh.audit.models import Event, Seal
from asuh.kernel.merkle import Tree


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed.

    code: chain_broken, seal_missing, gap, events_missing, events_added, events_changed, event_outside,
    event_from_future, head_unknown. seal: the seal's number. first, last: ids of the events concerned.
    """

    code: str
    says: str
    seal: int | None = None
    first: int | None = None
    last: int | None = None


@dataclass
class Report:
    """What was looked at, what was found, and what no seal covers yet."""

    seals: int = 0
    events_sealed: int = 0
    events_unsealed: int = 0
    oldest_unsealed_at: datetime | None = None
    head: str = ""
    moves: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """For `--json`: plain values only."""
        oldest = self.oldest_unsealed_at
        return {
            **asdict(self),
            "sound": self.sound,
            "oldest_unsealed_at": oldest.isoformat() if oldest is not None else None,
        }


def verify(*, heads: list[str] | None = None) -> Report:
    """Check every seal against the events it covers, and the chain of seals against itself.

    heads: chain values in hex that were noted earlier, elsewhere; each must still stand in the chain. Those
    of the witness file are always asked for.
    """
    report = Report()
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:  # one view of the trail, whatever is written meanwhile
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        era, _, xmax = sealing.now_at_the_database()
        noted: dict[str, int | None] = {head.lower(): None for head in heads or []}
        noted.update(_witnessed())
        newest = _follow_chain(report, noted)
        for each in _eras():
            end = _compare(report, each)
            if each == era:
                _check_present(report, each, end, xmax)
            elif newest is not None and newest.era == era:
                _check_past(report, each, end)
            else:
                _count_tail(report, each, end)
    return report


def _eras() -> list[int]:
    found = set(Event.objects.values_list("era", flat=True).distinct().order_by())
    return sorted(found | set(Seal.objects.values_list("era", flat=True).distinct().order_by()))


def _witnessed() -> Iterator[tuple[str, int]]:
    """(chain, number) of the seals in the witness file."""
    path = sealing.witness_file()
    if not path.exists():
        return
    with path.open() as file:
        for line in file:
            number, _space, chain = line.strip().partition(" ")
            if number.isdecimal():
                yield chain.lower(), int(number)


def _follow_chain(report: Report, noted: dict[str, int | None]) -> Seal | None:
    """Check each link; returns the newest seal."""
    seal = None
    previous, number, era = b"", 0, None
    for seal in Seal.objects.order_by("pk").iterator(chunk_size=2000):
        if seal.pk != number + 1:
            report.findings.append(
                Finding(
                    "seal_missing", f"Between seal {number} and seal {seal.pk} a seal is missing.", seal.pk
                )
            )
        if bytes(seal.chain) != sealing.link(previous, seal):
            report.findings.append(
                Finding("chain_broken", f"Seal {seal.pk} does not follow from the one before it.", seal.pk)
            )
        previous, number = bytes(seal.chain), seal.pk
        report.moves += era is not None and era != seal.era
        era = seal.era
        report.seals += 1
        noted.pop(previous.hex(), None)
    report.head = previous.hex()
    for chain, seal_number in noted.items():
        where = f" (seal {seal_number})" if seal_number else ""
        report.findings.append(
            Finding(
                "head_unknown",
                f"The chain value {chain[:16]}…{where} was noted earlier and is no longer in the chain: "
                "seals were removed or rewritten, or an older copy was restored.",
                seal_number,
            )
        )
    return seal


def _compare(report: Report, era: int) -> int:
    """Walk an era's seals and events side by side, both in the order of transactions; returns where seals
    end.
    """
    end = 0
    events = sealing.rows(era, 0)
    waiting = next(events, None)
    for seal in Seal.objects.filter(era=era).order_by("from_transaction", "pk").iterator(chunk_size=2000):
        if seal.from_transaction != end:
            report.findings.append(
                Finding(
                    "gap",
                    f"Seal {seal.pk} begins at {seal.from_transaction}, the one before ends at {end}.",
                    seal.pk,
                )
            )
        outside, waiting, _ = _take(events, waiting, seal.from_transaction)
        if outside.count:
            report.findings.append(_outside(outside))
        taken, waiting, tree = _take(events, waiting, seal.below_transaction)
        report.events_sealed += taken.count
        _judge(report, seal, taken, tree)
        end = max(end, seal.below_transaction)
    return end


@dataclass
class _Taken:
    count: int = 0
    first: int | None = None
    last: int | None = None


def _take(
    events: Iterator[tuple[Any, ...]], waiting: tuple[Any, ...] | None, below: int
) -> tuple[_Taken, tuple[Any, ...] | None, Tree]:
    taken, tree = _Taken(), Tree()
    while waiting is not None and waiting[1] < below:
        tree.add(sealing.leaf(waiting))
        number = waiting[2]
        taken.count += 1
        taken.first = number if taken.first is None else min(taken.first, number)
        taken.last = number if taken.last is None else max(taken.last, number)
        waiting = next(events, None)
    return taken, waiting, tree


def _outside(taken: _Taken) -> Finding:
    return Finding(
        "event_outside",
        f"{taken.count} event(s) lie where no seal ever was: ids {taken.first}–{taken.last}.",
        None,
        taken.first,
        taken.last,
    )


def _judge(report: Report, seal: Seal, taken: _Taken, tree: Tree) -> None:
    if tree.root() == bytes(seal.root) and taken.count == seal.events_count:
        return
    lost = seal.events_count - taken.count
    if lost > 0:
        code, says = "events_missing", f"{lost} event(s) are missing under seal {seal.pk}"
    elif lost < 0:
        code, says = "events_added", f"{-lost} event(s) too many lie under seal {seal.pk}"
    else:
        code, says = "events_changed", f"An event under seal {seal.pk} was changed or moved"
    about = f", sealed at {seal.at.isoformat(timespec='seconds')}; ids now {taken.first}–{taken.last}."
    report.findings.append(Finding(code, says + about, seal.pk, taken.first, taken.last))


def _beyond(era: int, start: int) -> tuple[_Taken, datetime | None]:
    found = Event.objects.filter(era=era, transaction__gte=start).aggregate(
        count=Count("pk"), first=Min("pk"), last=Max("pk"), at=Min("at")
    )
    return _Taken(found["count"], found["first"], found["last"]), found["at"]


def _count_tail(report: Report, era: int, end: int) -> None:
    """What no seal covers yet."""
    tail, at = _beyond(era, end)
    report.events_unsealed += tail.count
    if at is not None:
        report.oldest_unsealed_at = min(at, report.oldest_unsealed_at or at)


def _check_present(report: Report, era: int, end: int, xmax: int) -> None:
    """Beyond the last seal of this cluster lie fresh events, and nothing from transactions yet to come."""
    _count_tail(report, era, end)
    early, _at = _beyond(era, xmax)
    if early.count:
        ids = f"ids {early.first}–{early.last}"
        says = f"{early.count} event(s) carry a transaction that has not begun yet: {ids}."
        report.findings.append(Finding("event_from_future", says, None, early.first, early.last))


def _check_past(report: Report, era: int, end: int) -> None:
    """A cluster that was left was sealed to its end when it was left; nothing can have come since."""
    late, _at = _beyond(era, end)
    if late.count:
        report.findings.append(_outside(late))
