"""Reading: from a file as it was delivered to batches of raw text in the layout's own columns.

    for path in unpack(upload, into=folder):
        for sheet in inspect(path, layout):
            for batch in sheet.batches(): ...

A batch is a frame of text: one column per layout column (null = empty or not delivered) and
`ROW`       number of the record in the file, counted as a spreadsheet does (header and titles included)
`EXTRA`     JSON of what stood in columns the layout does not know, null if nothing
`OVERFLOW`  JSON list of cells beyond the header's last column, null in a well-formed row
`UNREADABLE` column in which zero bytes stood (now replacement characters); only where there are any

Nothing here trusts a file: not its name, its declared sizes or its line lengths. Memory stays bounded
by one batch for text files and by `MAX_CELLS` for workbooks. What cannot be read is refused whole, with
`FileRefused`, before anything was written.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

import polars as pl
import python_calamine

from asuh.kernel import guarding, workbooks
from asuh.kernel.dtks.layout import TABLES, Layout, Table, tidy_header

ROW, EXTRA, OVERFLOW, UNREADABLE, UNCLOSED = "_row", "_extra", "_overflow", "_unreadable", "_unclosed"

MAX_LINE = 1 << 20
"""Bytes of one record; a longer one is no row of a delivery."""
MAX_CELLS = 20_000_000
"""Cells of one workbook sheet (300,000 members): it is held in memory whole."""
MAX_UNPACKED = 40 << 30
MAX_MEMBERS = 50
CHUNK = 16 << 20
_BLOCK = 1 << 20
_TITLES = 30
"""Records looked at to find the header."""
_DELIMITERS = (";", ",", "\t", "|")


class FileRefused(Exception):
    """A file that cannot be a delivery. `code` names the rule, `details` what the message needs.

    not_what_it_says · not_text · old_excel · formulas · zip_bomb · zip_inside_zip · zip_broken ·
    line_too_long · too_many_cells · no_header · missing_columns · empty
    """

    def __init__(self, code: str, file: str, **details: Any) -> None:
        self.code, self.file, self.details = code, file, details
        told = ", ".join(f"{key}={value}" for key, value in details.items())
        super().__init__(f"{file}: {code}" + (f" ({told})" if told else ""))


@dataclass(frozen=True)
class Header:
    """Where the header stood and what its cells mean."""

    record: int
    """Number of the header record, counted from 1."""
    width: int
    positions: dict[str, tuple[int, ...]]
    """Layout column → cells that carry it; more than one where a header repeats."""
    missing: tuple[str, ...]
    extra: dict[int, str]
    repeated: tuple[str, ...]


@dataclass
class Sheet:
    """One table of a delivery, found in a file."""

    path: Path
    table: Table
    form: Literal["csv", "xlsx"]
    header: Header
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    data_offset: int = 0
    empty_rows: int = field(default=0, compare=False)
    """Rows without a single value, left out; counted by the last full run of `batches`."""
    _cut: dict[int, tuple[int, bool]] = field(default_factory=dict, compare=False, repr=False)
    """Where a chunk begins → its bytes, and whether the quick parser reads it rightly: found out once, so
    that every reading numbers the same rows."""

    def batches(self, only: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Frames of raw text, in file order. only: layout columns wanted (all of them otherwise).

        Raises FileRefused for what shows only while reading (an unclosed quote longer than MAX_LINE).
        """
        self.empty_rows = 0
        wanted = list(self.table.names if only is None else only)
        frames = self._text_frames(wanted) if self.form == "csv" else self._workbook_frames()
        for frame in frames:
            yield self._named(frame, wanted, with_extra=only is None)

    @staticmethod
    def _may_be_blank(frame: pl.DataFrame, at: int) -> bool:
        key = frame.get_column(str(at), default=None)
        return key is None or key.null_count() > 0 or bool((key == "").any())

    def told(self) -> dict[str, Any]:
        """What was found, for reports: plain values only."""
        return {
            "file": self.path.name,
            "table": self.table.name,
            "form": self.form,
            "sheet": self.sheet,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header_row": self.header.record,
            "missing": list(self.header.missing),
            "extra": list(self.header.extra.values()),
            "repeated": list(self.header.repeated),
        }

    # -- text ------------------------------------------------------------------------------------

    def _text_frames(self, wanted: list[str]) -> Iterator[pl.DataFrame]:
        positions = sorted({at for name in wanted for at in self.header.positions.get(name, ())})
        if len(wanted) == len(self.table.names):
            positions = list(range(self.header.width))
        record = self.header.record + 1
        for chunk, sound in self._chunks():
            frame = self._parse(chunk, sound, positions, record)
            record += frame.height
            # looked for in the bytes: nearly no file has any
            if len(positions) == self.header.width and b'"' in chunk and chunk.count(b"\n") > frame.height:
                frame = _unclosed(frame, self.delimiter, self.header.width)
            if guarding.may_be_guarded(chunk):
                cells = [name for name in frame.columns if name not in (ROW, OVERFLOW, UNCLOSED)]
                frame = frame.with_columns(guarding.unguarded_column(pl.col(name)) for name in cells)
            yield frame

    def _chunks(self) -> Iterator[tuple[bytes, bool]]:
        """The data as UTF-8, cut between records, each with whether the quick parser reads it rightly."""
        with self.path.open("rb") as file:
            file.seek(self.data_offset)
            while True:
                start = file.tell()
                if start in self._cut:
                    length, sound = self._cut[start]
                    chunk = file.read(length)
                else:
                    chunk, sound = self._next_chunk(file)
                    self._cut[start] = len(chunk), sound
                    file.seek(start + len(chunk))
                if not chunk:
                    return
                yield self._utf8(chunk), sound

    def _next_chunk(self, file: IO[bytes]) -> tuple[bytes, bool]:
        """Whole records from here on, and whether the quick parser reads them rightly. Reads beyond them."""
        size = CHUNK
        while True:
            buffer = file.read(size)
            cut = _last_record_end(buffer, self.delimiter)
            if cut > 0:
                chunk = buffer[:cut]
                if quotes_in_place(chunk, self.delimiter):
                    return chunk, not _has_lone_return(chunk)
                cut = _last_record_end_leniently(buffer, self.delimiter)
            if cut > 0:
                return buffer[:cut], False
            if len(buffer) < size:
                return buffer, quotes_in_place(buffer, self.delimiter) and not _has_lone_return(buffer)
            if size > CHUNK + 2 * MAX_LINE:
                raise FileRefused("line_too_long", self.path.name, limit=MAX_LINE)
            file.seek(-size, io.SEEK_CUR)
            size += CHUNK

    def _utf8(self, chunk: bytes) -> bytes:
        if self.encoding == "utf-8":
            return chunk
        return _from_cp1252(chunk).encode()

    def _parse(self, chunk: bytes, sound: bool, positions: list[int], first_record: int) -> pl.DataFrame:
        if sound:
            try:
                frame = pl.read_csv(
                    chunk,
                    has_header=False,
                    separator=self.delimiter,
                    schema={str(at): pl.String for at in range(self.header.width)},
                    columns=positions,
                )
                return frame.with_row_index(ROW, offset=first_record).with_columns(
                    pl.lit(None, pl.String).alias(OVERFLOW)
                )
            except pl.exceptions.PolarsError:
                pass  # ragged rows or quotes out of place: read this chunk leniently
        return self._parse_leniently(chunk, positions, first_record)

    def _parse_leniently(self, chunk: bytes, positions: list[int], first_record: int) -> pl.DataFrame:
        """Row by row: short rows are filled, cells beyond the header go to OVERFLOW."""
        width = self.header.width
        columns: list[list[str | None]] = [[] for _ in range(width)]
        overflow: list[str | None] = []
        csv.field_size_limit(MAX_LINE)
        try:
            for cells in csv.reader(io.StringIO(chunk.decode(), newline=""), delimiter=self.delimiter):
                beyond = cells[width:]
                overflow.append(json.dumps(beyond, ensure_ascii=False) if any(beyond) else None)
                filled = [cell or None for cell in cells[:width]]
                filled += [None] * (width - len(filled))
                for column, cell in zip(columns, filled, strict=True):
                    column.append(cell)
        except csv.Error as error:
            raise FileRefused("line_too_long", self.path.name, limit=MAX_LINE) from error
        data = {str(at): pl.Series(columns[at], dtype=pl.String) for at in positions}
        frame = pl.DataFrame(data | {OVERFLOW: pl.Series(overflow, dtype=pl.String)})
        return frame.with_row_index(ROW, offset=first_record)

    # -- workbooks -------------------------------------------------------------------------------

    def _workbook_frames(self, rows: int = 50_000) -> Iterator[pl.DataFrame]:
        with python_calamine.CalamineWorkbook.from_path(str(self.path)) as book:
            sheet = book.get_sheet_by_name(self.sheet)
            lines = iter(_rows_from_the_top(sheet))
            for _ in range(self.header.record):
                next(lines)
            record = self.header.record + 1
            width = self.header.width
            while batch := [line for _, line in zip(range(rows), lines, strict=False)]:
                beyond = [line[width:] for line in batch]
                cells = list(zip(*(line[:width] for line in batch), strict=True))
                overflow = [
                    json.dumps([_as_text(cell) for cell in line], ensure_ascii=False)
                    if any(cell not in ("", None) for cell in line)
                    else None
                    for line in beyond
                ]
                columns = {
                    str(at): pl.Series([_as_text(cell) for cell in column], dtype=pl.String)
                    for at, column in enumerate(cells)
                }
                frame = pl.DataFrame(columns | {OVERFLOW: pl.Series(overflow, dtype=pl.String)})
                yield _without_zero_bytes(frame.with_row_index(ROW, offset=record))
                record += len(batch)

    # -- both ------------------------------------------------------------------------------------

    def _named(self, frame: pl.DataFrame, wanted: list[str], *, with_extra: bool) -> pl.DataFrame:
        """Positions → layout columns; repeated headers folded; rows without any value left out."""
        made: list[pl.Expr] = [pl.col(ROW)]
        kept_apart: dict[str, pl.Expr] = {name: pl.col(str(at)) for at, name in self.header.extra.items()}
        for name in wanted:
            places = self.header.positions.get(name, ())
            if not places:
                made.append(pl.lit(None, pl.String).alias(name))
                continue
            first, *others = (_empty_to_null(str(at)) for at in places)
            made.append(pl.coalesce(first, *others).alias(name))
            for number, other in enumerate(others, 2):
                kept_apart[f"{name} ({number})"] = pl.when(other != pl.coalesce(first, other)).then(other)
        cells = [name for name in frame.columns if name not in (ROW, OVERFLOW, UNREADABLE, UNCLOSED)]
        filled = frame
        if cells and all(self._may_be_blank(frame, at) for at in self.header.positions[self.table.key]):
            blank = pl.all_horizontal(*(pl.col(name).is_null() | (pl.col(name) == "") for name in cells))
            filled = frame.filter(~blank | pl.col(OVERFLOW).is_not_null())
        self.empty_rows += frame.height - filled.height
        if with_extra:
            # by name: the same row is the same whatever the order of its columns
            made.append(_json_of(filled, dict(sorted(kept_apart.items()))).alias(EXTRA))
            made.append(pl.col(OVERFLOW))
            named = {str(at): name for name, places in self.header.positions.items() for at in places}
            for where in (pl.col(name) for name in (UNREADABLE, UNCLOSED) if name in frame.columns):
                made.append(pl.when(where.is_not_null()).then(where.replace_strict(named, default=EXTRA)))
        return filled.select(made)


