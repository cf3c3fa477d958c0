"""What is known about a person, value by value: when it held, who says so, how they know.

A fact is never overwritten. A correction is a new fact that the old one points to; a wrong one is withdrawn
with a reason. What DTKS says stays in its member rows and is not copied here.
"""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from asuh.kernel import functioning, orphanhood
from asuh.people import codes
from asuh.people.codes import categories, health, schooling
from asuh.people.models.registry import Person


class FactQuerySet(models.QuerySet[Any]):
    """Facts of one kind."""

    def standing(self) -> Self:
        """Neither withdrawn nor corrected, newest first."""
        return self.filter(withdrawn_at__isnull=True, superseded_by__isnull=True).order_by("-as_of", "-pk")

    def at(self, day: Any) -> Self:
        """What was said to hold on `day` or before."""
        return self.standing().filter(as_of__lte=day)


class Fact(models.Model):
    """One thing known about a person; read it through `people.reading`, which knows for whom it is.

    as_of: the day it speaks of. recorded_at: when Asuh was told. how: how the recorder knows.
    """

    #: fields a recorder fills in, in the order of the form
    asks: ClassVar[tuple[str, ...]] = ()
    #: icon in the person's history
    icon: ClassVar[str] = "note"
    kind: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    #: several may stand side by side (documents, phones), or the newest is the answer (school)
    several: ClassVar[bool] = False
    #: answers that are a separate right to read, by the list they may stand in
    restricted: ClassVar[dict[str, frozenset[Any]]] = {}

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    as_of = models.DateField(_("keadaan pada"))
    how = models.CharField(_("diketahui dari"), max_length=20, choices=codes.How.choices)
    note = models.CharField(_("catatan"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    superseded_by = models.OneToOneField("self", models.SET_NULL, null=True, related_name="supersedes")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="%(class)s_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("id")),
                name="%(class)s_not_after_itself",
            ),
        ]
        indexes = [models.Index(fields=["person", "-as_of"], name="%(class)s_of_person")]

    @property
    def stands(self) -> bool:
        """Whether it is still what we say."""
        return self.withdrawn_at is None and self.superseded_by_id is None  # type: ignore[attr-defined]

    @property
    def id_text(self) -> str:
        """The id without thousands separators, for addresses."""
        return str(self.pk)

    @property
    def is_restricted(self) -> bool:
        """Whether it holds an answer that is a separate right to read: then the whole of it is."""
        return any(self.restricted_in(name) for name in self.restricted)

    def restricted_in(self, name: str) -> list[str]:
        """The restricted answers in the list `name`."""
        return [code for code in getattr(self, name) if code in self.restricted[name]]

    def in_words(self) -> str:
        """The fact in one sentence, for who may read it."""
        raise NotImplementedError


def _joined(*parts: Any) -> str:
    return ", ".join(str(part) for part in parts if part not in (None, ""))


def _names(chosen: list[str], choices: type[models.TextChoices]) -> str:
    return ", ".join(str(choices(code).label) for code in chosen)


class Schooling(Fact):
    """Going to school. grade: 1–13. nisn: national pupil number, 10 digits, text."""

    kind, title, icon = "schooling", _("Sekolah"), "school"
    asks = ("participation", "level", "grade", "attendance", "school", "nisn", "reasons")
    restricted: ClassVar = {"reasons": schooling.RESTRICTED}

    participation = models.CharField(
        _("partisipasi sekolah"), max_length=20, choices=codes.Participation.choices
    )
    level = models.CharField(_("jenjang"), max_length=20, choices=codes.Level.choices, blank=True)
    grade = models.SmallIntegerField(_("kelas"), null=True, blank=True)
    attendance = models.CharField(_("kehadiran"), max_length=20, choices=codes.Attendance.choices, blank=True)
    school = models.CharField(_("nama sekolah"), max_length=200, blank=True)
    nisn = models.CharField("NISN", max_length=10, blank=True, db_collation="C")
    reasons = ArrayField(
        models.CharField(max_length=20, choices=codes.NotAttending.choices),
        default=list,
        blank=True,
        verbose_name=_("alasan tidak bersekolah"),
    )

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(nisn="") | Q(nisn__regex=r"^[0-9]{10}$"), name="schooling_nisn_10_digits"
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(grade__range=(1, 13)), name="schooling_grade_1_to_13"
            ),
        ]

    def in_words(self) -> str:
        place = self.get_level_display() if self.level and self.level != codes.Level.NONE else ""
        if self.grade:
            place = _joined(_("kelas %(grade)s") % {"grade": self.grade} + (f" {place}" if place else ""))
        return _joined(
            self.get_participation_display(),
            place,
            self.school,
            self.get_attendance_display().lower() if self.attendance else "",
            _names(self.reasons, codes.NotAttending).lower(),
        )


