"""What a user is told at sign-in about deeds of others on the account."""

from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from asuh.access.models import Invitation, Proposal, User
from asuh.audit.models import Event

# told at every sign-in: whoever came in by somebody else's link must not be able to read the notice away
FOR = timedelta(days=30)


def what_others_did(user: User) -> list[str]:
    """A sentence for each link made, mail address changed and second factor taken away lately, oldest first.

    Links from before the account's first use are its owner's own invitation and not worth a word.
    """
    since = timezone.now() - FOR
    links = Invitation.objects.filter(user=user, created_at__gt=since).select_related("created_by")
    first_use = (
        Invitation.objects.filter(user=user, used_at__isnull=False)
        .order_by("used_at")
        .values_list("used_at", flat=True)
        .first()
    )
    if first_use is not None:
        links = links.filter(created_at__gt=first_use)
    told = [
        (made.created_at, _("%(by)s membuat tautan masuk untuk akun Anda pada %(when)s."), made.created_by)
        for made in links
    ]
    changed = Proposal.objects.filter(
        user=user, kind=Proposal.Kind.EMAIL, granted=True, decided_at__gt=since
    ).select_related("asked_by")
    told += [
        (each.decided_at, _("%(by)s mengganti surel akun Anda pada %(when)s."), each.asked_by)
        for each in changed
        if each.decided_at is not None
    ]
    reset = Event.objects.filter(
        what="access.factors_reset", subject_kind="user", subject_id=user.pk, refused=False, at__gt=since
    )
    told += [(each.at, _("%(by)s mencabut pengaman masuk Anda pada %(when)s."), None) for each in reset]
    warning = _("Bila Anda tidak memintanya, segera beri tahu pejabat pelindungan data.")
    return [
        sentence
        % {
            "by": by.get_full_name() if by else _("Operator sistem"),
            "when": date_format(timezone.localtime(when), "j F Y H.i"),
        }
        + " "
        + warning
        for when, sentence, by in sorted(told, key=lambda each: each[0])
    ]
