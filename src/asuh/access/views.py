"""Pages for signing in and for administering users."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from asuh.access.guards import open_to_all


@open_to_all("an error page")
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's secret did not fit: usually the session ended, or the form was open too long."""
    return render(request, "403_csrf.html", status=403)
