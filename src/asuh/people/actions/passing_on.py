"""Rows of a delivery that goes which others stated too: they become the rows of who stated them next."""
# ruff: noqa: S608  names of tables and columns come from the models

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import connection

from asuh.people.actions.taking import HOUSEHOLD_ROWS, HOUSEHOLDS, MEMBER_ROWS, PERSONS, QUARANTINED, RESTATED
from asuh.people.models import Delivery, QuarantinedRow, RestatedRow

KINDS = {"households": HOUSEHOLD_ROWS, "members": MEMBER_ROWS, "quarantine": QUARANTINED}


def heirs_of(delivery: Delivery) -> list[int]:
    """Deliveries that may have stated the same rows: of the same period, and in."""
    others = Delivery.objects.filter(period=delivery.period, state=Delivery.State.IMPORTED)
    return list(others.exclude(pk=delivery.pk).order_by("imported_at", "pk").values_list("pk", flat=True))


def what_passes_on(delivery: Delivery) -> list[dict[str, int]]:
    """[{"delivery", "rows"}]: whose the rows of `delivery` would be that others stated too, were it to go."""
    if not (heirs := heirs_of(delivery)):
        return []
    counted: dict[int, int] = defaultdict(int)
    with connection.cursor() as cursor:
        for kind, table in KINDS.items():
            first = _first(kind, f"SELECT id FROM {table} WHERE delivery_id = %(gone)s")
            cursor.execute(
                f"SELECT heir, count(*) FROM ({first}) p GROUP BY heir",
                {"heirs": heirs, "gone": delivery.pk},
            )
            for heir, count in cursor.fetchall():
                counted[heir] += count
    return [{"delivery": heir, "rows": counted[heir]} for heir in heirs if counted[heir]]


def what_waits_again(delivery: Delivery) -> int:
    """How many rows that were corrected in its quarantine and came in would wait again, with what was typed,
    under the delivery that stated them too, were `delivery` to go."""
    accepted = delivery.quarantine.filter(state=QuarantinedRow.State.ACCEPTED)
    stated = RestatedRow.objects.filter(table="quarantine", delivery__in=heirs_of(delivery))
    return int(accepted.filter(pk__in=stated.values("row")).count())


def _first(kind: str, gone: str) -> str:
    """SQL: id, heir, source_row of the rows among `gone` that one of %(heirs)s stated, the first of them."""
    return (
        f"SELECT DISTINCT ON (g.id) g.id, s.delivery_id AS heir, s.source_row FROM ({gone}) g "
        f"JOIN {RESTATED} s ON s.row = g.id AND s.\"table\" = '{kind}' AND s.delivery_id = ANY(%(heirs)s) "
        "JOIN people_delivery d ON d.id = s.delivery_id ORDER BY g.id, d.imported_at, d.id, s.source_row"
    )


