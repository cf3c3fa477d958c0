"""Does it run? For whoever watches the machine; says nothing about anybody."""

import shutil
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django_prometheus.exports import ExportToDjangoView
from health_check.checks import Database
from health_check.exceptions import HealthCheckException
from procrastinate.contrib.django.models import ProcrastinateWorker

from asuh.access.guards import open_to_all
from asuh.audit.models import Seal

QUIET = timedelta(minutes=2)
# The trail is sealed every minute and, in silence, every hour.
UNSEALED = timedelta(hours=2)


@open_to_all("whoever watches the machine asks without an account; the answer is one word")
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the database answers, 503 otherwise; from this machine itself also what is wrong."""
    found = _checks()
    sound = found["database"]
    if not _from_this_machine(request):
        return HttpResponse(
            "ok" if sound else "down", content_type="text/plain", status=200 if sound else 503
        )
    return JsonResponse(found, status=200 if all(found.values()) else 503)


@open_to_all("numbers for a collector on this machine; from anywhere else the page does not exist")
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus: counts and times by view and status, never an address or a name."""
    if not _from_this_machine(request):
        raise Http404
    answer: HttpResponse = ExportToDjangoView(request)
    return answer


def _from_this_machine(request: HttpRequest) -> bool:
    """A proxy on this machine calls from here too, for the whole world: its requests say whom they are
    for.
    """
    forwarded = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"} & set(request.META)
    return request.META.get("ASUH_PEER") in ("127.0.0.1", "::1") and not forwarded


def _checks() -> dict[str, bool]:
    try:
        Database().run()
    except (HealthCheckException, DatabaseError):
        return {"database": False}
    now = timezone.now()
    last = Seal.objects.order_by("-pk").first()
    return {
        "database": True,
        "worker": ProcrastinateWorker.objects.filter(last_heartbeat__gte=now - QUIET).exists(),
        "trail": last is None or last.at >= now - UNSEALED,
        "disk": all(
            shutil.disk_usage(folder).free > 500_000_000
            for folder in (settings.HOME, settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR)
        ),
    }
