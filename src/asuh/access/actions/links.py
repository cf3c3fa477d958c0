"""Links for accounts that exist, and the mail addresses such links go to.

Whoever holds the link of an account is that user. An account nobody has used yet may be handed over by its
administrator; one in use gets its link by mail, or through a second person of another post.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from asuh.access import letters, limits, reasons
from asuh.access.actions.accounts import Invited, new_link, sign_out_everywhere
from asuh.access.models import Proposal, User
from asuh.access.refusals import (
    AccountEnded,
    MailNotSent,
    NotYourself,
    ProposalOver,
    Refused,
    SecondPersonNeeded,
    refusals_recorded,
)
from asuh.audit import actions as audit

PROPOSAL_LASTS = timedelta(days=7)

#: a token made into an address
AsAddress = Callable[[str], str]


@refusals_recorded("access.invited_again")
@transaction.atomic
def invite_again(user: User, *, by: User | None, address: AsAddress | None = None) -> Invited:
    """A new link, for a forgotten password or a link that ran out. Earlier links and all sessions end.

    For an account in use the link goes to its mail address and the token comes back empty, unless the
    operator asks. Raises AccountEnded, NotYourself, OutsideYourAreas, HoldsMore, SecondPersonNeeded,
    MailNotSent.
    """
    limits.check_may_manage(by, user, on=timezone.localdate())
    if user.ended_at is not None:
        raise AccountEnded
    used = user.has_been_used()
    if by is not None and used and (address is None or not letters.reaches(user)):
        raise SecondPersonNeeded
    sign_out_everywhere(user)
    made = new_link(user, by)
    mailed = by is not None and used
    audit.record(
        "access.invited_again", by=by, on=("user", user.pk), area_key=user.area_key, used=used, mailed=mailed
    )
    if by is not None and used and address is not None:
        if not letters.send_new_link(user, address(made.token), by=by):
            raise MailNotSent
        return Invited(user, "", made.expires_at)
    if used:
        letters.tell_link_made(user, by=by)
    return made


@refusals_recorded("access.link_asked")
@transaction.atomic
def propose_link(user: User, *, by: User, why: str) -> Proposal:
    """Ask for a link of an account in use that cannot be written to. An earlier request gives way.

    Raises ReasonMissing, AccountEnded, NotYourself, OutsideYourAreas, HoldsMore.
    """
    why = reasons.given(why)
    limits.check_may_manage(by, user, on=timezone.localdate())
    if user.ended_at is not None:
        raise AccountEnded
    audit.record("access.link_asked", by=by, on=("user", user.pk), area_key=user.area_key, why=why)
    return _propose(user, Proposal.Kind.LINK, by=by, why=why)


@refusals_recorded("access.user_changed")
@transaction.atomic
def change_user(user: User, *, by: User | None, name: str, email: str, phone: str) -> Proposal | None:
    """Correct what is known about a user.

    Links go to the mail address, so a new one for an account in use waits for a second person; what is
    returned is that request. Raises NotYourself, OutsideYourAreas, HoldsMore.
    """
    limits.check_may_manage(by, user, on=timezone.localdate())
    wanted = {"name": name.strip(), "email": email.strip(), "phone": phone.strip()}
    before = user.email
    waits = by is not None and wanted["email"] != before and user.has_been_used()
    if waits:
        new_address = wanted.pop("email")
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    for field, value in wanted.items():
        setattr(user, field, value)
    user.full_clean(exclude=["password"])
    user.save(update_fields=list(wanted))
    if changed:
        audit.record(
            "access.user_changed",
            by=by,
            on=("user", user.pk),
            area_key=user.area_key,
            fields=", ".join(changed),
        )
    if before and "email" in changed:
        letters.tell_address_changed(user, before=before, by=by)
    if not waits or by is None:
        return None
    audit.record("access.mail_asked", by=by, on=("user", user.pk), area_key=user.area_key)
    return _propose(user, Proposal.Kind.EMAIL, by=by, email=new_address)


def _propose(user: User, kind: Proposal.Kind, *, by: User, why: str = "", email: str = "") -> Proposal:
    now = timezone.now()
    waiting = Proposal.objects.filter(user=user, kind=kind, granted__isnull=True)
    waiting.update(granted=False, decided_at=now, decided_by=by)
    return Proposal.objects.create(user=user, kind=kind, asked_by=by, why=why, email=email)


@refusals_recorded("access.request_granted")
@transaction.atomic
def grant(proposal: Proposal, *, by: User) -> Invited | None:
    """Give what was asked. A link comes back, for `by` to hand to the user and to nobody else.

    Raises ProposalOver, NotYourself, OutsideYourAreas, Refused.
    """
    held = _held(proposal.pk)
    user: User = held.user
    _check_may_decide(held, by)
    _decide(held, True, by=by)
    audit.record(
        "access.request_granted",
        by=by,
        on=("user", user.pk),
        area_key=user.area_key,
        asked=held.kind,
        asked_by=held.asked_by_id,
    )
    if held.kind == Proposal.Kind.EMAIL:
        before, user.email = user.email, held.email
        user.save(update_fields=["email"])
        letters.tell_address_changed(user, before=before, by=held.asked_by)
        return None
    sign_out_everywhere(user)
    letters.tell_link_made(user, by=by)
    return new_link(user, by)


@refusals_recorded("access.request_declined")
@transaction.atomic
def decline(proposal: Proposal, *, by: User, why: str) -> Proposal:
    """Refuse what was asked. Raises ReasonMissing, ProposalOver, NotYourself, OutsideYourAreas, Refused."""
    why = reasons.given(why)
    held = _held(proposal.pk)
    _check_may_decide(held, by)
    _decide(held, False, by=by)
    audit.record(
        "access.request_declined",
        by=by,
        on=("user", held.user_id),
        area_key=held.user.area_key,
        why=why,
        asked=held.kind,
        asked_by=held.asked_by_id,
    )
    return held


def _held(number: int) -> Proposal:
    """The request, locked: two who decide at once wait for each other."""
    found = Proposal.objects.select_for_update(of=("self",)).select_related("user", "asked_by").get(pk=number)
    over = timezone.now() - PROPOSAL_LASTS
    if found.granted is not None or found.asked_at < over or found.user.ended_at is not None:
        raise ProposalOver
    return found


def _check_may_decide(proposal: Proposal, by: User) -> None:
    if by.pk == proposal.asked_by_id:
        raise NotYourself
    limits.check_may_confirm(by, proposal.user, on=timezone.localdate())
    # who has lost the post since asks for nothing any more
    if not limits.may(limits.check_may_manage, proposal.asked_by, proposal.user, on=timezone.localdate()):
        raise Refused


def _decide(proposal: Proposal, granted: bool, *, by: User) -> None:
    proposal.granted, proposal.decided_by, proposal.decided_at = granted, by, timezone.now()
    proposal.save(update_fields=["granted", "decided_by", "decided_at"])
