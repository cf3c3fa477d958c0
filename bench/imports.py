"""The importer beside a raw COPY of the same two files into text tables, same server, same run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection

MEMBERS = int(os.environ.get("BENCH_MEMBERS", 1_000_000))
PER_HOUSEHOLD = 4
RATIO, PEAK = 6.0, 1.5e9
"""Goals at a million members: times a raw COPY, bytes of the importing process."""


def run(folder: Path) -> bool:
    """Print ratio, rows a second and peak memory; whether the goals were met."""
    files = _files(folder)
    raws = [raw_copy(files) for _ in range(2)]
    began = time.monotonic()
    result, peak = _import(files)
    seconds = time.monotonic() - began
    raws += [raw_copy(files) for _ in range(2)]
    raw = statistics.median(raws)
    rows = sum(sum(result[table].values()) for table in ("households", "members"))
    ratio = result["seconds"] / raw
    print(f"\nImport of {rows:,} rows ({sum(file.stat().st_size for file in files) / 1e6:,.0f} MB)")
    told = ", ".join(f"{one:.1f}" for one in raws)
    print(f"  raw COPY into text tables  {raw:8.1f} s   (the middle of two before and two after: {told})")
    print(f"  import                     {result['seconds']:8.1f} s   ({seconds:.1f} s as a command)")
    print(f"  ratio                      {ratio:8.2f}     goal ≤ {RATIO:g}")
    print(f"  rows a second              {rows / result['seconds']:8,.0f}")
    print(f"  peak memory of importer    {peak / 1e6:8,.0f} MB  goal < {PEAK / 1e6:,.0f} MB")
    for table in ("households", "members"):
        print(f"  {table:<26} {result[table]}")
    return ratio <= RATIO and peak < PEAK


def _files(folder: Path) -> list[Path]:
    """An invented delivery of two regencies' worth of households, made once a run."""
    made = folder / "bench-delivery"
    if not made.exists():
        subprocess.run(
            [sys.executable, "-c",
             "import sys; from asuh.invented.deliveries import write_delivery; "
             f"write_delivery(sys.argv[1], regency='3522', members={MEMBERS}, seed=1, period='2020-01')",
             str(made)],
            check=True,
        )  # fmt: skip
    return [made / "households.csv", made / "members.csv"]


def raw_copy(files: list[Path]) -> float:
    """Seconds for COPY of the files as they are into tables of text columns, committed."""
    seconds = 0.0
    for file in files:
        with file.open("rb") as source, connection.cursor() as cursor:
            header = source.readline().decode("utf-8-sig").strip().split(",")
            columns = ", ".join(f'"{name}" text' for name in header)
            cursor.execute(f"DROP TABLE IF EXISTS raw_copy; CREATE TABLE raw_copy ({columns})")
            began = time.monotonic()
            with cursor.copy("COPY raw_copy FROM STDIN (FORMAT csv)") as copy:
                while block := source.read(1 << 20):
                    copy.write(block)
            seconds += time.monotonic() - began
            cursor.execute("DROP TABLE raw_copy")
    return seconds


def _import(files: list[Path]) -> tuple[dict[str, object], int]:
    """The result of the real command in a process of its own, and that process's peak memory."""
    command = [
        sys.executable,
        "-m",
        "asuh",
        "dtks",
        "import",
        *map(str, files),
        "--period",
        "2020-01",
        "--json",
        "--yes",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        out = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the import ended with {process.returncode}: {out}")
    return json.loads(out), used.ru_maxrss * 1024
