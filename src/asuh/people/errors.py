"""What may not be done with people and households: one error a rule, named after it."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from asuh.access.refusals import BrokenRule, CannotBeUndone, OutsideYourAreas, ReasonMissing, Refused

__all__ = ["BrokenRule", "CannotBeUndone", "OutsideYourAreas", "ReasonMissing", "Refused"]


class PersonElsewhere(Refused):
    """Whom the step is about lies outside the areas of who asks."""

    def default(self) -> str:
        return gettext("Orang ini di luar wilayah kerja Anda; mintalah petugas di wilayahnya.")


class HouseholdElsewhere(Refused):
    """Somebody of theirs may live in it, but the household is another district's."""

    def default(self) -> str:
        return gettext(
            "Rumah tangga ini di luar wilayah kerja Anda; mintalah petugas di wilayahnya untuk mengubahnya."
        )


class MembersElsewhere(Refused):
    """The step changes people who lie outside the areas of who asks; `says` names the step."""

    def default(self) -> str:
        return gettext(
            "Rumah tangga ini juga dihuni orang di luar wilayah kerja Anda; mintalah petugas yang mencakup "
            "wilayah semua anggotanya."
        )


class LeavesWithStrangers(MembersElsewhere):
    def default(self) -> str:
        return gettext(
            "Di antara yang pergi ada orang di luar wilayah kerja Anda; mintalah petugas yang mencakup "
            "wilayah mereka semua untuk memecah rumah tangga ini."
        )


class MovesStrangers(MembersElsewhere):
    def default(self) -> str:
        return gettext(
            "Rumah tangga ini juga dihuni orang di luar wilayah kerja Anda; mintalah petugas yang mencakup "
            "wilayah semua anggotanya untuk memindahkannya, atau pindahkan anggota satu per satu."
        )


class RanksStrangers(MembersElsewhere):
    field = "head"

    def default(self) -> str:
        return gettext(
            "Hubungan orang di luar wilayah kerja Anda ikut berubah; mintalah petugas yang mencakup wilayah "
            "semua anggota untuk mengganti kepala."
        )


class WithdrawsStrangers(MembersElsewhere):
    def default(self) -> str:
        return gettext(
            "Rumah tangga ini juga dihuni orang di luar wilayah kerja Anda; mintalah petugas yang mencakup "
            "wilayah semua anggotanya untuk menarik atau memulihkannya, atau tarik anggota satu per satu."
        )


class ChangedMeanwhile(BrokenRule):
    """Somebody else's step came in between: what was seen is no longer so."""

    message = _("Orang lain baru saja mengubah data ini. Lihat lagi, lalu ulangi bila masih perlu.")


class DateLiesAhead(BrokenRule):
    message = _("Tanggal ini belum tiba. Isi hari ini atau sebelumnya.")
    field = "on"


class BornAfterward(BrokenRule):
    message = _("Tanggal ini mendahului kelahiran orang itu.")
    field = "on"


class DiedEarlier(BrokenRule):
    message = _("Orang ini tercatat meninggal sebelum tanggal itu.")
    field = "born_on"


class SearchFirst(BrokenRule):
    message = _("Cari dulu: mungkin anak ini sudah tercatat.")


class PossibleMatchesNotSeen(BrokenRule):
    """candidates: ids of people that look like this one and were not shown to whoever registers."""

    message = _("Ada orang yang mungkin sama dan belum Anda lihat. Periksa dulu hasil pencarian.")

    def __init__(self, candidates: list[int]) -> None:
        super().__init__()
        self.candidates = candidates


class NameMissing(BrokenRule):
    message = _("Isi nama, atau nama panggilan bila nama lengkap belum diketahui.")
    field = "name"


class AgeMissing(BrokenRule):
    message = _("Isi tanggal lahir, atau umur perkiraan bila tanggalnya tidak diketahui.")
    field = "born_on"


class NotAChild(BrokenRule):
    message = _("Orang ini sudah berumur 18 tahun atau lebih; yang didaftarkan di sini adalah anak.")
    field = "born_on"


class NikNotPossible(BrokenRule):
    message = _("NIK terdiri atas 16 angka dengan tanggal lahir di dalamnya. Periksa lagi, atau kosongkan.")
    field = "nik"


