"""What is known about Indonesian names, as data: CSV files, each row or file with its source."""

import csv
from functools import cache
from importlib.resources import files


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """The rows of `table`.csv by column; lines that begin with # are comments."""
    text = files(__name__).joinpath(f"{table}.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(csv.DictReader(lines))
