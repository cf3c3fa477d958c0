"""What a row of a spreadsheet would change in one person: old beside new, and what speaks against it."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from asuh.kernel import nik as niks
from asuh.kernel.linkage.names import normal_form
from asuh.people import elsewhere, identity
from asuh.people.actions.naming import tidy
from asuh.people.days import read_day
from asuh.people.errors import AskedTooOften
from asuh.people.models import KINDS, Person
from asuh.people.models.registry import Sex, person_code
from asuh.people.permissions import Can
from asuh.people.reading import facts_about
from asuh.people.told import jsonable

if TYPE_CHECKING:
    from asuh.access.models import User
    from asuh.people.corrections import Line

READ = ("name", "sex", "born_on", "born_year", "mother_name", "nik", "kk", "died_on")
"""Fields of a person that a row is held against."""
ERASE = "hapus"
OLDEST = 1900
_SEXES = {"l": Sex.MALE, "laki-laki": Sex.MALE, "1": Sex.MALE, "p": Sex.FEMALE, "perempuan": Sex.FEMALE,
          "2": Sex.FEMALE}  # fmt: skip


# -- one row ------------------------------------------------------------------------------------------


def understand(line: Line, person: Mapping[str, Any], today: dt.date) -> None:
    """Read the columns that correct an identity into `line.changes`; what cannot be read goes into `why`."""
    now = dict(_wanted(line, today))
    if not person.get("numbers") and {"nik", "kk"} & set(now):
        line.why.append(_("Anda tidak berwenang melihat NIK dan KK orang ini, jadi juga tidak mengubahnya."))
        return
    before, since = jsonable({name: person[name] for name in now}), jsonable(now)
    line.changes = [[name, before[name], since[name]] for name in now if before[name] != since[name]]


def _wanted(line: Line, today: dt.date) -> Any:
    """(field, value) as the row wants them; empty cells want nothing."""
    cells, why = line.cells, line.why
    if name := tidy(cells["nama_benar"]):
        if normal_form(name) and len(name) <= 200:
            yield "name", name
        else:
            why.append(_("nama_benar: bukan nama, atau lebih dari 200 huruf."))
    if cells["jenis_kelamin_benar"]:
        sex = _SEXES.get(cells["jenis_kelamin_benar"].lower())
        if sex is None:
            why.append(_("jenis_kelamin_benar: tulis L atau P."))
        else:
            yield "sex", int(sex)
    yield from _birth(line, today)
    if mother := tidy(cells["nama_ibu_benar"]):
        if len(mother) > 200:
            why.append(_("nama_ibu_benar: lebih dari 200 huruf."))
        yield "mother_name", "" if mother.lower() == ERASE else mother
    if number := cells["nik_benar"]:
        if number.lower() == ERASE:
            yield "nik", None
        elif niks.is_valid(number):
            yield "nik", niks.read(number).digits
        else:
            why.append(_("nik_benar: bukan NIK yang mungkin."))
    if number := cells["kk_benar"]:
        if number.lower() == ERASE:
            yield "kk", None
        elif re.fullmatch(r"[0-9]{16}", number):
            yield "kk", number
        else:
            why.append(_("kk_benar: 16 angka, sebagai teks."))


def _birth(line: Line, today: dt.date) -> Any:
    day, year = line.cells["tanggal_lahir_benar"], line.cells["tahun_lahir_benar"]
    if day:
        born_on = read_day(day)
        if born_on is None or born_on.year < OLDEST or born_on > today:
            line.why.append(_("tanggal_lahir_benar: tulis hh/bb/tttt, tidak sesudah hari ini."))
        elif year and year != str(born_on.year):
            line.why.append(_("tanggal_lahir_benar dan tahun_lahir_benar menyebut tahun yang berbeda."))
        else:
            yield "born_on", born_on
            yield "born_year", born_on.year
    elif year:
        if not re.fullmatch(r"[0-9]{4}", year) or not OLDEST <= int(year) <= today.year:
            line.why.append(_("tahun_lahir_benar: empat angka, tidak sesudah tahun ini."))
        else:
            yield "born_on", None
            yield "born_year", int(year)


# -- rows beside each other, and beside the registry -----------------------------------------------------


def contradict(lines: Sequence[Line], people: Mapping[int, Mapping[str, Any]], *, by: User) -> None:
    """Write into `why` what speaks against rows that can be read and fit one person."""
    about: dict[int | None, list[Line]] = defaultdict(list)
    claims: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        about[line.person].append(line)
        for field, _before, since in line.changes:
            if field == "nik" and since:
                claims[since].append(line)
    owners, unasked = _owners(claims, by)
    for line in lines:
        _against_itself(line, people[line.person or 0])
        _twice(line, about[line.person], _("Juga tentang orang ini: baris %(rows)s. Pakai satu baris saja."))
    for number, claiming in claims.items():
        for line in claiming:
            others = [other for other in claiming if other.person != line.person]
            if others:
                _twice(line, [line, *others], _("Baris %(rows)s memberi NIK yang sama kepada orang lain."))
            if number in unasked:
                line.why.append(str(AskedTooOften()))
                continue
            for pk, code in owners[number]:
                if pk != line.person:
                    line.why.append(
                        _("NIK ini sudah tercatat pada orang lain: %(code)s.") % {"code": code}
                        if code
                        else _("NIK ini sudah tercatat pada orang lain di luar wilayah Anda.")
                    )


def _against_itself(line: Line, person: Mapping[str, Any]) -> None:
    since = {field: value for field, _before, value in line.changes}
    if not {"nik", "sex", "born_on"} & set(since):
        return
    born_on = identity.read("born_on", since["born_on"]) if "born_on" in since else person["born_on"]
    nik = since.get("nik", person["nik"])
    if nik and niks.disagrees_with(niks.read(nik), born_on=born_on, sex=since.get("sex", person["sex"])):
        line.why.append(
            _("NIK yang baru memuat tanggal lahir atau jenis kelamin yang lain.")
            if "nik" in since
            else _("NIK yang tercatat memuat tanggal lahir atau jenis kelamin yang lain: isi juga nik_benar.")
        )
    if born_on and person["died_on"] and born_on > person["died_on"]:
        line.why.append(_("Orang ini tercatat meninggal sebelum tanggal lahir yang baru."))
    if born_on and line.facts and line.as_of and dt.date.fromisoformat(line.as_of) < born_on:
        line.why.append(_("keadaan_pada mendahului tanggal lahir yang baru."))


def _twice(line: Line, lines: Sequence[Line], words: str) -> None:
    rows = [str(other.number) for other in lines if other is not line]
    if rows:
        line.why.append(words % {"rows": ", ".join(rows[:5])})


def _owners(claims: Mapping[str, Any], by: User) -> tuple[dict[str, list[tuple[int, str]]], set[str]]:
    """Who holds the numbers now, anywhere: (person, code; "" where `by` may not know more).

    That somebody out of reach holds one is an answer about people elsewhere: each is written down, and behind
    the last of the day no number is asked for any more, whoever holds it (the second of what is returned).
    """
    held: Any = Person.objects.current().filter(nik__in=list(claims)).values_list("nik", "pk")
    owners: dict[str, list[tuple[int, str]]] = defaultdict(list)
    pairs = list(held)
    reach: Any = Person.objects.reachable(by=by, to=Can.RECORD_FACT).filter(pk__in=[pk for _nik, pk in pairs])
    here = set(reach.values_list("pk", flat=True))
    for number, pk in pairs:
        owners[number].append((pk, person_code(pk) if pk in here else ""))
    left = elsewhere.answers_left(by)
    unasked = set()
    for number in claims:
        if not left:
            unasked.add(number)
        elif strangers := [pk for pk, code in owners[number] if not code]:
            elsewhere.tell(Person.objects.filter(pk__in=strangers), by=by)
            left -= 1
    return owners, unasked


# -- the old beside the new -----------------------------------------------------------------------------


def facts_known(lines: Sequence[Line], *, by: User) -> dict[tuple[int, str], Any]:
    """What stands now of the kinds that rows bring: (person, kind or kind of paper) → newest fact `by` may
    read.
    """
    known: dict[tuple[int, str], Any] = {}
    kinds = {kind for line in lines for kind, _values in line.facts}
    for kind in kinds:
        about = {line.person for line in lines if any(kind == one for one, _values in line.facts)}
        for fact in facts_about(about - {None}, kind, by=by):
            known.setdefault((fact.person_id, _slot(kind, fact)), fact)
    return known


def show(line: Line, known: Mapping[tuple[int, str], Any]) -> None:
    """Put what would change into words."""
    held = {field: value for field, value, _since in line.changes}
    since = {field: value for field, _before, value in line.changes}
    for field in identity.fields_shown(held, since):
        words = identity.pair_in_words(field, held[field], since[field])
        line.shown.append([identity.label_of(field), *words])
    for kind, values in line.facts:
        fact: Any = KINDS[kind](**values)
        stands = known.get((line.person or 0, _slot(kind, fact)))
        label = str(fact.get_document_display() if kind == "document" else KINDS[kind].title)
        before = stands.in_words() if stands else _("belum dicatat")
        beside = kind != "document" and KINDS[kind].several  # stands beside what is there, replaces nothing
        line.shown.append([label, "" if beside else before, fact.in_words()])


def _slot(kind: str, fact: Any) -> str:
    return f"document-{fact.document}" if kind == "document" else kind
