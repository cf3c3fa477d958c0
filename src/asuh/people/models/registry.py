"""The golden records: one row a person, one row a household, and where people lived before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from asuh.people.querysets import HouseholdQuerySet, PersonQuerySet
from asuh.people.resting import is_hidden

if TYPE_CHECKING:
    from asuh.access.models import User


class Sex(models.IntegerChoices):
    """As in DTKS, list jns_kel."""

    MALE = 1, _("laki-laki")
    FEMALE = 2, _("perempuan")


class RelationToHead(models.IntegerChoices):
    """As in DTKS, list hub_krt."""

    HEAD = 1, _("Kepala rumah tangga")
    SPOUSE = 2, _("Istri/suami")
    CHILD = 3, _("Anak")
    CHILD_IN_LAW = 4, _("Menantu")
    GRANDCHILD = 5, _("Cucu")
    PARENT = 6, _("Orang tua/mertua")
    DOMESTIC_WORKER = 7, _("Pembantu rumah tangga")
    OTHER = 8, pgettext_lazy("orang", "Lainnya")


class Household(models.Model):
    """People who live under one roof: rumah tangga.

    area_key: village of residence (Kemendagri key). idbdt: its DTKS number, None if not in DTKS.
    percentile: welfare percentile 1..100 of the newest delivery that gave one.
    """

    idbdt = models.CharField(max_length=40, null=True, db_collation="C")
    area_key = models.CharField(max_length=10, null=True, db_collation="C")
    address = models.CharField(max_length=500, blank=True)
    neighbourhood = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    percentile = models.SmallIntegerField(null=True)
    delivery = models.ForeignKey(
        "people.Delivery", models.PROTECT, null=True, related_name="+", db_index=False
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["idbdt"], name="household_idbdt_once"),
        ]
        indexes = [
            models.Index(OpClass("area_key", "text_pattern_ops"), "id", name="household_by_area"),
        ]

    @property
    def code(self) -> str:
        """The number people say aloud: RT-00000012-3."""
        return household_code(self.pk)

    def hidden_from(self, by: User) -> bool:
        """Asked by the guard before every page: whether this was withdrawn and `by` may not bring it back."""
        return is_hidden(self, by, now=timezone.now())


_NOT_DIGITS_OF_NIK = Func(F("nik"), Value("0123456789"), function="ltrim")
"""What is left without the digits it begins with. A pattern would take twice as long, for every row."""


class Person(models.Model):
    """The golden record of one human being.

    name: as people write it. name_norm: kernel.linkage.names.normal_form(name). name_keys: search keys.
    born_on None = birth date unknown; born_year then holds an estimate, or None.
    nik: only a valid one (16 digits); two people may claim the same, matching decides.
    area_key: where they belong; stay_key: where they stay now if elsewhere. None = not known.
    household: where they live now, since resident_since (None = not known).
    relation: to the head of the household (list hub_krt).
    unsure: why matching should look at this record (codes), empty when nothing is in doubt.
    """

    name = models.CharField(max_length=200)
    name_norm = models.CharField(max_length=250, db_collation="C")
    name_keys = ArrayField(models.IntegerField(), default=list)
    sex = models.SmallIntegerField(choices=Sex.choices, null=True)
    born_on = models.DateField(null=True)
    born_year = models.SmallIntegerField(null=True)
    birth_place = models.CharField(max_length=200, blank=True)
    mother_name = models.CharField(max_length=200, blank=True)
    nik = models.CharField(max_length=16, null=True, db_collation="C")
    kk = models.CharField(max_length=16, null=True, db_collation="C")
    area_key = models.CharField(max_length=10, null=True, db_collation="C")
    stay_key = models.CharField(max_length=10, null=True, db_collation="C")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="members")
    relation = models.SmallIntegerField(choices=RelationToHead.choices, null=True)
    resident_since = models.DateField(null=True)
    died_on = models.DateField(null=True)
    unsure = ArrayField(models.CharField(max_length=30), default=list)
    delivery = models.ForeignKey(
        "people.Delivery", models.PROTECT, null=True, related_name="+", db_index=False
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(born_on__isnull=True) | Q(born_year__isnull=False, born_year=F("born_on__year")),
                name="person_born_year_agrees",
            ),
            models.CheckConstraint(
                condition=Q(nik__isnull=True)
                | Q(Exact(Length("nik"), 16), Exact(_NOT_DIGITS_OF_NIK, Value(""))),
                name="person_nik_16_digits",
            ),
            models.CheckConstraint(
                condition=Q(died_on__isnull=True) | Q(born_on__isnull=True) | Q(died_on__gte=F("born_on")),
                name="person_dies_after_birth",
            ),
        ]
        indexes = [
            GinIndex("name_keys", name="person_by_name_keys", fastupdate=False),
            models.Index(fields=["nik"], name="person_by_nik", condition=Q(nik__isnull=False)),
            models.Index(fields=["kk"], name="person_by_kk", condition=Q(kk__isnull=False)),
            models.Index(OpClass("area_key", "text_pattern_ops"), "born_year", name="person_by_area"),
            models.Index(
                OpClass("stay_key", "text_pattern_ops"),
                name="person_by_stay",
                condition=Q(stay_key__isnull=False),
            ),
        ]

    @property
    def code(self) -> str:
        """The number people say aloud, with a check digit: AN-00000418-3."""
        return person_code(self.pk)

    def hidden_from(self, by: User) -> bool:
        """Asked by the guard before every page: whether this was withdrawn and `by` may not bring it back."""
        return is_hidden(self, by, now=timezone.now())


def person_code(number: int) -> str:
    """Asuh's own number of a person: eight digits and a Luhn check digit."""
    return _code("AN", number)


