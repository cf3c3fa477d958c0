"""The list of users as a file; what the page shows under the same filters."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from asuh.access import roles
from asuh.access.exports import Column, Kind, declare
from asuh.access.forms import UserFilter
from asuh.access.models import Post, User
from asuh.access.permissions import Can
from asuh.places.querysets import path_names

IDLE = timedelta(days=90)


def narrowed(users: QuerySet[User], wanted: Mapping[str, Any]) -> QuerySet[User]:
    """Users that fit a cleaned UserFilter; without one, those whose account has not ended."""
    today = timezone.localdate()
    state = wanted.get("state", "")
    users = users.filter(is_active=state != "ended")
    if state == "invited":
        users = users.filter(last_login=None)
    elif state == "idle":
        users = users.filter(last_login__lt=timezone.now() - IDLE)
    elif state == "unposted":
        users = users.exclude(pk__in=Post.objects.held_on(today).values("user"))
    if wanted.get("q"):
        users = users.filter(Q(name__icontains=wanted["q"]) | Q(username__icontains=wanted["q"]))
    held = Post.objects.held_on(today)
    if wanted.get("role"):
        users = users.filter(pk__in=held.filter(role=wanted["role"]).values("user"))
    if wanted.get("area") is not None:
        users = users.filter(pk__in=held.within([wanted["area"]]).values("user"))
    return users


def post_words(post: Post, names: Mapping[str, str]) -> dict[str, Any]:
    """A post with its role and area in words; `names` as path_names gives them."""
    role = roles.all_roles().get(post.role)
    return {
        "post": post,
        "role": role.name if role else post.role,
        "area": names.get(post.area_key, "") if post.area_key else _("seluruh Indonesia"),
        "office": post.office_code,
    }


def with_posts(users: Sequence[User]) -> None:
    """Give each user `posts_today` in words, in two queries."""
    posts = Post.objects.filter(user__in=users).held_on(timezone.localdate()).order_by("starts_on", "pk")
    held = list(posts)
    names = path_names(post.area_key for post in held)
    for user in users:
        user.posts_today = [post_words(post, names) for post in held if post.user_id == user.pk]  # type: ignore[attr-defined]


COLUMNS = [
    Column("username", gettext_lazy("Nama pengguna")),
    Column("name", gettext_lazy("Nama lengkap")),
    Column("posts", gettext_lazy("Penugasan hari ini")),
    Column("area", gettext_lazy("Wilayah kedudukan")),
    Column("office_code", gettext_lazy("Kode kantor"), chosen=False),
    Column("email", gettext_lazy("Surel"), chosen=False),
    Column("last_login", gettext_lazy("Terakhir masuk")),
    Column("created_at", gettext_lazy("Dibuat"), chosen=False),
]


def rows(by: User, choices: Mapping[str, Any], columns: Sequence[str]) -> Iterator[list[Any]]:
    """One list a user, by name, a few hundred at a time."""
    form = UserFilter(dict(choices))
    if not form.is_valid():
        return
    found = narrowed(User.objects.reachable(by=by, to=Can.SEE_USERS), form.cleaned_data).order_by(
        "name", "pk"
    )
    batch: list[User] = []
    for user in found.iterator(chunk_size=500):
        batch.append(user)
        if len(batch) == 500:
            yield from _lines(batch, columns)
            batch = []
    yield from _lines(batch, columns)


def _lines(users: Sequence[User], columns: Sequence[str]) -> Iterator[list[Any]]:
    with_posts(users)
    names = path_names(user.area_key for user in users)
    for user in users:
        posts = "; ".join(f"{each['role']}, {each['area']}" for each in user.posts_today)  # type: ignore[attr-defined]
        area = names.get(user.area_key, "") if user.area_key else _("seluruh Indonesia")
        special = {"posts": posts, "area": area}
        yield [special[column] if column in special else getattr(user, column) for column in columns]


declare(Kind("access.users", gettext_lazy("Daftar pengguna"), str(Can.SEE_USERS), COLUMNS, rows))
