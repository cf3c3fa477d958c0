"""Taking rows out of the registry again: what they brought goes, what others built on it stays."""
# ruff: noqa: S608  names of tables and columns come from the models

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from asuh.access import reasons
from asuh.audit.actions import record
from asuh.kernel.linkage.writing import addresses_as_written
from asuh.people.actions.bulk import copy_frame, copy_out, without_key_triggers
from asuh.people.actions.delivery_rules import DeliveryNotImported, lock_regencies, patiently, settle
from asuh.people.actions.naming import delivered_names
from asuh.people.actions.passing_on import Estate, forget_stated, heirs_of, what_passes_on, what_waits_again
from asuh.people.actions.residing import return_home
from asuh.people.actions.taking import HOUSEHOLD_ROWS, HOUSEHOLDS, MEMBER_ROWS, PERSONS, RESTATED, array_text
from asuh.people.models import Delivery, Household, HouseholdRow, MemberRow, Person, QuarantinedRow, Residence

if TYPE_CHECKING:
    from asuh.access.models import User


@transaction.atomic
def take_back_delivery(delivery: Delivery, *, because: str, by: User | None) -> Delivery:
    """Undo a whole import. Rows it replaced stand again; those that another delivery stated too become that
    one's; people and households that only it knew go, unless somebody has built on them: those stay. All of
    it is counted in `result["taken_back"]`.

    Raises ReasonUnfit, DeliveryNotImported, RegistryBusy.
    """
    because = reasons.given(because)
    delivery.refresh_from_db()
    if delivery.state != Delivery.State.IMPORTED:
        raise DeliveryNotImported
    with connection.cursor() as cursor, patiently(cursor):
        lock_regencies(cursor, delivery.regencies)
        settle(cursor)
    # only then: who waits for the locks must hold no delivery that another one's rows pass on to
    found = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if found.state != Delivery.State.IMPORTED:
        raise DeliveryNotImported
    built_on = what_was_built_on(found).counts
    passed_on: list[dict[str, int]] = []
    counts: dict[str, Any] = remove_rows(found, passed_on=passed_on)
    found.quarantine.waiting().update(
        state=QuarantinedRow.State.SET_ASIDE,
        settled_at=timezone.now(),
        settled_by=by,
        settled_because=because,
    )
    found.state, found.ended_because, found.ended_by = Delivery.State.TAKEN_BACK, because, by
    found.ended_at = timezone.now()
    found.result = found.result | {"taken_back": counts | {"built_on": built_on, "passed_on": passed_on}}
    found.save(update_fields=["state", "ended_because", "ended_by", "ended_at", "result"])
    record(
        "people.delivery_taken_back",
        by=by,
        on=("delivery", found.pk),
        area_key=found.area_key or "",
        why=because,
        **counts,
    )
    transaction.on_commit(lambda: shutil.rmtree(found.folder, ignore_errors=True))
    return found


@dataclass(frozen=True)
class BuiltOn:
    """What others recorded about people whom only one delivery knows.

    counts: [{"kind", "count"}], most first. people_count: how many people that is about. people: the first of
    them, as (id, kinds of what was recorded).
    """

    counts: list[dict[str, Any]]
    people_count: int
    people: list[tuple[int, list[str]]]


