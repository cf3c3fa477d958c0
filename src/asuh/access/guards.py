"""What stands before every page: who may enter, and with which record in hand."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.http import HttpResponseClientRedirect

from asuh.access.asked import key_of
from asuh.access.models import User
from asuh.audit import actions as audit

View = Callable[..., HttpResponse]


def guard(permission: str, *, of: type[Model] | None = None, key: str = "pk") -> Callable[[View], View]:
    """Let in who holds `permission`; with `of`, fetch that record from what they reach and hand it over.

    403 when no post of today grants the permission anywhere, 404 when the record lies outside the areas
    where it is granted, hides itself from the user (`hidden_from`, of what can be withdrawn), or does not
    exist: all must look the same. Both are written to the audit trail.
    The address's `key` is replaced by the record as the view's second argument.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            if not user.is_authenticated:
                return sign_in_first(request)
            if not user.can(permission):
                refuse(request, permission, on=None)
                raise PermissionDenied
            if of is None:
                return view(request, *args, **kwargs)
            record = _reach(request, of, permission, kwargs.pop(key))
            return view(request, record, *args, **kwargs)

        return _mark(guarded, permission, of=of, key=key)

    return decorate


def own(of: type[Model], *, key: str = "pk") -> Callable[[View], View]:
    """A page for a record that belongs to who is signed in; 404 for everybody else's."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            return view(request, _reach(request, of, "own", kwargs.pop(key)), *args, **kwargs)

        return _mark(guarded, "own", of=of, key=key)

    return decorate


def signed_in(view: View) -> View:
    """A page for everybody who has signed in, whatever their posts."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        return view(request, *args, **kwargs)

    return _mark(guarded, "signed in")


def open_to_all(reason: str) -> Callable[[View], View]:
    """A page that needs no sign-in; the reason is for whoever reviews the list of such pages."""

    def decorate(view: View) -> View:
        @wraps(view)
        def unguarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs)

        unguarded.open_because = reason  # type: ignore[attr-defined]
        return _mark(unguarded, "open")

    return decorate


def me(request: HttpRequest) -> User:
    """The user behind a guarded request; never the anonymous one."""
    assert request.user.is_authenticated
    return request.user


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; a part of a page that asks alone sends the whole page there."""
    if getattr(request, "htmx", False):
        where = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(redirect_to_login(where).url)
    return redirect_to_login(request.get_full_path())


def refuse(request: HttpRequest, permission: str, *, on: tuple[str, int] | None) -> None:
    """Write down that somebody asked for what is not theirs."""
    user: Any = request.user
    audit.record("access.refused", by=user, on=on, refused=True, permission=str(permission))


def _reach(request: HttpRequest, of: type[Model], permission: str, number: Any) -> Model:
    user: Any = request.user
    manager: Any = of._default_manager
    record: Model | None = manager.reachable(by=user, to=permission).filter(pk=number).first()
    hidden_from: Any = getattr(record, "hidden_from", None)
    if record is None or (hidden_from is not None and hidden_from(user)):
        refuse(request, permission, on=(of._meta.model_name or "", key_of(number) or 0))
        raise Http404
    return record


def _mark(view: Any, guarded_by: str, *, of: type[Model] | None = None, key: str = "") -> View:
    """What the sweep test reads."""
    view.guarded_by = guarded_by
    view.guards_record = of
    view.guard_key = key
    return view
