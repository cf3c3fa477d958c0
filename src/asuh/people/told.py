"""What DTKS tells about a person, in words, by period; and where somebody has since seen it otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from asuh.access.jurisdiction import inside
from asuh.kernel.dtks.layout import Column, Layout, Table, load
from asuh.kernel.linkage.writing import as_written
from asuh.people.models import (
    Fact,
    Functioning,
    HealthAndNutrition,
    HouseholdRow,
    IdentityDocument,
    MemberRow,
    Person,
    Schooling,
)
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User

#: columns that are a separate right to read, as the same answers are among the facts
RESTRICTED = frozenset({"Sta_hamil"})
#: columns that identify or serve machines: not shown among the facts
_NOT_FACTS = {"id", "nik", "kk", "region", "datetime"}
_LEGACY = ("vector", "nopeserta", "nopbdt", "noart", "nomor_", "nokartu", "ruta6", "kdgabungan")


@dataclass(frozen=True)
class Told:
    """One fact in words.

    value None = not known; differs: what somebody saw since; confirmed: who saw the same.
    """

    code: str
    label: str
    value: str | None
    period: date
    differs: str = ""
    confirmed: str = ""


@dataclass(frozen=True)
class Periods:
    """Every column at every period: label → one value a period, newest first."""

    periods: Sequence[date]
    groups: Sequence[tuple[str, Sequence[tuple[str, Sequence[str | None]]]]]


@dataclass(frozen=True)
class Delivered:
    """The rows of one period: the member's, and that of the household it was told in."""

    member: Any
    household: Any | None

    @property
    def period(self) -> date:
        return self.member.period


def deliveries_of(person: Person) -> list[Delivered]:
    """What stands about `person`, the newest period first. Two queries."""
    members: Any = MemberRow.objects.standing().filter(person=person).order_by("-period", "-pk")
    rows = list(members.select_related("delivery"))
    homes: Any = HouseholdRow.objects.standing().filter(idbdt__in={row.idbdt for row in rows})
    by_key = {(home.idbdt, home.period): home for home in homes} if rows else {}
    return [Delivered(row, by_key.get((row.idbdt, row.period))) for row in rows]


def identity_in(row: Any) -> dict[str, Any]:
    """Who somebody is, as `row` would write it into the golden record."""
    part = load().members.person

    def cell(fact: str) -> Any:
        return getattr(row, part[fact].lower())

    return {
        **{
            field: as_written((cell(fact) or "")[:200])
            for field, fact in (("name", "name"), ("birth_place", "birth_place"), ("mother_name", "mother"))
        },
        "sex": cell("sex"),
        "born_on": cell("born"),
        "born_year": row.born_year,
        "nik": cell("nik"),
        "kk": cell("family_card"),
    }


def plain(person: Person, fields: Iterable[str]) -> dict[str, Any]:
    """Fields of the golden record as they can be kept in JSON."""
    return jsonable({field: getattr(person, field) for field in fields})


def jsonable(values: dict[str, Any]) -> dict[str, Any]:
    """`values` with dates as ISO text."""
    return {field: value.isoformat() if isinstance(value, date) else value for field, value in values.items()}


def row_that_says_so(person: Person) -> Any | None:
    """The newest row of `person`, if all that it would write into the golden record stands there."""
    rows: Any = MemberRow.objects.standing().filter(person=person).order_by("-period", "-pk")
    row = rows.first()
    if row is None:
        return None
    home = person.household.idbdt if person.household else None
    lives = (home, person.area_key, person.stay_key, person.relation)
    if lives != (row.idbdt, row.area_key, None, row.hub_krt):
        return None
    told = identity_in(row)
    return row if all(getattr(person, field) == value for field, value in told.items()) else None


def in_words(told: Delivered, facts: dict[str, Fact]) -> list[Told]:
    """The nine things one wants to know. facts: the newest fact of each kind, to be compared with."""
    row, home, layout = told.member, told.household, load()
    m, h = layout.members, layout.households
    paper = facts.get("birth_certificate")

    def say(code: str, label: str, value: str | None, *seen: str) -> Told:
        return Told(code, label, value, told.period, *seen)

    return [
        say("school", _("Sekolah"), _school(row, m), *_school_since(row, facts.get("schooling"))),
        say(
            "birth_certificate",
            _("Akta kelahiran"),
            _certificate(row),
            *_certificate_since(row, paper),
        ),
        say("family_card", _("Kartu keluarga"), _family_card(row, m)),
        say("disability", _("Disabilitas"), _code(row, m, "Jenis_cacat"), *_disability_since(row, facts)),
        say("illness", _("Penyakit kronis"), _code(row, m, "Penyakit_kronis"), *_illness_since(row, facts)),
        say("work", _("Bekerja"), _work(row, m)),
        say("house", _("Rumah"), _house(home, h) if home else None),
        say("aid", _("Bantuan"), _aid(row, m)),
        say("welfare", _("Kesejahteraan"), _welfare(home.percentile) if home else None),
    ]