def unpack(path: Path, into: Path, name: str | None = None) -> list[Path]:
    """The files to read in `path`: itself, or what a Zip around it holds, written to `into`.

    name: the name the sender gave it. Raises FileRefused: zip_bomb, zip_inside_zip, zip_broken,
    not_what_it_says, old_excel, not_text, empty.
    """
    name = name or path.name
    kind = _sniff(path, name)
    if kind != "zip":
        return [path]
    unpacked: list[Path] = []
    total = 0
    try:
        with workbooks.damage_told(), zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            entries = [entry for entry in entries if not Path(entry.filename).name.startswith((".", "~"))]
            entries = [entry for entry in entries if "__MACOSX" not in entry.filename]
            if len(entries) > MAX_MEMBERS:
                raise FileRefused("zip_bomb", name, files=len(entries))
            for number, entry in enumerate(entries, 1):
                target = into / _plain_name(number, entry.filename)
                with archive.open(entry) as source, target.open("wb") as sink:
                    total += _copy_bounded(source, sink, entry.compress_size, name, total)
                if _sniff(target, entry.filename) == "zip":
                    raise FileRefused("zip_inside_zip", name, inside=entry.filename)
                unpacked.append(target)
    except workbooks.ArchiveBroken as error:
        raise FileRefused("zip_broken", name, error=str(error)) from error
    if not unpacked:
        raise FileRefused("empty", name)
    return unpacked


