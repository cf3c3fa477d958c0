"""Telling a second click from a second form: a form is known by the token it carries and by its content."""

import hashlib
import json
import re
import uuid

from django.http import HttpRequest

FIELD = "sekali"
_TOKEN = re.compile(r"[0-9a-f]{32}")


def new_token() -> str:
    """For the hidden field of a form that is being shown."""
    return uuid.uuid4().hex


def key_of(request: HttpRequest) -> str:
    """What the form in `request` is known by; "" when it carries no token.

    The same token with other content is another form: a browser may bring an old page back.
    """
    token = request.POST.get(FIELD, "")
    if not _TOKEN.fullmatch(token):
        return ""
    typed = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    files = {name: [(file.name, file.size) for file in request.FILES.getlist(name)] for name in request.FILES}
    said = json.dumps([request.path, typed, files], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
