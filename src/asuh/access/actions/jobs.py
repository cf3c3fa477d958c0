"""Verbs on background work."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from asuh.access.models import User
from asuh.access.permissions import Can
from asuh.access.refusals import BrokenRule, Refused, refusals_recorded
from asuh.audit import actions as audit


class NotFailed(BrokenRule):
    def default(self) -> str:
        return _("Pekerjaan ini tidak gagal, atau sudah diulang.")


@refusals_recorded("access.job_retried")
@transaction.atomic
def retry_job(job: ProcrastinateJob, *, by: User) -> None:
    """Put a failed job back into the queue. Raises Refused, NotFailed."""
    if not by.can(Can.SEE_JOBS):
        raise Refused
    found = ProcrastinateJob.objects.select_for_update().get(pk=job.pk)
    if found.status != "failed":
        raise NotFailed
    app.job_manager.retry_job_by_id(found.pk, retry_at=timezone.now())
    audit.record("access.job_retried", by=by, on=("job", found.pk), task=found.task_name)