def _plain_name(number: int, inside: str) -> str:
    """A file name that any disk takes; what the sender wrote is only a help to recognise it by."""
    name = Path(inside.replace("\\", "/"))
    stem = "".join(
        letter for letter in name.stem if letter.isascii() and (letter.isalnum() or letter in " _-")
    )
    suffix = name.suffix.lower()
    return f"{number:02d}-{stem[-60:]}{suffix if suffix in _SUFFIXES else ''}"


def inspect(path: Path, layout: Layout) -> list[Sheet]:
    """The tables of `layout` in one unpacked file. Reads a text file once through (encoding, line
    lengths). Raises FileRefused."""
    if _sniff(path, path.name) == "xlsx":
        return _inspect_workbook(path, layout)
    return [_inspect_text(path, layout)]


# -- what a file is -------------------------------------------------------------------------------

_MAGIC = {
    b"\xd0\xcf\x11\xe0": "old_excel",  # .xls, and .xlsx with a password
    b"%PDF": "not_text",
    b"\x89PNG": "not_text",
    b"\xff\xd8\xff": "not_text",
    b"\x1f\x8b": "not_text",
    b"7z\xbc\xaf": "not_text",
    b"Rar!": "not_text",
    b"PAR1": "not_text",
    b"SQLite": "not_text",
}
_SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".zip"})
_TEXT_SUFFIXES = {".csv", ".txt", ".tsv", ""}


