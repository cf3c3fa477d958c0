"""`asuh audit …`: seal and verify the trail."""

import json
import sys

import click

from asuh.audit import sealing, verifying


@click.group()
def audit() -> None:
    """The audit trail: append-only, sealed, checkable."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def seal(as_json: bool) -> None:
    """Seal every finished event that is not sealed yet; the worker does it every minute."""
    written = sealing.seal_events()
    if as_json:
        click.echo(json.dumps({"seals": len(written), "events": sum(each.events_count for each in written)}))
        return
    for each in written:
        click.echo(f"Seal {each.pk}: {each.events_count} events, chain {bytes(each.chain).hex()}")
    if not written:
        click.echo("Nothing to seal.")


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="HEX",
    help="A chain value noted earlier that must still be there.",
)
def verify(as_json: bool, heads: tuple[str, ...]) -> None:
    """Check every seal against its events. Exit code 1 if anything is not as it was sealed."""
    report = verifying.verify(heads=list(heads))
    if as_json:
        click.echo(json.dumps(report.as_json()))
    else:
        click.echo(f"{report.seals} seals over {report.events_sealed} events; head {report.head or '(none)'}")
        if report.moves:
            click.echo(f"The database moved to another server {report.moves} time(s).")
        oldest = report.oldest_unsealed_at
        since = f", the oldest from {oldest.isoformat(timespec='seconds')}" if oldest else ""
        click.echo(f"{report.events_unsealed} events are not sealed yet{since}.")
        for finding in report.findings:
            click.echo(f"FOUND {finding.code}: {finding.says}", err=True)
        click.echo("The trail is as it was sealed." if report.sound else "THE TRAIL IS NOT AS IT WAS SEALED.")
    sys.exit(0 if report.sound else 1)
