"""Small deliveries, written as files and taken in the real way."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from asuh.kernel.dtks import layout as layouts
from asuh.people.actions import deliveries
from asuh.people.models import Delivery, Household, HouseholdRow, MemberRow, Person, QuarantinedRow, Residence

SAMPLES = Path(__file__).resolve().parents[5] / "shared" / "dtks" / "sample"
JANUARY, JULY = dt.date(2020, 1, 1), dt.date(2020, 7, 1)
NGELO, BADUNG = "3522010002", "3522180001"
HOME = {
    "IDBDT": "3522010002000001",
    "KDGabungan4": NGELO,
    "Alamat": "DSN NGELO RT 01",
    "Jumlah_ART": "2",
    "percentile": "7",
}
AMINAH = {
    "IDBDT": "3522010002000001", "IDARTBDT": "352201000200000001", "KDGabungan4": NGELO, "Nama": "SITI AMINAH",
    "JnsKel": "2", "TglLahir": "2012-05-18", "NIK": "3522015805120001", "Hub_KRT": "3", "Umur": "7",
    "namagadis_ibukandung": "SULASTRI",
}  # fmt: skip
BAGUS = {
    "IDBDT": "3522010002000001", "IDARTBDT": "352201000200000002", "KDGabungan4": NGELO, "Nama": "BAGUS PRASETYO",
    "JnsKel": "1", "TglLahir": "1980-03-01", "NIK": "3522010103800001", "Hub_KRT": "1", "Umur": "39",
}  # fmt: skip


def write(folder: Path, table: str, rows: Sequence[dict[str, str]], name: str = "") -> Path:
    path = folder / (name or f"{table}.csv")
    columns = [column for column in layouts.load().table(table).names if any(column in row for row in rows)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def deliver(
    folder: Path, members: Sequence[dict[str, str]] = (AMINAH, BAGUS), households: Sequence[dict[str, str]] = (HOME,), *,
    period: dt.date = JANUARY, by: Any = None, confirmed: bool = False,
) -> Delivery:  # fmt: skip
    """One delivery through the real verbs."""
    paths = [write(folder, "households", households), write(folder, "members", members)]
    return take(paths, period=period, by=by, confirmed=confirmed)


@contextmanager
def sample_taken(by: Any, sample: str = "bojonegoro_3522") -> Iterator[Delivery]:
    """A whole sample, imported by `by`; its files go afterwards."""
    folder = SAMPLES / sample
    yield take([folder / "households.csv", folder / "members.csv"], by=by)
    shutil.rmtree(Path(settings.HOME) / "deliveries", ignore_errors=True)


def at_work(user: Any) -> Client:
    """A browser in which `user` is signed in."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def take(
    paths: Sequence[Path], *, period: dt.date = JANUARY, by: Any = None, confirmed: bool = False
) -> Delivery:
    delivery = deliveries.receive_delivery(paths, period=period, by=by)
    return deliveries.take_delivery(delivery, by=by, confirmed=confirmed, measure=False)


def census() -> dict[str, int]:
    """How many rows of each kind there are."""
    kinds = (Person, Household, HouseholdRow, MemberRow, QuarantinedRow, Residence)
    return {kind.__name__: kind.objects.count() for kind in kinds}


def content() -> dict[str, list[Any]]:
    """Everything a delivery leaves, without the numbers that any new import draws anew."""
    layout = layouts.load()
    rows: dict[str, list[Any]] = {}
    for model, table in ((HouseholdRow, layout.households), (MemberRow, layout.members)):
        names = ["period", "area_key", "raw", "extra", "reasons", *(name.lower() for name in table.names)]
        rows[model.__name__] = sorted(map(repr, model.objects.standing().values_list(*names)))
    facts = ("name", "name_norm", "name_keys", "sex", "born_on", "born_year", "birth_place", "mother_name", "nik", "kk",
             "area_key", "household__idbdt", "relation", "unsure")  # fmt: skip
    rows["Person"] = sorted(map(repr, Person.objects.values_list(*facts)))
    rows["Household"] = sorted(
        map(repr, Household.objects.values_list("idbdt", "area_key", "address", "percentile"))
    )
    return rows


def faults(sample: str) -> Counter[tuple[str, str]]:
    """(table, fault) → rows, as planted in a sample."""
    with (SAMPLES / sample / "faults.csv").open() as file:
        return Counter((row["file"], row["fault"]) for row in csv.DictReader(file))
