"""What stands before every page: who may enter, and with which record in hand."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse

from asuh.audit import actions as audit

View = Callable[..., HttpResponse]


def guard(permission: str, *, of: type[Model] | None = None, key: str = "pk") -> Callable[[View], View]:
    """Let in who holds `permission`; with `of`, fetch that record from what they reach and hand it over.

    403 when no post of today grants the permission anywhere, 404 when the record lies outside the areas
    where it is granted (or does not exist: the two must look the same). Both are written to the audit trail.
    The address's `key` is replaced by the record as the view's second argument.
    """

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            if not user.areas_for(permission):
                refuse(request, permission, on=None)
                raise PermissionDenied
            if of is None:
                return view(request, *args, **kwargs)
            number = kwargs.pop(key)
            manager: Any = of._default_manager
            record = manager.reachable(by=user, to=permission).filter(pk=number).first()
            if record is None:
                refuse(request, permission, on=(of._meta.model_name or "", int(number)))
                raise Http404
            return view(request, record, *args, **kwargs)

        guarded.guarded_by = permission  # type: ignore[attr-defined]
        guarded.guards_record = of  # type: ignore[attr-defined]
        guarded.guard_key = key  # type: ignore[attr-defined]
        return guarded

    return decorate


def signed_in(view: View) -> View:
    """A page for everybody who has signed in, whatever their posts."""
    guarded = login_required(view)
    guarded.guarded_by = "signed in"  # type: ignore[attr-defined]
    return guarded


def open_to_all(reason: str) -> Callable[[View], View]:
    """A page that needs no sign-in; the reason is for whoever reviews the list of such pages."""

    def decorate(view: View) -> View:
        view.guarded_by = "open"  # type: ignore[attr-defined]
        view.open_because = reason  # type: ignore[attr-defined]
        return view

    return decorate


def refuse(request: HttpRequest, permission: str, *, on: tuple[str, int] | None) -> None:
    """Write down that somebody asked for what is not theirs."""
    user: Any = request.user
    audit.record("access.refused", by=user, on=on, refused=True, permission=str(permission))
