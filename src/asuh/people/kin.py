"""What the members of a household are to the one a page is about, in words."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from asuh.kernel.kinship import Kin, kin_of
from asuh.kernel.linkage import comparison
from asuh.people.heading import age_of
from asuh.people.models import Person
from asuh.people.models.registry import RelationToHead, Sex

ALIKE = 0.85
"""From which score on two names are one."""

#: Kin → said of a man, of a woman, of whom the sex is not known
WORDS: dict[Kin, tuple[Any, Any, Any]] = {
    Kin.SPOUSE: (_("Suami"), _("Istri"), _("Suami atau istri")),
    Kin.PARENT: (_("Ayah"), _("Ibu"), pgettext_lazy("kekerabatan", "Orang tua")),
    Kin.CHILD: (_("Anak laki-laki"), _("Anak perempuan"), _("Anak")),
    Kin.SIBLING: (_("Saudara laki-laki"), _("Saudara perempuan"), _("Saudara")),
    Kin.SIBLING_IN_LAW: (_("Ipar"), _("Ipar"), _("Ipar")),
    Kin.GRANDPARENT: (_("Kakek"), _("Nenek"), _("Kakek atau nenek")),
    Kin.GRANDCHILD: (_("Cucu"), _("Cucu"), _("Cucu")),
    Kin.GREAT_GRANDPARENT: (_("Buyut"), _("Buyut"), _("Buyut")),
    Kin.GREAT_GRANDCHILD: (_("Cicit"), _("Cicit"), _("Cicit")),
    Kin.UNCLE: (_("Paman"), _("Bibi"), _("Paman atau bibi")),
    Kin.NEPHEW: (_("Keponakan"), _("Keponakan"), _("Keponakan")),
    Kin.PARENT_IN_LAW: (_("Mertua"), _("Mertua"), _("Mertua")),
    Kin.CHILD_IN_LAW: (_("Menantu"), _("Menantu"), _("Menantu")),
}
ELDER = (_("Kakak laki-laki"), _("Kakak perempuan"), _("Kakak"))
YOUNGER = (_("Adik laki-laki"), _("Adik perempuan"), _("Adik"))
#: where no more is known than what somebody is to the head
OF_HEAD: dict[int, Any] = {
    RelationToHead.HEAD: _("Kepala rumah tangga"),
    RelationToHead.SPOUSE: _("Istri/suami kepala rumah tangga"),
    RelationToHead.CHILD: _("Anak kepala rumah tangga"),
    RelationToHead.CHILD_IN_LAW: _("Menantu kepala rumah tangga"),
    RelationToHead.GRANDCHILD: _("Cucu kepala rumah tangga"),
    RelationToHead.PARENT: _("Orang tua/mertua kepala rumah tangga"),
    RelationToHead.DOMESTIC_WORKER: _("Pembantu rumah tangga"),
    RelationToHead.OTHER: _("Anggota lain"),
}


@dataclass(frozen=True)
class Parents:
    """Ids of the members who are the child's mother and father. dead: sexes of those said to be dead, who
    may still be counted as members.
    """

    mother: int | None = None
    father: int | None = None
    dead: frozenset[int] = frozenset()


def kin_words(me: Person, other: Person, parents: Parents, *, short: bool = False) -> str:
    """What `other` is to `me`, else to the head of their household; "" if nothing is known.

    parents: of `me`. short: in a drawing, where the figure tells the sex.
    """
    kin = _kin(me, other, parents)
    if kin is None and short:
        return str(other.get_relation_display()).split("/")[0] if other.relation else ""
    if kin is None:
        return str(OF_HEAD.get(other.relation or 0, ""))
    column = 0 if other.sex == Sex.MALE else 1 if other.sex == Sex.FEMALE else 2
    if short and kin in (Kin.SIBLING, Kin.CHILD):
        column = 2
    if kin != Kin.SIBLING:
        return str(WORDS[kin][column])
    born, mine = other.born_on or other.born_year, me.born_on or me.born_year
    if type(born) is not type(mine):
        born, mine = other.born_year, me.born_year
    choice = WORDS[kin] if born is None or mine is None or born == mine else ELDER if born < mine else YOUNGER  # type: ignore[operator]
    return str(choice[column])


def _kin(me: Person, other: Person, parents: Parents) -> Kin | None:
    if other.pk in (parents.mother, parents.father):
        return Kin.PARENT
    today = timezone.localdate()
    kin = kin_of(me.relation, other.relation, age=age_of(me, today), other_age=age_of(other, today))
    if kin == Kin.PARENT and (parents.mother if other.sex == Sex.FEMALE else parents.father):
        return None  # somebody else is the mother or the father: this one is married to the head
    if kin == Kin.PARENT and other.sex in parents.dead:
        return None  # the mother or the father is dead: this one came after
    if kin == Kin.PARENT and other.sex == Sex.FEMALE and me.mother_name and other.name:
        return kin if comparison.compare(me.mother_name, other.name).score >= ALIKE else None
    return kin
