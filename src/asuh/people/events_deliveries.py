"""What the trail says about deliveries of DTKS and rows in quarantine."""

from django.utils.translation import gettext_lazy as _

from asuh.audit.codes import Subject, declare, declare_subject

declare(
    {
        "people.delivery_received": _("mengunggah %(subject)s untuk periode %(period)s"),
        "people.delivery_imported": _("memasukkan %(subject)s"),
        "people.delivery_confirmed": _("menerima %(subject)s meskipun tidak biasa"),
        "people.delivery_taken_up_again": _("mengantrekan lagi %(subject)s"),
        "people.delivery_refused": _("menolak %(subject)s"),
        "people.delivery_taken_back": _("menarik kembali %(subject)s"),
        "people.delivery_report_made": _("membuat laporan %(subject)s"),
        "people.delivery_report_downloaded": _("mengunduh laporan %(subject)s"),
        "people.dtks_exported": _(
            "mengekspor DTKS %(period)s: %(households)s rumah tangga, %(members)s anggota"
        ),
        "people.sheet_matched": _("mencocokkan lembar kerja: %(exact)s dari %(rows)s baris cocok tepat"),
        "people.sheet_recorded": _(
            "mencatat %(recorded)s keterangan dari lembar kerja, %(failed)s baris gagal"
        ),
        "people.sheet_undone": _(
            "mengurungkan lembar kerja: %(undone)s baris diurungkan, %(kept)s baris tetap"
        ),
        "people.quarantine_opened": _("membuka %(subject)s"),
        "people.quarantine_asked": _("menanyakan nomor di kolom %(column)s untuk %(subject)s"),
        "people.quarantine_corrected": _("memperbaiki %(subject)s"),
        "people.quarantine_set_aside": _("mengesampingkan %(subject)s"),
        "people.quarantine_undone": _("mengembalikan %(subject)s ke karantina"),
    }
)


def _number(typed: str) -> int | None:
    digits = typed.strip().removeprefix("#")
    return int(digits) if digits.isdecimal() and len(digits) < 19 else None


def _delivery_words(number: int) -> str:
    return str(_("kiriman nomor %(number)s") % {"number": number})


def _row_words(number: int) -> str:
    return str(_("baris karantina nomor %(number)s") % {"number": number})


declare_subject("delivery", Subject(label=_("kiriman DTKS"), words=_delivery_words, find=_number))
declare_subject("quarantinedrow", Subject(label=_("baris karantina"), words=_row_words, find=_number))
