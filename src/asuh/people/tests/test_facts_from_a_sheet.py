"""Facts about many people from one spreadsheet: matched first, refusals first."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from asuh.kernel.linkage.names import normal_form
from asuh.people.actions import sheets
from asuh.people.corrections import COLUMNS
from asuh.people.models import IdentityDocument, Person, Schooling

ADDRESS = "/data-terpadu/keterangan/"
VILLAGE = "3522182001"


@pytest.fixture
def client(rangga: Any) -> Client:
    client = Client()
    client.force_login(rangga, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def person(name: str, **more: Any) -> Person:
    fields: dict[str, Any] = {"born_on": dt.date(2012, 3, 4), "born_year": 2012, "area_key": VILLAGE}
    return Person.objects.create(name=name, name_norm=normal_form(name), **(fields | more))


def send(client: Client, *rows: dict[str, str]) -> Any:
    lines = [",".join(COLUMNS)] + [",".join(row.get(name, "") for name in COLUMNS) for row in rows]
    file = SimpleUploadedFile("keterangan.csv", "\n".join(lines).encode())
    return client.post(ADDRESS, {"file": file})


def outcomes(user: Any) -> list[str]:
    return [line["outcome"] for line in sheets.sheet_of(user)["lines"]]


SCHOOL = {"keadaan_pada": "01/07/2026", "sekolah": "masih", "jenjang": "primary", "kelas": "6"}


def test_somebody_without_the_right_sees_nothing_of_it(siti: Any) -> None:
    client = Client()
    client.force_login(siti, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(ADDRESS).status_code == 403


def test_a_sheet_without_its_columns_is_refused(client: Client) -> None:
    answer = client.post(ADDRESS, {"file": SimpleUploadedFile("x.csv", b"nama,kelas\nA,1\n")})
    assert answer.status_code == 422
    assert "Kolom ini tidak ada" in answer.content.decode()


def test_a_person_elsewhere_is_not_found(client: Client, rangga: Any) -> None:
    elsewhere = person("Andi Daeng", area_key="7306031001")
    send(client, {"kode_asuh": elsewhere.code, **SCHOOL})
    assert outcomes(rangga) == ["nobody"]


def test_nobody_is_guessed(client: Client, rangga: Any) -> None:
    one, other = person("Dimas Kurniawan"), person("Dimas Kurniawan")
    mark = {"nama": "Dimas Kurniawan", "tanggal_lahir": "04/03/2012"}
    send(
        client,
        mark | SCHOOL,
        {"kode_asuh": one.code, **SCHOOL},
        {"kode_asuh": other.code, "nama": "Siti Aminah", **SCHOOL},
        {"kode_asuh": other.code, "tanggal_lahir": "05/03/2012", **SCHOOL},
        {"nama": "Dimas Kurniawan", **SCHOOL},
        {"kode_asuh": one.code, "keadaan_pada": "01/07/2026"},
        {"kode_asuh": one.code, **SCHOOL, "kelas": "99"},
    )
    assert outcomes(rangga) == ["several", "exact", "differs", "differs", "faulty", "faulty", "faulty"]
    assert not Schooling.objects.exists()


def test_what_fits_is_recorded_with_its_reason_and_only_then(client: Client, rangga: Any) -> None:
    child = person("Dimas Kurniawan", nik="3522060403120001")
    send(
        client,
        {"nik": "3522060403120001", "nama": "DIMAS KURNIAWAN", "akta_kelahiran": "3522-LT-01", **SCHOOL},
    )
    assert client.post(f"{ADDRESS}catat/", {"reason": " "}).status_code == 422
    client.post(f"{ADDRESS}catat/", {"reason": "daftar Dinas Pendidikan"})
    assert "Mencatat keterangan" in client.get(ADDRESS).content.decode()
    sheets.apply_sheet(by=rangga)
    fact = Schooling.objects.get(person=child)
    assert (fact.grade, fact.how, fact.note, fact.recorded_by) == (
        6,
        "office",
        "daftar Dinas Pendidikan",
        rangga,
    )
    assert IdentityDocument.objects.get(person=child).number == "3522-LT-01"
    assert "2 keterangan tercatat." in client.get(ADDRESS).content.decode()
    assert sheets.sheet_of(rangga)["lines"] == []


def test_a_row_that_a_rule_forbids_is_told_and_the_others_come_in(client: Client, rangga: Any) -> None:
    good, newborn = (
        person("Dimas Kurniawan"),
        person("Bayi Baru", born_on=dt.date(2026, 8, 1), born_year=2026),
    )
    send(client, {"kode_asuh": newborn.code, **SCHOOL}, {"kode_asuh": good.code, **SCHOOL})
    client.post(f"{ADDRESS}catat/", {"reason": "daftar sekolah"})
    sheets.apply_sheet(by=rangga)
    assert [fact.person for fact in Schooling.objects.all()] == [good]
    assert "Baris 2" in client.get(ADDRESS).content.decode()


def test_running_the_job_again_records_nothing_twice(client: Client, rangga: Any) -> None:
    child = person("Dimas Kurniawan")
    send(client, {"kode_asuh": child.code, **SCHOOL})
    client.post(f"{ADDRESS}catat/", {"reason": "daftar sekolah"})
    sheets.apply_sheet(by=rangga)
    sheets.apply_sheet(by=rangga)
    assert Schooling.objects.count() == 1


def test_a_sheet_is_its_senders_alone(client: Client, someone: Any) -> None:
    send(client, {"kode_asuh": person("Dimas Kurniawan").code, **SCHOOL})
    assert sheets.sheet_of(someone("rini", ("data_officer", "3522"))) == {}


def test_the_template_can_be_sent_back_as_it_is(client: Client) -> None:
    book = client.get(f"{ADDRESS}templat.xlsx").getvalue()
    assert CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[0] == list(
        COLUMNS
    )
    answer = client.post(ADDRESS, {"file": SimpleUploadedFile("templat.xlsx", book)})
    assert "tidak berisi baris data" in answer.content.decode()


def test_the_report_can_be_downloaded(client: Client) -> None:
    send(client, {"kode_asuh": person("Dimas Kurniawan").code, "nama": "=1+1", **SCHOOL})
    book = client.get(f"{ADDRESS}laporan.xlsx").getvalue()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert rows[1][1] == "orangnya ada, tetapi berbeda"
    assert "=1+1" in rows[1]


def test_who_lost_the_area_reads_no_line_of_the_sheet(client: Client, rangga: Any) -> None:
    child = person("Dimas Kurniawan")
    send(client, {"kode_asuh": child.code, **SCHOOL})
    report = client.get(ADDRESS + "laporan.xlsx")
    assert child.code in str(_cells(report))
    rangga.posts.update(area_key="3578")
    shown = client.get(ADDRESS).content.decode()
    assert child.code not in shown
    assert child.name not in shown
    assert "Wilayah kerja Anda berubah" in shown
    assert child.code not in str(_cells(client.get(ADDRESS + "laporan.xlsx")))
    with pytest.raises(sheets.NothingToApply):
        sheets.apply_later(reason="uji", by=rangga)
    rangga.posts.update(area_key="35")  # more than before: the same lines again
    assert child.code in client.get(ADDRESS).content.decode()


def _cells(answer: Any) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    return book.get_sheet_by_index(0).to_python()