def _sniff(path: Path, name: str) -> Literal["csv", "xlsx", "zip"]:
    """What the bytes say; refused when the name says something else."""
    with path.open("rb") as file:
        head = file.read(4096)
    suffix = Path(name).suffix.lower()
    if not head:
        raise FileRefused("empty", name)
    for magic, code in _MAGIC.items():
        if head.startswith(magic):
            raise FileRefused(code, name)
    found: Literal["csv", "xlsx", "zip"] = "csv"
    if head.startswith(b"PK\x03\x04"):
        try:
            with workbooks.damage_told(), zipfile.ZipFile(path) as archive:
                inside = set(archive.namelist()[:10_000])
        except workbooks.ArchiveBroken as error:
            raise FileRefused("zip_broken", name, error=str(error)) from error
        found = "xlsx" if "xl/workbook.xml" in inside else "zip"
        expected = {"xlsx": {".xlsx", ".xlsm"}, "zip": {".zip"}}[found]
    elif b"\x00" in head:
        raise FileRefused("not_text", name)
    elif head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise FileRefused("not_what_it_says", name, found="html/xml")
    else:
        expected = _TEXT_SUFFIXES
    if suffix not in expected:
        raise FileRefused("not_what_it_says", name, found=found)
    return found


def _copy_bounded(source: IO[bytes], sink: IO[bytes], packed: int, name: str, before: int) -> int:
    written = 0
    while block := source.read(_BLOCK):
        written += len(block)
        swollen = workbooks.is_swollen(written, packed)
        if swollen or before + written > MAX_UNPACKED:
            raise FileRefused("zip_bomb", name, bytes=before + written)
        sink.write(block)
    return written


# -- text -----------------------------------------------------------------------------------------

