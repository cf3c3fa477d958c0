"""Addresses of institutions."""

from django.urls import path

from asuh.institutions import views

app_name = "institutions"
urlpatterns = [
    path("", views.index, name="institutions"),
    path("baru/", views.add, name="add"),
    path("<int:pk>/", views.show, name="institution"),
    path("<int:pk>/ubah/", views.change, name="change"),
    path("<int:pk>/tutup/", views.close, name="close"),
]
