"""Roles as the ground floor knows them: a code, a name, and the permissions it grants.

The table itself is the shell's (settings.ASUH_ROLES), since only the shell knows every app's permissions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Role:
    """What a kind of post may do. code: stored in posts; name: shown; grants: permission codes."""

    code: str
    name: Any
    description: Any
    grants: frozenset[str]


@cache
def all_roles() -> Mapping[str, Role]:
    """Every role by its code, in the order in which people should read them."""
    return {role.code: role for role in import_string(settings.ASUH_ROLES)}


def permissions_of(code: str) -> frozenset[str]:
    """What a role grants; a role that no longer exists grants nothing."""
    role = all_roles().get(code)
    return role.grants if role else frozenset()
