"""Child functioning in words. Source: UNICEF / Washington Group; see asuh.kernel.functioning."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from asuh.kernel import functioning as kernel

DOMAINS: dict[str, Any] = {
    "seeing": _("Melihat (dengan kacamata bila dipakai)"),
    "hearing": _("Mendengar (dengan alat bantu bila dipakai)"),
    "walking": _("Berjalan (tanpa bantuan)"),
    "fine_motor": _("Mengambil benda kecil"),
    "self_care": _("Makan dan berpakaian sendiri"),
    "communicating": _("Memahami dan dipahami orang lain"),
    "learning": _("Belajar hal baru"),
    "remembering": _("Mengingat"),
    "concentrating": _("Memusatkan perhatian pada yang disukai"),
    "accepting_change": _("Menerima perubahan kebiasaan"),
    "playing": _("Bermain"),
    "behaviour": _("Mengendalikan perilaku"),
    "making_friends": _("Berteman"),
    "anxiety": _("Tampak sangat cemas"),
    "depression": _("Tampak sangat sedih"),
}

_SCALES: dict[type, dict[str, Any]] = {
    kernel.Difficulty: {
        "none": _("Tidak ada kesulitan"),
        "some": _("Sedikit kesulitan"),
        "much": _("Banyak kesulitan"),
        "cannot": _("Tidak bisa sama sekali"),
    },
    kernel.Behaviour: {
        "not_at_all": _("Tidak pernah"),
        "same_or_less": _("Sama atau kurang dari anak lain"),
        "more": _("Lebih sering dari anak lain"),
        "a_lot_more": _("Jauh lebih sering dari anak lain"),
    },
    kernel.Frequency: {
        "never": _("Tidak pernah"),
        "yearly": _("Beberapa kali setahun"),
        "monthly": _("Setiap bulan"),
        "weekly": _("Setiap minggu"),
        "daily": _("Setiap hari"),
    },
}


def answer_choices(asked: kernel.Questions, domain: str) -> list[tuple[str, Any]]:
    """What can be answered to `domain` at these ages."""
    return list(_SCALES[asked.scales[domain]].items())


def answer_name(asked: kernel.Questions, domain: str, answer: str) -> str:
    """An answer in words."""
    return str(_SCALES[asked.scales[domain]][answer])
