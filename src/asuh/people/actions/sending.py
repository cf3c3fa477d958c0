"""Sending a delivery in through a page: received once, however often the button was pressed, and queued."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection, transaction

from asuh.audit.actions import record
from asuh.people.actions.deliveries import receive_delivery
from asuh.people.actions.storing import gone_on_failure
from asuh.people.models import Delivery

if TYPE_CHECKING:
    from asuh.access.models import User

_SENDER_LOCK = 0x41530003
UNDER_WAY = (Delivery.State.WAITING, Delivery.State.IMPORTING)
NEEDS_SOMEBODY = (Delivery.State.ASKING, Delivery.State.FAILED)
SILENT = timedelta(minutes=2)
"""What is under way and gave no sign of life for so long has no worker."""


def send_delivery(
    paths: Sequence[Path], *, names: Sequence[str], period: dt.date, by: User
) -> tuple[Delivery, bool]:
    """Receive the files (taking them away from `paths`) and queue their import.

    Returns the delivery, and whether these very files were under way already, sent by the same person for
    the same period; then nothing new was received.
    """
    from asuh.people.tasks import import_later

    with transaction.atomic():
        with connection.cursor() as cursor:  # a double click waits here until the first one is written
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SENDER_LOCK, by.pk % 2**31])
        delivery = receive_delivery(paths, period=period, by=by, names=names, move=True)
        with gone_on_failure(delivery):
            same = Delivery.objects.filter(
                digest=delivery.digest, period=delivery.period, created_by=by, state__in=UNDER_WAY
            )
            twin = same.exclude(pk=delivery.pk).first()
            if twin is None:
                import_later(delivery, by=by)
            else:
                transaction.set_rollback(True)
    if twin is not None:
        shutil.rmtree(delivery.folder, ignore_errors=True)
        return twin, True
    return delivery, False


@transaction.atomic
def take_up_again(delivery: Delivery, *, by: User, now: datetime) -> bool:
    """Queue once more what asked, failed or was forgotten; what asked is thereby confirmed.

    Returns whether anything was queued; what is under way or over stays as it is.
    """
    from asuh.people.tasks import import_later

    found = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if found.state not in NEEDS_SOMEBODY and not is_silent(found, now=now):
        return False
    confirmed = found.state == Delivery.State.ASKING
    Delivery.objects.filter(pk=found.pk).update(
        state=Delivery.State.WAITING, stage="", rows_done=0, rows_total=0, progress_at=now, error={}
    )
    record(
        "people.delivery_confirmed" if confirmed else "people.delivery_taken_up_again",
        by=by,
        on=("delivery", found.pk),
        area_key=found.area_key or "",
        asks=[ask["code"] for ask in found.asks],
    )
    import_later(found, by=by, confirmed=confirmed)
    return True


def is_silent(delivery: Delivery, *, now: datetime) -> bool:
    """Whether it should be moving and nobody seems to work on it. One that waits while a worker is alive is
    merely not yet its turn."""
    if delivery.state not in UNDER_WAY or now - (delivery.progress_at or delivery.created_at) <= SILENT:
        return False
    return delivery.state == Delivery.State.IMPORTING or not _a_worker_lives(now)


def _a_worker_lives(now: datetime) -> bool:
    from procrastinate.contrib.django.models import ProcrastinateWorker

    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=now - SILENT).exists()
