"""A spreadsheet about many people who are known already: whom each row is about, and what it would change.

Reads only. Nobody is guessed: a row fits exactly one person within reach, or it is not used. An empty cell
changes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz

from asuh.kernel import nik as niks
from asuh.kernel.linkage.names import normal_form
from asuh.people import codes, correcting
from asuh.people.days import read_day
from asuh.people.models import MemberRow, Person
from asuh.people.models.registry import person_code, person_number
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User

AT_MOST = 5000
SAME_NAME = 80
"""Likeness (0..100) below which the name in the sheet contradicts the person's."""

COLUMNS: dict[str, Any] = {
    "kode_asuh": gettext_lazy("Nomor Asuh, misalnya AN-00000418-3. Salah satu penanda wajib diisi."),
    "idartbdt": gettext_lazy("Nomor anggota DTKS, sebagai teks."),
    "nik": gettext_lazy("16 angka, sebagai teks. Hanya untuk mengenali orangnya."),
    "nama": gettext_lazy("Untuk memeriksa: baris yang namanya lain tidak dipakai."),
    "tanggal_lahir": gettext_lazy("hh/bb/tttt. Untuk memeriksa, dan untuk mencari bersama nama."),
    "keadaan_pada": gettext_lazy("hh/bb/tttt: kapan keterangan ini benar. Wajib, kecuali kolom _benar."),
    "akta_kelahiran": gettext_lazy("Nomor akta kelahiran, atau “belum”."),
    "nomor_kk": gettext_lazy("Nomor kartu keluarga yang dilihat, 16 angka sebagai teks."),
    "sekolah": gettext_lazy("belum, masih, atau tidak lagi."),
    "jenjang": gettext_lazy("Kode jenjang sekolah dari daftar di bawah."),
    "kelas": gettext_lazy("1 sampai 13."),
    "nisn": gettext_lazy("10 angka, sebagai teks."),
    "nama_sekolah": gettext_lazy("Nama sekolah."),
    "telepon": gettext_lazy("Nomor telepon pengasuh, sebagai teks."),
    "nama_benar": gettext_lazy("Nama yang seharusnya. Kolom _benar memperbaiki identitas; kosong = tetap."),
    "jenis_kelamin_benar": gettext_lazy("L atau P."),
    "tanggal_lahir_benar": gettext_lazy("hh/bb/tttt."),
    "tahun_lahir_benar": gettext_lazy("Tahun perkiraan, bila tanggalnya ternyata tidak diketahui."),
    "nama_ibu_benar": gettext_lazy("Nama gadis ibu kandung yang seharusnya; “hapus” mengosongkan."),
    "nik_benar": gettext_lazy("NIK yang seharusnya, 16 angka sebagai teks; “hapus” mengosongkan."),
    "kk_benar": gettext_lazy("Nomor KK pada identitas, 16 angka sebagai teks; “hapus” mengosongkan."),
}


FACTS = ("akta_kelahiran", "nomor_kk", "sekolah", "jenjang", "kelas", "nisn", "nama_sekolah", "telepon")
"""Columns that say what is known as of a day."""
SAYS = (*FACTS, *(name for name in COLUMNS if name.endswith("_benar")))


class Outcome(models.TextChoices):
    """How a row fits the registry."""

    EXACT = "exact", gettext_lazy("cocok tepat")
    SEVERAL = "several", gettext_lazy("cocok dengan beberapa orang")
    DIFFERS = "differs", gettext_lazy("orangnya ada, tetapi berbeda")
    NOBODY = "nobody", gettext_lazy("tidak ditemukan di wilayah Anda")
    CONTRADICTS = "contradicts", gettext_lazy("bertentangan")
    SAME = "same", gettext_lazy("sudah sama, tidak ada yang berubah")
    FAULTY = "faulty", gettext_lazy("isi belum benar")


