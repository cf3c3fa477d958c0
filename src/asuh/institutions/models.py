"""Organisations that work with children: LKSA, Balai, Dinas and other units."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from asuh.institutions.querysets import InstitutionQuerySet


class Institution(models.Model):
    """One organisation at one address. `code` is what posts and papers refer to it by."""

    class Kind(models.TextChoices):
        """What it is."""

        LKSA = "lksa", _("LKSA")
        BALAI = "balai", _("Balai atau Loka")
        DINAS = "dinas", _("Dinas Sosial")
        POLICE = "police", _("Kepolisian")
        HEALTH = "health", _("Fasilitas kesehatan")
        SCHOOL = "school", _("Sekolah")
        UPTD_PPA = "uptd_ppa", _("UPTD PPA")
        PATBM = "patbm", _("PATBM")
        OTHER = "other", _("Lainnya")

    code = models.CharField(_("kode"), max_length=40, unique=True)
    name = models.CharField(_("nama"), max_length=200)
    kind = models.CharField(_("jenis"), max_length=20, choices=Kind.choices)
    area_key = models.CharField(_("wilayah"), max_length=10, null=True, db_collation="C")
    address = models.CharField(_("alamat"), max_length=500, blank=True)
    phone = models.CharField(_("telepon"), max_length=60, blank=True)
    closed_on = models.DateField(_("tutup"), null=True, blank=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
