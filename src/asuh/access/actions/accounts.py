"""Verbs on users, posts, sessions and terms.

`by` is the administrator, or None for the operator at the shell, to whom the limits of
asuh.access.limits do not apply; both stand in the trail.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset as reset_lock_out
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from asuh.access import jurisdiction, letters, limits, reasons, roles, terms
from asuh.access.models import Invitation, Post, TermsAcceptance, User, new_stamp
from asuh.access.refusals import (
    AccountEnded,
    InvitationSpent,
    NameNotAllowed,
    NameTaken,
    NoSuchArea,
    NotYourself,
    OutsideYourAreas,
    PeriodTurnedRound,
    PostGivenAlready,
    PostOver,
    Refused,
    UnknownRole,
    refusals_recorded,
)
from asuh.audit import actions as audit

INVITATION_LASTS = timedelta(hours=getattr(settings, "INVITATION_HOURS", 72))


@dataclass(frozen=True)
class Invited:
    """A user and the secret of the link; the secret exists only here and in the link.

    token: "" where the link went to the user by mail, and nobody else sees it.
    """

    user: User
    token: str
    expires_at: Any


@refusals_recorded("access.user_invited")
@transaction.atomic
def invite_user(
    username: str,
    *,
    name: str,
    by: User | None,
    area_key: str = "",
    office_code: str = "",
    email: str = "",
    phone: str = "",
) -> Invited:
    """Make an account that nobody can sign in to until its link is used.

    area_key, office_code: where the account is administered; inside the giver's own.
    Raises NoSuchArea, NameTaken, NameNotAllowed, OutsideYourAreas.
    """
    _check_area(area_key)
    if by is not None and not limits.manages(by, area_key, office_code):
        raise OutsideYourAreas
    user = User(
        username=User.normalize_username(username.strip().lower()),
        name=name.strip(),
        email=email.strip(),
        phone=phone.strip(),
        area_key=area_key,
        office_code=office_code.strip(),
        created_by=by,
    )
    user.set_unusable_password()
    try:
        user.full_clean(exclude=["password", "email"])
    except ValidationError as error:
        wrong = error.error_dict.get("username", [])
        if any(each.code == "unique" for each in wrong):
            raise NameTaken from error
        raise NameNotAllowed if wrong else ValidationError(error.messages) from error
    user.save(force_insert=True)
    audit.record("access.user_invited", by=by, on=("user", user.pk), area_key=area_key)
    return new_link(user, by)


def new_link(user: User, by: User | None) -> Invited:
    """A link for `user`; those before it end. For verbs alone: who may hold it is theirs to decide."""
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    Invitation.objects.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    invitation = Invitation.objects.create(
        user=user, token_hash=_hashed(token), created_by=by, expires_at=now + INVITATION_LASTS
    )
    return Invited(user, token, invitation.expires_at)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation:
    """The invitation of a link that can still be used. Raises InvitationSpent."""
    invitation = (
        Invitation.objects.select_related("user")
        .filter(token_hash=_hashed(token), used_at=None, expires_at__gt=timezone.now(), user__ended_at=None)
        .first()
    )
    if invitation is None:
        raise InvitationSpent
    return invitation


@transaction.atomic
def accept_invitation(token: str, *, password: str) -> User:
    """Set the password of the invited user and spend the link.

    Raises InvitationSpent, ValidationError (a password that is too weak).
    """
    invitation = find_invitation(token)
    # the row lock makes a second use wait, and then find the link spent
    spent = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=timezone.now())
    if not spent:
        raise InvitationSpent
    user: User = invitation.user
    password_validation.validate_password(password, user)
    user.set_password(password)
    user.session_stamp = new_stamp()
    user.save(update_fields=["password", "session_stamp"])
    reset_lock_out(username=user.username)
    audit.record("access.invitation_accepted", by=user, on=("user", user.pk), area_key=user.area_key)
    return user


@refusals_recorded("access.post_given")
@transaction.atomic
def give_post(
    user: User,
    *,
    role: str,
    area_key: str,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    office_code: str = "",
) -> Post:
    """Give `user` a role in an area from `starts_on` (default today) until, not including, `ends_on`.

    Raises UnknownRole, NoSuchArea, PeriodTurnedRound, PostGivenAlready, AccountEnded, NotYourself,
    OutsideYourAreas, WiderThanYours.
    """
    today = timezone.localdate()
    starts_on = starts_on or today
    if role not in roles.all_roles():
        raise UnknownRole
    _check_area(area_key)
    if by is not None and by.pk == user.pk:
        raise NotYourself
    limits.check_may_give(by, role=role, area_key=area_key, office_code=office_code)
    if by is not None and not limits.manages(by, user.area_key, user.office_code):
        raise OutsideYourAreas
    if user.ended_at is not None:
        raise AccountEnded
    if ends_on is not None and (ends_on <= starts_on or ends_on <= today):
        raise PeriodTurnedRound
    _check_not_given(user, role, area_key, office_code, starts_on, ends_on)
    post = Post.objects.create(
        user=user,
        role=role,
        area_key=area_key,
        office_code=office_code,
        starts_on=starts_on,
        ends_on=ends_on,
        created_by=by,
    )
    user.forget_posts()
    audit.record(
        "access.post_given",
        by=by,
        on=("user", user.pk),
        area_key=area_key,
        post=post.pk,
        role=role,
        office=office_code,
        starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat() if ends_on else None,
    )
    return post


def _check_not_given(
    user: User, role: str, area_key: str, office_code: str, starts_on: date, ends_on: date | None
) -> None:
    User.objects.select_for_update().get(pk=user.pk)  # two administrators at once wait for each other
    same = Post.objects.filter(user=user, role=role, area_key=area_key, office_code=office_code)
    overlapping = same.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on))
    if ends_on is not None:
        overlapping = overlapping.filter(starts_on__lt=ends_on)
    if overlapping.exists():
        raise PostGivenAlready


@refusals_recorded("access.post_ended")
@transaction.atomic
def end_post(post: Post, *, by: User | None, why: str, on: date | None = None) -> Post:
    """End a post on the day `on` (default today), which is already outside it.

    A post that has not begun by then never begins. Raises ReasonMissing, PostOver, NotYourself,
    OutsideYourAreas, WiderThanYours.
    """
    today = timezone.localdate()
    day = max(on or today, today)
    why = reasons.given(why)
    if by is not None and by.pk == post.user_id:
        raise NotYourself
    limits.check_may_give(by, role=post.role, area_key=post.area_key, office_code=post.office_code)
    if post.ends_on is not None and post.ends_on <= day:
        raise PostOver
    post.ends_on = max(day, post.starts_on)
    post.ended_by = by
    post.save(update_fields=["ends_on", "ended_by"])
    post.user.forget_posts()
    audit.record(
        "access.post_ended",
        by=by,
        on=("user", post.user_id),
        area_key=post.area_key,
        why=why,
        post=post.pk,
        role=post.role,
        ends_on=post.ends_on.isoformat(),
    )
    return post


@refusals_recorded("access.account_ended")
@transaction.atomic
def end_account(user: User, *, by: User | None, why: str) -> User:
    """Nobody signs in as `user` any more: posts, links and sessions end at once; what they did stays theirs.

    Raises ReasonMissing, AccountEnded, NotYourself, OutsideYourAreas, HoldsMore.
    """
    today = timezone.localdate()
    why = reasons.given(why)
    limits.check_may_manage(by, user, on=today)
    if user.ended_at is not None:
        raise AccountEnded
    user.is_active = False
    user.ended_at = timezone.now()
    user.set_unusable_password()
    user.save(update_fields=["is_active", "ended_at", "password"])
    for post in Post.objects.filter(user=user).not_over_on(today):
        post.ends_on = max(today, post.starts_on)
        post.ended_by = by
        post.save(update_fields=["ends_on", "ended_by"])
    Invitation.objects.filter(user=user, used_at=None).update(expires_at=timezone.now())
    sign_out_everywhere(user)
    user.forget_posts()
    audit.record("access.account_ended", by=by, on=("user", user.pk), area_key=user.area_key, why=why)
    return user


@refusals_recorded("access.account_reopened")
@transaction.atomic
def reopen_account(user: User, *, by: User | None, why: str) -> User:
    """An ended account may be used again, once a link is made for it, without any post.

    Raises ReasonMissing, NotYourself, OutsideYourAreas.
    """
    why = reasons.given(why)
    limits.check_may_manage(by, user, on=timezone.localdate())
    user.is_active = True
    user.ended_at = None
    user.save(update_fields=["is_active", "ended_at"])
    audit.record("access.account_reopened", by=by, on=("user", user.pk), area_key=user.area_key, why=why)
    return user


def end_accounts(users: Iterable[User], *, by: User | None, why: str) -> dict[User, str]:
    """End several accounts; each stands for itself. Returns what refused which: user → sentence."""
    refused = {}
    for user in users:
        try:
            end_account(user, by=by, why=why)
        except (Refused, AccountEnded) as refusal:
            refused[user] = str(refusal)
    return refused


@refusals_recorded("access.sessions_ended")
@transaction.atomic
def end_sessions(user: User, *, by: User | None) -> None:
    """Sign `user` out everywhere. One's own need no right. Raises OutsideYourAreas, HoldsMore."""
    if by is None or by.pk != user.pk:
        limits.check_may_manage(by, user, on=timezone.localdate())
    sign_out_everywhere(user)
    audit.record("access.sessions_ended", by=by, on=("user", user.pk), area_key=user.area_key)


