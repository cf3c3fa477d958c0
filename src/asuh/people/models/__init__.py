"""Nouns of the registry."""

from asuh.people.models.deliveries import (
    Delivery,
    HouseholdRow,
    MemberRow,
    QuarantinedRow,
)
from asuh.people.models.registry import Household, HouseholdRole, Person, Residence

__all__ = [
    "Delivery",
    "Household",
    "HouseholdRole",
    "HouseholdRow",
    "MemberRow",
    "Person",
    "QuarantinedRow",
    "Residence",
]
