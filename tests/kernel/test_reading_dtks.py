"""Files as they really arrive, and files that are no delivery."""

import csv
import io
import time
import tracemalloc
import zipfile

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from asuh.kernel.dtks import reading
from tests.kernel.dtks_files import DTKS, MEMBER, SAMPLES, read, text_file


def refusal(call, *arguments, **named):
    with pytest.raises(reading.FileRefused) as caught:
        call(*arguments, **named)
    return caught.value.code


def workbook(path, rows, *, formula=None, titles=()):
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
    sheet = book.add_worksheet("Data")
    for at, title in enumerate(titles):
        sheet.write(at, 0, title)
    for at, row in enumerate([list(rows[0])] + [list(row.values()) for row in rows], len(titles)):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    if formula:
        sheet.write_formula(formula, "=1+1")
    book.close()
    return path


# -- refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("members.csv", b"", "empty"),
        ("members.csv", b"%PDF-1.7 ...", "not_text"),
        ("members.csv", b"IDBDT,IDARTBDT\x00,Nama\n", "not_text"),
        ("members.xlsx", b"IDBDT,IDARTBDT,Nama\n1,2,A\n", "not_what_it_says"),
        ("members.csv", b"<html><table>", "not_what_it_says"),
        ("members.zip", b"PK\x03\x04 rubbish", "zip_broken"),
        ("members.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        ("members.csv", b"a,b,c\n1,2,3\n", "no_header"),
        ("members.csv", b"IDARTBDT,Nama,JnsKel,NIK,Umur,TglLahir\n1,2,3,4,5,6\n", "missing_columns"),
    ],
)
def test_a_file_that_is_not_a_delivery_is_refused(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(lambda: [reading.inspect(file, DTKS) for file in reading.unpack(path, tmp_path)]) == code


def test_a_workbook_that_calls_itself_text_is_refused(tmp_path):
    made = workbook(tmp_path / "members.xlsx", [MEMBER]).rename(tmp_path / "members.csv")
    assert refusal(reading.inspect, made, DTKS) == "not_what_it_says"


def test_a_zip_bomb_is_refused_before_it_fills_the_disk(tmp_path):
    path = tmp_path / "members.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("members.csv", "w") as file,
    ):
        for _ in range(300):
            file.write(b"0" * (1 << 20))
    assert refusal(reading.unpack, path, tmp_path) == "zip_bomb"
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 60 << 20


def test_a_workbook_that_is_a_bomb_is_refused(tmp_path):
    path = workbook(tmp_path / "members.xlsx", [MEMBER])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/1.bin", "w") as file,
    ):
        for _ in range(100):
            file.write(b"0" * (1 << 20))
    assert refusal(reading.inspect, path, DTKS) == "zip_bomb"


def test_a_cell_in_the_last_corner_is_refused_before_anything_is_read(tmp_path):
    path = tmp_path / "members.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, list(MEMBER))
        page.write_string("XFD1048576", "x")
    assert refusal(reading.inspect, path, DTKS) == "too_many_cells"


def damaged(path, entry):
    """The archive with one byte in the middle of the packed `entry` turned round."""
    with zipfile.ZipFile(path) as archive:
        found = archive.getinfo(entry)
    content = bytearray(path.read_bytes())
    start = found.header_offset + 30 + len(entry)
    for at in range(start + 10, start + min(found.compress_size, 60)):
        content[at] ^= 0xFF
    path.write_bytes(content)
    return path


def test_a_workbook_damaged_on_its_way_is_refused_as_broken(tmp_path):
    path = damaged(workbook(tmp_path / "members.xlsx", [MEMBER]), "xl/worksheets/sheet1.xml")
    assert refusal(reading.inspect, path, DTKS) == "zip_broken"


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_damaged_on_its_way_is_refused_as_broken(tmp_path, method):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("members.csv", "".join(f"{number}," for number in range(9000)))
    assert refusal(reading.unpack, damaged(path, "members.csv"), tmp_path) == "zip_broken"