class HealthAndNutrition(Fact):
    """Measurements and illness. muac_cm: mid-upper arm circumference (LiLA)."""

    kind, title, icon = "health", _("Kesehatan dan gizi"), "stethoscope"
    asks = ("weight_kg", "height_cm", "muac_cm", "nutrition", "immunised", "chronic")
    restricted: ClassVar = {"chronic": health.RESTRICTED}

    weight_kg = models.DecimalField(
        _("berat badan (kg)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    height_cm = models.DecimalField(
        _("tinggi badan (cm)"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    muac_cm = models.DecimalField(
        _("lingkar lengan atas (cm)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    nutrition = models.CharField(
        _("keadaan gizi"), max_length=20, choices=codes.Nutrition.choices, blank=True
    )
    immunised = models.CharField(
        _("imunisasi sesuai umur"), max_length=10, choices=codes.YesNoUnknown.choices, blank=True
    )
    chronic = ArrayField(
        models.CharField(max_length=20, choices=codes.Chronic.choices),
        default=list,
        blank=True,
        verbose_name=_("penyakit menahun"),
    )

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(weight_kg__isnull=True) | Q(weight_kg__gt=0, weight_kg__lt=300),
                name="health_weight_of_a_person",
            ),
            models.CheckConstraint(
                condition=Q(height_cm__isnull=True) | Q(height_cm__gte=20, height_cm__lte=250),
                name="health_height_of_a_person",
            ),
            models.CheckConstraint(
                condition=Q(muac_cm__isnull=True) | Q(muac_cm__gte=5, muac_cm__lte=60),
                name="health_arm_of_a_person",
            ),
        ]

    def in_words(self) -> str:
        from django.utils.formats import number_format

        measured = [
            f"{number_format(value.normalize(), use_l10n=True)} {unit}"
            for value, unit in ((self.weight_kg, "kg"), (self.height_cm, "cm"), (self.muac_cm, "cm LiLA"))
            if value is not None
        ]
        immunised = {"yes": _("imunisasi lengkap sesuai umur"), "no": _("imunisasi belum lengkap")}
        ill = "" if self.chronic == ["none"] else _names(self.chronic, codes.Chronic)
        return _joined(
            *measured,
            self.get_nutrition_display() if self.nutrition else "",
            immunised.get(self.immunised, ""),
            ill or (_("tanpa penyakit menahun") if self.chronic else ""),
        )


class Functioning(Fact):
    """Answers to the questions of the Washington Group / UNICEF. answers: domain → answer, see the kernel."""

    kind, title, icon = "functioning", _("Fungsi dan disabilitas"), "user-heart"
    asks = ("answers",)

    module = models.CharField(max_length=20)
    answers = models.JSONField(default=dict)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(module__in=[asked.code for asked in functioning.ALL]),
                name="functioning_known_module",
            ),
        ]

    @property
    def asked(self) -> functioning.Questions:
        """The questions of its module."""
        return functioning.questions_named(self.module)

    @property
    def disability(self) -> bool | None:
        """By the international cutoff; None when too little was asked."""
        return functioning.has_disability(self.asked, self.answers)

    def in_words(self) -> str:
        if self.disability is None:
            return str(_("belum cukup ditanyakan untuk menyimpulkan"))
        if not self.disability:
            return str(_("Tidak ada kesulitan fungsi yang berarti"))
        found = functioning.domains_with_difficulty(self.asked, self.answers)
        named = "; ".join(
            f"{codes.DOMAINS[domain]}: {codes.answer_name(self.asked, domain, self.answers[domain])}".lower()
            for domain in found
        )
        return str(_("Dengan disabilitas: %(domains)s") % {"domains": named})


