"""`asuh user …`: the first accounts, and what an operator needs when nobody can sign in."""

import json
import sys
from datetime import date
from typing import Any

import click
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from asuh.access import actions, jurisdiction, roles
from asuh.access.models import Post, User
from asuh.access.refusals import BrokenRule, Refused
from asuh.audit.actions import Circumstances, circumstances


class Area(click.ParamType):
    """An area's code, or "Indonesia"."""

    name = "area"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return jurisdiction.typed_area(str(value))
        except jurisdiction.UnknownArea:
            self.fail(f"{value!r} is no area in force; write its code, e.g. 35.22, or Indonesia.", param, ctx)


def _user(username: str) -> User:
    found = User.objects.filter(username=username.lower()).first()
    if found is None:
        raise click.ClickException(f"There is no user {username!r}.")
    return found


def _say(as_json: bool, words: str, **values: Any) -> None:
    click.echo(json.dumps(values, default=str) if as_json else words)


def _stop(error: Exception) -> None:
    says = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    click.echo(says, err=True)
    sys.exit(1)


as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def user() -> None:
    """Accounts and posts, from the shell of the machine; everything stands in the audit trail as the
    operator's.
    """
    circumstances.set(Circumstances("cli"))


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="As people read it.")
@click.option("--email", default="")
@click.option(
    "--area", type=Area(), default="Indonesia", show_default=True, help="Where the account is administered."
)
@click.option("--role", type=str, help="A first post; see `asuh user roles`.")
@click.option("--host", default="http://127.0.0.1:8000", show_default=True, help="What the link begins with.")
@as_json
def create(
    username: str, name: str, email: str, area: str, role: str | None, host: str, as_json: bool
) -> None:
    """Invite a user; prints the link by which they set their password."""
    from django.db import transaction
    from django.urls import reverse

    try:
        with transaction.atomic():
            invited = actions.invite_user(username, name=name, email=email, area_key=area, by=None)
            if role:
                actions.give_post(invited.user, role=role, area_key=area, by=None)
    except (Refused, BrokenRule, ValidationError) as error:
        _stop(error)
    link = host.rstrip("/") + reverse("invitation_open", args=[invited.token])
    _say(
        as_json,
        f"{invited.user.username} is invited. The link works once, "
        f"until {invited.expires_at:%Y-%m-%d %H:%M %Z}:\n{link}",
        id=invited.user.pk,
        username=invited.user.username,
        link=link,
        expires_at=invited.expires_at.isoformat(),
    )


@user.command()
@click.argument("username")
@click.argument("role")
@click.argument("area", type=Area())
@click.option("--until", type=DAY, help="First day without the post.")
@as_json
def post(username: str, role: str, area: str, until: Any, as_json: bool) -> None:
    """Give USERNAME the ROLE in AREA from today."""
    ends_on: date | None = until.date() if until else None
    try:
        given = actions.give_post(_user(username), role=role, area_key=area, ends_on=ends_on, by=None)
    except (Refused, BrokenRule) as error:
        _stop(error)
    _say(as_json, f"Post {given.pk}: {username} is {role}.", id=given.pk, role=role, area=area, until=ends_on)


@user.command()
@click.argument("username")
@click.option("--post", "number", type=int, help="Only this post; without it the whole account ends.")
@click.option("--why", required=True)
@as_json
def end(username: str, number: int | None, why: str, as_json: bool) -> None:
    """End an account with its posts and sessions, or one post."""
    found = _user(username)
    try:
        if number is None:
            actions.end_account(found, by=None, why=why)
        else:
            held = Post.objects.filter(user=found, pk=number).first()
            if held is None:
                raise click.ClickException(f"{username} has no post {number}.")
            actions.end_post(held, by=None, why=why)
    except (Refused, BrokenRule) as error:
        _stop(error)
    _say(as_json, f"Ended for {username}.", username=found.username, post=number)


@user.command()
@click.argument("username")
@click.option("--host", default="http://127.0.0.1:8000", show_default=True)
@as_json
def link(username: str, host: str, as_json: bool) -> None:
    """A new link for somebody who cannot sign in; ends their sessions and lock-out.

    Hand it to nobody else: whoever holds it is that user. They are told by mail and at sign-in.
    """
    from django.urls import reverse

    found = _user(username)
    try:
        actions.unlock(found, by=None)
        invited = actions.invite_again(found, by=None)
    except (Refused, BrokenRule) as error:
        _stop(error)
    address = host.rstrip("/") + reverse("invitation_open", args=[invited.token])
    _say(as_json, address, username=found.username, link=address, hours=settings.INVITATION_HOURS)


@user.command()
@click.argument("username")
@click.argument("address")
@as_json
def email(username: str, address: str, as_json: bool) -> None:
    """Set the mail address of USERNAME, to which their links go; the old address is told."""
    found = _user(username)
    try:
        actions.change_user(found, by=None, name=found.name, email=address, phone=found.phone)
    except (Refused, BrokenRule, ValidationError) as error:
        _stop(error)
    _say(as_json, f"{username} is written to at {address}.", username=found.username, email=address)


@user.command("reset-factors")
@click.argument("username")
@click.option("--why", required=True, help="How you know that it is them who asks.")
@as_json
def reset_factors(username: str, why: str, as_json: bool) -> None:
    """Take away the second factors of somebody who lost telephone and recovery codes."""
    found = _user(username)
    try:
        count = actions.reset_factors(found, by=None, why=why)
    except (Refused, BrokenRule) as error:
        _stop(error)
    _say(as_json, f"{count} taken away from {username}.", username=found.username, count=count)


@user.command("list")
@as_json
def list_users(as_json: bool) -> None:
    """Every user with the posts held today."""
    today = timezone.localdate()
    rows = []
    for each in User.objects.order_by("username").prefetch_related("posts"):
        posts = [
            {"id": held.pk, "role": held.role, "area": held.area_key, "until": held.ends_on}
            for held in each.posts.all()
            if held.held_on(today)
        ]
        rows.append(
            {
                "id": each.pk,
                "username": each.username,
                "name": each.name,
                "active": each.is_active,
                "last_sign_in": each.last_login,
                "posts": posts,
            }
        )
    if as_json:
        click.echo(json.dumps(rows, default=str))
        return
    for row in rows:
        held = ", ".join(
            f"{post['role']} {post['area'] or 'Indonesia'} (post {post['id']})" for post in row["posts"]
        )
        click.echo(
            f"{row['username']:<24} {row['name']:<30} {'' if row['active'] else 'ENDED '}{held or '-'}"
        )


@user.command("roles")
@as_json
def list_roles(as_json: bool) -> None:
    """Every role with what it grants."""
    if as_json:
        click.echo(json.dumps({code: sorted(role.grants) for code, role in roles.all_roles().items()}))
        return
    for code, role in roles.all_roles().items():
        click.echo(f"{code:<26} {role.name}")
