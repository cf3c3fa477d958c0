"""Who can open a child's page, through which posts, and why."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from asuh.access.models import Post, User
from asuh.access.roles import all_roles
from asuh.people.models import Person
from asuh.people.permissions import Can
from asuh.places.models import Area


@dataclass(frozen=True)
class Seer:
    """A user and the posts of theirs that reach the child."""

    user: User
    posts: list[Any]


def who_can_see(person: Person, *, on: date) -> list[Seer]:
    """Everybody whose post on `on` grants SEE_CHILD where the child belongs or stays; the narrowest first."""
    roles = [role.code for role in all_roles().values() if Can.SEE_CHILD in role.grants]
    posts: Any = Post.objects.held_on(on).filter(role__in=roles, user__is_active=True).select_related("user")
    keys = [key for key in (person.area_key, person.stay_key) if key is not None]
    covers = Q(area_key__in=_above(keys))
    found: dict[int, Seer] = {}
    for post in posts.filter(covers if keys else Q()).order_by("-area_key", "user__name"):
        user = post.user
        # the one question decides; the filter above only spares asking it for everybody
        user._posts_read = [post]
        if Person.objects.reachable(by=user, to=Can.SEE_CHILD).filter(pk=person.pk).exists():
            found.setdefault(user.pk, Seer(user, [])).posts.append(post)
    return list(found.values())


def _above(keys: list[str]) -> set[str]:
    """The areas that hold these keys; for former codes also the areas their ground went to."""
    holding = _prefixes(keys)
    successors = Area.objects.filter(key__in=holding, retired_on__isnull=False).values_list(
        "successors", flat=True
    )
    return holding | _prefixes([key for group in successors for key in group])


def _prefixes(keys: list[str]) -> set[str]:
    return {key[:digits] for key in keys for digits in (0, 2, 4, 6, 10) if digits <= len(key)}