class ParentsStatus(Fact):
    """Whether the parents live, and where they are. Yatim, piatu, yatim piatu are derived, never typed."""

    kind, title, icon = "parents", _("Keadaan orang tua"), "users"
    asks = ("father", "father_name", "father_away", "mother", "mother_name", "mother_away")

    father = models.CharField(_("ayah"), max_length=10, choices=codes.Alive.choices)
    father_name = models.CharField(_("nama ayah"), max_length=200, blank=True)
    father_away = models.CharField(
        _("di mana ayah"), max_length=20, choices=codes.ParentAway.choices, blank=True
    )
    mother = models.CharField(_("ibu"), max_length=10, choices=codes.Alive.choices)
    mother_name = models.CharField(_("nama ibu kandung"), max_length=200, blank=True)
    mother_away = models.CharField(
        _("di mana ibu"), max_length=20, choices=codes.ParentAway.choices, blank=True
    )

    class Meta(Fact.Meta):
        pass

    @property
    def orphanhood(self) -> orphanhood.Orphanhood:
        """Yatim, piatu, yatim piatu, both alive, or not known."""
        return orphanhood.orphanhood(father=self.father, mother=self.mother)

    @property
    def status_words(self) -> str:
        """Yatim, piatu … in words."""
        return str(codes.ORPHANHOOD[self.orphanhood])

    @property
    def away_words(self) -> str:
        """Where living parents are, when not with the child."""
        gone = []
        for who, alive, away, words in (
            (_("ayah"), self.father, self.father_away, self.get_father_away_display()),
            (_("ibu"), self.mother, self.mother_away, self.get_mother_away_display()),
        ):
            if alive == codes.Alive.ALIVE and away not in ("", codes.ParentAway.PRESENT):
                gone.append(f"{who}: {words.lower()}")
        return "; ".join(gone)

    def in_words(self) -> str:
        return _joined(self.status_words, self.away_words)


class Caregiving(Fact):
    """Who cares for the child, and in what arrangement. caregiver: when they are a person of the registry."""

    kind, title, icon = "caregiving", _("Pengasuh"), "home-heart"
    asks = ("arrangement", "caregiver", "caregiver_name", "relation", "since")

    arrangement = models.CharField(_("pengasuhan saat ini"), max_length=20, choices=codes.Arrangement.choices)
    caregiver = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="cares_for", verbose_name=_("pengasuh")
    )
    caregiver_name = models.CharField(_("nama pengasuh"), max_length=200, blank=True)
    relation = models.CharField(
        _("hubungan dengan anak"), max_length=20, choices=codes.Relation.choices, blank=True
    )
    since = models.DateField(_("sejak"), null=True, blank=True)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(arrangement__in=["independent", "child_headed", "none"])
                | Q(caregiver__isnull=False)
                | ~Q(caregiver_name=""),
                name="caregiving_names_somebody",
            ),
            models.CheckConstraint(
                condition=Q(caregiver__isnull=True) | ~Q(caregiver=F("person")), name="caregiving_not_oneself"
            ),
        ]

    @property
    def who(self) -> str:
        """The caregiver's name, from the registry when they are in it."""
        return self.caregiver.name if self.caregiver else self.caregiver_name

    def in_words(self) -> str:
        relation = self.get_relation_display().lower() if self.relation else ""
        return _joined(self.who, relation, self.get_arrangement_display().lower())


class CategoryFact(Fact):
    """A category of the law the child falls under. until: from when it no longer holds."""

    kind, title, icon, several = "category", _("Kategori"), "flag", True
    asks = ("scheme", "code", "until")

    scheme = models.CharField(_("daftar"), max_length=10, choices=codes.Scheme.choices)
    code = models.CharField(_("kategori"), max_length=20)
    until = models.DateField(_("sampai"), null=True, blank=True)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "scheme", "code"],
                condition=Q(withdrawn_at__isnull=True, superseded_by__isnull=True, until__isnull=True),
                name="category_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("as_of")),
                name="category_ends_after_it_begins",
            ),
        ]

    @property
    def is_restricted(self) -> bool:
        return (self.scheme, self.code) in categories.RESTRICTED

    def in_words(self) -> str:
        return f"{self.get_scheme_display()}: {codes.category_name(self.scheme, self.code)}"


