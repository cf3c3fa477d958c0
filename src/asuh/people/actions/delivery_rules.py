"""What must hold for a step with a delivery, and the locks that keep two steps apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from asuh.access.refusals import BrokenRule

# advisory locks: one number space for deliveries being taken in, one for regencies
DELIVERY_LOCK, REGENCY_LOCK = 0x41530001, 0x41530002


class DeliveryNotWaiting(BrokenRule):
    message = _("Keadaan kiriman ini sudah berubah; tidak ada yang dilakukan.")


class DeliveryBeingTaken(BrokenRule):
    message = _("Kiriman ini sedang dimasukkan.")


class DeliveryNotImported(BrokenRule):
    message = _("Kiriman ini tidak lagi berlaku; tidak ada yang berubah.")


class TablesMissing(BrokenRule):
    """code: among asuh.people.codes.deliveries, where words for it stand."""

    message = _("Kiriman ini tidak memuat tabel yang diperlukan.")
    code = "tables_missing"


def lock_regencies(cursor: Any, keys: Sequence[str]) -> None:
    """Wait until nobody else changes rows of these regencies; held until the transaction ends."""
    for regency in sorted(set(keys)):
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [REGENCY_LOCK, int(regency)])
