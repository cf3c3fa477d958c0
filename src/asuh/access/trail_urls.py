"""Addresses of the audit trail. Its page lies here, since the trail itself knows nobody's rights."""

from django.urls import path

from asuh.access.views import trail

app_name = "audit"
urlpatterns = [path("", trail.index, name="trail")]