class Estate:
    """What goes on from one delivery to others, in the caller's transaction and under its locks.

    `found` first; then, when the member rows that go are out, `homes`; the pointers of people and households
    last, when those that lost a row have been told anew.
    """

    def __init__(self, cursor: Any, delivery: Delivery) -> None:
        self.cursor, self.delivery, self.heirs = cursor, delivery, heirs_of(delivery)
        self.counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        cursor.execute(
            "DROP TABLE IF EXISTS passed_households, passed_members, passed_quarantine, kept_households, "
            "kept_members; "
            "CREATE TEMPORARY TABLE kept_households (owner bigint, heir bigint) ON COMMIT DROP; "
            "CREATE TEMPORARY TABLE kept_members (owner bigint, heir bigint) ON COMMIT DROP; "
            + "; ".join(
                f"CREATE TEMPORARY TABLE passed_{kind} (id bigint, owner bigint, key text, heir bigint, "
                "source_row int) ON COMMIT DROP"
                for kind in KINDS
            )
        )

    def found(self, kind: str, gone: str, owner: str) -> None:
        """Take what others stated out of the table `gone` and give it to them."""
        if not self.heirs:
            return
        self.cursor.execute(
            f"INSERT INTO passed_{kind} SELECT p.id, g.{owner}, g.key, p.heir, p.source_row "
            f"FROM ({_first(kind, f'SELECT id FROM {gone}')}) p JOIN {gone} g ON g.id = p.id",
            {"heirs": self.heirs},
        )
        self._count(kind)
        self._give(kind, gone)

    def homes(self, gone: str) -> None:
        """Household rows without which members that stand would belong to none: theirs who brought those."""
        if not self.heirs:
            return
        self.cursor.execute("TRUNCATE passed_households")
        self.cursor.execute(
            "INSERT INTO passed_households "
            "SELECT DISTINCT ON (g.id) g.id, g.household_id, g.key, m.delivery_id, r.source_row "
            f"FROM {gone} g JOIN {HOUSEHOLD_ROWS} r ON r.id = g.id "
            f"JOIN {MEMBER_ROWS} m ON m.idbdt = g.key AND m.period = r.period AND m.replaced_by_id IS NULL "
            "WHERE g.replaced_by_id IS NULL AND m.delivery_id <> %(gone)s AND NOT EXISTS ("
            f"SELECT FROM {HOUSEHOLD_ROWS} q WHERE q.idbdt = g.key AND q.period = r.period "
            "AND q.replaced_by_id = %(gone)s) ORDER BY g.id, m.delivery_id",
            {"gone": self.delivery.pk},
        )
        self.cursor.execute("SELECT heir, count(*) FROM passed_households GROUP BY heir")
        for heir, count in self.cursor.fetchall():
            self.counts[heir]["homes"] += count
        self._give("households", gone)

    def quarantine(self) -> None:
        """Rows in quarantine that others delivered too. One that had been accepted waits again, with what was
        typed: what it became goes with the delivery."""
        if not self.heirs:
            return
        gone = f"SELECT id FROM {QUARANTINED} WHERE delivery_id = %(gone)s"
        self.cursor.execute(
            f"INSERT INTO passed_quarantine (id, heir, source_row) {_first('quarantine', gone)}",
            {"heirs": self.heirs, "gone": self.delivery.pk},
        )
        self._count("quarantine")
        self._give("quarantine", "")
        accepted = QuarantinedRow.State.ACCEPTED
        self.cursor.execute(
            f"UPDATE {QUARANTINED} q SET state = 'waiting', settled_at = NULL, settled_by_id = NULL, "
            f"settled_because = '' FROM passed_quarantine p WHERE q.id = p.id AND q.state = '{accepted}'"
        )

    def pointers(self) -> None:
        """People and households whose present state the delivery told are now told by who has their row."""
        for table, kind in ((PERSONS, "members"), (HOUSEHOLDS, "households")):
            self.cursor.execute(
                f"UPDATE {table} x SET delivery_id = p.heir FROM kept_{kind} p "
                "WHERE x.id = p.owner AND x.delivery_id = %s",
                [self.delivery.pk],
            )

    def remember(self, kind: str) -> None:
        """Keep who is passed on in mind until `pointers`; homes they left with the delivery go on as well."""
        self.cursor.execute(f"INSERT INTO kept_{kind} SELECT owner, heir FROM passed_{kind}")
        if kind == "members":
            self.cursor.execute(
                "UPDATE people_residence x SET delivery_id = p.heir FROM passed_members p "
                "WHERE x.person_id = p.owner AND x.delivery_id = %s",
                [self.delivery.pk],
            )

    def _give(self, kind: str, gone: str) -> None:
        table, passed = KINDS[kind], f"passed_{kind}"
        self.cursor.execute(
            f"UPDATE {table} r SET delivery_id = p.heir, source_row = p.source_row FROM {passed} p "
            "WHERE r.id = p.id"
        )
        self.cursor.execute(
            f"DELETE FROM {RESTATED} s USING {passed} p "
            f"WHERE s.row = p.id AND s.\"table\" = '{kind}' AND s.delivery_id = p.heir"
        )
        if not gone:
            return
        key = "idbdt" if kind == "households" else "idartbdt"
        self.cursor.execute(
            f"UPDATE {table} r SET replaced_by_id = p.heir FROM {passed} p "
            f"WHERE r.{key} = p.key AND r.replaced_by_id = %s AND r.period = %s",
            [self.delivery.pk, self.delivery.period],
        )
        self.cursor.execute(f"DELETE FROM {gone} g USING {passed} p WHERE g.id = p.id")
        self.remember(kind)

    def _count(self, kind: str) -> None:
        warned = "0" if kind == "quarantine" else "count(r.reasons)"
        table = 'r."table"' if kind == "quarantine" else f"'{kind}'"
        self.cursor.execute(
            f"SELECT p.heir, {table}, count(*), {warned} FROM passed_{kind} p "
            f"JOIN {KINDS[kind]} r ON r.id = p.id GROUP BY 1, 2"
        )
        for heir, of, count, with_warning in self.cursor.fetchall():
            outcome = "quarantined" if kind == "quarantine" else "accepted"
            self.counts[heir][f"{of} {outcome}"] += count - with_warning
            self.counts[heir][f"{of} warned"] += with_warning

    def told(self) -> list[dict[str, int]]:
        """[{"delivery", "rows"}]; in the results of the others, what came to them from where."""
        passed = []
        for heir, counts in sorted(self.counts.items()):
            rows = sum(counts.values())
            other = Delivery.objects.select_for_update().get(pk=heir)
            result = dict(other.result)
            for name, count in counts.items():
                of, _space, outcome = name.partition(" ")
                if outcome and count:
                    tally = dict(result.get(of, {}))
                    tally[outcome] = tally.get(outcome, 0) + count
                    tally["unchanged"] = tally.get("unchanged", 0) - count
                    result[of] = tally
                    result["unchanged"] = result.get("unchanged", 0) - count
            result["took_over"] = [*result.get("took_over", []), {"from": self.delivery.pk, "rows": rows}]
            Delivery.objects.filter(pk=heir).update(result=result)
            passed.append({"delivery": heir, "rows": rows})
        return passed


def forget_stated(cursor: Any, delivery: Delivery) -> None:
    """A delivery that goes no longer says anything again of others' rows."""
    cursor.execute(f"DELETE FROM {RESTATED} WHERE delivery_id = %s", [delivery.pk])
