"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from asuh.lifeline import end_with_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asuh.settings")
end_with_server()
application = get_wsgi_application()
