"""`asuh places …`: what an operator asks about areas from a shell."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from asuh.places.models import Area, dotted
from asuh.places.querysets import path_names
from asuh.places.resolving import Resolution, resolve_bps, resolve_key, resolve_path


@click.group()
def places() -> None:
    """Administrative areas of Indonesia."""


@places.command()
@click.option("--bps", multiple=True, help="A BPS code of 2, 4, 7 or 10 digits.")
@click.option(
    "--key", "keys", multiple=True, help="A Kemendagri code, with or without dots, also a retired one."
)
@click.option(
    "--names", multiple=True, help="Names from the province down: 'Jawa Timur/Bojonegoro/Margomulyo/Ngelo'."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object; a list where several places were asked for."
)
def resolve(bps: tuple[str, ...], keys: tuple[str, ...], names: tuple[str, ...], as_json: bool) -> None:
    """Find the Kemendagri code of a place. Exit code 1 if one of them is not certain."""
    asked = [("bps", code, resolve_bps(code)) for code in bps]
    asked += [("asked", code, resolve_key(code)) for code in keys]
    asked += [("names", path, resolve_path(path.split("/"))) for path in names]
    if not asked:
        raise click.UsageError("Give --bps, --key or --names.")
    answers = [{kind: text} | as_answer(found) for kind, text, found in asked]
    if as_json:
        click.echo(json.dumps(answers[0] if len(answers) == 1 else answers, ensure_ascii=False))
    else:
        for (_, text, found), answer in zip(asked, answers, strict=True):
            place = f"{answer['code']}  {answer['path']}" if found.key else "-"
            click.echo(f"{text}: {place}" + ("" if found.exact else f"  ({found.why})"))
    sys.exit(0 if all(found.exact for _, _, found in asked) else 1)


def as_answer(found: Resolution) -> dict[str, Any]:
    """A resolution as JSON: code is the dotted form, why is empty when the place is certain."""
    area = Area.objects.filter(key=found.key).first() if found.key else None
    return {
        "key": found.key,
        "code": dotted(found.key),
        "name": area.name if area else "",
        "kind": area.kind if area else "",
        "level": area.level if area else 0,
        "path": path_names([found.key]).get(found.key, ""),
        "exact": found.exact,
        "why": found.why,
        "successors": [dotted(key) for key in found.successors],
    }
