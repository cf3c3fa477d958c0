"""Nothing that happened goes because somebody is deleted: accounts end, records are withdrawn."""

import pytest
from django.apps import apps
from django.db import models

#: (model, field) → why it may go together with what it points at
MAY_GO = {
    ("people.Draft", "owner"): "a form half filled in, its owner's alone, gone after some days anyhow",
    ("people.SentForm", "owner"): "a mark that a form was sent, against sending twice; what it wrote stays",
    # a person or household is deleted in one place, taking a delivery back, and only where nobody built on it
    ("people.Residence", "person"): "what the same delivery told; anything else keeps the person",
    ("people.HouseholdRole", "person"): "counted as built upon: keeps the person",
    ("people.HouseholdRole", "household"): "counted as built upon: keeps the household",
    ("people.Schooling", "person"): "counted as built upon: keeps the person",
    ("people.HealthAndNutrition", "person"): "counted as built upon: keeps the person",
    ("people.Functioning", "person"): "counted as built upon: keeps the person",
    ("people.ParentsStatus", "person"): "counted as built upon: keeps the person",
    ("people.Caregiving", "person"): "counted as built upon: keeps the person",
    ("people.CategoryFact", "person"): "counted as built upon: keeps the person",
    ("people.IdentityDocument", "person"): "counted as built upon: keeps the person",
    ("people.ContactFact", "person"): "counted as built upon: keeps the person",
    ("people.AddressFact", "person"): "counted as built upon: keeps the person",
    ("people.Photo", "person"): "counted as built upon: keeps the person",
}


def ours():
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("asuh.")
        for model in config.get_models()
    ]


def cascades():
    for model in ours():
        for field in model._meta.get_fields():
            remote = getattr(field, "remote_field", None)
            if field.concrete and remote is not None and getattr(remote, "on_delete", None) is models.CASCADE:
                yield (model._meta.label, field.name), field.related_model


def test_nothing_goes_with_what_it_points_at():
    wrong = [f"{model}.{field}" for (model, field), _ in cascades() if (model, field) not in MAY_GO]
    assert wrong == [], (
        "PROTECT: end or withdraw it instead; a cascade needs a line in MAY_GO with its reason"
    )


def test_the_list_of_cascades_is_true():
    assert set(MAY_GO) - {place for place, _ in cascades()} == set(), "take it off the list"


def test_of_a_user_nothing_goes_but_forms():
    from asuh.access.models import User

    forms = {("people.Draft", "owner"), ("people.SentForm", "owner")}
    assert {place for place, target in cascades() if target is User} == forms


def test_no_pointer_to_a_user_is_emptied():
    """Who recorded, asked or decided something stays known."""
    from asuh.access.models import User

    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.get_fields()
        if field.concrete
        and field.related_model is User
        and field.remote_field.on_delete not in (models.PROTECT, models.RESTRICT, models.CASCADE)
    ]
    assert wrong == []


@pytest.mark.django_db
def test_a_user_who_held_a_post_cannot_be_deleted(siti):
    with pytest.raises(models.ProtectedError):
        siti.delete()


@pytest.mark.django_db
def test_the_trail_points_at_nobody():
    from asuh.audit.models import Event, Seal

    assert not [field for model in (Event, Seal) for field in model._meta.get_fields() if field.is_relation]
