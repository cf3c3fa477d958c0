"""`asuh find`: people by name or number, one query or a file of them."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from asuh.access.models import User
from asuh.audit import actions as audit
from asuh.audit.actions import Circumstances, circumstances
from asuh.people import search
from asuh.people.models import MemberRow, Person
from asuh.people.permissions import Can
from asuh.places.querysets import path_names
from asuh.places.resolving import resolve_bps, resolve_key


class Born(click.ParamType):
    """A year or a date."""

    name = "YYYY|YYYY-MM-DD"

    def convert(self, value: Any, param: Any, ctx: Any) -> dt.date | int:
        try:
            return read_born(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("query", required=False)
@click.option("--village", help="Kemendagri or BPS code of the area to look in, with or without dots.")
@click.option("--born", type=Born(), help="Year or date of birth; people born about then are found too.")
@click.option("--sex", type=click.Choice(["1", "2"]), help="1 male, 2 female.")
@click.option("--mother", default="", help="The mother's name.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option(
    "--batch",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file with the columns query, born, village, sex, mother: one answer a row.",
)
@click.option("--json", "as_json", is_flag=True, help="A list of hits; with --batch one list a line.")
@click.option("--as", "username", help="Find only whom this user may find.")
def find(
    query: str | None,
    village: str | None,
    born: dt.date | int | None,
    sex: str | None,
    mother: str,
    limit: int,
    batch: Path | None,
    as_json: bool,
    username: str | None,
) -> None:
    """Find people by name, as it sounds or with slips, or by NIK, KK, IDBDT, IDARTBDT or Asuh's own code.

    Exit code 2 if a question cannot be understood, or a file of them not be read. With --batch a row that
    cannot be understood is answered with {"error": …}.
    """
    circumstances.set(Circumstances("cli"))
    by = _user(username)
    if (query is None) == (batch is None):
        raise click.UsageError("Give a name or number, or --batch FILE.")
    if batch is not None:
        found = 0
        for row in _questions(batch):
            answer = _answer_row(row, by, limit)
            found += len(answer) if isinstance(answer, list) else 0
            if not as_json:
                click.echo(f"{'; '.join(filter(None, row.values()))}:")
            click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _in_words(answer))
        audit.record("people.searched", by=by, found=found, filters=["batch"])
        return
    try:
        answer = _answer(query or "", by, village or "", born, sex, mother, limit)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    given = [name for name, value in (("village", village), ("born", born), ("sex", sex)) if value]
    audit.record("people.searched", by=by, found=len(answer), filters=given)
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1) if as_json else _in_words(answer))


def read_born(text: Any) -> dt.date | int:
    """`2012` or `2012-05-18`. Raises ValueError with a sentence."""
    written = str(text).strip()
    if written.isdecimal() and len(written) == 4:
        return int(written)
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written!r} is neither a year (2012) nor a date (2012-05-18)") from None


def areas_of(code: str) -> list[str]:
    """Keys of the areas a code may mean: ten digits can be a village in both official lists.

    Raises ValueError if it is in neither.
    """
    found = [resolution.key for resolution in (resolve_key(code), resolve_bps(code)) if resolution.exact]
    if not found:
        raise ValueError(f"{code!r} is no area's code")
    return list(dict.fromkeys(found))


def _user(username: str | None) -> User | None:
    if username is None:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise click.UsageError(f"There is no user {username!r}.")
    return user


COLUMNS = ("query", "born", "village", "sex", "mother")


def _questions(path: Path) -> list[dict[str, str]]:
    """The rows of a file of questions. Commas or semicolons part the columns, as the first line shows.

    Raises UsageError where the file cannot be read, so that a wrong file is never answered "nobody".
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise click.UsageError(
            f"{path}: not UTF-8 (byte {error.start + 1}). Save it as “CSV UTF-8” and try again."
        ) from None
    first = lines[0] if lines else ""
    rows = csv.DictReader(lines, delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        names = [(name or "").strip().lower() for name in rows.fieldnames or []]
        if "query" not in names or not set(names) <= {*COLUMNS, ""}:
            raise click.UsageError(
                f"{path}: the first line must name the columns {', '.join(COLUMNS)} (query at least),"
                f" but reads {first.strip()!r}."
            )
        rows.fieldnames = names
        return [_question(path, number, row) for number, row in enumerate(rows, start=2)]
    except csv.Error as error:
        raise click.UsageError(f"{path}: {error}.") from None


def _question(path: Path, number: int, row: dict[Any, Any]) -> dict[str, str]:
    if None in row:
        raise click.UsageError(f"{path}: row {number} has more columns than the first line.")
    return {name: str(row.get(name) or "").strip() for name in COLUMNS}


def _answer_row(row: dict[str, str], by: User | None, limit: int) -> list[dict[str, Any]] | dict[str, str]:
    try:
        if not row["query"]:
            raise ValueError("no query in this row")
        return _answer(
            row["query"],
            by,
            row["village"],
            read_born(row["born"]) if row["born"] else None,
            row["sex"] or None,
            row["mother"],
            limit,
        )
    except ValueError as error:
        return {"error": str(error)}


def _answer(
    query: str,
    by: User | None,
    village: str,
    born: dt.date | int | None,
    sex: str | None,
    mother: str,
    limit: int,
) -> list[dict[str, Any]]:
    if sex not in (None, "1", "2"):
        raise ValueError(f"sex is 1 or 2, not {sex!r}")
    hits = search.find(
        query,
        among=Person.objects.reachable(by=by, to=Can.FIND_CHILD) if by is not None else None,
        village=areas_of(village) if village else None,
        born=born,
        sex=int(sex) if sex else None,
        mother=mother,
        limit=limit,
    )
    return _as_json(hits)


def _as_json(hits: Sequence[search.Hit]) -> list[dict[str, Any]]:
    ids = [hit.person for hit in hits]
    people = Person.objects.in_bulk(ids)
    numbers: dict[int, list[str]] = {}
    rows = MemberRow.objects.filter(person__in=ids, replaced_by=None).values_list("person", "idartbdt")
    for person, idartbdt in rows.distinct().order_by("idartbdt"):
        numbers.setdefault(person, []).append(idartbdt)
    answer = []
    for hit in hits:
        person = people[hit.person]
        born = person.born_on.isoformat() if person.born_on else None
        answer.append(
            {
                "person": person.code,
                "name": person.name,
                "idartbdt": numbers.get(person.pk, []),
                "nik": person.nik,
                "born": born or (str(person.born_year) if person.born_year else None),
                "village": person.area_key,
                "score": hit.score,
                "why": [{name: value for name, value in vars(reason).items() if value} for reason in hit.why],
            }
        )
    return answer


def _in_words(answer: list[dict[str, Any]] | dict[str, str]) -> str:
    if isinstance(answer, dict):
        return answer["error"]
    if not answer:
        return "Nobody found."
    places = path_names([hit["village"] for hit in answer if hit["village"]])
    return "\n".join(
        f"{hit['score']:.2f}  {hit['person']}  {hit['name']}  ({hit['born'] or '?'})  "
        f"{places.get(hit['village'] or '', '-')}"
        for hit in answer
    )
