"""What this app writes into the trail, in words."""

from django.utils.translation import gettext_lazy as _

from asuh.audit.codes import Subject, declare, declare_subject
from asuh.institutions.models import Institution

declare(
    {
        "institutions.added": _("menambah lembaga %(subject)s"),
        "institutions.changed": _("mengubah lembaga %(subject)s: %(fields)s"),
        "institutions.closed": _("menutup lembaga %(subject)s"),
        "institutions.reopened": _("membuka kembali lembaga %(subject)s"),
    }
)


def _words(number: int) -> str:
    return Institution.objects.filter(pk=number).values_list("code", flat=True).first() or f"#{number}"


def _find(typed: str) -> int | None:
    return Institution.objects.filter(code__iexact=typed).values_list("pk", flat=True).first()


declare_subject("institution", Subject(label=_("lembaga"), words=_words, find=_find))
