"""What must hold for a step with a delivery, and the locks that keep two steps apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# advisory locks: one number space for deliveries being taken in, one for regencies
DELIVERY_LOCK, REGENCY_LOCK = 0x41530001, 0x41530002


class DeliveryRuleBroken(Exception):
    """A step that does not fit where the delivery stands. `code` names the rule."""

    code = "delivery"


class DeliveryNotWaiting(DeliveryRuleBroken):
    code = "not_waiting"


class DeliveryBeingTaken(DeliveryRuleBroken):
    code = "being_taken"


class DeliveryNotImported(DeliveryRuleBroken):
    code = "not_imported"


class ReasonMissing(DeliveryRuleBroken):
    code = "reason_missing"


class TablesMissing(DeliveryRuleBroken):
    code = "tables_missing"


def lock_regencies(cursor: Any, keys: Sequence[str]) -> None:
    """Wait until nobody else changes rows of these regencies; held until the transaction ends."""
    for regency in sorted(set(keys)):
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [REGENCY_LOCK, int(regency)])
