"""What this app writes into the trail about people and households, in words."""

from django.utils.translation import gettext_lazy as _

from asuh.audit.codes import Subject, declare, declare_subject, declare_values, keep_reasons_apart
from asuh.people.codes import IDENTITY
from asuh.people.models import KINDS
from asuh.people.models.registry import household_code, household_number, person_code, person_number

declare(
    {
        "people.child_opened": _("membuka halaman %(subject)s"),
        "people.children_listed": _("membuka daftar anak: %(count)s ditampilkan"),
        "people.bin_opened": _("membuka keranjang: %(count)s orang ditampilkan"),
        "people.child_printed": _("mencetak ringkasan %(subject)s"),
        "people.household_opened": _("membuka halaman %(subject)s"),
        "people.readers_opened": _("melihat siapa yang dapat membuka %(subject)s"),
        "people.number_shown": _("menampilkan nomor (%(which)s) pada %(subject)s"),
        "people.photo_shown": _("melihat foto %(subject)s"),
        "people.picture_shown": _("melihat foto dokumen %(subject)s"),
        "people.searched": _("mencari orang: %(found)s ditemukan"),
        "people.told_of_child": _(
            "menanyakan apakah seseorang tercatat di wilayah lain; jawabannya %(count)s kabupaten/kota"
        ),
        "people.child_registered": _("mendaftarkan %(subject)s"),
        "people.person_corrected": _("memperbaiki identitas %(subject)s: %(fields)s"),
        "people.correction_undone": _("mengurungkan perbaikan identitas %(subject)s: %(fields)s"),
        "people.fact_recorded": _("mencatat keterangan (%(kind)s) pada %(subject)s"),
        "people.fact_corrected": _("memperbaiki keterangan (%(kind)s) pada %(subject)s"),
        "people.fact_withdrawn": _("menarik keterangan (%(kind)s) pada %(subject)s"),
        "people.fact_restored": _("memulihkan keterangan (%(kind)s) pada %(subject)s"),
        "people.household_split": _("mencatat %(subject)s berpisah"),
        "people.household_moved": _("memindahkan %(subject)s"),
        "people.head_changed": _("mengganti kepala %(subject)s"),
        "people.relation_changed": _("memperbaiki hubungan %(subject)s dengan kepala rumah tangga"),
        "people.person_moved": _("memindahkan %(subject)s"),
        "people.move_undone": _("mengurungkan perpindahan %(subject)s"),
        "people.birth_recorded": _("mencatat kelahiran %(subject)s"),
        "people.death_recorded": _("mencatat kematian %(subject)s"),
        "people.death_undone": _("membatalkan catatan kematian %(subject)s"),
        "people.role_added": _("menambah peran pada %(subject)s"),
        "people.role_ended": _("mengakhiri peran pada %(subject)s"),
        "people.person_withdrawn": _("menarik data %(subject)s"),
        "people.person_restored": _("memulihkan data %(subject)s"),
        "people.household_withdrawn": _("menarik %(subject)s"),
        "people.household_restored": _("memulihkan %(subject)s"),
    }
)
for _what in ("person_corrected", "correction_undone"):
    declare_values(
        "fields",
        lambda codes: ", ".join(str(IDENTITY.get(code, code)) for code in codes.split(", ")),
        of=f"people.{_what}",
    )
for _what in ("recorded", "corrected", "withdrawn", "restored"):
    declare_values(
        "kind", lambda code: KINDS[code].title if code in KINDS else code, of=f"people.fact_{_what}"
    )
keep_reasons_apart(*(f"people.fact_{_what}" for _what in ("recorded", "corrected", "withdrawn", "restored")))
declare_subject("person", Subject(label=_("orang"), words=person_code, find=person_number))
declare_subject("household", Subject(label=_("rumah tangga"), words=household_code, find=household_number))

from asuh.people import events_deliveries  # noqa: E402, F401  declares its own
