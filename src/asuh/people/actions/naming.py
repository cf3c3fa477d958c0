"""Everything that is stored because somebody has a name."""

from typing import Any

from asuh.kernel.linkage import keys, names
from asuh.people.models import Person


def tidy(text: str) -> str:
    """One space between words, none around."""
    return " ".join(text.split())


def name_fields(name: str) -> dict[str, Any]:
    """name, name_norm and name_keys, which always change together."""
    return {
        "name": tidy(name)[: Person._meta.get_field("name").max_length],
        "name_norm": names.normal_form(name)[: Person._meta.get_field("name_norm").max_length],
        "name_keys": keys.index_keys(name),
    }
