"""How allauth and axes behave in this house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class NoSelfSignup(DefaultAccountAdapter):
    """Accounts come from an administrator's invitation; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Shown after too many wrong passwords."""
    return render(request, "access/locked_out.html", status=403)
