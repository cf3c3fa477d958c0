"""How allauth and axes behave in this house."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from asuh.access.models import User


class NoSelfSignup(DefaultAccountAdapter):
    """Accounts come from an administrator's invitation; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str | None:
        return address(request)


class SealedFactors(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes lie in the database sealed, so that a copy of it signs
    nobody in.
    """

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # sealed with another secret key: a secret nobody knows, which no code fits
            return generate_totp_secret()


def _seal() -> Fernet:
    key = salted_hmac("asuh.access.factors", "", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def attempted_username(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Whom a sign-in is attempted for, so that a name and its mail address lock together; "" if nobody
    known.
    """
    given = credentials or {}
    typed = given.get("username") or given.get("email") or (request.POST.get("login", "") if request else "")
    typed = str(typed).strip().lower()
    if "@" in typed and not User.objects.filter(username=typed).exists():
        return User.objects.filter(email__iexact=typed).values_list("username", flat=True).first() or typed
    return typed


def address(request: HttpRequest) -> str | None:
    """Where a sign-in comes from."""
    return request.META.get("REMOTE_ADDR") or None


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Shown after too many wrong passwords."""
    return render(request, "access/locked_out.html", status=429)
