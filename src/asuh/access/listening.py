"""Sign-in happens inside allauth and axes; these few signals are how it comes into the trail."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from axes.signals import user_locked_out
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from asuh.access.adapters import attempted_username
from asuh.access.models import User
from asuh.access.telling import what_others_did
from asuh.audit import actions as audit


@receiver(user_logged_in)
def signed_in(sender: Any, user: User, request: Any = None, **kwargs: Any) -> None:
    audit.record("access.signed_in", by=user, on=("user", user.pk))
    for said in what_others_did(user):
        messages.warning(request, said, fail_silently=True)


@receiver(user_logged_out)
def signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        audit.record("access.signed_out", by=user, on=("user", user.pk))


@receiver(user_login_failed)
def failed(sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    """The account meant, never the words typed: people type passwords into the wrong field."""
    audit.record("access.sign_in_failed", by=None, on=_meant(request, credentials), refused=True)


@receiver(authentication_failed)
def factor_failed(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    """A second factor that did not fit: whoever tries them knows the password."""
    audit.record(
        "access.factor_failed",
        by=None,
        on=("user", user.pk),
        refused=True,
        factor=str(authenticator.type),
    )


@receiver(user_locked_out)
def locked(sender: Any, request: Any, username: str | None = None, **kwargs: Any) -> None:
    audit.record("access.locked_out", by=None, on=_meant(request, {"username": username or ""}), refused=True)


@receiver([password_changed, password_set, password_reset])
def password(sender: Any, user: User, **kwargs: Any) -> None:
    audit.record("access.password_changed", by=user, on=("user", user.pk))


@receiver([authenticator_added, authenticator_reset])
def factor_added(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    audit.record("access.factor_added", by=user, on=("user", user.pk), factor=str(authenticator.type))


@receiver(authenticator_removed)
def factor_removed(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    audit.record("access.factor_removed", by=user, on=("user", user.pk), factor=str(authenticator.type))


def _meant(request: Any, credentials: dict[str, Any]) -> tuple[str, int] | None:
    user = User.objects.filter(username=attempted_username(request, credentials)).first()
    return ("user", user.pk) if user else None
