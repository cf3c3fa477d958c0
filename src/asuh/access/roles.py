"""Roles as the ground floor knows them: a code, a name, and the permissions it grants.

The table itself is the shell's (settings.ASUH_ROLES), since only the shell knows every app's permissions.
"""

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
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


@cache
def all_permissions() -> Mapping[str, Any]:
    """Every right of every app with its sentence, by code, app by app."""
    found: dict[str, Any] = {}
    for config in reversed(list(apps.get_app_configs())):
        if not config.name.startswith("asuh."):
            continue
        module = f"{config.name}.permissions"
        if importlib.util.find_spec(module) is not None:
            found |= dict(importlib.import_module(module).Can.choices)
    return found
