"""How the doers of events are called: by name and role, not by user name."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from asuh.access.models import User
from asuh.access.roles import all_roles
from asuh.audit.models import Event


def doers(events: Iterable[Event]) -> dict[int, str]:
    """By id of the user, `Siti Rahmawati, Pekerja sosial`: the role of today, if one has one."""
    numbers = {event.actor_id for event in events if event.actor_id is not None}
    users: Any = User.objects.filter(pk__in=numbers)
    roles, today = all_roles(), timezone.localdate()
    said = {}
    for user in users.prefetch_related("posts"):
        held = [
            roles[post.role].name
            for post in user.posts.all()
            if post.role in roles
            and post.starts_on <= today
            and (post.ends_on is None or today < post.ends_on)
        ]
        said[user.pk] = ", ".join(str(part) for part in (user.get_full_name(), *held[:1]) if part)
    return said


def doer(event: Event, names: dict[int, str]) -> str:
    """Who did it: as `doers` says, else the user name the trail keeps."""
    return (names.get(event.actor_id) if event.actor_id is not None else "") or event.actor_name
