"""The family of a child as a drawing and in words; what the drawing shows is always also said."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from asuh.kernel import ages
from asuh.kernel.genogram import Drawing, Kin, draw
from asuh.kernel.linkage import comparison
from asuh.people.kin import ALIKE, Parents, kin_words
from asuh.people.models import Caregiving, ParentsStatus, Person
from asuh.people.models.registry import RelationToHead, Sex

#: of whom it follows what the head is to them
KNOWN = (RelationToHead.CHILD, RelationToHead.GRANDCHILD, RelationToHead.CHILD_IN_LAW, RelationToHead.SPOUSE)


@dataclass(frozen=True)
class Genogram:
    """A drawing and its sentences."""

    drawing: Drawing
    text: str


def parents_among(members: list[Person], child: Person, told: ParentsStatus | None) -> Parents:
    """Who of the household are the parents; asked before names are taken away from any reader."""
    mother_name, father_name = _parents_names(child, told)
    mother = _among(members, child, mother_name, Sex.FEMALE, told.mother if told else "")
    father = _among(members, child, father_name, Sex.MALE, told.father if told else "")
    said = {Sex.FEMALE: told.mother, Sex.MALE: told.father} if told else {}
    dead = frozenset(int(sex) for sex, alive in said.items() if alive == "dead")
    return Parents(mother.pk if mother else None, father.pk if father else None, dead)


def _parents_names(child: Person, told: ParentsStatus | None) -> tuple[str, str]:
    return (told.mother_name if told else "") or child.mother_name, told.father_name if told else ""


def genogram_of(
    child: Person,
    members: list[Person],
    *,
    kin: Parents,
    parents: ParentsStatus | None,
    care: Caregiving | None,
    on: date,
) -> Genogram:
    """Draw `child` among `members` of the household, the parents added where they are elsewhere or dead.

    members: those without a name are drawn without one. kin: who of them are the parents.
    """
    mother_name, father_name = _parents_names(child, parents)
    mother, father = kin.mother, kin.father
    people = [
        Kin(
            key=str(member.pk),
            label=_label(member, on) if member.name else _("anggota lain"),
            under=_under(member, child, kin),
            sex=member.sex,
            relation=member.relation or 8,
            dead=member.died_on is not None
            or (member.pk in (mother, father) and (member.sex or 0) in kin.dead),
            me=member.pk == child.pk,
            caregiver=bool(care and care.caregiver_id == member.pk),
        )
        for member in members
    ]
    mother_key = str(mother) if mother else ""
    father_key = str(father) if father else ""
    if mother is None and (mother_name or parents):
        mother_key = "mother"
        people.append(
            _elsewhere("mother", mother_name, _("ibu"), Sex.FEMALE, parents.mother if parents else "unknown")
        )
    if father is None and (father_name or (parents and parents.father != "unknown")):
        father_key = "father"
        people.append(
            _elsewhere("father", father_name, _("ayah"), Sex.MALE, parents.father if parents else "unknown")
        )
    return Genogram(
        draw(people, mother=mother_key, father=father_key),
        _text(child, members, people, mother_key, father_key, care, parents),
    )


def _among(members: list[Person], child: Person, name: str, sex: int, alive: str) -> Person | None:
    """The parent among the members: by name, or by being head or spouse of whose child this is."""
    grown = [
        one
        for one in members
        if one.sex == sex and one.pk != child.pk and (one.died_on is None or alive == "dead")
    ]
    if name:
        for one in grown:
            if comparison.compare(name, one.name).score >= ALIKE:
                return one
        return None
    if child.relation == RelationToHead.CHILD and alive != "dead":
        return next(
            (one for one in grown if one.relation in (RelationToHead.HEAD, RelationToHead.SPOUSE)), None
        )
    return None


def _elsewhere(key: str, name: str, role: str, sex: int, alive: str) -> Kin:
    return Kin(
        key, _first(name) if name else role, role if name else "", sex, 0, dead=alive == "dead", here=False
    )


def first_name(name: str) -> str:
    """The first word of a name that is no initial."""
    return next((word for word in name.split() if len(word.strip(".")) > 2), name)


def _first(name: str) -> str:
    word = first_name(name)
    return word if len(word) <= 9 else f"{word[:8]}…"


def _label(person: Person, on: date) -> str:
    if person.born_on:
        return f"{_first(person.name)}, {ages.completed_years(person.born_on, person.died_on or on)}"
    return _first(person.name)


def _under(member: Person, child: Person, kin: Parents) -> str:
    if member.died_on:
        return f"† {member.died_on.year}"
    if member.pk == child.pk:
        return ""
    words = kin_words(child, member, kin, short=True)
    if member.relation == RelationToHead.HEAD and (
        child.relation not in KNOWN or words == str(RelationToHead.HEAD.label)
    ):
        return _("kepala")  # there is no more room
    return words[:1].lower() + words[1:] if words and member.relation != RelationToHead.OTHER else ""


def _text(
    child: Person, members: list[Person], people: list[Kin], mother: str, father: str, care: Any, parents: Any
) -> str:
    me = first_name(child.name)
    here = [kin for kin in people if kin.here and not kin.dead and not kin.me]
    said = []
    if here:
        named = ", ".join(
            f"{kin.label.split(',')[0]}{f' ({kin.under})' if kin.under else ''}" for kin in here
        )
        home = _("%(me)s sudah meninggal. Di rumahnya: %(others)s.") if child.died_on else ""
        home = home or _("%(me)s serumah dengan %(others)s.")
        said.append(home % {"me": me, "others": named})
    else:
        said.append(_("Tidak ada orang lain yang tercatat serumah dengan %(me)s.") % {"me": me})
    for key, role in ((father, _("Ayah")), (mother, _("Ibu"))):
        kin = next((kin for kin in people if kin.key == key), None)
        if kin is None:
            said.append(_("%(role)s belum diketahui.") % {"role": role})
        elif kin.dead:
            name = kin.label.split(",")[0]
            said.append(
                _("%(role)s, %(name)s, meninggal.") % {"role": role, "name": name}
                if name.lower() != role.lower()
                else _("%(role)s meninggal.") % {"role": role}
            )
        elif not kin.here:
            said.append(
                _("%(role)s, %(name)s, tidak serumah.") % {"role": role, "name": kin.label.split(",")[0]}
            )
    if care and care.who:
        said.append(_("Pengasuh utama: %(who)s.") % {"who": care.who})
    return " ".join(said)
