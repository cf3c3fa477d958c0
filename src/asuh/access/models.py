"""Users, their posts, and what they agreed to."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from asuh.access import roles
from asuh.access.querysets import PostQuerySet


class UserManager(BaseUserManager["User"]):
    """Makes bare users; actions give them posts, passwords and a trail."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who can sign in. A worker's licence and training live elsewhere and outlive this.

    What a user may do comes from posts alone: there is no superuser.
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
    language = models.CharField(_("bahasa"), max_length=5, default="id")
    is_active = models.BooleanField(_("aktif"), default=True)
    terms_version = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

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

        [] is nowhere; [""] is the whole country. Never adds a post's area to another post's role.
        """
        if not self.is_active:
            return []
        day = on or timezone.localdate()
        found = {
            post.area_key
            for post in self._posts()
            if post.starts_on <= day and (post.ends_on is None or day < post.ends_on)
            and permission in roles.permissions_of(post.role)
        }
        return sorted(key for key in found if not any(key != other and key.startswith(other) for other in found))

    def can(self, permission: str) -> bool:
        """Whether any post of today grants `permission` anywhere; pages for one area use `reachable`."""
        return bool(self.areas_for(permission))

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

    user = models.ForeignKey(User, models.CASCADE, related_name="posts")
    role = models.CharField(_("peran"), max_length=40)
    area_key = models.CharField(_("wilayah"), max_length=10, blank=True, db_collation="C")
    office_code = models.CharField(_("kode kantor"), max_length=40, blank=True)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("berakhir"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_it_starts",
            )
        ]


class TermsAcceptance(models.Model):
    """A user agreed to one version of the terms and the code of conduct. Kept for good."""

    user = models.ForeignKey(User, models.PROTECT, related_name="acceptances")
    version = models.CharField(max_length=20)
    accepted_at = models.DateTimeField(db_default=Now(), editable=False)
