"""What every page brings along: complete, under names that change with the content, and small."""

import gzip
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

# Everything that base.html loads, at the first visit.
LOADED = [
    "vendor/tabler.min.css",
    "vendor/inter.woff2",
    "vendor/icons.svg",
    "asuh.css",
    "asuh.js",
    "first.js",
    "asuh.svg",
    "chevron.svg",
    "django_htmx/htmx-2.min.js",
]


def test_every_file_finds_the_files_it_names(tmp_path: Path) -> None:
    storage = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=settings.STORAGES | {"staticfiles": storage}):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()


def test_a_first_visit_loads_less_than_200_kb() -> None:
    compressed = 0
    for name in LOADED:
        found: Any = finders.find(name)
        assert found, name
        content = Path(found).read_bytes()
        compressed += len(content) if name.endswith(".woff2") else len(gzip.compress(content, 9))
    assert compressed < 190_000, compressed


def test_nothing_is_fetched_from_data_addresses() -> None:
    for name in ("vendor/tabler.min.css", "asuh.css"):
        found: Any = finders.find(name)
        assert "url(data:" not in Path(found).read_text("utf-8").replace('"', "")
