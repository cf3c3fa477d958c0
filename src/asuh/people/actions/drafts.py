"""Keeping what is typed, so that nothing is lost when a page is left."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from asuh.access.models import User
from asuh.people.models import Draft

GOOD_FOR = timedelta(days=7)


def keep(form: str, values: dict[str, Any], *, by: User) -> None:
    """Keep `values` for `by`; the newest replaces what was kept."""
    Draft.objects.update_or_create(owner=by, form=form, defaults={"values": values})


def kept(form: str, *, by: User) -> dict[str, Any]:
    """What was kept in the last week; {} if nothing."""
    since = timezone.now() - GOOD_FOR
    found: Any = Draft.objects.filter(owner=by, form=form, kept_at__gte=since).first()
    return dict(found.values) if found else {}


def discard(form: str, *, by: User) -> None:
    """Forget it."""
    Draft.objects.filter(owner=by, form=form).delete()


def forget_old(now: datetime) -> int:
    """Erase what was kept for longer than a week: nobody can read it any more. Returns how many."""
    return int(Draft.objects.filter(kept_at__lt=now - GOOD_FOR).delete()[0])
