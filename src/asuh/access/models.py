"""Users, their posts, and what they agreed to."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from asuh.access import jurisdiction, roles
from asuh.access.permissions import Can
from asuh.access.querysets import OwnQuerySet, PostQuerySet, ProposalQuerySet, UserQuerySet


def new_stamp() -> str:
    """A random word that all sessions of a user are bound to."""
    return get_random_string(16)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes bare users; actions give them posts, passwords and a trail."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who can sign in. A worker's licence and training live elsewhere and outlive this.

    What a user may do comes from posts alone: there is no superuser.
    area_key: where the account is administered ("" at the ministry); gives no right to anything.
    session_stamp: every session is bound to it and to the password; a new one ends them all.
    """

    username = models.CharField(
        _("nama pengguna"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("Nama pengguna ini sudah dipakai.")},
    )
    name = models.CharField(_("nama"), max_length=150)
    email = models.EmailField(_("surel"), blank=True)
    phone = models.CharField(_("telepon"), max_length=30, blank=True)
    office_code = models.CharField(_("kode kantor"), max_length=40, blank=True)
    area_key = models.CharField(_("wilayah"), max_length=10, blank=True, default="", db_collation="C")
    language = models.CharField(_("bahasa"), max_length=5, default="id")
    is_active = models.BooleanField(_("aktif"), default=True)
    ended_at = models.DateTimeField(_("diakhiri"), null=True, editable=False)
    terms_version = models.CharField(max_length=20, blank=True)
    session_stamp = models.CharField(max_length=16, default=new_stamp, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    # what Django's own machinery asks; nobody is above the posts
    is_staff = False
    is_superuser = False

    objects = UserManager()

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name().split(" ")[0]

    def areas_for(self, permission: str, on: date | None = None) -> list[str]:
        """Key prefixes of the areas where a post held on `on` (default today) grants `permission`.

        [] is nowhere; [""] is the whole country. Never adds a post's area to another post's role. Former
        codes of the same ground are included; posts narrowed to one office are not (`offices_for`).
        """
        return jurisdiction.with_former_codes(
            post.area_key for post in self.posts_for(permission, on) if not post.office_code
        )

    def offices_for(self, permission: str, on: date | None = None) -> list[tuple[str, str]]:
        """(area key, office code) of the posts that grant `permission` for one office only."""
        return [
            (post.area_key, post.office_code) for post in self.posts_for(permission, on) if post.office_code
        ]

    def posts_for(self, permission: str, on: date | None = None) -> "list[Post]":
        """Posts held on `on` (default today) whose role grants `permission`; none once the account has
        ended.
        """
        if not self.is_active:
            return []
        day = on or timezone.localdate()
        return [
            post
            for post in self._posts()
            if post.held_on(day) and permission in roles.permissions_of(post.role)
        ]

    def holds_any(self, codes: Collection[str]) -> bool:
        """Whether a post of today has one of these roles."""
        today = timezone.localdate()
        return bool(codes) and any(post.held_on(today) and post.role in codes for post in self._posts())

    def can(self, permission: str) -> bool:
        """Whether any post of today grants `permission` anywhere; pages for one area use `reachable`."""
        return bool(self.posts_for(permission))

    def can_at(self, permission: str, record: Any) -> bool:
        """Whether `permission` is granted where `record` lies. For one record, ask this and never `can`:
        a right held in one area says nothing of another.
        """
        return bool(type(record)._default_manager.lets(record, by=self, to=permission))

    def unplaced_from(self, permission: str) -> list[str]:
        """Key prefixes of the areas whose unplaced rows this user reaches: where one post of today grants
        both `permission` and reaching what lies in no known area.
        """
        return jurisdiction.with_former_codes(
            post.area_key
            for post in self.posts_for(permission)
            if Can.REACH_UNPLACED in roles.permissions_of(post.role) and not post.office_code
        )

    def reaches_unplaced(self, permission: str) -> bool:
        """Whether `unplaced_from` is anywhere; which rows it reaches only `reachable` says."""
        return bool(self.unplaced_from(permission))

    def has_been_used(self) -> bool:
        """Whether somebody has had this account in hand: from then on its link is theirs alone."""
        return (
            self.last_login is not None
            or self.has_usable_password()
            or self.invitations.filter(used_at__isnull=False).exists()
        )

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "asuh.access.session", f"{self.session_stamp}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def _posts(self) -> "list[Post]":
        # one query a request: the middleware hands out a fresh user for each
        if not hasattr(self, "_posts_read"):
            self._posts_read = list(self.posts.all())
        return self._posts_read

    def forget_posts(self) -> None:
        """Read posts anew at the next question; called by whoever changes them."""
        self.__dict__.pop("_posts_read", None)


class Post(models.Model):
    """A role in an area from a day until (not including) another: penugasan.

    area_key "" is the whole country. office_code narrows a post to one institution, by its code.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    role = models.CharField(_("peran"), max_length=40)
    area_key = models.CharField(_("wilayah"), max_length=10, blank=True, db_collation="C")
    office_code = models.CharField(_("kode kantor"), max_length=40, blank=True)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("berakhir"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area_key", "office_code"],
                condition=Q(ends_on__isnull=True),
                name="post_open_ended_once",
            ),
        ]

    def held_on(self, day: date) -> bool:
        """Whether the post covers `day`; the day it ends on is already outside."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


class Invitation(models.Model):
    """A link by which an invited user sets a first password, or a new one. Only the token's hash is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Proposal(models.Model):
    """What an administrator asks for an account in use and somebody of another post decides.

    Either alone could become that user: by a link handed over, or by a mail address that links go to.
    email: the new address, where kind is EMAIL. granted: None while it waits.
    """

    class Kind(models.TextChoices):
        """What for."""

        LINK = "link", _("Tautan masuk")
        EMAIL = "email", _("Surel baru")

    user = models.ForeignKey(User, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    email = models.EmailField(blank=True)
    why = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=Q(granted__isnull=True), name="proposal_waits_once"
            ),
            models.CheckConstraint(
                condition=~Q(granted=True)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("user")),
                name="proposal_granted_by_another",
            ),
        ]


class UserImport(models.Model):
    """One spreadsheet of users, and what became of each of its rows. The file itself is not kept.

    problems: list of [row number, user name as typed, reason], for the log that can be downloaded.
    """

    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    rows_count = models.IntegerField()
    invited_count = models.IntegerField()
    problems = models.JSONField(default=list)

    objects = OwnQuerySet.as_manager()


class Export(models.Model):
    """A file somebody asked for: made by a job, handed to nobody else, gone after some days.

    kind: a code of asuh.access.exports. choices: filters as ids, codes and dates. why: typed by the person.
    areas: key prefixes its owner reached when it was made; who has lost one of them has lost the file.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Menunggu giliran")
        RUNNING = "running", _("Sedang dibuat")
        READY = "ready", _("Siap diunduh")
        FAILED = "failed", _("Gagal")
        GONE = "gone", _("Sudah dihapus")

    class Format(models.TextChoices):
        """What kind of file."""

        XLSX = "xlsx", _("Excel (XLSX)")
        CSV = "csv", _("CSV")

    owner = models.ForeignKey(User, models.PROTECT, related_name="exports")
    kind = models.CharField(max_length=60)
    columns = models.JSONField(default=list)
    choices = models.JSONField(default=dict)
    format = models.CharField(_("jenis berkas"), max_length=4, choices=Format.choices, default=Format.XLSX)
    why = models.CharField(_("alasan"), max_length=500)
    areas = ArrayField(models.CharField(max_length=10), default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    file_name = models.CharField(max_length=60, blank=True)
    rows_count = models.IntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = OwnQuerySet.as_manager()


class TermsAcceptance(models.Model):
    """A user agreed to one version of the terms and the code of conduct. Kept for good."""

    user = models.ForeignKey(User, models.PROTECT, related_name="acceptances")
    version = models.CharField(max_length=20)
    accepted_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="terms_accepted_once")]
