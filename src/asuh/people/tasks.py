"""What the worker does for the registry."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from asuh.access.jobs import DATABASE_AWAY, declare_task
from asuh.access.models import User
from asuh.audit.actions import Circumstances, circumstances
from asuh.people.actions import deliveries
from asuh.people.models import Delivery, RecordedSheet

declare_task("people.import_delivery", _("Mengimpor kiriman DTKS"))
declare_task("people.apply_sheet", _("Mencatat keterangan dari lembar kerja"))
declare_task("people.undo_sheet", _("Mengurungkan lembar kerja"))
declare_task("people.throw_away", _("Menghapus draf lama dan unggahan yang dibiarkan"))

RETRIES = RetryStrategy(
    max_attempts=20, linear_wait=15, retry_exceptions={deliveries.DeliveryBeingTaken, *DATABASE_AWAY}
)


@app.task(name="people.import_delivery", retry=RETRIES)
def import_delivery(delivery_id: int, user_id: int | None, confirmed: bool = False) -> None:
    """Take a delivery in for who sent it. Safe to run again: what is in already stays as it is."""
    circumstances.set(Circumstances("job"))
    delivery = Delivery.objects.get(pk=delivery_id)
    by = User.objects.get(pk=user_id) if user_id is not None else None
    try:
        deliveries.take_delivery(delivery, by=by, confirmed=confirmed)
    except deliveries.DeliveryNotWaiting:
        return  # another run of this job was quicker, or somebody refused it meanwhile


def import_later(delivery: Delivery, *, by: User | None, confirmed: bool = False) -> None:
    """Queue the import in the caller's transaction; imports of one delivery never run side by side."""
    import_delivery.configure(lock=f"delivery-{delivery.pk}").defer(
        delivery_id=delivery.pk, user_id=by.pk if by is not None else None, confirmed=confirmed
    )


@app.task(
    name="people.apply_sheet",
    retry=RetryStrategy(max_attempts=5, linear_wait=15, retry_exceptions=set(DATABASE_AWAY)),
)
def apply_sheet(user_id: int) -> None:
    """Record what a user's spreadsheet says. Safe to run again: it goes on after the last rows written."""
    from asuh.people.actions import sheets

    circumstances.set(Circumstances("job"))
    sheets.apply_sheet(by=User.objects.get(pk=user_id))


@app.task(
    name="people.undo_sheet",
    retry=RetryStrategy(max_attempts=5, linear_wait=15, retry_exceptions=set(DATABASE_AWAY)),
)
def undo_sheet(sheet_id: int) -> None:
    """Undo what a spreadsheet recorded. Safe to run again: it goes on after the last rows undone."""
    from asuh.people.actions import sheets

    circumstances.set(Circumstances("job"))
    sheets.undo_sheet(RecordedSheet.objects.get(pk=sheet_id))


@app.periodic(cron="37 4 * * *")
@app.task(name="people.throw_away", queueing_lock="people.throw_away")
def throw_away(timestamp: int) -> None:
    """Erase what was never part of the registry; people and households are never erased here."""
    from asuh.people.actions import drafts

    circumstances.set(Circumstances("job"))
    drafts.forget_old(timezone.now())
    deliveries.refuse_left_lying(timezone.now())