def test_a_name_no_disk_would_take_does_no_harm(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("\N{OPTICAL DISC}" * 80 + ".csv", "IDBDT,IDARTBDT,Nama\n1,2,A\n")
        archive.writestr("ANGGOTA Desa.CSV", "IDBDT,IDARTBDT,Nama\n1,2,A\n")
    assert [path.name for path in reading.unpack(tmp_path / "a.zip", tmp_path)] == [
        "01-.csv",
        "02-ANGGOTA Desa.csv",
    ]


def test_a_zip_inside_a_zip_is_refused(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("members.csv", "x")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("b.zip", inner.getvalue())
    assert refusal(reading.unpack, tmp_path / "a.zip", tmp_path) == "zip_inside_zip"


def test_a_name_inside_a_zip_does_not_choose_the_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../members.csv", "IDBDT,IDARTBDT,Nama\n1,2,A\n")
    (path,) = reading.unpack(tmp_path / "a.zip", tmp_path)
    assert path.parent == tmp_path


def test_a_line_of_two_gigabytes_is_refused_at_once_and_in_little_memory(tmp_path):
    path = text_file(tmp_path, [MEMBER])
    with path.open("r+b") as file:  # sparse: takes no disk
        file.seek(0, 2)
        file.write(b"A" * (3 << 20))
        file.truncate(2 << 30)
    tracemalloc.start()
    began = time.monotonic()
    assert refusal(reading.inspect, path, DTKS) == "line_too_long"
    assert time.monotonic() - began < 5
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


def test_a_quote_that_never_closes_is_refused(tmp_path):
    path = text_file(tmp_path, [MEMBER], after='1,"' + "2,3\n" * 800_000)
    (sheet,) = reading.inspect(path, DTKS)
    assert refusal(lambda: list(sheet.batches())) == "line_too_long"


def test_formulas_in_a_workbook_are_refused_with_their_place(tmp_path):
    path = workbook(tmp_path / "members.xlsx", [MEMBER], formula="H2")
    with pytest.raises(reading.FileRefused) as caught:
        reading.inspect(path, DTKS)
    assert (caught.value.code, caught.value.details["cell"]) == ("formulas", "H2")


# -- read --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiters_and_encodings_are_found(tmp_path, delimiter, encoding):
    path = text_file(tmp_path, [MEMBER | {"Nama": "NI’MAH CAFÉ"}], delimiter=delimiter, encoding=encoding)
    assert read(path)["Nama"].to_list() == ["NI’MAH CAFÉ"]


def test_headers_are_matched_without_case_and_spaces_and_underscores_count(tmp_path):
    path = text_file(
        tmp_path, [{"IDBDT ": "1", "idartbdt": "2", " NAMA": "A", "hubkrt": "4", "HUB_KRT": "3"}]
    )
    frame = read(path)
    assert (frame["HubKRT"][0], frame["Hub_KRT"][0]) == ("4", "3")


def test_titles_above_the_header_and_empty_lines_below_are_left_out(tmp_path):
    path = text_file(tmp_path, [MEMBER], before="DATA TERPADU\r\n\r\n", after="\r\n,,,,,\r\n")
    frame = read(path)
    assert (frame.height, frame[reading.ROW][0]) == (1, 4)


def test_a_repeated_header_fills_gaps_and_what_differs_is_kept_apart(tmp_path):
    text = "IDBDT,IDARTBDT,Nama,NMDESA,NMDESA\n1,2,A,,X\n1,3,B,Y,Y\n1,4,C,Y,Z\n"
    (tmp_path / "m.csv").write_text(text)
    frame = read(tmp_path / "m.csv")
    assert frame["NMDESA"].to_list() == ["X", "Y", "Y"]
    assert frame[reading.EXTRA].to_list() == [None, None, '{"NMDESA (2)": "Z"}']


def test_unknown_columns_are_reported_and_kept(tmp_path):
    path = text_file(tmp_path, [MEMBER | {"Catatan": "pindah"}, MEMBER | {"Catatan": ""}])
    (sheet,) = reading.inspect(path, DTKS)
    assert sheet.told()["extra"] == ["Catatan"]
    assert "NUK" in sheet.told()["missing"]
    assert read(path)[reading.EXTRA].to_list() == ['{"Catatan": "pindah"}', None]


def test_line_breaks_and_quotes_inside_cells_survive(tmp_path):
    path = text_file(tmp_path, [MEMBER | {"Nama": 'A "B"\r\nC'}, MEMBER])
    frame = read(path)
    assert frame["Nama"].to_list() == ['A "B"\r\nC', "SITI AMINAH"]
    assert frame[reading.ROW].to_list() == [2, 3]


def test_a_stray_quote_and_a_row_too_long_or_too_short_lose_nothing(tmp_path):
    (tmp_path / "m.csv").write_text('IDBDT,IDARTBDT,Nama\n1,2,PIPA 5" X\n1,3,B,TOO,MUCH\n1,4\n1,5,E\n')
    frame = read(tmp_path / "m.csv")
    assert frame["IDARTBDT"].to_list() == ["2", "3", "4", "5"]
    assert frame["Nama"].to_list() == ['PIPA 5" X', "B", None, "E"]
    assert frame[reading.OVERFLOW].to_list() == [None, '["TOO", "MUCH"]', None, None]


odd_cells = st.sampled_from(
    ["A", 'B 5" x', 'C "q" y', '"Q,1"', '"R ""z"" s"', 'E"', "", '"L\n2"', ' "x"', '""', "D"]
)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(odd_cells, odd_cells, odd_cells), min_size=1, max_size=8),
    st.booleans(),
    st.sampled_from([30, 100, 5000]),
)
def test_quotes_anywhere_are_read_as_the_standard_library_reads_them(tmp_path_factory, rows, many, chunk):
    path = tmp_path_factory.mktemp("quotes") / "m.csv"
    path.write_text("IDBDT,IDARTBDT,Nama,TmpLahir\n" + "".join("1," + ",".join(row) + "\n" for row in rows))
    with path.open(newline="") as file:
        want = [[cell or None for cell in (row + [""] * 4)[:4]] for row in list(csv.reader(file))[1:]]
    before = reading.FEW_QUOTES, reading.CHUNK
    reading.FEW_QUOTES, reading.CHUNK = 0 if many else reading.FEW_QUOTES, chunk
    try:
        frame = read(path)
    finally:
        reading.FEW_QUOTES, reading.CHUNK = before
    assert frame.select("IDBDT", "IDARTBDT", "Nama", "TmpLahir").rows() == [tuple(row) for row in want]


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n",;'), max_size=12)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=40), st.integers(50, 4000))
def test_where_the_file_is_cut_does_not_matter(tmp_path_factory, pairs, chunk):
    folder = tmp_path_factory.mktemp("cut")
    rows = [{"IDBDT": "1", "IDARTBDT": str(at), "Nama": a, "TmpLahir": b} for at, (a, b) in enumerate(pairs)]
    path = text_file(folder, rows)
    before, reading.CHUNK = reading.CHUNK, chunk
    try:
        frame = read(path)
    finally:
        reading.CHUNK = before
    assert frame["IDARTBDT"].to_list() == [row["IDARTBDT"] for row in rows]
    assert frame["Nama"].to_list() == [row["Nama"] or None for row in rows]
    assert frame[reading.ROW].to_list() == list(range(2, len(rows) + 2))


