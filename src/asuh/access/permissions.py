"""What one can do with users, posts and areas; and the shape of every app's `Can`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Can(models.TextChoices):
    """Rights of the ground floor."""

    REACH_UNPLACED = "access.reach_unplaced", _("Melihat orang yang wilayahnya belum diketahui")
    MANAGE_USERS = "access.manage_users", _("Mengelola pengguna dan penugasan di wilayahnya")
    SEE_USERS = "access.see_users", _("Melihat daftar pengguna dan haknya")
    CONFIRM_LINKS = (
        "access.confirm_links",
        _("Menyetujui tautan masuk atau surel baru bagi akun yang sudah dipakai"),
    )
    SEE_JOBS = "access.see_jobs", _("Melihat dan mengulang pekerjaan latar")