def person_number(code: str) -> int | None:
    """The id inside a code written in any spacing; None if it is not a code or the check digit is wrong."""
    return _number("AN", code)


def household_code(number: int) -> str:
    """Asuh's own number of a household: RT-00000012-3."""
    return _code("RT", number)


def household_number(code: str) -> int | None:
    """The id inside a household's code, as person_number reads a person's."""
    return _number("RT", code)


def _code(letters: str, number: int) -> str:
    digits = f"{number:08d}"
    return f"{letters}-{digits}-{_luhn(digits)}"


def _number(letters: str, code: str) -> int | None:
    code = code.strip().upper()
    digits = "".join(
        letter for letter in code.removeprefix(letters) if letter.isdecimal() and letter.isascii()
    )
    if not code.startswith(letters) or not 9 <= len(digits) <= 19:
        return None
    return int(digits[:-1]) if _luhn(digits[:-1]) == int(digits[-1]) else None


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


class Residence(models.Model):
    """Where a person lived before now: written when they leave, so that the present stands in Person alone.

    From started_on (None = not known) up to, not including, ended_on. because: codes.LeftBecause.
    started_as: how exactly started_on is known, a codes.Started.
    area_key: where the home lay; belonged_key, stayed_key: the person's own two keys at that time.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="residences")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="former_members")
    relation = models.SmallIntegerField(choices=RelationToHead.choices, null=True)
    area_key = models.CharField(max_length=10, null=True, db_collation="C")
    belonged_key = models.CharField(max_length=10, null=True, db_collation="C")
    stayed_key = models.CharField(max_length=10, null=True, db_collation="C")
    address = models.CharField(max_length=500, blank=True, db_default="")
    started_on = models.DateField(null=True)
    started_as = models.CharField(max_length=10, default="day", db_default="day")
    ended_on = models.DateField()
    because = models.CharField(max_length=60)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    delivery = models.ForeignKey("people.Delivery", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="residence_ends_after_it_starts",
            ),
            # a person's number as a range of one: plain GiST knows ranges, so that no extension is needed.
            # Where the start is not known nothing can be said to overlap.
            ExclusionConstraint(
                name="residence_never_twice_at_once",
                condition=Q(started_on__isnull=False),
                expressions=[
                    (
                        Func(F("person"), F("person"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("started_on"), F("ended_on"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class HouseholdRole(models.Model):
    """A part somebody plays in a household where they do not live: a parent who sends money, a guardian."""

    class Part(models.TextChoices):
        """What they are to the household."""

        PARENT = "parent", _("Orang tua")
        GUARDIAN = "guardian", _("Wali")
        BREADWINNER = "breadwinner", _("Pencari nafkah")
        CAREGIVER = "caregiver", _("Pengasuh")
        CONTACT = "contact", _("Narahubung")

    person = models.ForeignKey(Person, models.CASCADE, related_name="household_roles")
    household = models.ForeignKey(Household, models.CASCADE, related_name="roles")
    part = models.CharField(max_length=20, choices=Part.choices)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "household", "part"],
                condition=Q(ends_on__isnull=True),
                name="household_role_once_at_a_time",
            )
        ]