@dataclass
class Line:
    """One row of the sheet.

    how: by which marks the person was found; who: code and name in Asuh. facts: [kind, values] to record.
    changes: [field, value before, value since] of the identity, as JSON keeps them.
    shown: [what, before, since] in words. why: sentences for who sent it.
    """

    number: int
    cells: dict[str, str]
    outcome: str = ""
    person: int | None = None
    why: list[str] = field(default_factory=list)
    facts: list[list[Any]] = field(default_factory=list)
    changes: list[list[Any]] = field(default_factory=list)
    shown: list[list[str]] = field(default_factory=list)
    how: str = ""
    who: str = ""
    as_of: str = ""

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def match(lines: Iterable[Mapping[str, Any]], *, by: User, today: dt.date) -> list[Line]:
    """Read every row and find whom it is about, in a handful of questions for the whole sheet."""
    read = [
        Line(int(one["number"]), dict.fromkeys(COLUMNS, "") | {k: v.strip() for k, v in one["cells"].items()})
        for one in lines
    ]
    found = _Candidates(read, by)
    for line in read:
        _find(line, found)
        _understand(line, today)
        if line.person is not None:
            correcting.understand(line, found.people[line.person], today)
        if line.outcome == Outcome.EXACT and line.why:
            line.outcome = Outcome.FAULTY
        elif line.outcome == Outcome.EXACT and not line.facts and not line.changes:
            _says_nothing(line)
    fit = [line for line in read if line.outcome == Outcome.EXACT]
    correcting.contradict(fit, found.people, by=by)
    known = correcting.facts_known(fit, by=by)
    for line in fit:
        correcting.show(line, known)
        if line.why:
            line.outcome = Outcome.CONTRADICTS
    return read


def _says_nothing(line: Line) -> None:
    said = any(line.cells[name] for name in SAYS)
    line.outcome = Outcome.SAME if said else Outcome.FAULTY
    line.why = [] if said else [_("Tidak ada keterangan yang diisi.")]


# -- whom ----------------------------------------------------------------------------------------------


class _Candidates:
    """Everybody within reach whom some row could mean, by each of the marks."""

    def __init__(self, lines: list[Line], by: User) -> None:
        reach = Person.objects.reachable(by=by, to=Can.RECORD_FACT).current()
        numbers = {number for line in lines if (number := person_number(line.cells["kode_asuh"]))}
        keys = {line.cells["idartbdt"] for line in lines} - {""}
        found = {line.cells["nik"] for line in lines} - {""}
        born = {day for line in lines if (day := read_day(line.cells["tanggal_lahir"]))}
        forms = {form for line in lines if (form := normal_form(line.cells["nama"]))}
        self.by_key: dict[str, set[int]] = defaultdict(set)
        for key, person in (
            MemberRow.objects.standing().filter(idartbdt__in=keys).values_list("idartbdt", "person")
        ):
            self.by_key[key].add(person)
        known = [person for people in self.by_key.values() for person in people]
        shown = ("pk", "name_norm", *correcting.READ)
        people = {p["pk"]: p for p in reach.filter(pk__in=[*numbers, *known]).values(*shown)}
        people |= {p["pk"]: p for p in reach.filter(nik__in=found).values(*shown)}
        named = reach.filter(born_on__in=born, name_norm__in=forms)
        people |= {p["pk"]: p for p in named.values(*shown)}
        self.people = people
        for pk, person in people.items():
            person["code"] = person_code(pk)
        numbered = Person.objects.reachable(by=by, to=Can.SEE_NUMBERS).filter(pk__in=people)
        for pk in numbered.values_list("pk", flat=True):
            people[pk]["numbers"] = True
        self.by_nik: dict[str, set[int]] = defaultdict(set)
        self.by_name: dict[tuple[str, dt.date], set[int]] = defaultdict(set)
        for pk, person in people.items():
            self.by_nik[person["nik"] or ""].add(pk)
            if person["born_on"]:
                self.by_name[person["name_norm"], person["born_on"]].add(pk)

    def of(self, line: Line) -> list[set[int]]:
        """For every mark that is filled in, who fits it."""
        cells, fits = line.cells, []
        if cells["kode_asuh"]:
            fits.append({person_number(cells["kode_asuh"]) or 0})
        if cells["idartbdt"]:
            fits.append(self.by_key[cells["idartbdt"]])
        if cells["nik"]:
            fits.append(self.by_nik[cells["nik"]])
        day = read_day(cells["tanggal_lahir"])
        if not fits and day and cells["nama"]:
            fits.append(self.by_name[normal_form(cells["nama"]), day])
        return [{pk for pk in people if pk in self.people} for people in fits]


