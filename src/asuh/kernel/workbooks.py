"""How large a workbook really is, found out before anybody builds it in memory.

A reader of spreadsheets makes a dense table from the two outermost cells, so that one cell in the last
corner asks for half a terabyte and ends the process. Every part is therefore unpacked to nowhere once, and
what holds cells is streamed a second time. No declared size (`dimension`, the sizes in the Zip) is believed,
and no name either: a part is a sheet where the word `sheetData` stands in it.
"""

from __future__ import annotations

import errno
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

MAX_RATIO, RATIO_COUNTS_FROM = 150, 32 << 20
"""Real files shrink to a tenth; what grows 150-fold beyond 32 MiB was made to fill a disk."""
MAX_BYTES = 4 << 30
MAX_TOKEN = 8 << 20
"""Bytes of one tag: no cell needs more."""
ROWS, COLUMNS = 1 << 20, 1 << 14
_BLOCK = 1 << 20
_MARK = b"sheetData"
_PLAIN_CELL, _ANY_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"'), re.compile(rb"[<:]c[\s/>]")
_ANY_FORMULA = re.compile(rb"[<:]f[\s/>]")
_ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError,
    OverflowError, ValueError,
)  # fmt: skip


class ArchiveBroken(Exception):
    """A Zip that cannot be unpacked to its end."""


class WorkbookRefused(Exception):
    """code: zip_broken · zip_bomb · too_many_cells; details: what the message needs."""

    def __init__(self, code: str, **details: Any) -> None:
        self.code, self.details = code, details
        super().__init__(code)


@dataclass
class Extent:
    """The last row and column of one sheet in which something stands, counted from 0; its first formula."""

    part: str
    bottom: int = -1
    right: int = -1
    formula: str = ""
    """Address of the first cell with a formula, "" when there is none."""

    @property
    def cells(self) -> int:
        """Cells from the sheet's own corner on: titles and margins are read as well."""
        return (self.bottom + 1) * (self.right + 1)


@contextmanager
def damage_told() -> Iterator[None]:
    """Turn whatever reading a damaged archive raises (methods nobody knows, passwords, streams that end or
    lie) into ArchiveBroken. A full disk and the like pass through."""
    try:
        yield
    except _DAMAGE as error:
        raise ArchiveBroken(str(error)) from error
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):
            raise
        raise ArchiveBroken(str(error)) from error


def is_swollen(written: int, packed: int) -> bool:
    """Whether no real file grows like this when it is unpacked."""
    return written > RATIO_COUNTS_FROM and written > MAX_RATIO * max(packed, 1)


def extents(source: Path | IO[bytes], *, max_cells: int, max_bytes: int = MAX_BYTES) -> dict[str, Extent]:
    """Part name → extent of every sheet. Raises WorkbookRefused for what no reader should be given."""
    try:
        with damage_told(), zipfile.ZipFile(source) as archive:
            if any(name.lower() in _OTHER_FORMS for name in archive.namelist()):
                raise WorkbookRefused("zip_broken", error="another kind of workbook inside")
            sheets = _sheets(archive, max_bytes)
            return {
                entry.filename: _at_a_glance(archive, entry, max_cells)
                or _measured(archive, entry, max_cells)
                for entry in sheets
            }
    except ArchiveBroken as error:
        raise WorkbookRefused("zip_broken", error=str(error)) from error


_OTHER_FORMS = {"content.xml", "xl/workbook.bin"}
"""A reader that fails at one form tries the next: cells of these are not measured here."""


def _sheets(archive: zipfile.ZipFile, max_bytes: int) -> list[zipfile.ZipInfo]:
    """The parts that hold cells; every part is unpacked once, to nowhere."""
    found, total = [], 0
    for entry in archive.infolist():
        before, written, holds = b"", 0, False
        with archive.open(entry) as part:
            while block := part.read(_BLOCK):
                written += len(block)
                if is_swollen(written, entry.compress_size) or total + written > max_bytes:
                    raise WorkbookRefused("zip_bomb", bytes=total + written)
                holds = holds or _MARK in before + block[: len(_MARK)] or _MARK in block
                before = block[-len(_MARK) :]
        total += written
        if holds:
            found.append(entry)
    return found


def _at_a_glance(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, max_cells: int) -> Extent | None:
    """A rectangle that is surely large enough, where a sheet is written the way it nearly always is: every
    cell with its address, row after row, no formula. None where only following every tag can tell."""
    extent = Extent(entry.filename)
    rest = b""
    with archive.open(entry) as part:
        while block := part.read(_BLOCK):
            window = rest + block
            cut = max(window.rfind(b"<"), 0)
            window, rest = window[:cut], window[cut:]
            if len(rest) > MAX_TOKEN:
                return None
            addresses = _PLAIN_CELL.findall(window)
            if len(_ANY_CELL.findall(window)) != len(addresses) or _ANY_FORMULA.search(window):
                return None
            if not addresses:
                continue
            letters, digits = zip(*addresses, strict=True)
            rows = [_number(text.decode()) - 1 for text, _ in groupby(digits)]
            columns = [_column(text.decode()) for text in set(letters)]
            if any(later < row for row, later in pairwise([max(extent.bottom, 0), *rows])):
                return None
            extent.bottom, extent.right = rows[-1], max(extent.right, *columns)
            if extent.cells > max_cells:
                return None
    return None if _ANY_CELL.search(rest) or _ANY_FORMULA.search(rest) else extent


def _measured(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, max_cells: int) -> Extent:
    extent = Extent(entry.filename)
    reader = _Reader(extent, max_cells)
    # told the encoding: every reader takes a sheet for UTF-8, whatever its first line says
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    fed = 0
    try:
        with archive.open(entry) as part:
            while block := part.read(_BLOCK):
                parser.Parse(block, False)
                fed += len(block)
                if fed - parser.CurrentByteIndex > MAX_TOKEN:
                    raise WorkbookRefused("zip_broken", error="a tag without end")
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise WorkbookRefused("zip_broken", error=str(error)) from error
    return extent


def _refuse_doctype(*_: Any) -> None:
    raise WorkbookRefused("zip_broken", error="entities")


class _Reader:
    """Follows the cells of one sheet as readers do: one without an address stands right of the last one."""

    def __init__(self, extent: Extent, max_cells: int) -> None:
        self.extent, self.max_cells = extent, max_cells
        self.line, self.row, self.column, self.top = 0, 0, 0, -1
        self.address = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "c":
                self.row, self.address = self.line, attributes.get("r", "")
                if "r" in attributes:
                    found = _ADDRESS.fullmatch(self.address)
                    if not found:
                        raise WorkbookRefused("zip_broken", error=f"no cell is called {self.address[:20]}")
                    self.row, self.column = _number(found[2]) - 1, _column(found[1].upper())
            case "v" | "is":
                self._filled()
            case "f" if not self.extent.formula:
                self.extent.formula = self.address or "?"
            case "row" if "r" in attributes:
                self.line = _number(attributes["r"]) - 1

    def end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "c":
                self.column += 1
            case "row":
                self.line, self.column = self.line + 1, 0

    def _filled(self) -> None:
        extent, row, column = self.extent, self.row, self.column
        if self.top < 0:
            self.top = row
        if row < self.top or not (0 <= row < ROWS and 0 <= column < COLUMNS):
            raise WorkbookRefused("zip_broken", error="cells out of order")
        extent.bottom, extent.right = max(extent.bottom, row), max(extent.right, column)
        if extent.cells > self.max_cells:
            raise WorkbookRefused("too_many_cells", limit=self.max_cells)


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise WorkbookRefused("zip_broken", error="a row without number")
    return int(text)
