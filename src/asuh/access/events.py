"""What this app writes into the trail, in words."""

from django.utils.translation import gettext_lazy as _

from asuh.access import roles
from asuh.access.exports import all_kinds
from asuh.access.jobs import task_words
from asuh.access.models import User
from asuh.audit.codes import Subject, declare, declare_group, declare_subject, declare_values

declare(
    {
        "access.refused": _("ditolak membuka halaman yang memerlukan hak %(permission)s (%(subject)s)"),
        "access.signed_in": _("masuk"),
        "access.signed_out": _("keluar"),
        "access.sign_in_failed": _("gagal masuk (%(subject)s)"),
        "access.factor_failed": _("gagal masuk dengan pengaman %(factor)s (%(subject)s)"),
        "access.locked_out": _("terkunci karena terlalu sering gagal masuk (%(subject)s)"),
        "access.password_changed": _("mengganti kata sandi"),
        "access.factor_added": _("menambah pengaman masuk: %(factor)s"),
        "access.factor_removed": _("mencabut pengaman masuk: %(factor)s"),
        "access.factors_reset": _("mencabut semua pengaman masuk %(subject)s"),
        "access.user_invited": _("mengundang %(subject)s"),
        "access.invited_again": _("membuat tautan masuk baru untuk %(subject)s"),
        "access.link_asked": _("meminta tautan masuk baru untuk %(subject)s"),
        "access.mail_asked": _("meminta surel baru untuk %(subject)s"),
        "access.request_granted": _("menyetujui tautan masuk atau surel baru untuk %(subject)s"),
        "access.request_declined": _("menolak tautan masuk atau surel baru untuk %(subject)s"),
        "access.invitation_accepted": _("menerima undangan dan membuat kata sandi"),
        "access.user_changed": _("mengubah keterangan %(subject)s: %(fields)s"),
        "access.post_given": _("memberi %(subject)s penugasan %(role)s di %(area)s"),
        "access.post_ended": _("mengakhiri penugasan %(role)s di %(area)s milik %(subject)s"),
        "access.account_ended": _("mengakhiri akun %(subject)s"),
        "access.account_reopened": _("membuka kembali akun %(subject)s"),
        "access.sessions_ended": _("mengeluarkan %(subject)s dari perangkatnya"),
        "access.unlocked": _("membuka kunci masuk %(subject)s"),
        "access.terms_accepted": _("menyetujui ketentuan dan kode etik versi %(version)s"),
        "access.users_imported": _(
            "mengimpor pengguna dari lembar kerja: %(invited)s diundang, %(failed)s gagal"
        ),
        "access.matrix_downloaded": _("mengunduh daftar peran dan hak"),
        "access.rights_opened": _("melihat hak %(subject)s"),
        "access.export_asked": _("meminta ekspor %(kind)s"),
        "access.export_made": _("ekspor %(kind)s selesai dibuat: %(rows)s baris"),
        "access.export_downloaded": _("mengunduh ekspor %(kind)s"),
        "access.export_removed": _("menghapus ekspor %(kind)s"),
        "access.job_retried": _("mengulang pekerjaan %(task)s"),
        "audit.trail_read": _("membaca jejak audit"),
    }
)


declare_group(
    "@links",
    _("Tautan masuk: diminta, dibuat, diputuskan, dipakai"),
    "access.user_invited",
    "access.invited_again",
    "access.link_asked",
    "access.mail_asked",
    "access.request_granted",
    "access.request_declined",
    "access.invitation_accepted",
)


def _user_words(number: int) -> str:
    found = User.objects.filter(pk=number).values_list("username", flat=True).first()
    return found or f"#{number}"


def _find_user(typed: str) -> int | None:
    return User.objects.filter(username=typed.lower()).values_list("pk", flat=True).first()


declare_subject("user", Subject(label=_("pengguna"), words=_user_words, find=_find_user))
declare_subject(
    "export", Subject(label=_("ekspor"), words=lambda number: f"#{number}", find=lambda typed: None)
)
declare_subject(
    "proposal", Subject(label=_("permintaan"), words=lambda number: f"#{number}", find=lambda typed: None)
)
declare_subject(
    "job", Subject(label=_("pekerjaan"), words=lambda number: f"#{number}", find=lambda typed: None)
)
declare_subject(
    "userimport",
    Subject(label=_("impor pengguna"), words=lambda number: f"#{number}", find=lambda typed: None),
)


def _role_words(code: str) -> str:
    role = roles.all_roles().get(code)
    return str(role.name) if role else code


def _permission_words(code: str) -> str:
    return f"“{roles.all_permissions().get(code, code)}”"


def _export_words(code: str) -> str:
    kind = all_kinds().get(code)
    return str(kind.label) if kind else code


declare_values("role", _role_words)
declare_values("permission", _permission_words)
declare_values("task", task_words)
for _what in ("asked", "made", "downloaded", "removed"):
    declare_values("kind", _export_words, of=f"access.export_{_what}")
