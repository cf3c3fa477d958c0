"""Mail about accounts: what it says, and whether any leaves this machine."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from asuh.access.models import User

# backends that keep what they are given
_KEEP = {"filebased", "console", "dummy"}


def mail_leaves() -> bool:
    """Whether a mail server is configured; without one, mail is written into files that nobody reads."""
    return settings.EMAIL_BACKEND.split(".")[-2] not in _KEEP


def reaches(user: User) -> bool:
    """Whether `user` can be written to."""
    return bool(user.email) and mail_leaves()


def send_invitation(user: User, link: str) -> bool:
    """The first link. False when it did not leave."""
    return _send(
        user.email,
        user,
        _("Undangan ke Asuh"),
        _(
            "Halo %(name)s,\n\nAnda diundang memakai Asuh dengan nama pengguna %(username)s. "
            "Buatlah kata sandi lewat tautan ini dalam %(hours)s jam; "
            "tautan hanya dapat dipakai sekali:\n\n%(link)s\n\n"
            "Bila Anda tidak menunggu undangan ini, abaikan saja.\n"
        ),
        link=link,
    )


def send_new_link(user: User, link: str, *, by: User) -> bool:
    """A link for an account in use; says who made it. False when it did not leave."""
    return _send(
        user.email,
        user,
        _("Tautan masuk baru untuk akun Asuh Anda"),
        _(
            "Halo %(name)s,\n\n%(by)s membuat tautan masuk baru untuk akun %(username)s. "
            "Buatlah kata sandi baru lewat tautan ini dalam %(hours)s jam; "
            "tautan hanya dapat dipakai sekali, dan hanya Anda yang menerimanya:\n\n%(link)s\n\n"
            "Bila Anda tidak memintanya, jangan dipakai dan beri tahu pejabat pelindungan data.\n"
        ),
        link=link,
        by=by.get_full_name(),
    )


def tell_link_made(user: User, *, by: User | None) -> bool:
    """A link of an account in use was handed over by somebody else's hand."""
    return _send(
        user.email,
        user,
        _("Tautan masuk baru untuk akun Asuh Anda"),
        _(
            "Halo %(name)s,\n\n%(by)s membuat tautan masuk baru untuk akun %(username)s, dan akan "
            "menyampaikannya sendiri kepada Anda.\n\n"
            "Bila Anda tidak memintanya, segera beri tahu pejabat pelindungan data.\n"
        ),
        by=by.get_full_name() if by else _("operator sistem"),
    )


def tell_address_changed(user: User, *, before: str, by: User | None) -> bool:
    """To the address that was, since the new one may be somebody else's."""
    return _send(
        before,
        user,
        _("Surel akun Asuh Anda diganti"),
        _(
            "Halo %(name)s,\n\n%(by)s mengganti surel akun %(username)s; surat berikutnya tidak lagi sampai "
            "di sini.\n\nBila Anda tidak memintanya, segera beri tahu pejabat pelindungan data.\n"
        ),
        by=by.get_full_name() if by else _("operator sistem"),
    )


def tell_factors_reset(user: User) -> bool:
    """The operator took the second factors away."""
    return _send(
        user.email,
        user,
        _("Pengaman masuk akun Asuh Anda dicabut"),
        _(
            "Halo %(name)s,\n\noperator sistem mencabut semua pengaman masuk akun %(username)s.\n\n"
            "Bila Anda tidak memintanya, segera beri tahu pejabat pelindungan data.\n"
        ),
    )


def _send(address: str, user: User, subject: Any, text: Any, **values: Any) -> bool:
    if not address or not mail_leaves():
        return False
    values |= {"name": user.name, "username": user.username, "hours": settings.INVITATION_HOURS}
    try:
        with override(user.language):
            return bool(send_mail(str(subject), str(text) % values, None, [address]))
    except OSError:  # SMTPException is one
        return False
