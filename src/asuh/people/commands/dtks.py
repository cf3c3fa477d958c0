"""`asuh dtks check | import | export | template`."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import psycopg
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import override

from asuh.access.jobs import DATABASE_AWAY
from asuh.access.refusals import BrokenRule, Refused
from asuh.audit.actions import Circumstances, circumstances
from asuh.kernel.dtks import layout as layouts
from asuh.kernel.dtks import writing
from asuh.kernel.dtks.reading import FileRefused
from asuh.people import imports
from asuh.people.actions.deliveries import check_period, refuse_delivery, take_delivery
from asuh.people.codes import reasons
from asuh.people.codes.deliveries import STAGES, ask_words, fault_words
from asuh.people.commands.find import areas_of
from asuh.people.models import Delivery
from asuh.people.permissions import Can
from asuh.places.models import dotted
from asuh.places.querysets import path_names

FAILED, ASKED = 1, 3
"""Exit codes: the files were refused · the import stopped and asks (run it again with --yes)."""
EVERYWHERE = "indonesia"
"""The word that stands for all areas; a code left empty by a script must never mean the whole country."""


class Period(click.ParamType):
    """A month, 2020-01."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: Any, ctx: Any) -> dt.date:
        if isinstance(value, dt.date):
            return value
        if match := re.fullmatch(r"(\d{4})-(\d{2})(-\d{2})?", str(value)):
            try:
                return dt.date(int(match[1]), int(match[2]), 1)
            except ValueError:
                pass
        return self.fail(f"{value!r} is not a month like 2020-01", param, ctx)