FEW_QUOTES = 50_000


def quotes_in_place(chunk: bytes, delimiter: str) -> bool:
    """Whether every quote opens or closes a field, or is doubled inside one. Where one stands elsewhere
    (5" PIPA), the quick parser would join lines that do not belong together."""
    count = chunk.count(b'"')
    if not count:
        return True
    mark = re.escape(delimiter.encode())
    if count > FEW_QUOTES:
        well = re.compile(rb"(?:(?<=[\r\n" + mark + rb'])|\A)"(?:[^"]|"")*"(?=[\r\n' + mark + rb"]|\Z)")
        return b'"' not in well.sub(b"", chunk)
    beside = delimiter.encode() + b"\r\n"
    at = chunk.find(b'"')
    while at >= 0:
        if at and chunk[at - 1] not in beside:
            return False
        end = chunk.find(b'"', at + 1)
        while end >= 0 and chunk[end + 1 : end + 2] == b'"':
            end = chunk.find(b'"', end + 2)
        if end < 0 or (end + 1 < len(chunk) and chunk[end + 1] not in beside):
            return False
        at = chunk.find(b'"', end + 1)
    return True


def _has_lone_return(chunk: bytes) -> bool:
    """Whether a carriage return stands without its newline. It ends a row, as old Macs wrote it; the quick
    parser takes it for a letter, or not, depending on the columns it is asked for."""
    return b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n")


def _inspect_text(path: Path, layout: Layout) -> Sheet:
    encoding = _scan(path)
    with path.open("rb") as file:
        head = file.read(_TITLES * 16_384)
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    text = head[start:].decode(errors="ignore") if encoding == "utf-8" else _from_cp1252(head[start:])
    best: tuple[int, str, int, Table, list[str]] | None = None
    csv.field_size_limit(MAX_LINE)
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            for record, cells in zip(range(1, _TITLES + 1), reader, strict=False):
                for table in (layout.table(name) for name in TABLES):
                    known = _recognised(cells, table)
                    if known and (best is None or known > best[0]):
                        best = known, delimiter, reader.line_num, table, cells
                        at_record = record
        except csv.Error:
            continue
    if best is None:
        raise FileRefused("no_header", path.name, layout=layout.title)
    _, delimiter, lines, table, cells = best
    header = _read_header(cells, at_record, table, path.name)
    # counted in the same lines as the reader counts: a lone carriage return ends one, too
    above = "".join(line for _, line in zip(range(lines), io.StringIO(text, newline=""), strict=False))
    offset = start + len(above.encode() if encoding == "utf-8" else above)
    return Sheet(path, table, "csv", header, encoding, delimiter, data_offset=offset)


def _scan(path: Path) -> str:
    """ "utf-8" or "cp1252". Refuses lines beyond MAX_LINE and files with zero bytes, at constant memory."""
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    since_newline = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            first, last = block.find(b"\n"), block.rfind(b"\n")
            if since_newline + (first if first >= 0 else len(block)) > MAX_LINE:
                raise FileRefused("line_too_long", path.name, limit=MAX_LINE)
            since_newline = len(block) - last - 1 if last >= 0 else since_newline + len(block)
            if b"\x00" in block:
                raise FileRefused("not_text", path.name)
            if decoder is not None and not (block.isascii() and not decoder.getstate()[0]):
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    decoder = None
    if decoder is not None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            decoder = None
    return "utf-8" if decoder is not None else "cp1252"


def _last_record_end(buffer: bytes, delimiter: str) -> int:
    """Position after the last newline that lies outside quotes; -1 when there is none near the end.

    Counts quotes instead of walking: outside quotes their number up to here is even.
    """
    end = buffer.rfind(b"\n") + 1
    if not end:
        return -1
    odd = buffer.count(b'"', 0, end) % 2
    tried = end
    while odd:
        newline = buffer.rfind(b"\n", 0, tried - 1)
        if newline < 0 or end - newline > MAX_LINE:
            return _last_record_end_leniently(buffer, delimiter) if end > MAX_LINE else -1
        odd ^= buffer.count(b'"', newline + 1, tried) % 2
        tried = newline + 1
    return tried


