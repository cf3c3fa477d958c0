"""Addresses of the pages about areas. They lie here, since the areas themselves know nobody's rights."""

from django.urls import path

from asuh.desk import areas

app_name = "places"
urlpatterns = [
    path("", areas.area, name="areas"),
    path("<int:code>/", areas.area, name="area"),
]
