"""Workbooks that are larger than they look, or that only one of two readers can read."""

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineError, CalamineWorkbook

from asuh.kernel import workbooks

MANY = 1000


def sheet(data, *, dimension="A1", head="", tail=""):
    """A workbook whose one sheet holds the XML `data`."""
    target = io.BytesIO()
    xlsxwriter.Workbook(target).close()
    made = io.BytesIO()
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content = (
                    f'{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                    f'<dimension ref="{dimension}"/><sheetData>{data}</sheetData>{tail}</worksheet>'
                ).encode()
            new.writestr(entry.filename, content)
    return made


def extent(data, **named):
    (found,) = workbooks.extents(sheet(data, **named), max_cells=MANY).values()
    return found.bottom, found.right, found.formula


def refusal(data, **named):
    with pytest.raises(workbooks.WorkbookRefused) as caught:
        workbooks.extents(sheet(data, **named), max_cells=MANY)
    return caught.value.code


def cell(address, inside="<v>1</v>"):
    return f'<c r="{address}">{inside}</c>'


FAR = f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("XFD1048576")}</row>'


@pytest.mark.parametrize(
    "data",
    [
        FAR,
        FAR.replace('"', "'"),
        FAR.replace("<c r", "<c s='1' r"),
        FAR.replace("<c r", "<c\n r").replace("<v>1</v>", "<is><t>x</t></is>"),
        FAR.replace('r="XFD1048576"', 'r="&#88;FD1048576"'),
        f'<row r="1">{cell("A1")}{cell("XFC1")}<c><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
        "<row>" + "<c><v>1</v></c>" * (MANY + 1) + "</row>",
    ],
)
def test_one_cell_in_the_last_corner_is_refused_however_it_is_written(data):
    assert refusal(data) == "too_many_cells"


def test_what_a_sheet_says_of_its_own_size_is_not_believed():
    assert refusal(FAR, dimension="A1:A2") == "too_many_cells"
    assert extent(f'<row r="1">{cell("B1")}</row>', dimension="A1:XFD1048576") == (0, 1, "")


def test_cells_that_hold_nothing_count_for_nothing():
    data = f'<row r="1">{cell("A1")}</row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert extent(data) == (0, 0, "")


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (f'<row r="9">{cell("A9")}</row><row r="2">{cell("A2")}</row>', {}),
        (f'<row r="1">{cell("A0")}</row>', {}),
        (f'<row r="1">{cell("XFE1")}</row>', {}),
        (f'<row r="1">{cell("AAAAAAAA1")}</row>', {}),
        (f'<row r="x"><c/>{cell("A1")}</row>', {}),
        (f'<row r="1"><c/>{cell("A1")}</row', {}),
        ("<row><c><v>&a;</v></c></row>", {"head": '<!DOCTYPE a [<!ENTITY a "1">]>'}),
    ],
)
def test_what_no_spreadsheet_writes_is_refused_as_broken(data, named):
    assert refusal(data, **named) == "zip_broken"


def test_a_formula_is_told_with_its_cell():
    assert extent(f'<row r="1">{cell("A1")}{cell("B1", "<f>1+1</f><v>2</v>")}</row>') == (0, 1, "B1")


def test_a_sheet_is_found_under_any_name():
    target = sheet(f'<row r="1">{cell("A1")}</row>')
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(
            "xl/Hidden.bin", f"<x:worksheet xmlns:x='y'><x:sheetData>{FAR}</x:sheetData></x:worksheet>"
        )
    with pytest.raises(workbooks.WorkbookRefused, match="too_many_cells"):
        workbooks.extents(target, max_cells=MANY)


@pytest.mark.parametrize("name", ["content.xml", "xl/workbook.bin"])
def test_a_workbook_of_another_form_is_refused(name):
    target = sheet("")
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, "anything")
    with pytest.raises(workbooks.WorkbookRefused, match="zip_broken"):
        workbooks.extents(target, max_cells=MANY)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40), st.booleans(), st.booleans()), max_size=30),
)
@settings(max_examples=150, deadline=None)
def test_no_sheet_is_larger_for_the_reader_than_it_was_measured(cells):
    rows = {}
    for row, column, filled, addressed in cells:
        letters = (chr(64 + column // 26) if column > 25 else "") + chr(65 + column % 26)
        at = f' r="{letters}{row + 1}"' if addressed else ""
        rows.setdefault(row, []).append(f"<c{at}>{'<v>1</v>' if filled else ''}</c>")
    data = "".join(f'<row r="{row + 1}">{"".join(inside)}</row>' for row, inside in rows.items())
    target = sheet(data)
    try:
        (found,) = workbooks.extents(target, max_cells=10**9).values()
    except workbooks.WorkbookRefused:
        return
    try:
        end = CalamineWorkbook.from_filelike(target).get_sheet_by_index(0).end
    except CalamineError:
        return
    if end is not None:
        assert end[0] <= found.bottom
        assert end[1] <= found.right
