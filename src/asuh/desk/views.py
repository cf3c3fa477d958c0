"""Pages that belong to nobody else: the first page, and how Asuh looks in this browser."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from asuh.access.guards import signed_in
from asuh.desk import today
from asuh.desk.context import KEYS_COOKIE, THEME_COOKIE

YEAR = 365 * 24 * 60 * 60


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What one may do here; the search box first, since most days begin with a name."""
    context = {"waiting": today.waiting_for(request.user), "opened": today.last_opened(request.user)}
    return render(request, "desk/home.html", context)


class LooksForm(forms.Form):
    """How this browser shows Asuh."""

    language = forms.ChoiceField(
        label=gettext_lazy("Bahasa"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Warna"),
        choices=[
            ("", gettext_lazy("Ikut perangkat ini")),
            ("light", gettext_lazy("Terang")),
            ("dark", gettext_lazy("Gelap")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    letters = forms.BooleanField(
        label=gettext_lazy("Pakai tombol satu huruf"),
        help_text=gettext_lazy(
            "Dalam antrean: j, k, y, n, u; di mana saja: / dan ?. Matikan bila memakai masukan suara."
        ),
        required=False,
    )


@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, colours and keys; kept in this browser, the language also with the user's sign-in."""
    before = {
        "language": request.LANGUAGE_CODE,
        "theme": request.COOKIES.get(THEME_COOKIE, ""),
        "letters": request.COOKIES.get(KEYS_COOKIE) != "off",
    }
    form = LooksForm(request.POST or None, initial=before)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "crumbs": [(_("Beranda"), reverse("desk:home")), (_("Pengaturan"), None)]}
        return render(request, "desk/settings.html", context, status=422 if form.errors else 200)
    with override(form.cleaned_data["language"]):
        messages.success(request, _("Pengaturan disimpan."))
    answer = redirect("desk:settings")
    chosen = {
        settings.LANGUAGE_COOKIE_NAME: form.cleaned_data["language"],
        THEME_COOKIE: form.cleaned_data["theme"],
        KEYS_COOKIE: "" if form.cleaned_data["letters"] else "off",
    }
    for name, value in chosen.items():
        answer.set_cookie(
            name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
        )
    return answer
