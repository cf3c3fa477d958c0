"""Between the network and the pages: strict headers, and who is calling."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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

Answer = Callable[[HttpRequest], HttpResponse]


class StrictHeaders:
    """No inline scripts, no other hosts, no page of a signed-in person in any cache."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self)")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


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
