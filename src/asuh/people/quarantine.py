"""One row in quarantine, laid out for whoever corrects it: what is wrong, what could be right, and why.

Reads; `people.actions` writes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from asuh.kernel import nik as niks
from asuh.kernel.dtks import layout as layouts
from asuh.kernel.dtks import normalising
from asuh.kernel.dtks.layout import Column, Table
from asuh.kernel.dtks.reading import EXTRA, OVERFLOW, ROW
from asuh.people.actions.deliveries import rules_of
from asuh.people.codes import reasons
from asuh.people.models import Delivery, HouseholdRow, MemberRow, QuarantinedRow
from asuh.places.models import Area
from asuh.places.querysets import path_names
from asuh.places.resolving import resolve_bps

WAITS = "waits_for_household"
_TYPED_DATE = re.compile(r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$")


@dataclass
class Suggestion:
    """A value that could be right. ground: the sentence that says where it comes from."""

    value: str
    ground: str
    column: str = ""
    """The column it was taken from, where other rows can be treated the same way."""


@dataclass
class Cell:
    """One column of the row. `widget` "" is shown and not asked for."""

    column: str
    label: str
    raw: str
    widget: str = ""
    severe: bool = False
    wrong: bool = False
    value: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    hint: str = ""
    words: str = ""
    error: str = ""
    said: str = ""
    suggestion: Suggestion | None = None

    @property
    def name(self) -> str:
        """Of its field in the form."""
        return f"k-{self.column}"


@dataclass
class Told:
    """A reason as people read it."""

    code: str
    title: str
    text: str
    severe: bool
    column: str


SHOWN = 120
"""Letters of a cell on the page; all of it stands in the raw row below."""


def _beginning(text: str) -> str:
    if len(text) <= SHOWN:
        return text
    begins = " ".join(text[: SHOWN // 2].split())
    return _("%(begins)s… (%(letters)s huruf)") % {"begins": begins, "letters": number_format(len(text))}


class Patient:
    """A quarantined row with everything its page says.

    typed: what was typed into the form, by column; None before anybody typed.
    areas: key prefixes where it may be placed.
    """

    def __init__(
        self,
        row: QuarantinedRow,
        delivery: Delivery,
        *,
        typed: Mapping[str, str] | None = None,
        areas: Iterable[str] = ("",),
    ) -> None:
        self.row, self.delivery, self.typed, self.areas = row, delivery, typed, list(areas)
        self.table: Table = layouts.load(delivery.layout).table(row.table)
        self.language = get_language() or "id"

    # -- reasons -----------------------------------------------------------------------------------

    @cached_property
    def told(self) -> list[Told]:
        """Its reasons, those that keep it out first."""
        found, seen = [], set()
        for code, column, value in self.row.told:
            if (code, column) in seen:
                continue
            seen.add((code, column))
            known = self.table[column] if column in self.table.names else None
            found.append(
                Told(
                    code,
                    reasons.column_title(code, known, self.language),
                    reasons.explain(
                        code, column, self._shown(column, value or ""), table=self.table, row=self.row.raw,
                        period=self.delivery.period,
                    ),
                    code in reasons.SEVERE,
                    column,
                )
            )  # fmt: skip
        return sorted(found, key=lambda one: not one.severe)

    @property
    def only_waits(self) -> bool:
        """Nothing of its own keeps it out."""
        return {one.code for one in self.told if one.severe} == {WAITS}

    def _shown(self, column: str, value: str) -> str:
        return "••••" if column in self.table.hidden and value else _beginning(value)

    # -- cells -------------------------------------------------------------------------------------

    @cached_property
    def cells(self) -> list[Cell]:
        """Columns to correct, then those that help to recognise the row and are right."""
        asked = [self._asked(column, severe) for column, severe in self._ailing.items()]
        part = self.table.person
        helping = (
            [part["name"], part["sex"], part["born"], part["mother"], self.table.village]
            if part
            else ["Nama_KRT", self.table.village, "Alamat", "Jumlah_ART"]
        )
        fine = [self._fine(name) for name in helping if name not in self._ailing and self.row.raw.get(name)]
        return asked + fine

    @cached_property
    def _ailing(self) -> dict[str, bool]:
        """Columns to ask for, and whether the row cannot come in without."""
        columns: dict[str, bool] = {}
        for one in self.told:
            if one.code == WAITS or one.code in reasons.STANDING:
                continue
            if one.code == "columns":
                columns |= {name: False for name in self.table.names if self.row.raw.get(name)} | columns
            elif one.column in self.table.names and one.column not in self.table.hidden:
                columns[one.column] = columns.get(one.column, False) or (one.severe and one.code != "columns")
        return columns

    def _asked(self, name: str, severe: bool) -> Cell:
        column, raw = self.table[name], str(self.row.raw.get(name, ""))
        cell = Cell(
            name, self._label(column), self._shown(name, raw), _widget(column, self.table), severe, True
        )
        cell.suggestion = self._suggestion(name)
        if cell.widget == "select" and column.codes is not None:
            cell.choices = [
                (column.codes.written(code), labels[1 if self.language == "en" else 0])
                for code, labels in column.codes.labels.items()
            ]
        if name == self.table.key:
            cell.hint = self._first_with(raw)
        elif cell.widget == "date":
            cell.hint = self._born_hint(name)
        elif not severe:
            cell.hint = _("Boleh dikosongkan")
        if self.typed is None:
            cell.value = cell.suggestion.value if cell.suggestion else self._prefilled(name, raw, cell)
            if cell.widget == "date" and cell.suggestion:
                cell.value = _day_typed(cell.value)
            if cell.widget == "village" and cell.value:
                _error, cell.said = self._judge_village(cell.value)
        else:
            cell.value = self.typed.get(name, "")
            cell.error, cell.said = self._judge(name, cell.value, severe)
        return cell

    def _first_with(self, key: str) -> str:
        """Who holds a number that came twice."""
        rows = MemberRow if self.table.person else HouseholdRow
        name = "nama" if self.table.person else "nama_krt"
        mark = {self.table.key.lower(): key, "period": self.delivery.period}
        standing: Any = rows.objects.standing().within(self.areas)
        found = standing.filter(**mark).values_list(name, flat=True).first() if key else None
        return _("Baris pertama: %(name)s") % {"name": found.title()} if found else ""

    def _prefilled(self, name: str, raw: str, cell: Cell) -> str:
        """What came, where mending it is quicker than typing it anew."""
        if cell.widget in ("nik", "digits"):
            return raw if raw.isdecimal() and raw.strip("0") else ""
        short = len(raw) <= SHOWN  # of rows that were read as one cell, nothing is worth keeping
        return raw if cell.widget == "text" and name != self.table.key and short else ""

    def _fine(self, name: str) -> Cell:
        column, raw = self.table[name], str(self.row.raw.get(name, ""))
        return Cell(name, self._label(column), self._shown(name, raw), words=self._words(column, raw))

    def _words(self, column: Column, raw: str) -> str:
        """A value that is right, as people say it."""
        if column.name == self.table.village:
            return ", ".join(area.name for area in self.place) or raw
        value = self._normalised(column.name, raw)
        if column.codes is not None and isinstance(value, int) and column.kind == "code":
            return column.codes.labels[value][1 if self.language == "en" else 0]
        if isinstance(value, dt.date):
            return reasons.date_in_words(value)
        return raw.title() if column.kind == "name" and raw.isupper() else raw

    @cached_property
    def place(self) -> list[Area]:
        """Village and district of the row, as far as known, the village first."""
        key = self.row.area_key or ""
        found = (
            Area.objects.in_bulk([key[:length] for length in (10, 6) if len(key) >= length]) if key else {}
        )
        return [found[key[:length]] for length in (10, 6) if key[:length] in found and len(key) >= length]

    def _label(self, column: Column) -> str:
        short = {"nik": "NIK", "kk": _("Nomor KK")}
        if column.name == self.table.village:
            return _("Desa")
        return short.get(column.kind) or reasons.capital(column.label(self.language))

    def _born_hint(self, name: str) -> str:
        age = str(self.row.raw.get(self.table.person.get("age", ""), "")).strip()
        if name == self.table.person.get("born") and age.isdecimal() and int(age) <= 130:
            return _("Kosong berarti: lahir sekitar %(year)s") % {
                "year": self.delivery.period.year - int(age)
            }
        return _("Kosong berarti: belum diketahui")

    # -- suggestions -------------------------------------------------------------------------------

    def _suggestion(self, name: str) -> Suggestion | None:
        """Only where another part of the delivery says so; never a guess."""
        part = self.table.person
        for twin, wins in self.table.twins.items():
            if wins == name and self._normalised(twin, value := str(self.row.raw.get(twin, ""))) is not None:
                codes = self.table[name].codes
                written = (
                    codes.written(int(value)) if codes is not None and value.strip().isdecimal() else value
                )
                return Suggestion(
                    written,
                    _("kolom kembar %(column)s berisi %(value)s") % {"column": twin, "value": value},
                    twin,
                )
        if part and name in (part["born"], part["sex"]) and (inside := self._inside_nik) is not None:
            if name == part["sex"]:
                return Suggestion(str(inside.sex), _("menurut NIK"))
            return Suggestion(
                inside.born_on(self.delivery.received_on).isoformat(), _("tanggal di dalam NIK")
            )
        if name == self.table.village:
            return self._suggested_village
        return None

    @cached_property
    def _inside_nik(self) -> niks.Nik | None:
        try:
            return niks.read(str(self.row.raw.get(self.table.person["nik"], "")))
        except niks.NotANik:
            return None

    @cached_property
    def _suggested_village(self) -> Suggestion | None:
        """Where the rest of the household lies, as this delivery tells it."""
        key = self.row.household_key
        if not key:
            return None
        same = {"idbdt": key, "delivery": self.delivery}
        if self.table.person:
            code = HouseholdRow.objects.filter(**same).values_list("kdgabungan4", flat=True).first()
            return Suggestion(code, _("desa rumah tangganya")) if code else None
        members = set(
            QuarantinedRow.objects.filter(delivery=self.delivery, table="members", household_key=key)
            .exclude(area_key=None).values_list("raw__KDGabungan4", flat=True)[:50]
        ) | set(MemberRow.objects.filter(**same).values_list("kdgabungan4", flat=True)[:50])  # fmt: skip
        members.discard(None)
        if len(members) == 1 and resolve_bps(found := members.pop()).exact:
            return Suggestion(found, _("desa semua anggotanya"))
        return None

    # -- judging what was typed --------------------------------------------------------------------

    @property
    def corrections(self) -> dict[str, str]:
        """What to change, by column, the way files write it. Ask `is_sound` first."""
        if self.typed is None:
            return {}
        changed = {}
        for cell in self.cells:
            if (
                cell.widget
                and cell.value
                and (value := self._stored(cell)) != str(self.row.raw.get(cell.column, ""))
            ):
                changed[cell.column] = value
        return changed

    @property
    def is_sound(self) -> bool:
        """Nothing typed is wrong, and nothing that must be there is missing."""
        return not any(cell.error for cell in self.cells)

    def _stored(self, cell: Cell) -> str:
        if cell.widget == "date" and (day := _read_typed(cell.value)):
            return day.isoformat()
        return cell.value.strip()

    def _judge(self, name: str, value: str, severe: bool) -> tuple[str, str]:
        """(what is wrong with a typed value, what it turned out to be)."""
        column, value = self.table[name], value.strip()
        if not value:
            return (_("Isi dulu: tanpa ini baris tidak dapat masuk."), "") if severe else ("", "")
        widget = _widget(column, self.table)
        if widget == "nik" or column.kind == "kk":
            return self._judge_sixteen(column, value)
        if widget == "village":
            return self._judge_village(value)
        if widget == "date":
            day = _read_typed(value)
            if day is None:
                return _("Tulis hh/bb/tttt, misalnya 31/12/2015; tanggal itu harus ada."), ""
            if day > self.delivery.received_on:
                return _("Tanggal ini sesudah hari kiriman diterima."), ""
            return "", reasons.date_in_words(day)
        if name == self.table.key:
            return self._judge_key(value)
        if name == self.table.household:
            return self._judge_household(value)
        if self._normalised(name, value) is None:
            return _not_this_kind(column), ""
        return "", ""

    def _judge_sixteen(self, column: Column, value: str) -> tuple[str, str]:
        what = "NIK" if column.kind == "nik" else _("Nomor KK")
        if not (value.isascii() and value.isdecimal()):
            return _("%(what)s hanya terdiri atas angka.") % {"what": what}, ""
        if len(value) < 16:
            return _("Baru %(count)s angka; %(what)s selalu 16 angka.") % {
                "count": len(value),
                "what": what,
            }, ""
        if len(value) > 16:
            return _("Sudah %(count)s angka; %(what)s selalu 16 angka.") % {
                "count": len(value),
                "what": what,
            }, ""
        if column.kind == "nik" and not niks.is_valid(value):
            return _("NIK ini memuat tanggal lahir yang tidak ada. Periksa lagi, atau kosongkan."), ""
        return "", ""

    def _judge_village(self, value: str) -> tuple[str, str]:
        found = resolve_bps(value)
        if len(found.key) != 10:
            return _("Kode ini bukan desa dalam daftar BPS. Pilih dari daftar, atau tulis 10 angkanya."), ""
        name = path_names([found.key])[found.key]
        if not any(found.key.startswith(area) for area in self.areas):
            return _("%(village)s di luar wilayah kerja Anda.") % {"village": name}, ""
        return "", name

    def _judge_key(self, value: str) -> tuple[str, str]:
        rows = MemberRow if self.table.person else HouseholdRow
        name = self.table.key.lower()
        standing: Any = rows.objects.standing().within(self.areas)
        if standing.filter(**{name: value, "period": self.delivery.period}).exists():
            return _("Nomor ini sudah dipakai baris lain pada periode yang sama."), ""
        return (
            ("", "")
            if self._normalised(self.table.key, value) is not None
            else (_("Tulis nomor lengkapnya."), "")
        )

    def _judge_household(self, value: str) -> tuple[str, str]:
        found = (
            HouseholdRow.objects.standing()
            .within(self.areas)
            .filter(idbdt=value, period=self.delivery.period)
            .values_list("nama_krt", flat=True).first()
        )  # fmt: skip
        if found is None:
            return _("Rumah tangga ini tidak ada pada periode yang sama. Periksa nomornya."), ""
        return "", _("Rumah tangga %(name)s") % {"name": (found or "").title()}

    def _normalised(self, name: str, value: str) -> Any:
        """A value as the importer reads it for this delivery; None where it does not."""
        if not value:
            return None
        if value == self.row.raw.get(name):
            return self._as_read[name]
        return self._read({name: value})[name]

    @cached_property
    def _as_read(self) -> dict[str, Any]:
        return self._read(
            {name: str(value) for name, value in self.row.raw.items() if name in self.table.names}
        )

    def _read(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Cells through the importer's own eyes, by column."""
        rules = rules_of(self.delivery).get(self.table.name) or normalising.Rules(
            self.delivery.period, self.delivery.received_on
        )
        names = [*self.table.names, EXTRA, OVERFLOW]
        frame = pl.DataFrame(
            {ROW: [1], **{name: [values.get(name)] for name in names}},
            schema={ROW: pl.UInt32, **dict.fromkeys(names, pl.String)},
        )
        return normalising.Normaliser(self.table, rules)(frame).typed.row(0, named=True)

    # -- the row as it came ------------------------------------------------------------------------

    @property
    def raw_cells(self) -> list[tuple[str, str, str]]:
        """(column, value, css class) of every filled column; identity numbers masked unless in trouble."""
        severe = {one.column: one.severe for one in reversed(self.told)}
        cells = []
        for name, value in self.row.raw.items():
            if name in self.table.names and name not in severe:
                column = self.table[name]
                if name in self.table.hidden or column.kind in ("nik", "kk"):
                    value = (
                        "•" * max(len(str(value)) - 2, 0) + str(value)[-2:]
                        if name not in self.table.hidden
                        else "••••"
                    )
            css = ("raw-bad" if severe[name] else "raw-warn") if name in severe else ""
            cells.append((name.lstrip("_"), str(value), css))
        return cells

    @property
    def ailing_count(self) -> int:
        """Columns in trouble."""
        return len({one.column for one in self.told})

    # -- its words ---------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """Whose row it is."""
        name = str(self.row.raw.get(self.table.person.get("name", "Nama_KRT"), "")).strip()
        if not name:
            return _("Tanpa nama")
        return _beginning(name.title() if name.isupper() else name)

    # -- other rows treated the same way -----------------------------------------------------------

    @cached_property
    def alike(self) -> tuple[str, dict[int, dict[str, str]]]:
        """Other waiting rows with the same single trouble, whose own twin column knows better.

        (sentence, corrections by row id)
        """
        severe = {one.code for one in self.told if one.severe}
        others = (
            QuarantinedRow.objects.waiting().filter(delivery=self.delivery, table=self.row.table)
            .exclude(pk=self.row.pk).exclude(reasons__overlap=sorted(reasons.SEVERE - severe - {WAITS}))
        )  # fmt: skip
        if severe == {"bad_code"} and len([one for one in self.told if one.code == "bad_code"]) == 1:
            column = next(one.column for one in self.told if one.code == "bad_code")
            twin = next((left for left, wins in self.table.twins.items() if wins == column), "")
            codes = self.table[column].codes
            if twin and codes is not None:
                valid = [written for code in codes.labels for written in {str(code), codes.written(code)}]
                found = others.because_of("bad_code").filter(**{f"raw__{twin}__in": valid})
                told = dict(found.values_list("pk", f"raw__{twin}")[:1000])
                said = ngettext(
                    "Pakai cara yang sama untuk %(count)s baris lain yang kolom kembarnya terisi",
                    "Pakai cara yang sama untuk %(count)s baris lain yang kolom kembarnya terisi",
                    len(told),
                ) % {"count": len(told)}
                return said, {pk: {column: value} for pk, value in told.items()}
        return "", {}

    def alike_in_village(self, value: str) -> tuple[str, dict[int, dict[str, str]]]:
        """Other rows of this table with the very same wrong village code, to be placed in `value`."""
        village = self.table.village
        raw = self.row.raw.get(village)
        if not raw or {one.code for one in self.told if one.severe} != {"region"}:
            return "", {}
        others = (
            QuarantinedRow.objects.waiting().because_of("region")
            .filter(delivery=self.delivery, table=self.row.table, **{f"raw__{village}": raw})
            .exclude(pk=self.row.pk).exclude(reasons__overlap=sorted(reasons.SEVERE - {"region", WAITS}))
        )  # fmt: skip
        pks = list(others.values_list("pk", flat=True)[:1000])
        said = ngettext(
            "Pakai desa yang sama untuk %(count)s baris lain dengan kode %(code)s",
            "Pakai desa yang sama untuk %(count)s baris lain dengan kode %(code)s",
            len(pks),
        ) % {"count": len(pks), "code": raw}
        return said, {pk: {village: value} for pk in pks}