def _last_record_end_leniently(buffer: bytes, delimiter: str) -> int:
    """The same where quotes stand out of place: walks every record. The last one may go on, so it is left.
    A record longer than MAX_LINE counts as none."""
    lines = list(io.StringIO(buffer.decode("latin-1"), newline=""))
    ends = [0]
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for _ in reader:
            ends.append(reader.line_num)
    except csv.Error:
        return -1
    return sum(map(len, lines[: ends[-2]])) if len(ends) > 2 else -1


_UNDEFINED_IN_CP1252 = {0x81: "\x81", 0x8D: "\x8d", 0x8F: "\x8f", 0x90: "\x90", 0x9D: "\x9d"}


def _from_cp1252(chunk: bytes) -> str:
    try:
        return chunk.decode("cp1252")
    except UnicodeDecodeError:  # five bytes mean nothing there: keep them as control characters
        return "".join(_UNDEFINED_IN_CP1252.get(byte) or bytes([byte]).decode("cp1252") for byte in chunk)


# -- workbooks ------------------------------------------------------------------------------------

_SHEET_IN_BOOK = re.compile(rb'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")


def _inspect_workbook(path: Path, layout: Layout) -> list[Sheet]:
    try:
        extents = workbooks.extents(path, max_cells=MAX_CELLS)
    except workbooks.WorkbookRefused as refusal:
        raise FileRefused(refusal.code, path.name, **refusal.details) from refusal
    found: list[Sheet] = []
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                best: tuple[int, int, Table, list[str]] | None = None
                for record, line in zip(range(1, _TITLES + 1), _rows_from_the_top(sheet), strict=False):
                    cells = [(_as_text(cell) or "").replace("\x00", "") for cell in line]
                    for table in (layout.table(each) for each in TABLES):
                        known = _recognised(cells, table)
                        if known and (best is None or known > best[0]):
                            best = known, record, table, cells
                if best is not None:
                    _, record, table, cells = best
                    header = _read_header(cells, record, table, path.name)
                    found.append(Sheet(path, table, "xlsx", header, sheet=name))
    except python_calamine.CalamineError as error:
        raise FileRefused("zip_broken", path.name, error=str(error)) from error
    if not found:
        raise FileRefused("no_header", path.name, layout=layout.title)
    with zipfile.ZipFile(path) as archive:
        parts = _sheet_parts(archive)
        for one in found:
            extent = extents.get(parts.get(one.sheet, ""))
            if extent and extent.formula:
                raise FileRefused("formulas", path.name, sheet=one.sheet, cell=extent.formula)
    return found


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → part name inside the archive."""
    targets: dict[bytes, str] = {}
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(archive.namelist()):
        return {}
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        key, target = re.search(rb'\bId="([^"]*)"', tag), re.search(rb'\bTarget="([^"]*)"', tag)
        if key and target:
            part = target[1].decode()
            targets[key[1]] = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
    names = set(archive.namelist())
    parts: dict[str, str] = {}
    for raw, key in _SHEET_IN_BOOK.findall(archive.read("xl/workbook.xml")):
        title = raw.decode().replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        title = title.replace("&apos;", "'").replace("&amp;", "&")
        if targets.get(key) in names:
            parts[title] = targets[key]
    return parts


def _rows_from_the_top(sheet: Any) -> Iterator[list[Any]]:
    """Rows as the sheet numbers them, from its first row and column on (calamine skips empty ones)."""
    if sheet.start is None:
        return
    top, left = sheet.start
    width = sheet.end[1] + 1
    for _ in range(top):
        yield [""] * width
    for line in sheet.iter_rows():
        yield [""] * left + line if len(line) + left == width else (line + [""] * width)[:width]


def _unclosed(frame: pl.DataFrame, delimiter: str, width: int) -> pl.DataFrame:
    """A cell with lines and half a row of delimiters in it is no cell: a quote was left open, and the rows
    behind it were read as its text. UNCLOSED says where."""

    def holds_rows(name: str) -> pl.Expr:
        text = pl.col(name)
        lines = text.str.contains("\n", literal=True)
        return lines & (text.str.count_matches(delimiter, literal=True) >= width // 2)

    cells = [name for name in frame.columns if name not in (ROW, OVERFLOW)]
    found = frame.select(holds_rows(name).any().alias(name) for name in cells).row(0, named=True)
    where = [pl.when(holds_rows(name)).then(pl.lit(name)) for name in cells if found[name]]
    return frame.with_columns(pl.coalesce(where).alias(UNCLOSED)) if where else frame


def _without_zero_bytes(frame: pl.DataFrame) -> pl.DataFrame:
    """No database keeps them in a text: they become replacement characters, and UNREADABLE says where."""
    zero = "\x00"
    bad = [name for name, kind in frame.schema.items() if kind == pl.String]
    bad = [name for name in bad if frame[name].str.contains(zero, literal=True).any()]
    if not bad:
        return frame
    where = [pl.when(pl.col(name).str.contains(zero, literal=True)).then(pl.lit(name)) for name in bad]
    return frame.with_columns(pl.coalesce(where).alias(UNREADABLE)).with_columns(
        pl.col(name).str.replace_all(zero, "\N{REPLACEMENT CHARACTER}", literal=True) for name in bad
    )


def _as_text(cell: Any) -> str | None:
    """A cell as its text; None when empty.

    A spreadsheet keeps 15 digits and fills up with zeros. So a longer number is believed only where it
    is an exact integer that does not end in 0; else it is written the way the spreadsheet shows it
    (3.52216E+15), which no reader further on takes for a number that identifies somebody.
    """
    if isinstance(cell, str):
        return cell or None
    if cell is None:
        return None
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, int | float):
        whole = int(cell) if abs(cell) < 1e300 and cell == int(cell) else None
        if whole is None:
            return repr(float(cell))
        if abs(whole) < 10**15 or (abs(whole) < 2**53 and whole % 10):
            return str(whole)
        return f"{float(cell):.5E}"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


# -- both -----------------------------------------------------------------------------------------


def _recognised(cells: Sequence[str], table: Table) -> int:
    """How many cells are headers of `table`; 0 unless its key and four more are there, or every one is."""
    filled = [tidy for cell in cells if (tidy := tidy_header(cell))]
    known = [table.by_header[tidy] for tidy in filled if tidy in table.by_header]
    if table.key not in known or (len(set(known)) < 5 and len(known) < len(filled)):
        return 0
    return len(set(known))


def _read_header(cells: Sequence[str], record: int, table: Table, file: str) -> Header:
    width = max(at for at, cell in enumerate(cells, 1) if cell.strip())
    positions: dict[str, list[int]] = {}
    extra: dict[int, str] = {}
    for at, cell in enumerate(cells[:width]):
        name = table.by_header.get(tidy_header(cell))
        if name is None:
            extra[at] = guarding.unguarded(cell.strip()) or f"kolom {at + 1}"
        else:
            positions.setdefault(name, []).append(at)
    needed = {table.key, table.household, table.person.get("name", "")} - {""}
    if absent := sorted(needed - positions.keys()):
        raise FileRefused("missing_columns", file, columns=absent)
    return Header(
        record=record,
        width=width,
        positions={name: tuple(places) for name, places in positions.items()},
        missing=tuple(name for name in table.names if name not in positions),
        extra=extra,
        repeated=tuple(name for name, places in positions.items() if len(places) > 1),
    )


def _empty_to_null(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name))


def _json_of(frame: pl.DataFrame, parts: dict[str, pl.Expr]) -> pl.Expr:
    """One JSON text per row of the filled ones among `parts`; null where none is."""
    if not parts:
        return pl.lit(None, pl.String)
    values = frame.select(**parts)
    if all(values[name].null_count() == values.height for name in values.columns):
        return pl.lit(None, pl.String)
    texts = [
        json.dumps(kept, ensure_ascii=False) if (kept := {k: v for k, v in row.items() if v}) else None
        for row in values.iter_rows(named=True)
    ]
    return pl.lit(pl.Series(texts, dtype=pl.String))
