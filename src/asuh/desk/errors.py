"""Error pages: what happened, what to do, and no word about anybody."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from asuh.access.jobs import is_disk_full


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400"""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403"""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404"""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 507 where no room is left: rendered without context processors, which may be what failed."""
    from django.template import loader

    status = 507 if is_disk_full(sys.exc_info()[1]) else 500
    return HttpResponse(loader.get_template(f"{status}.html").render({}), status=status)