def villages_of(delivery: Delivery, areas: Iterable[str]) -> list[tuple[str, str]]:
    """(BPS code, "Sumberagung, Dander") of the villages a row of this delivery may lie in."""
    prefixes = [
        key for key in delivery.regencies if any(key.startswith(a) or a.startswith(key) for a in areas)
    ]
    villages = (
        Area.objects.current().under(*prefixes[:3]).villages().exclude(bps=None).select_related("parent")
    )
    return [(area.bps or "", f"{area.name}, {area.parent.name if area.parent else ''}") for area in villages]


def _widget(column: Column, table: Table) -> str:
    if column.name == table.village:
        return "village"
    return {
        "code": "select",
        "date": "date",
        "nik": "nik",
        "kk": "digits",
        "int": "digits",
        "sum": "digits",
    }.get(column.kind, "text")


def _read_typed(text: str) -> dt.date | None:
    """dd/mm/yyyy, or the form files use."""
    if match := _TYPED_DATE.match(text.strip()):
        day, month, year = (int(part) for part in match.groups())
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        year, month, day = (int(part) for part in text.strip().split("-"))
    else:
        return None
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None
    return found if found.year >= normalising.EARLIEST_YEAR else None


def _day_typed(iso: str) -> str:
    day = dt.date.fromisoformat(iso)
    return f"{day:%d/%m/%Y}"


def _not_this_kind(column: Column) -> str:
    match column.kind:
        case "code":
            return _("Pilih dari daftar.")
        case "int" | "sum" | "decimal":
            return _("Tulis angka yang mungkin untuk kolom ini.")
        case "id":
            return _("Tulis nomor lengkapnya, bukan bentuk 3,5E+15.")
        case _:
            return _("Nilai ini tidak dapat dibaca.")
