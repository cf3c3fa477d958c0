"""Workbooks about deliveries: the report of one, and the templates. Every cell of ours is text or a number,
never something a spreadsheet would run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from asuh.access.asked import key_of
from asuh.access.exports import Column as Part
from asuh.access.exports import Kind, declare
from asuh.access.refusals import Refused
from asuh.access.sheets import LONGEST
from asuh.audit.actions import record
from asuh.kernel.dtks import layout as layouts
from asuh.kernel.dtks.layout import Column, Table
from asuh.people import corrections
from asuh.people.codes import Level, reasons
from asuh.people.models import Delivery, QuarantinedRow
from asuh.people.permissions import Can

if TYPE_CHECKING:
    from asuh.access.models import User

REPORT = "people.delivery_report"
PLAIN = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def report_of(by: User, choices: Mapping[str, Any]) -> Delivery:
    """The delivery that "kiriman" names, as far as `by` reaches it. Raises Refused."""
    number = key_of(choices.get("kiriman", ""))
    reachable = Delivery.objects.reachable(by=by, to=Can.IMPORT_DTKS)
    found: Delivery | None = reachable.filter(pk=number).first() if number is not None else None
    if found is None:
        raise Refused
    return found


def may_have_report(by: User, choices: Mapping[str, Any]) -> None:
    """Raises Refused where the delivery is not within reach."""
    report_of(by, choices)


def write_report(path: Path, by: User, choices: Mapping[str, Any], sheets: Sequence[str]) -> int:
    """Summary, reasons with counts, and every quarantined row with its raw values; how many rows those are.

    choices: "kiriman", the number of the delivery; "menunggu", "1" for rows that wait alone. Columns the
    layout hides are left out unless `by` may export them. Raises Refused.
    """
    delivery = report_of(by, choices)
    rows = delivery.quarantine.order_by("table", "source_row", "pk")
    if choices.get("menunggu") == "1":
        rows = rows.waiting()
    layout, written = layouts.load(delivery.layout), 0
    cards = by.can_at(Can.EXPORT_CARD_NUMBERS, delivery)
    with xlsxwriter.Workbook(path, PLAIN) as book:
        if "summary" in sheets:
            _sheet(book, _("Ringkasan"), [_("Hal"), _("Isi")], _summary(delivery, rows))
        if "reasons" in sheets:
            _sheet(book, _("Sebab"), [_("Sebab"), _("Kode"), _("Baris")], _reason_lines(delivery))
        for table, words in ((layout.households, _("Karantina RT")), (layout.members, _("Karantina ART"))):
            if table.name not in sheets:
                continue
            names = [name for name in table.names if cards or name not in table.hidden]
            heads = [_("Baris di berkas"), _("Keadaan"), _("Sebab"), *names, _("Kolom lain")]
            masked = (
                []
                if by.can_at(Can.SEE_NUMBERS, delivery)
                else [column.name for column in table.of_kind("nik", "kk")]
            )
            held = rows.filter(table=table.name)[:LONGEST]
            _sheet(book, words, heads, _row_lines(held, names, masked))
            written += held.count()
    record(
        "people.delivery_report_made", by=by, on=("delivery", delivery.pk), area_key=delivery.area_key or ""
    )
    return written


declare(
    Kind(
        REPORT,
        gettext_lazy("Laporan kiriman DTKS"),
        str(Can.IMPORT_DTKS),
        [
            Part("summary", gettext_lazy("Ringkasan")),
            Part("reasons", gettext_lazy("Sebab")),
            Part("households", gettext_lazy("Rumah tangga di karantina")),
            Part("members", gettext_lazy("Anggota di karantina")),
        ],
        book=write_report,
        check=may_have_report,
    )
)


def _summary(delivery: Delivery, rows: Any) -> Iterator[tuple[Any, Any]]:
    yield _("Kiriman nomor"), delivery.pk
    yield _("Periode"), date_format(delivery.period, "YEAR_MONTH_FORMAT")
    yield _("Keadaan"), str(Delivery.State(delivery.state).label)
    yield _("Diterima"), date_format(timezone.localtime(delivery.created_at), "DATETIME_FORMAT")
    if delivery.created_by is not None:
        yield _("Diunggah oleh"), delivery.created_by.get_full_name()
    for file in delivery.files:
        yield _("Berkas"), file["name"]
    outcomes = {
        "accepted": _("diterima"),
        "warned": _("diterima dengan peringatan"),
        "quarantined": _("dikarantina"),
        "unchanged": _("tidak berubah"),
    }
    for table, words in (("households", _("Rumah tangga")), ("members", _("Anggota rumah tangga"))):
        for outcome, said in outcomes.items():
            if table in delivery.result:
                yield f"{words}: {said}", delivery.result[table].get(outcome, 0)
    held = dict(rows.order_by().values_list("table").annotate(Count("pk")))
    yield _("Baris karantina"), sum(held.values())
    if max(held.values(), default=0) > LONGEST:
        yield _("Catatan"), _("Lembar kerja memuat paling banyak 1.048.575 baris setiap tabel.")


def _reason_lines(delivery: Delivery) -> Iterator[tuple[Any, Any, Any]]:
    counted = delivery.result.get("reasons", {})
    for code, count in sorted(counted.items(), key=lambda pair: (pair[0] not in reasons.SEVERE, -pair[1])):
        yield reasons.title(code), code, count


def _row_lines(rows: Any, names: Sequence[str], masked: Sequence[str]) -> Iterator[list[Any]]:
    states = dict(QuarantinedRow.State.choices)
    for row in rows.iterator(chunk_size=2000):
        extra = {key: value for key, value in row.raw.items() if key.startswith("_")}
        yield [
            row.source_row,
            states[row.state],
            "; ".join(str(reasons.title(code)) for code in row.reasons),
            *(_end(row.raw.get(name, "")) if name in masked else row.raw.get(name, "") for name in names),
            json.dumps(extra, ensure_ascii=False) if extra else "",
        ]


def _end(number: str) -> str:
    return "•" * max(len(number) - 2, 0) + number[-2:]


def write_template(target: Any, table: Table, form: str, *, language: str) -> None:
    """The layout's header alone; as XLSX with a second sheet that explains every column and code."""
    if form == "csv":
        target.write((",".join(table.names) + "\r\n").encode("utf-8-sig"))
        return
    with xlsxwriter.Workbook(target, PLAIN | {"constant_memory": False}) as book:
        text = book.add_format({"num_format": "@"})
        data = _sheet(book, "Data", table.names, [])
        data.set_column(
            0, len(table.names) - 1, 18, text
        )  # text, so that no program counts or rounds a number
        heads = [_("Kolom"), _("Arti"), _("Isi"), _("Wajib"), _("Kode dan artinya")]
        explained = _sheet(
            book, _("Petunjuk"), heads, (_column_line(table, one, language) for one in table.columns)
        )
        explained.set_column(0, 0, 24)
        explained.set_column(1, 2, 40)
        explained.set_column(4, 4, 90)


