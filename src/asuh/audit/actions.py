"""The only place that writes events."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from asuh.audit.models import Event


class Actor(Protocol):
    """Somebody who can be held to account: a user, or None for the system itself."""

    pk: Any

    def get_username(self) -> str: ...


@dataclass(frozen=True)
class Circumstances:
    """Where a deed comes from: the door (page, api, cli, job) and the caller's network address."""

    door: str = ""
    address: str | None = None


circumstances: ContextVar[Circumstances] = ContextVar("circumstances", default=Circumstances())  # noqa: B039  frozen


def record(
    what: str,
    *,
    by: Actor | None,
    on: tuple[str, int] | None = None,
    area_key: str = "",
    why: str = "",
    refused: bool = False,
    **details: Any,
) -> Event:
    """Write down that `by` did `what` to `on`, in the caller's transaction.

    what: dotted code, e.g. "people.child_opened". on: (kind, id), e.g. ("person", 42).
    area_key: where the subject lies. why: the reason the person typed.
    details: ids, counts and codes only; never a name, a NIK or an answer.
    """
    here = circumstances.get()
    kind, number = on or ("", None)
    return Event.objects.create(
        actor_id=by.pk if by is not None else None,
        actor_name=by.get_username() if by is not None else "",
        what=what,
        subject_kind=kind,
        subject_id=number,
        area_key=area_key,
        why=why[:500],
        refused=refused,
        door=here.door,
        address=here.address,
        details=details,
    )
