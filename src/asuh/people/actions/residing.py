"""Homes that people have left, as a delivery tells it: many at once."""
# ruff: noqa: S608  names of tables come from the models

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def leave_homes(cursor: Any, told: str, values: Mapping[str, Any]) -> None:
    """Write where everybody lived whom the table `told` (t) puts elsewhere. Runs before the present changes.

    told: SQL that joins people_person x with t and says whom it may change. values: period, delivery.
    A home begins where the one before it ended; the first one, at the earliest period that found its people
    in it. Nothing is said of the beginning where that would lie after the end.
    """
    cursor.execute(
        f"""
        DROP TABLE IF EXISTS moved;
        CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
        SELECT x.id, x.household_id, x.relation, x.area_key, x.stay_key, x.resident_since
        FROM people_person x JOIN told t ON {told}
        WHERE (x.household_id, x.area_key) IS DISTINCT FROM (t.household_id, t.area_key)
        """,
        values,
    )
    cursor.execute("ANALYZE moved")
    cursor.execute(
        """
        WITH before AS (
            SELECT DISTINCT ON (r.person_id) r.person_id, r.ended_on, r.delivery_id
            FROM people_residence r JOIN moved m ON m.id = r.person_id
            ORDER BY r.person_id, r.ended_on DESC, r.id DESC
        ), found AS (
            SELECT m.id, min(r.period) AS period
            FROM moved m JOIN people_household h ON h.id = m.household_id
            JOIN people_memberrow r ON r.person_id = m.id AND r.idbdt = h.idbdt AND r.area_key = m.area_key
            WHERE r.replaced_by_id IS NULL AND r.period <= %(period)s
            GROUP BY m.id
        ), begun AS (
            SELECT m.*,
                   coalesce(greatest(m.resident_since, b.ended_on), f.period) AS began,
                   CASE WHEN b.delivery_id IS NOT NULL
                             AND b.ended_on >= coalesce(m.resident_since, b.ended_on)
                        THEN 'period'
                        WHEN coalesce(m.resident_since, b.ended_on) IS NULL AND f.period IS NOT NULL
                        THEN 'before' ELSE 'day' END AS began_as
            FROM moved m LEFT JOIN before b ON b.person_id = m.id LEFT JOIN found f ON f.id = m.id
        )
        INSERT INTO people_residence
            (person_id, household_id, relation, area_key, belonged_key, stayed_key, started_on, started_as,
             ended_on, because, delivery_id)
        SELECT id, household_id, relation, area_key, area_key, stay_key,
               CASE WHEN began <= %(period)s THEN began END,
               CASE WHEN began <= %(period)s THEN began_as ELSE 'day' END,
               %(period)s, 'dtks', %(delivery)s
        FROM begun
        """,
        values,
    )
    cursor.execute(
        "UPDATE people_person x SET resident_since = NULL FROM moved m "
        "WHERE x.id = m.id AND m.resident_since IS NOT NULL"
    )


def return_home(cursor: Any, delivery_id: int) -> None:
    """Forget the homes that a delivery says were left; a day once named as a beginning counts again."""
    cursor.execute(
        """
        UPDATE people_person x SET resident_since = r.started_on
        FROM people_residence r
        WHERE r.person_id = x.id AND r.delivery_id = %(delivery)s AND r.started_as = 'day'
          AND r.started_on IS NOT NULL AND x.delivery_id = %(delivery)s
        """,
        {"delivery": delivery_id},
    )
    cursor.execute("DELETE FROM people_residence WHERE delivery_id = %s", [delivery_id])
