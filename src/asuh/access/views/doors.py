"""What stands before everything else: invitations, terms, and a form that came too late."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from asuh.access import actions, terms
from asuh.access.forms import FirstPasswordForm, TermsForm
from asuh.access.guards import open_to_all, signed_in
from asuh.access.models import TermsAcceptance
from asuh.access.refusals import InvitationSpent

_TOKEN = "invitation"  # noqa: S105  where it lies in the session


@open_to_all("an error page")
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's secret did not fit: usually the session ended, or the form was open too long."""
    return render(request, "403_csrf.html", status=403)


@open_to_all("whoever was invited has no account to sign in with yet; the link is the key")
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the key out of the address at once, so that it stays in no history and no referrer."""
    request.session[_TOKEN] = token
    return redirect("invitation")


@open_to_all("whoever was invited has no account to sign in with yet; the link is the key")
@sensitive_post_parameters()
def invitation(request: HttpRequest) -> HttpResponse:
    """The first password, or a new one."""
    token = request.session.get(_TOKEN, "")
    try:
        found = actions.find_invitation(token)
    except InvitationSpent as spent:
        return render(request, "access/invitation_spent.html", {"says": str(spent)}, status=410)
    form = FirstPasswordForm(request.POST or None, user=found.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept_invitation(token, password=form.cleaned_data["password"])
        except InvitationSpent as spent:
            return render(request, "access/invitation_spent.html", {"says": str(spent)}, status=410)
        request.session.pop(_TOKEN, None)
        messages.success(request, _("Kata sandi tersimpan. Silakan masuk."))
        return redirect("account_login")
    context = {"form": form, "invited": found.user}
    return render(request, "access/invitation.html", context, status=422 if form.errors else 200)


@signed_in
def accept_terms(request: HttpRequest) -> HttpResponse:
    """The terms and code of conduct in force, to be accepted once and read at any time."""
    user: Any = request.user
    accepted = TermsAcceptance.objects.filter(user=user, version=terms.version()).first()
    form = TermsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and accepted is None and form.is_valid():
        actions.accept_terms(user, version=terms.version(), by=user)
        return redirect("desk:home")
    context = {
        "form": form,
        "accepted": accepted,
        "version": terms.version(),
        "paragraphs": terms.paragraphs(terms.version(), request.LANGUAGE_CODE),
    }
    return render(request, "access/terms.html", context, status=422 if form.errors else 200)


@signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is needed, and the ways to set one up."""
    return render(request, "access/second_factor.html")
