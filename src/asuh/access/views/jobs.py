"""Pekerjaan: what runs in the background, what failed, what waits."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from procrastinate.contrib.django.models import ProcrastinateJob

from asuh.access import actions, paging
from asuh.access.guards import guard, me
from asuh.access.jobs import task_words
from asuh.access.permissions import Can
from asuh.access.refusals import BrokenRule

# status in the address → (status in the queue, words)
STATES = {"berjalan": "doing", "gagal": "failed", "menunggu": "todo", "selesai": "succeeded"}


@guard(Can.SEE_JOBS)
def index(request: HttpRequest) -> HttpResponse:
    """What is the machine doing?"""
    words = {
        "berjalan": _("Sedang berjalan"),
        "gagal": _("Gagal"),
        "menunggu": _("Menunggu"),
        "selesai": _("Selesai"),
    }
    counts = dict(ProcrastinateJob.objects.values_list("status").annotate(count=Count("pk")).order_by())
    chosen = request.GET.get("keadaan", "")
    if chosen not in STATES:
        chosen = "gagal" if counts.get("failed") else "berjalan"
    rows = ProcrastinateJob.objects.filter(status=STATES[chosen]).annotate(
        last_at=Max("procrastinateevent__at")
    )
    found = paging.page(request, rows, order=("-pk",))
    for job in found.items:
        job.words = task_words(job.task_name)
    context: dict[str, Any] = {
        "page": found,
        "chosen": chosen,
        "tabs": [
            {
                "label": words[name],
                "url": f"?keadaan={name}",
                "count": counts.get(status, 0),
                "current": name == chosen,
            }
            for name, status in STATES.items()
        ],
        "crumbs": [(_("Beranda"), reverse("desk:home")), (_("Pekerjaan"), None)],
    }
    return render(request, "access/jobs.html", context)


@require_POST
@guard(Can.SEE_JOBS)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a failed job again."""
    by = me(request)
    job = get_object_or_404(ProcrastinateJob, pk=pk)
    try:
        actions.retry_job(job, by=by)
    except BrokenRule as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Pekerjaan diulang."))
    return redirect("access:jobs")