def _column_line(table: Table, column: Column, language: str) -> list[str]:
    kinds = {
        "id": _("angka sebagai teks, nol di depan tetap ditulis"),
        "text": _("teks"),
        "name": _("nama"),
        "region": _("kode wilayah BPS sebagai teks"),
        "code": _("satu kode dari daftar"),
        "sum": _("jumlah kode yang dimiliki"),
        "int": _("bilangan bulat"),
        "decimal": _("bilangan, desimal dengan titik"),
        "date": _("tanggal TTTT-BB-HH"),
        "datetime": _("tanggal dan jam TTTT-BB-HH JJ:MM:DD"),
        "nik": _("16 angka sebagai teks, atau kosong"),
        "kk": _("16 angka sebagai teks, atau kosong"),
    }
    needed = {
        table.key,
        table.household,
        table.person.get("name", ""),
        table.person.get("sex", ""),
        *table.required,
    }
    codes = column.codes
    listed = (
        "; ".join(
            f"{codes.written(code)} = {labels[1 if language == 'en' else 0]}"
            for code, labels in codes.labels.items()
        )
        if codes is not None
        else ""
    )
    must = _("wajib") if column.name in needed else ""
    return [column.name, column.label(language), kinds[column.kind], must, listed]


def _sheet(book: Any, name: str, heads: Sequence[Any], lines: Any) -> Any:
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    for at, head in enumerate(heads):
        sheet.set_column(at, at, max(12, min(36, len(str(head)) + 4)))
        sheet.write_string(0, at, str(head), bold)
    for number, line in enumerate(lines, 1):
        for at, value in enumerate(line):
            if isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(number, at, value)
            elif value not in (None, ""):
                sheet.write_string(number, at, str(value)[:32_767])
    return sheet


def write_lines(target: Any, name: str, heads: Sequence[Any], lines: Any) -> None:
    """One sheet of plain cells."""
    with xlsxwriter.Workbook(target, PLAIN) as book:
        _sheet(book, name, heads, lines)


def write_sheet_template(target: Any) -> None:
    """The columns of a sheet about many people, and what each wants."""
    with xlsxwriter.Workbook(target, PLAIN | {"constant_memory": False}) as book:
        data = _sheet(book, "Data", list(corrections.COLUMNS), [])
        data.set_column(0, len(corrections.COLUMNS) - 1, 20, book.add_format({"num_format": "@"}))
        lines = list(corrections.COLUMNS.items()) + [
            (f"jenjang = {code}", label) for code, label in Level.choices
        ]
        _sheet(book, _("Petunjuk"), [_("Kolom"), _("Isi")], lines).set_column(1, 1, 80)