files_argument = click.argument(
    "files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
as_option = click.option("--as", "username", help="Do it with the rights and under the name of this user.")


@click.group()
def dtks() -> None:
    """DTKS deliveries: check, import, export."""
    circumstances.set(Circumstances("cli"))
    # what the commands say themselves is English: so are the reasons and rules they quote
    click.get_current_context().with_resource(override("en"))


@dtks.command()
@files_argument
@click.option("--period", type=Period(), help="The month the delivery speaks of; this month if not given.")
@json_option
def check(files: tuple[Path, ...], period: dt.date | None, as_json: bool) -> None:
    """Say what importing FILES would do. Nothing is written."""
    if not files:
        raise click.UsageError("Give the files of a delivery.")
    if period is None:
        period = timezone.localdate().replace(day=1)
        click.echo(f"No --period given: compared with what stands for {period:%Y-%m}.", err=True)
    with _bar(as_json) as tell:
        try:
            check_period(period, timezone.localdate())
            result = imports.check_files(files, period=period, tell=tell)
        except BrokenRule as broken:
            click.echo(f"Nothing was checked: {broken}", err=True)
            sys.exit(FAILED)
        except FileRefused as refusal:
            _refused({"code": refusal.code, "file": refusal.file, **refusal.details}, as_json)
    _say(result, as_json)


@dtks.command("import")
@files_argument
@click.option("--period", type=Period(), help="The month the delivery speaks of, like 2020-01.")
@click.option("--yes", is_flag=True, help="Take it in although it was seen before or looks unusual.")
@click.option("--resume", is_flag=True, help="Take up what a crash left half way; needs no FILES.")
@as_option
@json_option
def import_(
    files: tuple[Path, ...],
    period: dt.date | None,
    yes: bool,
    resume: bool,
    username: str | None,
    as_json: bool,
) -> None:
    """Take a delivery in: its household file and its member file, or a Zip of both.

    Exit codes: 0 imported; 1 the files were refused, nothing changed; 3 it stopped and asks.
    """
    by = _user(username)
    if not files and not resume:
        raise click.UsageError("Give the files of a delivery, or --resume.")
    if files and period is None:
        raise click.UsageError("Give --period, the month the delivery speaks of.")
    with _bar(as_json) as tell:

        def progress(delivery: Delivery) -> None:
            tell(delivery.rows_done, delivery.rows_total, str(STAGES.get(delivery.stage, "")))

        try:
            if resume:
                done = imports.resume(by=by, tell=progress)
            else:
                assert period is not None
                done = [imports.import_files(files, period=period, by=by, confirmed=yes, tell=progress)]
        except (BrokenRule, Refused) as broken:
            click.echo(f"Nothing was done: {broken}", err=True)
            sys.exit(FAILED)
        except DATABASE_AWAY as error:
            click.echo(
                f"The database stopped in the middle: {error}\nNothing was written. "
                "Once it runs again, give the same command, or: asuh dtks import --resume",
                err=True,
            )
            sys.exit(FAILED)
        except (DatabaseError, psycopg.Error) as error:
            # its message may hold a row; the kind is enough to ask for help with
            click.echo(f"The database refused it: {type(error).__name__}.", err=True)
            _refused({"code": "internal"}, as_json)
    if resume and not done:
        click.echo("[]" if as_json else "Nothing was left half way.")
    worst = 0
    for delivery in done:
        if delivery.state == Delivery.State.FAILED:
            _refused(delivery.error, as_json)
        if delivery.state == Delivery.State.ASKING:
            worst = ASKED
            for ask in delivery.asks:
                words = ask_words(ask)
                click.echo(f"{words.what} {words.do}", err=True)
            click.echo(
                f"Nothing was written; it waits as delivery number {delivery.pk}. To take it in, "
                "give the same command with --yes; to send it away: "
                f'asuh dtks refuse {delivery.pk} --why "…"',
                err=True,
            )
            if sys.stdin.isatty() and not as_json and click.confirm("Take it in all the same?"):
                with _bar(as_json) as tell:
                    delivery = take_delivery(delivery, by=by, confirmed=True)
                worst = 0
        _say(delivery.result, as_json)
    sys.exit(worst)


@dtks.command()
@click.argument("number", type=int)
@click.option("--why", required=True, help="The reason; the sender sees it, and the audit trail keeps it.")
@as_option
def refuse(number: int, why: str, username: str | None) -> None:
    """Send delivery NUMBER, which is not in, away for good."""
    by = _user(username)
    within = (
        Delivery.objects.all() if by is None else Delivery.objects.reachable(by=by, to=Can.TAKE_BACK_DELIVERY)
    )
    delivery = within.filter(pk=number).first()
    if delivery is None:
        raise click.UsageError(f"There is no delivery number {number}.")
    try:
        refuse_delivery(delivery, because=why, by=by)
    except (BrokenRule, Refused) as broken:
        click.echo(f"Nothing was done: {broken}", err=True)
        sys.exit(FAILED)
    click.echo(f"Delivery number {number} was refused; none of its rows came in.")


@dtks.command()
@click.option(
    "--area",
    required=True,
    help=f"Kemendagri or BPS code, with or without dots; '{EVERYWHERE}' for all of it.",
)
@click.option("--period", type=Period(), required=True, help="The month to write, like 2020-01.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write into."
)
@click.option("--form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option("--why", default="", help="The reason, kept in the audit trail; asked for if not given.")
@as_option
@json_option
def export(
    area: str, period: dt.date, out: Path, form: Any, why: str, username: str | None, as_json: bool
) -> None:
    """Write the households and members of an area in the layout they came in.

    Exit codes: 0 written; 1 refused, or nothing stands there for the period; 2 no such area.
    """
    from asuh.people.actions.exporting import export_dtks

    key, by = _area(area), _user(username)
    if not why and sys.stdin.isatty():
        why = click.prompt("Why is this exported?")
    try:
        result = export_dtks(key, period, out, why=why or "asuh dtks export", by=by, form=form)
    except (BrokenRule, Refused) as broken:
        click.echo(f"Nothing was written: {broken}", err=True)
        sys.exit(FAILED)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        files = ", ".join(result["files"])
        where = path_names([key])[key] if key else "Indonesia"
        click.echo(
            f"{where}, {period:%Y-%m}: {result['households']:,} households and {result['members']:,} members"
            f": {files}"
        )


@dtks.command()
@click.argument("table", type=click.Choice(layouts.TABLES))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A .csv or .xlsx file."
)
def template(table: str, out: Path) -> None:
    """Write an empty file with the layout's header."""
    writing.write_template(layouts.load().table(table), out)


def _area(written: str) -> str:
    """The key of the area; "" for the whole country, which has to be said in a word."""
    if written.strip().lower() == EVERYWHERE:
        return ""
    try:
        if not re.fullmatch(r"[0-9. ]+", written):
            raise ValueError(f"{written!r} is no area's code")
        keys = areas_of(written)
    except ValueError as error:
        raise click.UsageError(f"{error}; for the whole country write --area {EVERYWHERE}.") from error
    if len(keys) > 1:
        found = " or ".join(f"{dotted(key)} ({name})" for key, name in path_names(keys).items())
        raise click.UsageError(f"{written!r} is the code of two areas: {found}.")
    return keys[0]


def _user(username: str | None) -> Any:
    from asuh.access.models import User

    if username is None:
        return None
    found = User.objects.filter(username=username).first()
    if found is None:
        raise click.UsageError(f"There is no user {username!r}.")
    return found


def _refused(error: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": error}, ensure_ascii=False, default=str))
    words = fault_words(error)
    click.echo(f"{words.what} {words.do}", err=True)
    sys.exit(FAILED)


def _say(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, default=str))
        return
    for table in layouts.TABLES:
        counts = result[table]
        click.echo(f"{table:>10}: " + ", ".join(f"{count:,} {outcome}" for outcome, count in counts.items()))
    for code, count in sorted(result["reasons"].items(), key=lambda pair: -pair[1]):
        click.echo(f"{count:>10,}  {code:<20} {reasons.title(code)}")
    if result.get("seconds") is not None:
        ratio = f", {result['copy_ratio']} × a raw COPY" if result.get("copy_ratio") else ""
        click.echo(f"{result['seconds']} s{ratio}")


class _bar:
    """A progress bar on standard error, where somebody looks at it."""

    def __init__(self, as_json: bool) -> None:
        self.shown = not as_json and sys.stderr.isatty()

    def __enter__(self) -> Callable[..., None]:
        if not self.shown:
            return lambda *_: None
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        self.progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), transient=True
        )
        self.progress.start()
        task = self.progress.add_task("", total=None)

        def tell(done: int, of: int, stage: str = "") -> None:
            self.progress.update(task, completed=done, total=of or None, description=stage)

        return tell

    def __exit__(self, *_: object) -> None:
        if self.shown:
            self.progress.stop()
