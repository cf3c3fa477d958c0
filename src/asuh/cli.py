"""The `asuh` command: what an operator, a data officer and a developer start from a shell."""

import importlib
import os
import sys
from typing import Any

import click

# command → where its body is; imported only when it is called, after the database runs
COMMANDS = {
    "init": "asuh.operating:init",
    "serve": "asuh.operating:serve",
    "pages": "asuh.operating:pages",
    "worker": "asuh.operating:worker",
    "demo": "asuh.operating:demo",
    "manage": "asuh.operating:manage",
    "places": "asuh.places.commands:places",
    "dtks": "asuh.people.commands.dtks:dtks",
    "find": "asuh.people.commands.find:find",
    "audit": "asuh.audit.commands:audit",
    "user": "asuh.access.commands:user",
}


class Commands(click.Group):
    """Commands that need Django get it, and a running database, just before they start."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        prepare()
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


def prepare() -> None:
    """Start the database if it is ours to start, and set Django up. Exits with code 2 and a reason if not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asuh.settings")
    from asuh import database

    try:
        database.ensure_running()
    except database.DatabaseUnavailable as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    import django

    django.setup()
    from asuh.audit.actions import Circumstances, circumstances

    circumstances.set(Circumstances("cli"))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Asuh: one system for child protection in Indonesia."""


def main(arguments: list[str] | None = None) -> Any:
    """Entry point of the console script."""
    return cli(args=arguments, prog_name="asuh")
