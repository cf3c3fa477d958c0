"""How far an administrator's hand reaches: pure questions, asked by every action on users and posts.

Three rules. A post is given only inside the areas (and for the office) in which the giver manages users. A
role with a far-reaching right is given only by who holds that right over the same ground, or manages the
whole country. Nobody changes an account that holds a post they could not have given: a new password for
somebody with more rights would be those rights.
"""

from datetime import date
from typing import Any

from asuh.access import roles
from asuh.access.jurisdiction import inside
from asuh.access.models import Post, User
from asuh.access.permissions import Can
from asuh.access.refusals import HoldsMore, NotYourself, OutsideYourAreas, WiderThanYours
from asuh.audit.permissions import Can as Audit

# Rights that reach past the area they are given in, or over those who give them: reading the trail must not
# be handed out by those whom it is about.
FAR_REACHING = frozenset(
    str(right) for right in (Can.MANAGE_USERS, Can.REACH_UNPLACED, Can.CONFIRM_LINKS, Audit.READ_TRAIL)
)


def check_may_give(by: User | None, *, role: str, area_key: str, office_code: str = "") -> None:
    """Whether `by` may give out this post at all, to whomever. None is the operator at the shell.

    Raises OutsideYourAreas, WiderThanYours.
    """
    if by is None:
        return
    if not manages(by, area_key, office_code):
        raise OutsideYourAreas
    far = FAR_REACHING & roles.permissions_of(role)
    if by.areas_for(Can.MANAGE_USERS) == [""]:
        return
    for right in far:
        if office_code or not inside(area_key, by.areas_for(right)):
            raise WiderThanYours


def check_may_manage(by: User | None, user: User, *, on: date) -> None:
    """Whether `by` may end, reopen or re-invite this account, or end its sessions on the day `on`.

    Raises NotYourself, OutsideYourAreas, HoldsMore.
    """
    if by is None:
        return
    if by.pk == user.pk:
        raise NotYourself
    if not manages(by, user.area_key, user.office_code):
        raise OutsideYourAreas
    for post in Post.objects.filter(user=user).not_over_on(on):
        try:
            check_may_give(by, role=post.role, area_key=post.area_key, office_code=post.office_code)
        except (OutsideYourAreas, WiderThanYours) as refusal:
            raise HoldsMore from refusal


def check_may_confirm(by: User, user: User, *, on: date) -> None:
    """Whether `by` may confirm what an administrator asks for this account: all of it lies in their areas.

    Raises NotYourself, OutsideYourAreas.
    """
    if by.pk == user.pk:
        raise NotYourself
    areas = by.areas_for(Can.CONFIRM_LINKS)
    held = Post.objects.filter(user=user).not_over_on(on).values_list("area_key", flat=True)
    if not all(inside(key, areas) for key in (user.area_key, *held)):
        raise OutsideYourAreas


def may(check: Any, *args: Any, **kwargs: Any) -> bool:
    """Whether a check would pass: for pages that offer only what can be done."""
    from asuh.access.refusals import Refused

    try:
        check(*args, **kwargs)
    except Refused:
        return False
    return True


def roles_to_give(by: User) -> list[roles.Role]:
    """Roles that `by` may give somewhere."""
    places = [(key, "") for key in by.areas_for(Can.MANAGE_USERS)] + by.offices_for(Can.MANAGE_USERS)
    return [
        role
        for role in roles.all_roles().values()
        if any(
            may(check_may_give, by, role=role.code, area_key=key, office_code=office)
            for key, office in places
        )
    ]


def manages(by: User, area_key: str, office_code: str) -> bool:
    """Whether `by` administers this area, or this office where their own post is narrowed to it."""
    if inside(area_key, by.areas_for(Can.MANAGE_USERS)):
        return True
    return any(
        office == office_code and inside(area_key, [key]) for key, office in by.offices_for(Can.MANAGE_USERS)
    )
