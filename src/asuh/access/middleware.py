"""Between the network and the pages: strict headers, who is calling, and what they agreed to."""

import ipaddress
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from asuh.access import roles, terms
from asuh.audit.actions import Circumstances, circumstances

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

# recovery codes alone are none: they stand in for one of these
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

Answer = Callable[[HttpRequest], HttpResponse]


class TrueAddress:
    """Who is calling, when a proxy stands before: the ASUH_PROXIES-th address from the right of
    X-Forwarded-For.

    What stands further left was written by the caller and is never believed; without proxies nothing of it
    is. Lock-out, the trail and the list of devices all read REMOTE_ADDR.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["ASUH_PEER"] = request.META.get("REMOTE_ADDR", "")
        if settings.PROXIES:
            passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
            if len(passed) >= settings.PROXIES and _is_address(passed[-settings.PROXIES]):
                request.META["REMOTE_ADDR"] = passed[-settings.PROXIES]
        return self.answer(request)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class StrictHeaders:
    """No inline scripts, no other hosts, no page of a signed-in person in any cache."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self)"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class NoNull:
    """A zero byte in an address or a form is nobody's typing: 400 before any view reads it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Raises SuspiciousOperation. Here, because the form's secret has been checked by now."""
        for typed in (request.GET, request.POST):
            for name, values in typed.lists():
                if "\0" in name or any("\0" in value for value in values):
                    raise SuspiciousOperation("zero byte")


class KnowTheCaller:
    """Tell the audit trail which door and address a request comes from."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = "api" if request.path.startswith("/api/") else "page"
        token = circumstances.set(Circumstances(door, request.META.get("REMOTE_ADDR") or None))
        try:
            return self.answer(request)
        finally:
            circumstances.reset(token)


class First:
    """Something a signed-in person does before anything else."""

    #: names of pages that stay open meanwhile
    FREE: tuple[str, ...] = ("account_logout", "account_login", "account_reauthenticate", "mfa_authenticate")
    #: addresses whose whole branch does
    BRANCHES: tuple[str, ...] = ("/static/", "/sehat/")
    page = ""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated or self._is_free(request.path) or not self.is_due(user):
            return self.answer(request)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(reverse(self.page))
        return redirect(self.page)

    def is_due(self, user: Any) -> bool:
        """Whether `user` has yet to do it."""
        raise NotImplementedError

    def _is_free(self, path: str) -> bool:
        return path.startswith(self.BRANCHES) or path in {reverse(name) for name in (*self.FREE, self.page)}


class TermsFirst(First):
    """Who has not accepted the terms in force sees them before anything else."""

    page = "terms"

    def is_due(self, user: Any) -> bool:
        return user.terms_version != terms.version()


class SecondFactorFirst(First):
    """Who holds a role that needs a second factor, and has none, sets one up before anything else.

    ASUH_SECOND_FACTOR_FOR names the roles. Asking for it at sign-in is allauth's, for whoever has one.
    """

    page = "second_factor"
    FREE = (*First.FREE, "terms")
    BRANCHES = (*First.BRANCHES, "/akun/pengaman/")

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        if unknown := set(settings.SECOND_FACTOR_FOR) - set(roles.all_roles()):
            raise ImproperlyConfigured(f"ASUH_SECOND_FACTOR_FOR names no role: {', '.join(sorted(unknown))}")

    def is_due(self, user: Any) -> bool:
        return user.holds_any(settings.SECOND_FACTOR_FOR) and not is_mfa_enabled(user, FACTORS)