def test_a_workbook_gives_the_same_rows_as_the_text(tmp_path):
    titled = workbook(tmp_path / "m.xlsx", [MEMBER, MEMBER], titles=["DATA TERPADU", "KABUPATEN"])
    frame, plain = read(titled), read(text_file(tmp_path, [MEMBER, MEMBER]))
    assert frame.drop(reading.ROW).equals(plain.drop(reading.ROW))
    assert frame[reading.ROW].to_list() == [4, 5]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3522092112590001, "3522092112590001"),  # exact in a double, and no spreadsheet rounds up to 1
        (3522092112590010, "3.52209E+15"),  # may have been ...0013
        (9371092112590001, "9.37109E+15"),  # beyond what a double holds exactly
        (352220001100000001, "3.52220E+17"),
        (43920, "43920"),
        (7.5, "7.5"),
    ],
)
def test_a_number_in_a_cell_is_believed_only_where_it_is_exact(number, text):
    assert reading._as_text(float(number)) == text


def test_zero_bytes_in_cells_are_replaced_and_their_columns_named(tmp_path):
    rows = [
        MEMBER | {"Lain\x00": "x"},
        MEMBER | {"Nama": "SI\x00TI", "Lain\x00": ""},
        MEMBER | {"Lain\x00": "b\x00"},
        MEMBER | {"Nama": "SI\N{REPLACEMENT CHARACTER}TI", "Lain\x00": ""},
    ]
    frame = read(workbook(tmp_path / "members.xlsx", rows))
    assert frame["_unreadable"].to_list() == [None, "Nama", reading.EXTRA, None]
    assert frame["Nama"][1] == frame["Nama"][3] == "SI\N{REPLACEMENT CHARACTER}TI"
    extra = ['{"Lain": "x"}', None, '{"Lain": "b\N{REPLACEMENT CHARACTER}"}', None]
    assert frame[reading.EXTRA].to_list() == extra


