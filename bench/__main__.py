"""`python -m bench [part …]`: runs all parts, or those named, and prints one table each."""

import importlib
import os
import sys
import tempfile
from pathlib import Path

PARTS = ["imports", "search"]


def main(names: list[str]) -> int:
    """Run the named parts (all if none) against a throw-away embedded server; 1 if a goal was missed."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"No such part: {', '.join(unknown)}. There are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="asuh-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["ASUH_HOME"] = folder
        os.environ.pop("DATABASE_URL", None)
        from asuh.cli import prepare

        prepare()
        from asuh.operating import migrate
        from asuh.places import loading

        migrate()
        loading.load_areas()
        missed = []
        for name in names or PARTS:
            if not importlib.import_module(f"bench.{name}").run(Path(folder)):
                missed.append(name)
        from asuh import database

        database.stop_embedded(Path(folder) / "pg")
    if missed:
        print(f"Goals missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
