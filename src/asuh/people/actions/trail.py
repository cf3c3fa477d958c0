"""What happened to a person or a household, into the trail."""

from typing import Any

from asuh.access.models import User
from asuh.audit import actions as audit
from asuh.people.models import Household, Person


def tell(what: str, about: Person | Household, *, by: User, why: str = "", **details: Any) -> None:
    """Record the event `what` about somebody, where they lie. why: the reason given."""
    kind = "person" if isinstance(about, Person) else "household"
    audit.record(what, by=by, on=(kind, about.pk), area_key=about.area_key or "", why=why, **details)