def what_was_built_on(delivery: Delivery, *, at_most: int = 0) -> BuiltOn:
    """What would stay if `delivery` were taken back, with up to `at_most` of the people it is about.

    One statement that begins with what was recorded, which is little beside what was delivered.
    """
    recorded = [
        f"SELECT x.\"{column}\" AS person_id, '{model._meta.label_lower}' AS kind "
        f'FROM {model._meta.db_table} x WHERE x."{column}" IS NOT NULL{condition}'
        for model, column, condition in _references(Person)
    ]
    recorded.append(f"SELECT p.id, 'people.person' FROM {PERSONS} p WHERE p.delivery_id IS NULL")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH stated AS MATERIALIZED (
                SELECT DISTINCT m.person_id FROM {RESTATED} s JOIN {MEMBER_ROWS} m ON m.id = s.row
                WHERE s."table" = 'members' AND s.delivery_id = ANY(%(heirs)s)
                AND m.delivery_id = %(delivery)s
            ), built AS MATERIALIZED (
                SELECT s.person_id, s.kind FROM ({" UNION ALL ".join(recorded)}) s
                WHERE EXISTS (SELECT FROM {MEMBER_ROWS} m
                              WHERE m.person_id = s.person_id AND m.delivery_id = %(delivery)s)
                AND NOT EXISTS (SELECT FROM {MEMBER_ROWS} o
                                WHERE o.person_id = s.person_id AND o.delivery_id <> %(delivery)s)
                AND s.person_id NOT IN (SELECT person_id FROM stated)
            ), counted AS (SELECT kind, count(*) AS many FROM built GROUP BY kind),
            about AS (SELECT person_id, array_agg(DISTINCT kind) AS kinds FROM built GROUP BY person_id),
            first AS (SELECT * FROM about ORDER BY person_id LIMIT %(at_most)s)
            SELECT (SELECT jsonb_agg(jsonb_build_array(kind, many) ORDER BY many DESC, kind) FROM counted),
                   (SELECT count(*) FROM about),
                   (SELECT jsonb_agg(jsonb_build_array(person_id, kinds) ORDER BY person_id) FROM first)
            """,
            {"delivery": delivery.pk, "at_most": at_most, "heirs": heirs_of(delivery)},
        )
        counts, people_count, people = cursor.fetchone()
    return BuiltOn(
        [{"kind": kind, "count": count} for kind, count in _told(counts)],
        people_count,
        [(person, kinds) for person, kinds in _told(people)],
    )


def _told(found: Any) -> list[Any]:
    return json.loads(found) if isinstance(found, str) else found or []


def persons_built_on(people: Sequence[int], delivery: Delivery) -> bool:
    """Whether anything but rows of deliveries, and what `delivery` wrote, speaks of one of these people."""
    with connection.cursor() as cursor:
        for model, column, condition in _references(Person):
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {model._meta.db_table} x "
                f'WHERE x."{column}" = ANY(%(people)s){condition})',
                {"people": list(people), "delivery": delivery.pk},
            )
            if cursor.fetchone()[0]:
                return True
    return Person.objects.filter(pk__in=people, delivery__isnull=True).exists()


def remove_rows(
    delivery: Delivery,
    *,
    members: Sequence[int] | None = None,
    households: Sequence[int] | None = None,
    passed_on: list[dict[str, int]] | None = None,
) -> dict[str, int]:
    """Take rows of a delivery out (all of them where no ids are given) in the caller's transaction.

    Returns counts: member_rows, household_rows, persons, households that went, persons_kept that only these
    rows knew, rows_passed_on to deliveries that stated them too; `passed_on` is told which.
    """
    whole = members is None
    with connection.cursor() as cursor:
        _gone(cursor, "gone_member", MEMBER_ROWS, "person_id", "idartbdt", delivery, members)
        _gone(cursor, "gone_household", HOUSEHOLD_ROWS, "household_id", "idbdt", delivery, households)
        with without_key_triggers(cursor):
            estate = Estate(cursor, delivery)
            estate.found("members", "gone_member", "person_id")
            estate.found("households", "gone_household", "household_id")
            counts = {"member_rows": _rows_out(cursor, "gone_member", MEMBER_ROWS, "idartbdt", delivery)}
            estate.homes("gone_household")
            counts["household_rows"] = _rows_out(cursor, "gone_household", HOUSEHOLD_ROWS, "idbdt", delivery)
            if whole:
                estate.quarantine()
                return_home(cursor, delivery.pk)
                forget_stated(cursor, delivery)
            _retell_persons(cursor, delivery)
            _retell_households(cursor, delivery)
            estate.pointers()
            counts["persons"], counts["persons_kept"] = _forget(
                cursor, "gone_member", "person_id", PERSONS, MEMBER_ROWS, _references(Person), delivery
            )
            counts["households"], _ = _forget(
                cursor,
                "gone_household",
                "household_id",
                HOUSEHOLDS,
                HOUSEHOLD_ROWS,
                _references(Household),
                delivery,
            )
        cursor.execute("DROP TABLE gone_member, gone_household")
    told = estate.told()
    counts["rows_passed_on"] = sum(one["rows"] for one in told)
    if passed_on is not None:
        passed_on += told
    return counts


def _gone(
    cursor: Any, name: str, table: str, owner: str, key: str, delivery: Delivery, ids: Sequence[int] | None
) -> None:
    which = "" if ids is None else " AND id = ANY(%(ids)s)"
    cursor.execute(
        f"DROP TABLE IF EXISTS {name}; CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS "
        f"SELECT id, {owner}, {key} AS key, replaced_by_id FROM {table} WHERE false"
    )
    cursor.execute(
        f"INSERT INTO {name} SELECT id, {owner}, {key}, replaced_by_id FROM {table} "
        f"WHERE delivery_id = %(delivery)s{which}",
        {"delivery": delivery.pk, "ids": None if ids is None else list(ids)},
    )
    cursor.execute(f"ANALYZE {name}")


def _rows_out(cursor: Any, gone: str, table: str, key: str, delivery: Delivery) -> int:
    """Delete the rows; those they replaced stand again, or are replaced by what had replaced the deleted."""
    cursor.execute(
        f"CREATE TEMPORARY TABLE back_again ON COMMIT DROP AS SELECT r.id, g.replaced_by_id FROM {table} r "
        f"JOIN {gone} g ON g.key = r.{key} WHERE r.replaced_by_id = %s AND r.period = %s",
        [delivery.pk, delivery.period],
    )
    cursor.execute(f"DELETE FROM {table} r USING {gone} g WHERE r.id = g.id")
    removed = cursor.rowcount
    cursor.execute(
        f"UPDATE {table} r SET replaced_by_id = b.replaced_by_id FROM back_again b WHERE r.id = b.id"
    )
    cursor.execute("DROP TABLE back_again")
    return int(removed)


def _retell_persons(cursor: Any, delivery: Delivery) -> None:
    """People whose present state this delivery told, and whom another still knows: as the newest row says."""
    frame = copy_out(
        cursor,
        f"""
        SELECT DISTINCT ON (r.person_id) r.person_id, left(r.nama, 200), r.jnskel, r.tgllahir, r.born_year,
               left(coalesce(r.tmplahir, ''), 200), left(coalesce(r.namagadis_ibukandung, ''), 200),
               {_newest("nik")}, {_newest("nokk")},
               r.area_key, h.household_id, r.hub_krt, r.delivery_id
        FROM {MEMBER_ROWS} r JOIN {PERSONS} p ON p.id = r.person_id
        LEFT JOIN {HOUSEHOLD_ROWS} h ON h.idbdt = r.idbdt AND h.period = r.period AND h.replaced_by_id IS NULL
        WHERE r.replaced_by_id IS NULL AND p.delivery_id = {int(delivery.pk)}
          AND p.id IN (SELECT person_id FROM gone_member)
        ORDER BY r.person_id, r.period DESC, r.id DESC
        """,
        {"person_id": pl.Int64, "name": pl.String, "sex": pl.Int16, "born_on": pl.Date, "born_year": pl.Int16,
         "birth_place": pl.String, "mother_name": pl.String, "nik": pl.String, "kk": pl.String,
         "area_key": pl.String, "household_id": pl.Int64, "relation": pl.Int16, "delivery_id": pl.Int64},
    )  # fmt: skip
    if not frame.height:
        return
    names = delivered_names(frame)
    frame = frame.with_columns(*names.drop("name_keys"), array_text(names["name_keys"]).alias("name_keys"))
    _retold(cursor, PERSONS, frame.rename({"person_id": "id"}))


def _newest(column: str) -> str:
    """SQL: what the row says, or the newest other of that person that says anything."""
    return (
        f"coalesce(r.{column}, (SELECT o.{column} FROM {MEMBER_ROWS} o WHERE o.person_id = r.person_id "
        f"AND o.replaced_by_id IS NULL AND o.{column} IS NOT NULL ORDER BY o.period DESC, o.id DESC LIMIT 1))"
    )


def _retell_households(cursor: Any, delivery: Delivery) -> None:
    frame = copy_out(
        cursor,
        f"""
        SELECT DISTINCT ON (r.household_id) r.household_id, r.area_key, left(coalesce(r.alamat, ''), 500),
               left(coalesce(r.nama_sls, ''), 200), r.lat, r.long, r.percentile, r.delivery_id
        FROM {HOUSEHOLD_ROWS} r JOIN {HOUSEHOLDS} x ON x.id = r.household_id
        WHERE r.replaced_by_id IS NULL AND x.delivery_id = {int(delivery.pk)}
          AND x.id IN (SELECT household_id FROM gone_household)
        ORDER BY r.household_id, r.period DESC, r.id DESC
        """,
        {"id": pl.Int64, "area_key": pl.String, "address": pl.String, "neighbourhood": pl.String,
         "latitude": pl.Float64, "longitude": pl.Float64, "percentile": pl.Int16, "delivery_id": pl.Int64},
    )  # fmt: skip
    if frame.height:
        told = frame.with_columns(pl.col("address", "neighbourhood").fill_null(""))
        _retold(
            cursor, HOUSEHOLDS, told.with_columns(addresses_as_written(told["address"]).str.slice(0, 500))
        )


def _retold(cursor: Any, table: str, frame: pl.DataFrame) -> None:
    columns = ", ".join(frame.columns)
    cursor.execute(f"CREATE TEMPORARY TABLE retold ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")
    copy_frame(cursor, "retold", frame)
    values = ", ".join(f"{name} = t.{name}" for name in frame.columns if name != "id")
    cursor.execute(f"UPDATE {table} x SET {values} FROM retold t WHERE x.id = t.id")
    cursor.execute("DROP TABLE retold")


def _forget(
    cursor: Any,
    gone: str,
    owner: str,
    table: str,
    rows: str,
    references: list[tuple[Any, str, str]],
    delivery: Delivery,
) -> tuple[int, int]:
    """Delete whom no row knows any more and nobody has built on; the others keep what they are."""
    cursor.execute(
        f"CREATE TEMPORARY TABLE lost ON COMMIT DROP AS SELECT DISTINCT g.{owner} AS id FROM {gone} g "
        f"WHERE NOT EXISTS (SELECT FROM {rows} r WHERE r.{owner} = g.{owner})"
    )
    cursor.execute("ANALYZE lost")
    # whoever records something about one of them right now is waited for, and counts below
    cursor.execute(f"SELECT FROM {table} t JOIN lost l ON t.id = l.id ORDER BY t.id FOR UPDATE OF t")
    built = [
        f'SELECT FROM {model._meta.db_table} x WHERE x."{column}" = t.id{condition}'
        for model, column, condition in references
    ]
    free = " AND ".join(f"NOT EXISTS ({query})" for query in built) or "true"
    cursor.execute(
        f"DELETE FROM {table} t USING lost l WHERE t.id = l.id AND t.delivery_id IS NOT NULL AND {free}",
        {"delivery": delivery.pk},
    )
    removed = cursor.rowcount
    cursor.execute(f"UPDATE {table} t SET delivery_id = NULL FROM lost l WHERE t.id = l.id")
    kept = cursor.rowcount
    cursor.execute("DROP TABLE lost")
    return int(removed), int(kept)


def _references(model: Any) -> list[tuple[Any, str, str]]:
    """Models that speak of `model`, whatever floor they live on: (model, column, more conditions).

    Rows of deliveries do not count, nor the residences that an import wrote itself.
    """
    found = []
    for relation in model._meta.get_fields(include_hidden=True):  # most facts are hidden: related_name="+"
        if not (relation.one_to_many or relation.one_to_one) or relation.concrete:
            continue
        related = relation.related_model
        if related in (MemberRow, HouseholdRow):
            continue
        condition = " AND x.delivery_id IS DISTINCT FROM %(delivery)s" if related is Residence else ""
        found.append((related, relation.field.column, condition))
    return found


__all__ = [
    "BuiltOn",
    "persons_built_on",
    "remove_rows",
    "take_back_delivery",
    "what_passes_on",
    "what_waits_again",
    "what_was_built_on",
]
