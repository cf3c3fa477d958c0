"""A form does what it says once, however often its button was pressed."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from asuh.access.models import User
from asuh.access.refusals import BrokenRule, Refused
from asuh.people.models import SentForm

#: a second click comes within seconds; after this long nobody waits for the first one's answer
REMEMBERED_FOR = timedelta(days=1)


def once(key: str, act: Callable[[], str], *, by: User) -> str:
    """The address of what came of `act`; of what came of it before, if `by` has sent this very form already.

    key: of the form as it was sent (`asuh.people.sent.key_of`); "" does it every time. Of two at the same
    moment the second waits for the first. What was refused or broke a rule may be sent again.
    """
    if not key:
        return act()
    failed: BrokenRule | Refused | None = None
    with transaction.atomic():
        SentForm.objects.filter(owner=by, sent_at__lt=timezone.now() - REMEMBERED_FOR).delete()
        sent, first = SentForm.objects.get_or_create(owner=by, key=key)
        if first:
            try:
                sent.address = act()
                sent.save(update_fields=["address"])
            except (BrokenRule, Refused) as error:
                # not raised here: the refusal that `act` wrote into the trail stays
                failed = error
                sent.delete()
    if failed is not None:
        raise failed
    return sent.address


def came_of(key: str, *, by: User) -> str:
    """The address of what came of the form, if `by` has sent it already; "" otherwise."""
    sent = SentForm.objects.filter(owner=by, key=key).first() if key else None
    return sent.address if sent is not None else ""
