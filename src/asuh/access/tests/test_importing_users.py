"""Users from a spreadsheet: wholly or not at all, row by row, with a log."""

import io

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from asuh.access import sheets
from asuh.access.actions import import_users
from asuh.access.actions.spreadsheets import COLUMNS
from asuh.access.models import User
from asuh.audit.models import Event
from asuh.kernel.guarding import guarded

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def novi(someone):
    return someone("novi", ("administrator", "3522"), area_key="3522")


def row(username="putri", **values):
    filled = {
        "nama_pengguna": username,
        "nama": username.title(),
        "wilayah": "35.22",
        "peran": "case_worker",
        **values,
    }
    return [filled.get(column, "") for column in COLUMNS]


def xlsx(*rows, heads=COLUMNS):
    target = io.BytesIO()
    sheets.write_xlsx(target, heads, rows)
    return target.getvalue()


def test_a_cell_in_the_last_corner_is_refused_in_words(novi):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, COLUMNS)
        page.write_string("XFD1048576", "x")
    with pytest.raises(sheets.NotASheet, match="jauh di luar"):
        list(sheets.read_rows("users.xlsx", target.getvalue(), columns=COLUMNS, at_most=500))


def test_what_is_no_sheet_changes_nothing(novi):
    for content in (b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"a,b\n1,2\n"):
        with pytest.raises(sheets.NotASheet):
            import_users("x.xlsx", content, by=novi)
    assert not User.objects.exclude(pk=novi.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"wilayah": "73.06"}, "di luar wilayah kerja Anda"),
        ({"wilayah": ""}, "Wilayah kosong"),
        ({"wilayah": "99.99"}, "tidak dikenal"),
        ({"peran": "kaisar"}, "tidak dikenal"),
        ({"peran": "data_protection_officer"}, "melampaui"),
        ({"wilayah_tugas": "35"}, "di luar wilayah kerja Anda"),
        ({"mulai": "31/31/2026"}, "tidak terbaca"),
        ({"berakhir": "01/01/2001"}, "sesudah tanggal mulai"),
        ({"surel": "bukan-surel"}, "email"),
        ({"nama": ""}, "Nama kosong"),
    ],
)
def test_a_faulty_row_leaves_no_account(novi, wrong, says):
    record = import_users("x.xlsx", xlsx(row("salah", **wrong), row("benar")), by=novi)
    assert (record.rows_count, record.invited_count) == (2, 1)
    ((number, username, why),) = record.problems
    assert (number, username) == (2, "salah")
    assert says in why
    assert not User.objects.filter(username="salah").exists()
    assert User.objects.get(username="benar").posts.count() == 1


def test_a_name_that_is_taken_is_not_taken_over(novi, siti):
    record = import_users("x.xlsx", xlsx(row("siti", nama="Lain")), by=novi)
    assert record.invited_count == 0
    assert User.objects.get(pk=siti.pk).name == "Siti Rahmawati"


def test_several_rows_of_one_user_add_posts(novi):
    record = import_users("x.xlsx", xlsx(row(), row(wilayah_tugas="35.22.18", peran="Supervisor")), by=novi)
    assert (record.invited_count, record.problems) == (1, [])
    assert sorted(User.objects.get(username="putri").posts.values_list("role", "area_key")) == [
        ("case_worker", "3522"),
        ("supervisor", "352218"),
    ]


def test_a_csv_with_semicolons(novi):
    content = (";".join(COLUMNS) + "\n" + ";".join(row())).encode("utf-8-sig")
    assert import_users("x.csv", content, by=novi).invited_count == 1


def test_links_are_handed_on_only_for_rows_that_stand(novi):
    told = []
    import_users("x.xlsx", xlsx(row("salah", peran="kaisar"), row("benar")), by=novi, tell=told.append)
    assert [invited.user.username for invited in told] == ["benar"]


def test_the_trail_counts_and_names_nobody(novi):
    import_users("x.xlsx", xlsx(row("salah", peran="kaisar"), row("benar")), by=novi)
    event = Event.objects.get(what="access.users_imported")
    assert event.details == {"rows": 2, "invited": 1, "failed": 1}


def test_from_the_template_to_the_log(client, novi, mailoutbox):
    client.force_login(novi, backend=BACKEND)
    template = client.get("/pengelolaan/pengguna/impor/templat/").content
    heads = CalamineWorkbook.from_filelike(io.BytesIO(template)).get_sheet_by_index(0).to_python()[0]
    assert tuple(heads) == COLUMNS
    file = io.BytesIO(xlsx(row("benar", surel="benar@example.org"), row("salah", peran="=1+1")))
    file.name = "pengguna.xlsx"
    answer = client.post("/pengelolaan/pengguna/impor/", {"file": file}, follow=True)
    assert "salah" in answer.content.decode()
    assert [mail.to for mail in mailoutbox] == [["benar@example.org"]]
    log = client.get(answer.redirect_chain[-1][0] + "gagal/")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(log.content)).get_sheet_by_index(0).to_python()
    assert rows[1][1] == "salah"


def test_no_cell_becomes_a_formula():
    for text in ("=1+1", "+1", "-1", "@x", "\tx", "\r=1"):
        assert guarded(text).startswith("'")
    target = io.StringIO()
    sheets.write_csv(target, ["a"], [["=HYPERLINK(1)"]])
    assert "\n'=HYPERLINK" in target.getvalue().replace("\r", "")
