"""Nouns of the registry."""

from asuh.people.models.corrections import IdentityChange, RecordedLine, RecordedSheet
from asuh.people.models.deliveries import (
    Delivery,
    HouseholdRow,
    MemberRow,
    QuarantinedRow,
    RestatedRow,
)
from asuh.people.models.drafts import Draft, SentForm
from asuh.people.models.facts import (
    KINDS,
    AddressFact,
    Caregiving,
    CategoryFact,
    ContactFact,
    Fact,
    Functioning,
    HealthAndNutrition,
    IdentityDocument,
    ParentsStatus,
    Photo,
    Schooling,
)
from asuh.people.models.registry import Household, HouseholdRole, Person, Residence
from asuh.people.models.words import NameWord

__all__ = [
    "KINDS",
    "AddressFact",
    "Caregiving",
    "CategoryFact",
    "ContactFact",
    "Delivery",
    "Draft",
    "Fact",
    "Functioning",
    "HealthAndNutrition",
    "Household",
    "HouseholdRole",
    "HouseholdRow",
    "IdentityChange",
    "IdentityDocument",
    "MemberRow",
    "NameWord",
    "ParentsStatus",
    "Person",
    "Photo",
    "QuarantinedRow",
    "RecordedLine",
    "RecordedSheet",
    "Residence",
    "RestatedRow",
    "Schooling",
    "SentForm",
]