class NikDisagrees(BrokenRule):
    message = _("NIK ini memuat tanggal lahir atau jenis kelamin yang lain. Periksa lagi, atau kosongkan.")
    field = "nik"


class AreaUnknown(BrokenRule):
    message = _("Wilayah ini tidak ada dalam daftar. Pilih desa atau kelurahan dari daftar.")
    field = "area_key"


class Withdrawn(BrokenRule):
    message = _("Data ini sudah ditarik. Pulihkan dulu sebelum mengubahnya.")


class NotWithdrawn(BrokenRule):
    message = _("Data ini tidak sedang ditarik.")


class RestedTooLong(BrokenRule):
    message = _(
        "Ditarik lebih dari 30 hari lalu. Mintalah operator DTKS atau pengelola wilayah memulihkannya."
    )


class HasDied(BrokenRule):
    message = _("Orang ini tercatat meninggal.")


class HasNotDied(BrokenRule):
    message = _("Orang ini tidak tercatat meninggal.")


class FactDoesNotStand(BrokenRule):
    message = _("Keterangan ini sudah diperbaiki atau ditarik.")


class FactSaysNothing(BrokenRule):
    message = _("Isi paling sedikit satu keterangan.")


class FactDoesNotFit(BrokenRule):
    """field: the value that breaks a rule of its kind."""

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotOneOfThem(BrokenRule):
    message = _("Orang ini bukan anggota rumah tangga itu.")
    field = "members"


class NobodyChosen(BrokenRule):
    message = _("Pilih paling sedikit satu orang.")
    field = "members"


class SomebodyMustStay(BrokenRule):
    message = _("Bila semua pindah, gunakan “pindah rumah tangga”.")
    field = "members"


class HeadMustLiveHere(BrokenRule):
    message = _("Kepala rumah tangga harus tinggal di rumah tangga itu.")
    field = "head"


class HeadIsTaken(BrokenRule):
    message = _("Rumah tangga ini sudah mempunyai kepala. Ganti kepala lewat langkah tersendiri.")
    field = "relation"


class AlreadyLivesThere(BrokenRule):
    message = _("Orang ini sudah tinggal di sana.")


class MovedLater(BrokenRule):
    message = _("Ada perpindahan yang tercatat sesudah tanggal ini. Urungkan dulu yang terakhir.")
    field = "on"


class NothingToUndo(BrokenRule):
    message = _("Tidak ada perpindahan yang dapat diurungkan.")


class CorrectionUndone(BrokenRule):
    message = _("Perbaikan ini sudah diurungkan.")


class AskedTooOften(BrokenRule):
    """Enough numbers of people elsewhere were met today; the next one waits."""

    message = _(
        "Hari ini sudah terlalu banyak NIK yang ternyata milik orang di luar wilayah Anda. "
        "Ubah NIK lagi besok."
    )
    field = "nik"


class ChangedSince(BrokenRule):
    message = _("Identitas orang ini berubah sejak dicocokkan. Cocokkan lembarnya lagi.")


class OutOfReach(BrokenRule):
    message = _("Orang ini tidak lagi dalam jangkauan Anda.")


class SheetUndone(BrokenRule):
    message = _("Lembar ini sudah atau sedang diurungkan, atau masih dicatat.")


class LivesHere(BrokenRule):
    message = _("Orang ini tinggal di rumah tangga ini; peran hanya untuk yang tinggal di tempat lain.")
    field = "person"


class RoleStands(BrokenRule):
    message = _("Peran ini sudah tercatat.")
    field = "part"


class RoleHasEnded(BrokenRule):
    message = _("Peran ini sudah berakhir.")


class EndsBeforeItBegan(BrokenRule):
    message = _("Tanggal berakhir mendahului tanggal mulai.")
    field = "on"


class NotAPicture(BrokenRule):
    message = _("Berkas ini bukan foto JPEG atau PNG yang utuh. Ambil foto lagi atau pilih berkas lain.")
    field = "picture"


class PictureTooLarge(BrokenRule):
    message = _("Foto lebih besar dari 8 MB. Kecilkan dulu atau ambil lagi dengan ukuran sedang.")
    field = "picture"


class MotherElsewhere(BrokenRule):
    message = _("Ibu harus anggota rumah tangga ini.")
    field = "mother"
