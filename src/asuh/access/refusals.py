"""Rules of this app that were broken, each by its own name; and how refusals come into the trail."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from asuh.audit import actions as audit

Verb = TypeVar("Verb", bound=Callable[..., Any])


class Refused(PermissionDenied):
    """Somebody asked for what is not theirs to do. `str()` is a sentence for the person, to show beside
    `field`.
    """

    field: str | None = None
    #: (kind, id) of what was asked for, where a verb takes several things at once
    about: tuple[str, int] | None = None

    def __init__(self, says: str = "") -> None:
        super().__init__(says or self.default())

    def default(self) -> str:
        return _("Anda tidak berhak melakukan ini.")


class NotYourself(Refused):
    """Rights and accounts are given, changed and ended by somebody else."""

    def default(self) -> str:
        return _("Hak dan akun Anda sendiri hanya dapat diubah oleh orang lain.")


class OutsideYourAreas(Refused):
    """The area or office is not theirs to act in."""

    field = "area_key"

    def default(self) -> str:
        return _("Wilayah atau kantor ini di luar wilayah kerja Anda.")


class WiderThanYours(Refused):
    """The role reaches further than the administrator may hand out."""

    def default(self) -> str:
        return _("Peran ini melampaui yang boleh Anda berikan; mintalah pengelola pusat.")


class HoldsMore(Refused):
    """The account holds posts that the administrator could not give, so it is not theirs to end or reopen."""

    def default(self) -> str:
        return _("Akun ini memegang penugasan di luar yang Anda kelola; mintalah pengelola pusat.")


class BrokenRule(Exception):
    """Something that nobody may do: the one root of all such errors, on every floor.

    `str()` is a sentence for the person, which says what would be right, to show beside `field`. It is
    `message`, or what `default` answers where it needs more than a sentence.
    """

    message: Any = gettext_lazy("Ini tidak dapat dilakukan.")
    field: str | None = None

    def __init__(self, says: Any = "") -> None:
        super().__init__(says or self.default())

    def __str__(self) -> str:
        return str(self.args[0])

    def default(self) -> Any:
        return self.message


class UnknownRole(BrokenRule):
    def default(self) -> str:
        return _("Peran ini tidak dikenal.")


class NoSuchArea(BrokenRule):
    def default(self) -> str:
        return _("Kode wilayah ini tidak dikenal atau sudah tidak berlaku.")


class PeriodTurnedRound(BrokenRule):
    def default(self) -> str:
        return _("Tanggal berakhir harus sesudah tanggal mulai, dan belum lewat.")


class PostGivenAlready(BrokenRule):
    def default(self) -> str:
        return _("Penugasan yang sama sudah ada untuk waktu itu.")


class PostOver(BrokenRule):
    def default(self) -> str:
        return _("Penugasan ini sudah berakhir.")


class NameTaken(BrokenRule):
    def default(self) -> str:
        return _("Nama pengguna ini sudah dipakai.")


class NameNotAllowed(BrokenRule):
    def default(self) -> str:
        return _("Nama pengguna hanya boleh berisi huruf, angka, dan tanda @ . + - _")


class AccountEnded(BrokenRule):
    def default(self) -> str:
        return _("Akun ini sudah diakhiri.")


class InvitationSpent(BrokenRule):
    """Used, expired, replaced, or never given out: the four look the same to whoever holds the link."""

    def default(self) -> str:
        return _("Tautan ini sudah dipakai atau sudah tidak berlaku. Mintalah tautan baru kepada pengelola.")


class SecondPersonNeeded(Refused):
    """Whoever makes the link of an account in use must not be the one who hands it over."""

    def default(self) -> str:
        return _(
            "Akun ini pernah dipakai dan tidak dapat dikirimi surel; pejabat pelindungan data harus "
            "menyetujui tautannya."
        )


class MailNotSent(BrokenRule):
    def default(self) -> str:
        return _("Surel tidak terkirim, jadi tautan tidak dibuat. Coba lagi nanti, atau beri tahu operator.")


class ProposalOver(BrokenRule):
    def default(self) -> str:
        return _("Permintaan ini sudah diputuskan atau sudah lewat waktunya.")


class ReasonUnfit(BrokenRule):
    """A step that asks for a reason got none that can be kept."""

    field = "reason"


class ReasonMissing(ReasonUnfit):
    message = gettext_lazy("Tuliskan alasannya.")


class ReasonTooLong(ReasonUnfit):
    def __init__(self, letters: int, longest: int) -> None:
        super().__init__(
            _("Alasan ini %(letters)s huruf; paling banyak %(longest)s. Ringkaskan.")
            % {"letters": letters, "longest": longest}
        )


class CannotBeUndone(BrokenRule):
    message = gettext_lazy("Keadaan sudah berubah sejak itu; langkah ini tidak dapat diurungkan lagi.")


def refusals_recorded(what: str) -> Callable[[Verb], Verb]:
    """Put under @transaction.atomic's verb: a refusal is written down after everything else was rolled back.

    what: the event code that the verb would have recorded. The verb takes `by=`; its first argument is its
    subject.
    """

    def decorate(verb: Verb) -> Verb:
        @wraps(verb)
        def refusing(*args: Any, **kwargs: Any) -> Any:
            try:
                return verb(*args, **kwargs)
            except Refused as refusal:
                kind, number = _of(args[0] if args else None)
                audit.record(
                    what,
                    by=kwargs.get("by"),
                    on=(kind, number) if kind else None,
                    refused=True,
                    rule=type(refusal).__name__,
                )
                raise

        return refusing  # type: ignore[return-value]

    return decorate


def _of(subject: Any) -> tuple[str, int]:
    meta = getattr(subject, "_meta", None)
    return (meta.model_name, subject.pk) if meta is not None and subject.pk else ("", 0)