@refusals_recorded("access.sessions_ended")
@transaction.atomic
def end_session(user: User, *, session_id: int, by: User | None) -> None:
    """Sign `user` out on one device. Raises OutsideYourAreas, HoldsMore."""
    if by is None or by.pk != user.pk:
        limits.check_may_manage(by, user, on=timezone.localdate())
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        return
    session.end()
    audit.record("access.sessions_ended", by=by, on=("user", user.pk), area_key=user.area_key, sessions=1)


def sign_out_everywhere(user: User) -> None:
    """End every session of `user`, listed or not; the verbs around it ask for the right and record it."""
    user.session_stamp = new_stamp()
    user.save(update_fields=["session_stamp"])
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    sessions.delete()


@refusals_recorded("access.factors_reset")
@transaction.atomic
def reset_factors(user: User, *, by: User | None, why: str) -> int:
    """Take every second factor of `user` away, for who lost telephone and recovery codes; sessions end.

    For the operator alone: whoever could do it from a page would need no second factor. Returns how many
    there were. Raises Refused, ReasonMissing.
    """
    if by is not None:
        raise Refused
    why = reasons.given(why)
    factors = Authenticator.objects.filter(user=user)
    count = len(factors)
    factors.delete()
    sign_out_everywhere(user)
    audit.record("access.factors_reset", by=by, on=("user", user.pk), area_key=user.area_key, why=why)
    letters.tell_factors_reset(user)
    return count


@refusals_recorded("access.unlocked")
@transaction.atomic
def unlock(user: User, *, by: User | None) -> None:
    """Let somebody try again who typed a wrong password too often. Raises OutsideYourAreas, HoldsMore."""
    limits.check_may_manage(by, user, on=timezone.localdate())
    reset_lock_out(username=user.username)
    audit.record("access.unlocked", by=by, on=("user", user.pk), area_key=user.area_key)


@transaction.atomic
def accept_terms(user: User, *, version: str, by: User) -> TermsAcceptance:
    """`user` agrees to the version in force, for themselves. Raises NotYourself for anybody else, or any
    other version.
    """
    if by.pk != user.pk or version != terms.version():
        raise Refused
    try:
        with transaction.atomic():
            acceptance = TermsAcceptance.objects.create(user=user, version=version)
    except IntegrityError:
        acceptance = TermsAcceptance.objects.get(user=user, version=version)
    user.terms_version = version
    user.save(update_fields=["terms_version"])
    audit.record("access.terms_accepted", by=by, on=("user", user.pk), version=version)
    return acceptance


def _check_area(key: str) -> None:
    try:
        jurisdiction.check_area(key)
    except jurisdiction.UnknownArea as error:
        raise NoSuchArea from error
