"""What the worker does for this app, and for the queue itself."""

from datetime import datetime
from typing import Any

from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate import builtin_tasks
from procrastinate.contrib.django import app

from asuh.access.jobs import declare_task
from asuh.access.models import Export
from asuh.audit.actions import Circumstances, circumstances

declare_task("access.make_export", _("Membuat berkas ekspor"))
declare_task("access.remove_old_exports", _("Menghapus ekspor yang lewat waktunya"))
declare_task("access.pick_up", _("Mengambil kembali pekerjaan yang terputus"))
declare_task("access.clear_queue", _("Membersihkan antrean pekerjaan"))
declare_task("access.clear_sessions", _("Menghapus sesi masuk yang sudah lewat"))
declare_task("audit.seal", _("Menyegel jejak audit"))
# A job that was cut off this often is broken, not unlucky.
TRIES = 5


@app.task(name="access.make_export")
def make_export(export_id: int) -> None:
    """Make the file of an Export."""
    from asuh.access import actions

    circumstances.set(Circumstances("job"))
    actions.make_export(Export.objects.select_related("owner").get(pk=export_id))


@app.periodic(cron="17 * * * *")
@app.task(name="access.remove_old_exports", queueing_lock="access.remove_old_exports")
def remove_old_exports(timestamp: int) -> None:
    """Files vanish after their time."""
    from asuh.access import actions

    circumstances.set(Circumstances("job"))
    actions.remove_old_exports(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="access.pick_up", queueing_lock="access.pick_up", pass_context=True)
async def pick_up(context: Any, timestamp: int) -> None:
    """Put jobs back into the queue whose worker was killed; too often, and they count as failed."""
    from procrastinate import jobs

    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.attempts >= TRIES:
            await manager.finish_job(job, jobs.Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job, retry_at=datetime.now(tz=timezone.get_default_timezone()))


@app.periodic(cron="43 3 * * *")
@app.task(name="access.clear_queue", queueing_lock="access.clear_queue", pass_context=True)
async def clear_queue(context: Any, timestamp: int) -> None:
    """Forget what succeeded three days ago; what failed stays to be looked at."""
    await builtin_tasks.remove_old_jobs(context, max_hours=72)


@app.periodic(cron="13 4 * * *")
@app.task(name="access.clear_sessions", queueing_lock="access.clear_sessions")
def clear_sessions(timestamp: int) -> None:
    """Sessions that ran out hold nothing any more."""
    call_command("clearsessions")
