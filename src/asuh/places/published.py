"""The list of areas as it is shipped: two gzipped files, read without a database."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import polars as pl

AREAS = "areas-2025.csv.gz"
UNJOINED = "unjoined.csv.gz"


def read_areas() -> pl.DataFrame:
    """One row a code, all text; lists joined with '|', empty text where nothing is known.

    Columns: key, name, kind, postal_code, bps, other_names, regulation, valid_from, retired_on, successors.
    """
    return pl.read_csv(_bytes(AREAS), infer_schema=False).fill_null("")


def read_unjoined() -> pl.DataFrame:
    """BPS codes without an area of today: bps, name, key of the nearest certain area above or '', why."""
    return pl.read_csv(_bytes(UNJOINED), infer_schema=False).fill_null("")


def digest_of_files() -> str:
    """What distinguishes this edition of the list from another."""
    return hashlib.sha256(_bytes(AREAS) + _bytes(UNJOINED)).hexdigest()


def _bytes(name: str) -> bytes:
    return files("asuh.places").joinpath("data", name).read_bytes()
