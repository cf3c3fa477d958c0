"""Addresses of the pages that compose several apps, and of the style page."""

from django.conf import settings
from django.urls import path

from asuh.desk import searching, style, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("cari/", searching.page, name="search"),
    path("pengaturan/", views.preferences, name="settings"),
]

if settings.DEBUG or settings.TESTING:
    urlpatterns += [
        path("gaya/", style.page, name="style"),
        path("gaya/<slug:kind>/", style.kind, name="style_kind"),
    ]