def by_period(person: Person, told: Sequence[Delivered], *, by: User) -> Periods:
    """Every column that says something in at least one period and `by` may read, in the layout's order."""
    layout: Layout = load()
    left_out = frozenset() if by.can_at(Can.SEE_RESTRICTED, person) else RESTRICTED
    groups = []
    for title, table, rows in (
        (_("Tentang orang ini"), layout.members, [one.member for one in told]),
        (_("Tentang rumah tangganya"), layout.households, [one.household for one in told]),
    ):
        lines = []
        for column in _facts_of(table, left_out):
            values = [_cell(row, column, by) if row is not None else None for row in rows]
            if any(values):
                lines.append((_label(column), values))
        groups.append((title, lines))
    return Periods([one.period for one in told], groups)


def value(row: Any, column: Column) -> str | None:
    """One cell in words; what could not be understood is shown as it was delivered."""
    got = getattr(row, column.name.lower())
    if got is None or got == "":
        raw = (row.raw or {}).get(column.name)
        return _("“%(raw)s” (tidak dimengerti)") % {"raw": raw} if raw else None
    if column.codes is not None:
        if column.kind == "sum":
            held = [_pick(labels) for bit, labels in column.codes.labels.items() if bit and got & bit]
            return ", ".join(held) or _pick(column.codes.labels[0])
        labels = column.codes.labels.get(got)
        return _pick(labels) if labels else str(got)
    if column.kind == "date":
        return date_format(got, "DATE_FORMAT")
    if column.kind in ("int", "decimal"):
        return number_format(got, use_l10n=True)
    return str(got)


def _cell(row: Any, column: Column, by: User) -> str | None:
    """One cell for a reader: somebody's name only where the row lies within reach."""
    if column.kind == "name" and not inside(row.area_key, by.areas_for(Can.SEE_CHILD)):
        return None
    return value(row, column)


def _facts_of(table: Table, left_out: frozenset[str] = frozenset()) -> Iterator[Column]:
    own = set(table.person.values()) | {"KDGabungan4", *table.place_names}
    for column in table.columns:
        low = column.name.lower()
        if column.kind in _NOT_FACTS or column.name in own | left_out or not column.label_id:
            continue
        if any(low.startswith(start) for start in _LEGACY) or column.name in table.hidden or low == "hubkrt":
            continue
        yield column


def _label(column: Column) -> str:
    return column.label(get_language() or "id")


def _pick(labels: tuple[str, str]) -> str:
    return labels[1] if (get_language() or "id").startswith("en") else labels[0]


def _code(row: Any, table: Table, name: str) -> str | None:
    return value(row, table[name])


def _school(row: Any, m: Table) -> str | None:
    now = _code(row, m, "Partisipasi_sekolah")
    if now is None:
        return None
    grade, level = row.kelas_tertinggi, _code(row, m, "Pendidikan_tertinggi")
    if grade and grade <= 7 and level:
        return _("%(now)s, kelas %(grade)s %(level)s") % {"now": now, "grade": grade, "level": level}
    return f"{now}, {level}" if level else now


def _certificate(row: Any) -> str | None:
    held = row.ada_kartu_identitas
    if held is None:
        return None
    return _("Memiliki") if held & 1 else _("Belum memiliki")


def _family_card(row: Any, m: Table) -> str | None:
    if row.ada_dikk is None:
        return None
    if row.ada_dikk != 1:
        return _("Tidak tercantum")
    relation = _code(row, m, "Hubkel") or _code(row, m, "Hub_KRT")
    return (
        _("Tercantum sebagai %(relation)s") % {"relation": relation.lower()} if relation else _("Tercantum")
    )


def _work(row: Any, m: Table) -> str | None:
    if row.sta_bekerja is None:
        return None
    if row.sta_bekerja != 1:
        return _("Tidak bekerja seminggu sebelum pendataan")
    parts = [_("Bekerja")]
    if row.jumlah_jamkerja:
        parts.append(_("%(hours)s jam seminggu") % {"hours": row.jumlah_jamkerja})
    if field := _code(row, m, "Lapangan_usaha"):
        parts.append(field.lower())
    return ", ".join(parts)


