"""Pytest plugin: one throw-away embedded PostgreSQL for a run of the suite.

Named in pyproject's addopts, so that it is there before Django's settings are read.
TEST_DATABASE_URL points the suite at another server instead.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis

from asuh import database

# a slow machine is no fault of the code: what is slow is shown by `make bench`
hypothesis.settings.register_profile("asuh", deadline=None)
hypothesis.settings.load_profile("asuh")

_folder = Path(tempfile.mkdtemp(prefix="asuh-test-"))
_folder.chmod(0o755)
(_folder / "static").mkdir()  # collected files; where it is missing every request warns
os.environ["ASUH_HOME"] = str(_folder)
os.environ["ASUH_TESTING"] = "1"
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
else:
    os.environ.pop("DATABASE_URL", None)
    os.environ["DATABASE_URL"] = database.start_embedded(
        _folder / "pg",
        settings={
            **database.suggested_settings(),
            "shared_buffers": "256MB",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        },
    )