def document_path(document: "IdentityDocument", name: str) -> str:
    """Where a picture of a paper lies: nothing in the path speaks of the person."""
    return f"documents/{name}"


class IdentityDocument(Fact):
    """A paper: its number, picture, dates, and whether somebody checked it."""

    kind, title, icon, several = "document", _("Dokumen"), "certificate", True
    asks = ("document", "number", "state", "issued_on", "expires_on", "picture")

    document = models.CharField(_("jenis dokumen"), max_length=20, choices=codes.DocumentKind.choices)
    number = models.CharField(_("nomor"), max_length=40, blank=True, db_collation="C")
    state = models.CharField(_("keadaan"), max_length=20, choices=codes.DocumentState.choices)
    issued_on = models.DateField(_("terbit"), null=True, blank=True)
    expires_on = models.DateField(_("berlaku sampai"), null=True, blank=True)
    picture = models.FileField(_("foto dokumen"), upload_to=document_path, blank=True, max_length=120)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(issued_on__isnull=True)
                | Q(expires_on__gte=F("issued_on")),
                name="document_expires_after_issue",
            ),
            models.CheckConstraint(
                condition=~Q(document__in=["nik", "kk", "kia"])
                | Q(number="")
                | Q(number__regex=r"^[0-9]{16}$"),
                name="document_number_16_digits",
            ),
            models.CheckConstraint(
                condition=~Q(state="missing") | Q(number="", picture=""),
                name="document_missing_has_no_number",
            ),
            models.UniqueConstraint(
                fields=["person", "document"],
                condition=Q(
                    withdrawn_at__isnull=True, superseded_by__isnull=True, state__in=["valid", "missing"]
                ),
                name="document_one_of_a_kind_stands",
            ),
        ]

    def in_words(self) -> str:
        return _joined(self.get_document_display(), self.get_state_display().lower())


class ContactFact(Fact):
    """A telephone number somebody answers."""

    kind, title, icon, several = "contact", _("Kontak"), "phone", True
    asks = ("phone", "phone_of", "whatsapp")

    phone = models.CharField(_("nomor telepon"), max_length=20, db_collation="C")
    phone_of = models.CharField(_("telepon siapa"), max_length=20, choices=codes.PhoneOf.choices)
    whatsapp = models.BooleanField(_("dapat dihubungi lewat WhatsApp"), default=False)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(phone__regex=r"^\+?[0-9]{6,16}$"), name="contact_is_a_phone_number"
            ),
        ]

    def in_words(self) -> str:
        return _joined(_("Telepon"), self.get_phone_of_display().lower())


class AddressFact(Fact):
    """An address, beside that of the household. area_key: village or as deep as known."""

    kind, title, icon = "address", _("Alamat"), "map-pin"
    asks = ("which", "address", "area_key")

    which = models.CharField(_("alamat yang mana"), max_length=20, choices=codes.WhichAddress.choices)
    address = models.CharField(_("alamat"), max_length=500)
    area_key = models.CharField(_("wilayah"), max_length=10, null=True, blank=True, db_collation="C")

    class Meta(Fact.Meta):
        pass

    def in_words(self) -> str:
        return _joined(self.address)


class Photo(Fact):
    """A photo of the child. It exists only with consent: who gave it, what they are to the child, when."""

    kind, title, icon = "photo", _("Foto"), "photo"
    asks = ("picture", "consent_name", "consent_relation", "consented_on")

    picture = models.FileField(_("foto"), upload_to="photos/", max_length=120)
    consent_name = models.CharField(_("yang menyetujui"), max_length=200)
    consent_relation = models.CharField(
        _("hubungan dengan anak"), max_length=20, choices=codes.Relation.choices
    )
    consented_on = models.DateField(_("disetujui pada"))

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=~Q(consent_name=""), name="photo_only_with_consent"),
        ]

    def in_words(self) -> str:
        return str(_("Foto, disetujui %(who)s") % {"who": self.get_consent_relation_display().lower()})


KINDS: dict[str, type[Fact]] = {
    model.kind: model
    for model in (
        Schooling,
        HealthAndNutrition,
        Functioning,
        ParentsStatus,
        Caregiving,
        CategoryFact,
        IdentityDocument,
        ContactFact,
        AddressFact,
        Photo,
    )
}
