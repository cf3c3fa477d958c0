"""Recording what is known about a person, correcting and withdrawing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from asuh.access import reasons
from asuh.access.models import User
from asuh.kernel import ages, functioning, pictures
from asuh.people import codes, errors
from asuh.people.actions.checks import held
from asuh.people.actions.trail import tell
from asuh.people.codes import documents
from asuh.people.codes.care import WITHOUT_CAREGIVER
from asuh.people.models import KINDS, CategoryFact, Fact, IdentityDocument, Person
from asuh.people.permissions import Can
from asuh.places.models import Area

LARGEST_PICTURE = 8 * 2**20

#: table constraints that a recorder can break: the field, and what would be right
_RULES = {
    "schooling_nisn_10_digits": ("nisn", gettext_noop("NISN terdiri atas 10 angka.")),
    "schooling_grade_1_to_13": ("grade", gettext_noop("Kelas antara 1 dan 13.")),
    "health_weight_of_a_person": ("weight_kg", gettext_noop("Berat badan antara 0 dan 300 kg.")),
    "health_height_of_a_person": ("height_cm", gettext_noop("Tinggi badan antara 20 dan 250 cm.")),
    "health_arm_of_a_person": ("muac_cm", gettext_noop("Lingkar lengan antara 5 dan 60 cm.")),
    "contact_is_a_phone_number": ("phone", gettext_noop("Nomor telepon terdiri atas 6 sampai 16 angka.")),
    "document_expires_after_issue": (
        "expires_on",
        gettext_noop("Tanggal berlaku mendahului tanggal terbit."),
    ),
    "category_ends_after_it_begins": ("until", gettext_noop("Tanggal berakhir mendahului tanggal mulai.")),
    "caregiving_not_oneself": ("caregiver", gettext_noop("Anak tidak dapat menjadi pengasuhnya sendiri.")),
}


@transaction.atomic
def record_fact(
    person: Person, kind: str, *, as_of: date, how: str, by: User, note: str = "", **values: Any
) -> Fact:
    """Write down what is known about `person` as of a day.

    kind: a key of KINDS; values: the fields its model asks for. A document of a kind that stands already is
    superseded by the new one. Raises FactDoesNotFit, FactSaysNothing, DateLiesAhead, BornAfterward,
    Withdrawn.
    """
    person = held(person)
    fact = _made(person, kind, as_of=as_of, how=how, by=by, note=note, values=values)
    with _picture_only_with(fact):
        earlier = _standing_beside(fact)
        if earlier is not None:
            _supersede(earlier, fact)
        else:
            fact.save()
        _tell("people.fact_recorded", fact, by=by)
    return fact


@transaction.atomic
def correct_fact(fact: Fact, *, reason: str, by: User, **changes: Any) -> Fact:
    """Replace `fact` by a corrected one; the old stays in the history with the reason of the new.

    Whoever may not read restricted answers changes none, nor the note beside them.
    Raises ReasonMissing, FactDoesNotStand and what record_fact raises.
    """
    reason = reasons.given(reason)
    fact = _fresh(fact)
    values = {name: getattr(fact, name) for name in fact.asks} | changes
    about = {name: values.pop(name, getattr(fact, name)) for name in ("as_of", "how", "note")}
    if isinstance(fact, IdentityDocument) and "picture" not in changes:
        values["picture"] = fact.picture.name
    corrected = _made(held(fact.person), fact.kind, by=by, values=values, **about)
    if fact.is_restricted and not by.can_at(Can.SEE_RESTRICTED, fact.person):
        _keep_restricted(fact, corrected)
    elif fact.is_restricted and not corrected.is_restricted and corrected.note == fact.note:
        corrected.note = ""  # it was written beside a restricted answer and may tell it
    with _picture_only_with(corrected):
        _supersede(fact, corrected)
        _tell("people.fact_corrected", corrected, by=by, why=reason, earlier=fact.pk)
    return corrected


@transaction.atomic
def withdraw_fact(fact: Fact, *, reason: str, by: User) -> None:
    """Say that `fact` was wrong, without putting another in its place.

    Raises ReasonMissing, Withdrawn, FactDoesNotStand.
    """
    reason = reasons.given(reason)
    held(fact.person)
    fact = _fresh(fact)
    fact.withdrawn_at = timezone.now()
    fact.withdrawn_by = by
    fact.withdrawn_because = reason
    fact.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    _tell("people.fact_withdrawn", fact, by=by, why=reason)


@transaction.atomic
def restore_fact(fact: Fact, *, by: User) -> None:
    """Undo withdraw_fact. Raises Withdrawn of a person who is, NotWithdrawn of a fact that is not, and
    FactDoesNotFit if another took its place meanwhile.
    """
    held(fact.person)
    fact = type(fact).objects.select_for_update().get(pk=fact.pk)
    if fact.withdrawn_at is None:
        raise errors.NotWithdrawn
    fact.withdrawn_at, fact.withdrawn_by, fact.withdrawn_because = None, None, ""
    if _standing_beside(fact) is not None:
        raise errors.FactDoesNotFit(_("Keterangan lain sudah menggantikannya."))
    fact.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    _tell("people.fact_restored", fact, by=by)


@transaction.atomic
def undo_fact(fact: Fact, *, reason: str, by: User) -> None:
    """Withdraw `fact` and let stand again what it took the place of.

    Raises ReasonMissing, FactDoesNotStand.
    """
    withdraw_fact(fact, reason=reason, by=by)
    model: Any = type(fact)
    earlier = model.objects.select_for_update(of=("self",)).filter(superseded_by=fact).first()
    if earlier is not None:
        earlier.superseded_by = None
        earlier.save(update_fields=["superseded_by"])
        _tell("people.fact_restored", earlier, by=by)


@transaction.atomic
def verify_document(document: IdentityDocument, *, state: str, reason: str, by: User) -> IdentityDocument:
    """Say what a check of a paper found: valid or refused. Raises ReasonMissing, FactDoesNotStand."""
    checked = correct_fact(document, reason=reason, by=by, state=state, how=codes.How.DOCUMENT)
    assert isinstance(checked, IdentityDocument)
    return checked


def _made(
    person: Person, kind: str, *, as_of: date, how: str, by: User, note: str, values: dict[str, Any]
) -> Fact:
    model = KINDS[kind]
    unknown = set(values) - set(model.asks)
    if unknown:
        raise TypeError(f"{kind} does not ask for {', '.join(sorted(unknown))}")
    if as_of > timezone.localdate():
        raise errors.DateLiesAhead
    if person.born_on and as_of < person.born_on:
        raise errors.BornAfterward
    values = {name: value for name, value in values.items() if value is not None}
    if "picture" in values and values["picture"] and not isinstance(values["picture"], str):
        values["picture"] = _picture(values["picture"])
    fact = model(person=person, as_of=as_of, how=how, recorded_by=by, note=note.strip(), **values)
    _fitted(fact)
    try:
        fact.clean_fields(exclude={field.name for field in fact._meta.fields} - {*model.asks, "how", "note"})
    except ValidationError as error:
        field, said = next(iter(error.message_dict.items()))
        raise errors.FactDoesNotFit(said[0], field) from error
    for constraint in fact._meta.constraints:
        if constraint.name in _RULES:
            try:
                constraint.validate(model, fact)
            except ValidationError as error:
                field, words = _RULES[constraint.name]
                raise errors.FactDoesNotFit(gettext(words), field) from error
    return fact


def _fitted(fact: Fact) -> None:
    """What a check by one field cannot see."""
    said: Any = fact
    match fact.kind:
        case "schooling":
            if (
                said.participation != codes.Participation.LEFT
                and said.participation != codes.Participation.NEVER
            ):
                said.reasons = []
            else:
                said.attendance = ""
        case "health":
            if not any(getattr(said, name) not in (None, "", []) for name in said.asks):
                raise errors.FactSaysNothing
            if codes.Chronic.NONE in said.chronic and len(said.chronic) > 1:
                raise errors.FactDoesNotFit(
                    _("“Tidak ada” tidak dapat dipilih bersama penyakit lain."), "chronic"
                )
        case "functioning":
            _fit_functioning(said)
        case "caregiving":
            if said.arrangement not in WITHOUT_CAREGIVER and not (
                said.caregiver_id or said.caregiver_name.strip()
            ):
                raise errors.FactDoesNotFit(_("Isi nama pengasuh."), "caregiver_name")
        case "category":
            if said.code not in codes.category_names(said.scheme):
                raise errors.FactDoesNotFit(_("Kategori ini tidak ada dalam daftar."), "code")
        case "contact":
            said.phone = "".join(letter for letter in said.phone if letter.isdecimal() or letter == "+")
        case "document":
            said.number = "".join(said.number.split())
            if said.document in documents.DIGITS and said.number and not _digits(said.number, 16):
                raise errors.FactDoesNotFit(_("Nomor ini terdiri atas 16 angka."), "number")
            if said.state == codes.DocumentState.MISSING:
                said.number = ""
        case "address":
            if said.area_key and not Area.objects.filter(key=said.area_key).exists():
                raise errors.AreaUnknown


def _fit_functioning(fact: Any) -> None:
    born_on, year = fact.person.born_on, fact.person.born_year
    if born_on is None and year is None:
        raise errors.FactDoesNotFit(_("Umur anak belum diketahui; pertanyaan ini tergantung umur."))
    age = ages.completed_years(born_on, fact.as_of) if born_on else fact.as_of.year - year
    asked = functioning.questions_for(age)
    if asked is None:
        raise errors.FactDoesNotFit(_("Pertanyaan fungsi dimulai pada umur 2 tahun."))
    fact.module = asked.code
    try:
        functioning.checked(asked, fact.answers)
    except functioning.NotAnAnswer as error:
        raise errors.FactDoesNotFit(_("Ada jawaban yang tidak sesuai umur anak."), "answers") from error
    if not fact.answers:
        raise errors.FactSaysNothing


def _standing_beside(fact: Fact) -> Fact | None:
    """The one that a new fact of this kind takes the place of, where only one may stand."""
    others: Any = type(fact).objects.standing().filter(person=fact.person).exclude(pk=fact.pk)
    if isinstance(fact, IdentityDocument):
        return others.filter(document=fact.document).first()
    if isinstance(fact, CategoryFact):
        return others.filter(scheme=fact.scheme, code=fact.code, until__isnull=True).first()
    return None


def _supersede(earlier: Fact, later: Fact) -> None:
    # out of the way of “only one stands” first: a withdrawal that is taken back at once
    type(earlier).objects.filter(pk=earlier.pk).update(withdrawn_at=timezone.now(), withdrawn_because="-")
    later.save()
    type(earlier).objects.filter(pk=earlier.pk).update(
        superseded_by=later, withdrawn_at=None, withdrawn_because=""
    )


def _keep_restricted(earlier: Any, later: Any) -> None:
    """What the author of the correction could not see stands as it stood."""
    later.note = earlier.note
    if isinstance(earlier, CategoryFact):
        later.scheme, later.code = earlier.scheme, earlier.code
    for name in earlier.restricted:
        hidden = earlier.restricted_in(name)
        seen = [code for code in getattr(later, name) if code not in (*hidden, codes.Chronic.NONE)]
        setattr(later, name, seen + hidden)


def _picture(upload: Any) -> ContentFile:
    if upload.size > LARGEST_PICTURE:
        raise errors.PictureTooLarge
    upload.seek(0)
    try:
        data, kind = pictures.cleaned(upload.read())
    except pictures.NotAPicture as error:
        raise errors.NotAPicture from error
    return ContentFile(data, name=f"{uuid4().hex}.{'jpg' if kind == pictures.JPEG else 'png'}")


@contextmanager
def _picture_only_with(fact: Fact) -> Iterator[None]:
    """A new picture does not stay where its fact is not written."""
    picture: Any = getattr(fact, "picture", None)
    comes = bool(picture) and not picture._committed
    try:
        yield
    except BaseException:
        if comes and picture._committed:
            picture.storage.delete(picture.name)
        raise


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdecimal()


def _fresh(fact: Fact) -> Fact:
    fact = type(fact).objects.select_for_update(of=("self",)).select_related("person").get(pk=fact.pk)
    if not fact.stands:
        raise errors.FactDoesNotStand
    return fact


def _tell(what: str, fact: Fact, *, by: User, why: str = "", **details: Any) -> None:
    tell(what, fact.person, by=by, why=why, kind=fact.kind, fact=fact.pk, **details)