def _find(line: Line, found: _Candidates) -> None:
    fits = found.of(line)
    if not fits:
        line.outcome = Outcome.FAULTY
        line.why.append(_("Isi kode_asuh, idartbdt, atau nik; atau nama beserta tanggal lahir."))
        return
    everyone = set().union(*fits)
    if not everyone:
        line.outcome = Outcome.NOBODY
        return
    if len(everyone) > 1:
        line.outcome = Outcome.SEVERAL
        line.why.append(_("Penandanya menunjuk %(count)s orang; pakai kode_asuh.") % {"count": len(everyone)})
        return
    line.person = everyone.pop()
    person = found.people[line.person]
    line.who = f"{person['code']} · {person['name']}"
    line.how = _how(line.cells)
    if line.cells["nama"] and not _same_name(line.cells["nama"], person["name_norm"]):
        line.why.append(_("Nama di Asuh: %(name)s.") % {"name": person["name"]})
    day = read_day(line.cells["tanggal_lahir"])
    if day and person["born_on"] and day != person["born_on"]:
        line.why.append(_("Tanggal lahir di Asuh: %(day)s.") % {"day": f"{person['born_on']:%d/%m/%Y}"})
    line.outcome = Outcome.DIFFERS if line.why else Outcome.EXACT


def _how(cells: Mapping[str, str]) -> str:
    marks = {"kode_asuh": _("nomor Asuh"), "idartbdt": _("nomor DTKS"), "nik": _("NIK")}
    used = [words for name, words in marks.items() if cells[name]]
    return ", ".join(used) or _("nama dan tanggal lahir")


def _same_name(written: str, known: str) -> bool:
    return fuzz.token_sort_ratio(normal_form(written), known) >= SAME_NAME


# -- what ----------------------------------------------------------------------------------------------

_PARTICIPATION = {"belum": "never", "masih": "attending", "tidak lagi": "left"}


def _understand(line: Line, today: dt.date) -> None:
    cells, why = line.cells, line.why
    day = read_day(cells["keadaan_pada"])
    if not cells["keadaan_pada"] and not any(cells[name] for name in FACTS):
        pass
    elif day is None or day > today:
        why.append(_("keadaan_pada: tulis hh/bb/tttt, hari ini atau sebelumnya."))
    else:
        line.as_of = day.isoformat()
    if cells["tanggal_lahir"] and read_day(cells["tanggal_lahir"]) is None:
        why.append(_("tanggal_lahir: tulis hh/bb/tttt."))
    if cells["nik"] and not niks.is_valid(cells["nik"]):
        why.append(_("nik: bukan NIK yang mungkin."))
    _understand_papers(line)
    _understand_school(line)
    if cells["telepon"]:
        phone = re.sub(r"[ .\-]", "", cells["telepon"])
        if re.fullmatch(r"\+?[0-9]{6,16}", phone):
            line.facts.append(["contact", {"phone": phone, "phone_of": "caregiver"}])
        else:
            why.append(_("telepon: 6 sampai 16 angka."))


def _understand_papers(line: Line) -> None:
    certificate, card = line.cells["akta_kelahiran"], line.cells["nomor_kk"]
    if certificate.lower() == "belum":
        line.facts.append(["document", {"document": "birth_certificate", "state": "missing"}])
    elif certificate:
        paper = {"document": "birth_certificate", "number": certificate[:40], "state": "to_verify"}
        line.facts.append(["document", paper])
    if card and not (len(card) == 16 and card.isascii() and card.isdecimal()):
        line.why.append(_("nomor_kk: 16 angka, sebagai teks."))
    elif card:
        line.facts.append(["document", {"document": "kk", "number": card, "state": "to_verify"}])


def _understand_school(line: Line) -> None:
    cells = line.cells
    if not any(cells[name] for name in ("sekolah", "jenjang", "kelas", "nisn", "nama_sekolah")):
        return
    participation = _PARTICIPATION.get(cells["sekolah"].lower())
    if participation is None:
        line.why.append(_("sekolah: tulis belum, masih, atau tidak lagi."))
        return
    values: dict[str, Any] = {"participation": participation, "school": cells["nama_sekolah"][:200]}
    if cells["jenjang"]:
        if cells["jenjang"] not in codes.Level.values:
            line.why.append(_("jenjang: kode ini tidak ada dalam daftar."))
        values["level"] = cells["jenjang"]
    if cells["kelas"]:
        if not (cells["kelas"].isdecimal() and 1 <= int(cells["kelas"]) <= 13):
            line.why.append(_("kelas: 1 sampai 13."))
        else:
            values["grade"] = int(cells["kelas"])
    if cells["nisn"]:
        if not re.fullmatch(r"[0-9]{10}", cells["nisn"]):
            line.why.append(_("nisn: 10 angka, sebagai teks."))
        values["nisn"] = cells["nisn"]
    line.facts.append(["schooling", values])