@pytest.mark.parametrize(
    ("file", "rows"),
    [("gowa_7306/households.csv", 472), ("gowa_7306/members.csv", 1504),
     ("bojonegoro_3522/households.csv", 476), ("bojonegoro_3522/households.xlsx", 476),
     ("bojonegoro_3522/members.csv", 1505), ("bojonegoro_3522/members.xlsx", 1505)],
)  # fmt: skip
@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples lie beside the repository")
def test_the_samples_are_read_whole(file, rows):
    assert read(SAMPLES / file).height == rows


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples lie beside the repository")
def test_text_and_workbook_of_a_sample_say_the_same():
    text, book = (read(SAMPLES / "bojonegoro_3522" / f"members.{form}") for form in ("csv", "xlsx"))
    differ = [name for name in DTKS.members.names if not text[name].equals(book[name])]
    assert differ == ["NIK"]  # numbers in cells
    assert (
        text.filter(pl.col("NIK").str.strip_chars("' ").ne_missing(book["NIK"].str.strip_chars("' "))).height
        == 1
    )


@pytest.mark.parametrize("closes", ["", 'X",'])
def test_rows_read_as_the_text_of_an_open_quote_are_told(tmp_path, closes):
    rows = [MEMBER | {"IDARTBDT": f"3522200011000000{at:02d}"} for at in range(20)]
    path = text_file(tmp_path, rows)
    lines = path.read_bytes().decode().split("\r\n")
    lines[3] = lines[3].replace(",SITI AMINAH,", ',"SITI,')  # never closed, or closed three rows further down
    if closes:
        lines[6] = lines[6].replace(",SITI AMINAH,", "," + closes)
    path.write_bytes("\r\n".join(lines).encode())
    found = read(path)
    told = found.filter(pl.col(reading.UNCLOSED).is_not_null())
    assert told[reading.UNCLOSED].to_list() == ["Nama"]
    assert told["IDARTBDT"].to_list() == ["352220001100000002"]
    swallowed = told["Nama"][0].count("\n")
    assert found.height + (swallowed if closes else swallowed - 1) == 20  # the last line ends the file


def test_a_lone_carriage_return_above_the_header_takes_no_row_away(tmp_path):
    rows = [MEMBER | {"IDARTBDT": f"3522200011000000{at:02d}"} for at in range(5)]
    path = text_file(tmp_path, rows, before="LAPORAN\rDTKS 2020\r\n")
    assert read(path)["IDARTBDT"].to_list() == [row["IDARTBDT"] for row in rows]


@pytest.mark.parametrize("only", [None, ["IDARTBDT"]])
@pytest.mark.parametrize("stray", [[3], [3, 4, 11], range(20)])
@pytest.mark.parametrize("also", ["", '5" PIPA', "ragged"])
def test_every_reading_numbers_the_rows_the_same_where_a_newline_lost_its_half(tmp_path, stray, only, also):
    rows = [MEMBER | {"IDARTBDT": f"3522200011000000{at:02d}", "Nama": "ANI"} for at in range(20)]
    lines = text_file(tmp_path, rows).read_bytes().split(b"\r\n")[:-1]
    if also == "ragged":
        lines[9] += b",too much"
    elif also:
        lines[9] = lines[9].replace(b"ANI", also.encode())
    path = tmp_path / "members.csv"
    path.write_bytes(
        b"".join(line + (b"\r" if at in stray else b"\r\n") for at, line in enumerate(lines, -1))
    )
    (sheet,) = reading.inspect(path, DTKS)
    found = pl.concat(sheet.batches(only), how="diagonal")
    assert found["IDARTBDT"].to_list() == [row["IDARTBDT"] for row in rows]
    assert found[reading.ROW].to_list() == list(range(2, 22))