def _house(home: Any, h: Table) -> str | None:
    parts = []
    if tenure := _code(home, h, "sta_bangunan"):
        parts.append(tenure)
    if floor := _code(home, h, "lantai"):
        parts.append(_("lantai %(what)s") % {"what": floor.lower()})
    if wall := _code(home, h, "dinding"):
        parts.append(_("dinding %(what)s") % {"what": wall.lower()})
    if light := _code(home, h, "sumber_penerangan"):
        power = _code(home, h, "daya")
        parts.append(f"{light} {power.lower()}" if power else light)
    if water := _code(home, h, "sumber_airminum"):
        parts.append(_("air minum: %(what)s") % {"what": water.lower()})
    return ", ".join(parts) or None


def _aid(row: Any, m: Table) -> str | None:
    named = {
        "ada_pkh": "PKH",
        "ada_bpnt": "BPNT",
        "ada_rastra": "Rastra",
        "ada_kip": "KIP",
        "ada_kks": "KKS",
        "ada_pbi": "KIS/PBI",
    }
    told = {name: getattr(row, name) for name in named}
    if all(given is None for given in told.values()):
        return None
    given = [named[name] for name, one in told.items() if one == 1]
    return ", ".join(given) if given else _("Tidak tercatat menerima bantuan")


def _welfare(percentile: int | None) -> str | None:
    if not percentile:
        return None
    decile = -(-percentile // 10)
    if decile == 1:
        return _("Desil 1, termasuk 10 persen terbawah")
    return _("Desil %(decile)s dari 10") % {"decile": decile}


# ── what was seen since ───────────────────────────────────────────────────────────────────────────


def _seen(fact: Fact, same: bool, words: str) -> tuple[str, str]:
    """(differs, confirmed): one of them is empty."""
    by = {"visit": _("kunjungan")}.get(fact.how, fact.get_how_display().lower())
    day = date_format(fact.as_of, "DATE_FORMAT")
    if same:
        return "", _("Dibenarkan %(who)s, %(how)s %(day)s.") % {
            "who": fact.recorded_by.get_full_name(),
            "how": by,
            "day": day,
        }
    return _("Berbeda dengan %(how)s %(day)s: %(words)s") % {"how": by, "day": day, "words": words}, ""


def _later(row: Any, fact: Fact | None) -> bool:
    return fact is not None and fact.as_of >= row.period


def _school_since(row: Any, fact: Fact | None) -> tuple[str, str]:
    if not isinstance(fact, Schooling) or not _later(row, fact) or row.partisipasi_sekolah is None:
        return "", ""
    same = ("never", "attending", "left").index(fact.participation) == row.partisipasi_sekolah
    return _seen(fact, same, str(fact.get_participation_display()).lower())


def _certificate_since(row: Any, fact: Fact | None) -> tuple[str, str]:
    held = row.ada_kartu_identitas
    if not isinstance(fact, IdentityDocument) or not _later(row, fact) or held is None:
        return "", ""
    has = fact.state in ("valid", "to_verify")
    return _seen(fact, has == bool(held & 1), str(fact.get_state_display()).lower())


def _disability_since(row: Any, facts: dict[str, Fact]) -> tuple[str, str]:
    fact = facts.get("functioning")
    if not isinstance(fact, Functioning) or not _later(row, fact) or row.jenis_cacat is None:
        return "", ""
    if fact.disability is None:
        return "", ""
    return _seen(fact, fact.disability == bool(row.jenis_cacat), fact.in_words().lower())


def _illness_since(row: Any, facts: dict[str, Fact]) -> tuple[str, str]:
    fact = facts.get("health")
    if not isinstance(fact, HealthAndNutrition) or not _later(row, fact) or row.penyakit_kronis is None:
        return "", ""
    if not fact.chronic:
        return "", ""
    healthy = fact.chronic == ["none"]
    return _seen(
        fact, healthy == (row.penyakit_kronis == 0), _("tidak ada") if healthy else _("ada penyakit menahun")
    )


def by_period_of_household(rows: Sequence[Any], *, by: User) -> Periods:
    """Everything DTKS said about a household and `by` may read, newest period first."""
    lines = []
    for column in _facts_of(load().households):
        values = [_cell(row, column, by) for row in rows]
        if any(values):
            lines.append((_label(column), values))
    return Periods([row.period for row in rows], [(_("Tentang rumah tangga ini"), lines)])
