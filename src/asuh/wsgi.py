"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from asuh.lifeline import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asuh.settings")
if os.environ.get("ASUH_BESIDE_SERVER"):
    end_with_parent()
application = get_wsgi_application()
