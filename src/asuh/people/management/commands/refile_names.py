"""`asuh manage refile_names`: after an upgrade that changed what is known about names."""

from typing import Any

from django.core.management.base import BaseCommand

from asuh.people.actions.words import refile_names


class Command(BaseCommand):
    """Can be stopped and started again; searching goes on meanwhile."""

    help = "Work out the comparison form and the search keys of everybody's name anew."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{refile_names():,} people filed anew.")
