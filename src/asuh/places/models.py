"""Administrative areas of Indonesia, today's and retired ones."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from asuh.places.querysets import AreaQuerySet

LENGTHS = (2, 4, 6, 10)
"""Digits of a key by level: province, regency, district, village."""


def dotted(key: str) -> str:
    """A key as people write it: '3522182001' → '35.22.18.2001'."""
    return ".".join(part for part in (key[:2], key[2:4], key[4:6], key[6:]) if part)


class Area(models.Model):
    """One area under the code the Ministry of Home Affairs (Kemendagri) gave it.

    key: the code without dots, 2, 4, 6 or 10 digits, so that an area's key is the prefix of everything in it.
    A code that is no longer in force stays, with `retired_on` and the keys of the areas it went to.
    """

    class Kind(models.TextChoices):
        """What the law calls it. Source: kind of code and name in the Kemendagri list."""

        PROVINCE = "provinsi", _("Provinsi")
        REGENCY = "kabupaten", _("Kabupaten")
        CITY = "kota", _("Kota")
        DISTRICT = "kecamatan", _("Kecamatan")
        PAPUAN_DISTRICT = "distrik", _("Distrik")
        URBAN_VILLAGE = "kelurahan", _("Kelurahan")
        VILLAGE = "desa", _("Desa")
        CUSTOMARY_VILLAGE = "desa adat", _("Desa adat")

    key = models.CharField(max_length=10, primary_key=True, db_collation="C")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    level = models.SmallIntegerField()
    name = models.CharField(_("nama"), max_length=100)
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind.choices)
    postal_code = models.CharField(_("kode pos"), max_length=5, blank=True)
    # Statistics Indonesia's own code (2+2+3+3 digits) of about 2019, which DTKS is delivered in.
    bps = models.CharField(_("kode BPS"), max_length=10, null=True, unique=True, db_collation="C")
    # Former and differently spelt names that the sources use for the same area.
    other_names = ArrayField(models.CharField(max_length=100), default=list)
    regulation = models.CharField(_("dasar hukum"), max_length=60)
    # Day of the oldest of our sources that knows the code; the area itself may be older.
    valid_from = models.DateField(_("berlaku sejak"))
    retired_on = models.DateField(_("tidak berlaku sejak"), null=True)
    successors = ArrayField(models.CharField(max_length=10), default=list)

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10})$"), name="area_key_is_a_code"
            ),
            models.CheckConstraint(
                condition=Q(level=1, key__regex="^.{2}$")
                | Q(level=2, key__regex="^.{4}$")
                | Q(level=3, key__regex="^.{6}$")
                | Q(level=4, key__regex="^.{10}$"),
                name="area_level_follows_key",
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=False) | Q(successors=[]),
                name="area_with_successors_is_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """The code as people write it, with dots."""
        return dotted(self.key)


class UnjoinedBpsCode(models.Model):
    """A BPS code that no area of today could be found for without guessing.

    key: the deepest area above it that is certain, or empty. why: the reason, for reports.
    """

    bps = models.CharField(max_length=10, primary_key=True, db_collation="C")
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=10, blank=True, db_collation="C")
    why = models.CharField(max_length=200)


class Release(models.Model):
    """Which data file the areas were last loaded from; one row."""

    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)
