"""What must hold for a step with a delivery, and the locks that keep two steps apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from asuh.access.refusals import BrokenRule

# advisory locks: one number space for deliveries being taken in, one for regencies, and one single lock
DELIVERY_LOCK, REGENCY_LOCK, SETTLE_LOCK = 0x41530001, 0x41530002, 0x41530003
PATIENCE = "15s"
"""How long somebody at a page waits for imports to end."""


class DeliveryNotWaiting(BrokenRule):
    message = _("Keadaan kiriman ini sudah berubah; tidak ada yang dilakukan.")


class DeliveryBeingTaken(BrokenRule):
    message = _("Kiriman ini sedang dimasukkan.")


class DeliveryNotImported(BrokenRule):
    message = _("Kiriman ini tidak lagi berlaku; tidak ada yang berubah.")


class PeriodNotYet(BrokenRule):
    message = _("Bulan ini belum tiba. Pilih bulan keadaan datanya.")
    field = "month"


class RegistryBusy(BrokenRule):
    message = _("Impor lain sedang diselesaikan; tidak ada yang berubah. Coba lagi beberapa menit lagi.")


class RegistryMoved(Exception):
    """Somebody recognised in the registry has left it meanwhile: read it again from the start."""


class TablesMissing(BrokenRule):
    """code: among asuh.people.codes.deliveries, where words for it stand."""

    message = _("Kiriman ini tidak memuat tabel yang diperlukan.")
    code = "tables_missing"


def lock_regencies(cursor: Any, keys: Sequence[str]) -> None:
    """Wait until nobody else changes rows of these regencies; held until the transaction ends."""
    for regency in sorted(set(keys)):
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [REGENCY_LOCK, int(regency)])


def settle(cursor: Any) -> None:
    """Wait until nobody else decides whose rows are whose, anywhere; held until the transaction ends.

    Rows of two regencies may speak of one person, and keys are not looked up row by row while they are
    copied: whoever adds to people or takes some away does that last part alone. Asked after `lock_regencies`.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [SETTLE_LOCK])


@contextmanager
def patiently(cursor: Any) -> Iterator[None]:
    """Locks asked for inside are waited for as long as a person waits for a page. Raises RegistryBusy."""
    cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            raise RegistryBusy from error
        raise
    cursor.execute("SET LOCAL lock_timeout = 0")
