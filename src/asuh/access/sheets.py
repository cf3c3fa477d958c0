"""Spreadsheets out and in: XLSX and CSV that no cell can turn into a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from asuh.kernel import workbooks
from asuh.kernel.guarding import guarded

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# Excel's own limit, less the head.
LONGEST = 1_048_575
MOST_CELLS, MOST_BYTES = 5_000_000, 256 << 20
"""Of a workbook somebody sends here: a short list, not a delivery."""


class TooLong(Exception):
    """More rows than a sheet of Excel holds."""


class NotASheet(Exception):
    """The file is no XLSX or CSV with the expected columns; the message says what is wrong."""


def write_xlsx(target: Path | io.BytesIO, heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> int:
    """Write one sheet; returns the number of rows. Raises TooLong."""
    count = 0
    with xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "remove_timezone": True,
        },
    ) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        instant = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(heads):
            sheet.set_column(column, column, max(12, min(40, len(str(head)) + 4)))
            sheet.write_string(0, column, str(head), bold)
        for count, row in enumerate(rows, 1):
            if count > LONGEST:
                raise TooLong
            for column, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, datetime):
                    local = timezone.localtime(value) if timezone.is_aware(value) else value
                    sheet.write_datetime(count, column, local.replace(tzinfo=None), instant)
                elif isinstance(value, date):
                    sheet.write_datetime(count, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif isinstance(value, bool):
                    sheet.write_string(count, column, _("ya") if value else _("tidak"))
                elif isinstance(value, int | float):
                    sheet.write_number(count, column, value)
                else:
                    sheet.write_string(count, column, str(value)[:32_767])
    return count


def write_csv(target: Any, heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> int:
    """Write to an open text file; returns the number of rows."""
    writer = csv.writer(target)
    writer.writerow([guarded(str(head)) for head in heads])
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        writer.writerow([_plain(value) for value in row])
    return count


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(
            timespec="seconds"
        )
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, date | int | float):
        return str(value)
    return guarded(str(value))


def read_rows(
    name: str, content: bytes, *, columns: Sequence[str], at_most: int
) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells as text in the order of `columns`) of a small XLSX or CSV file.

    The first line names the columns, in any order; empty lines are left out. Raises NotASheet.
    """
    table = _table(name, content)
    heads = [str(cell).strip().lower() for cell in next(table, [])]
    missing = [column for column in columns if column not in heads]
    if missing:
        raise NotASheet(
            _("Kolom ini tidak ada di baris pertama: %(columns)s.") % {"columns": ", ".join(missing)}
        )
    places = [heads.index(column) for column in columns]
    for number, row in enumerate(table, 2):
        cells = [_text(row[place]) if place < len(row) else "" for place in places]
        if not any(cells):
            continue
        if number > at_most + 1:
            raise NotASheet(_("Berkas ini lebih dari %(count)s baris.") % {"count": at_most})
        yield number, cells


def _table(name: str, content: bytes) -> Iterator[Sequence[Any]]:
    if content[:4] == b"PK\x03\x04":
        try:
            workbooks.extents(io.BytesIO(content), max_cells=MOST_CELLS, max_bytes=MOST_BYTES)
            sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
            yield from sheet.iter_rows()
        except workbooks.WorkbookRefused as refusal:
            if refusal.code == "too_many_cells":
                raise NotASheet(
                    _("Lembar kerja ini terlalu besar: ada isi jauh di luar tabelnya.")
                ) from refusal
            raise NotASheet(_("Berkas Excel ini tidak dapat dibaca.")) from refusal
        except (CalamineError, IndexError) as error:
            raise NotASheet(_("Berkas Excel ini tidak dapat dibaca.")) from error
        return
    if b"\x00" in content[:4096]:
        raise NotASheet(_("Berkas ini bukan XLSX dan bukan CSV."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    yield from csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell if cell is not None else "").replace("\x00", "\N{REPLACEMENT CHARACTER}").strip()
