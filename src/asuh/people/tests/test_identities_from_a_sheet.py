"""Who many people are, corrected from one spreadsheet: contradictions first, then old beside new, then back."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from asuh.audit.models import Event
from asuh.kernel.linkage.names import normal_form
from asuh.people import errors, search
from asuh.people.actions import facts, identity, sheets
from asuh.people.corrections import COLUMNS, match
from asuh.people.models import KINDS, IdentityChange, IdentityDocument, Person, RecordedLine, RecordedSheet
from asuh.people.tests import factories as make
from asuh.people.tests.deliveries import AMINAH, BAGUS, JULY, deliver

pytestmark = pytest.mark.django_db
ADDRESS = "/data-terpadu/keterangan/"
TODAY = dt.date(2026, 11, 24)
GIRL, BOY = "3522014301170001", "3522010301170001"
"""NIK that hold 3 January 2017, as the people of the factory were born."""


@pytest.fixture
def client(rangga: Any) -> Client:
    client = Client()
    client.force_login(rangga, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def matched(by: Any, *rows: dict[str, str]) -> list[Any]:
    cells = [dict.fromkeys(COLUMNS, "") | row for row in rows]
    numbered = [{"number": number, "cells": row} for number, row in enumerate(cells, 2)]
    return match(numbered, by=by, today=TODAY)


def outcome(by: Any, person: Person, **row: str) -> tuple[str, str]:
    (line,) = matched(by, {"kode_asuh": person.code, **row})
    return line.outcome, " ".join(line.why)


def take(by: Any, *rows: dict[str, str], reason: str = "daftar Disdukcapil") -> RecordedSheet:
    sheets.drop_sheet(by=by)
    cells = [dict.fromkeys(COLUMNS, "") | row for row in rows]
    sheets.receive_sheet("identitas.xlsx", list(enumerate(cells, 2)), by=by)
    sheets.apply_later(reason=reason, by=by)
    sheets.apply_sheet(by=by)
    return RecordedSheet.objects.latest("pk")


def undo(sheet: RecordedSheet) -> None:
    sheets.undo_later(sheet, reason="lembar keliru", by=sheet.owner)
    sheet.refresh_from_db()
    sheets.undo_sheet(sheet)


def record(person: Person) -> Any:
    """All that stands of a person: the golden record, and every fact."""
    fields = [field.attname for field in Person._meta.concrete_fields]
    known = [
        (kind, *row)
        for kind, model in KINDS.items()
        for row in model.objects.standing().filter(person=person).values_list("pk", "as_of", "note")
    ]
    return Person.objects.filter(pk=person.pk).values(*fields).get(), known


# -- what is not taken ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"jenis_kelamin_benar": "X"}, "jenis_kelamin_benar"),
        ({"tanggal_lahir_benar": "31/02/2017"}, "tanggal_lahir_benar"),
        ({"tanggal_lahir_benar": "01/01/2090"}, "tanggal_lahir_benar"),
        ({"tahun_lahir_benar": "17"}, "tahun_lahir_benar"),
        ({"tanggal_lahir_benar": "03/01/2017", "tahun_lahir_benar": "2016"}, "tahun yang berbeda"),
        ({"nik_benar": "3522014301170001.0"}, "nik_benar"),
        ({"kk_benar": "123"}, "kk_benar"),
        ({"nama_benar": "---"}, "nama_benar"),
    ],
)
def test_a_cell_that_says_nothing_sound_spoils_its_row(rangga: Any, row: dict[str, str], why: str) -> None:
    found, said = outcome(rangga, make.person(), **row)
    assert found == "faulty"
    assert why in said


def test_a_nik_that_disagrees_with_birth_date_or_sex_is_told(rangga: Any) -> None:
    assert outcome(rangga, make.person(sex=2), nik_benar=BOY)[0] == "contradicts"
    assert outcome(rangga, make.person(sex=2), nik_benar=GIRL)[0] == "exact"
    assert outcome(rangga, make.person(sex=2), nik_benar=BOY, jenis_kelamin_benar="L")[0] == "exact"


def test_a_birth_date_that_the_known_nik_contradicts_is_told(rangga: Any) -> None:
    found, why = outcome(rangga, make.person(nik=GIRL), tanggal_lahir_benar="04/01/2017")
    assert found == "contradicts"
    assert "nik_benar" in why


def test_a_birth_after_death_is_told(rangga: Any) -> None:
    dead = make.person(died_on=dt.date(2019, 1, 1))
    assert outcome(rangga, dead, tanggal_lahir_benar="02/01/2019")[0] == "contradicts"


def test_a_nik_of_another_person_is_told_with_no_more_than_one_may_know(rangga: Any) -> None:
    here, elsewhere = make.person(nik=GIRL), make.person(nik="3522014301170002", area_key=make.TETEBATU)
    person = make.person()
    assert here.code in outcome(rangga, person, nik_benar=GIRL)[1]
    found, why = outcome(rangga, person, nik_benar="3522014301170002")
    assert found == "contradicts"
    assert "di luar wilayah Anda" in why
    assert elsewhere.code not in why


def test_numbers_of_people_elsewhere_are_answers_of_a_day(rangga: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("asuh.people.elsewhere.ASKED_A_DAY", 1)
    for nik in (GIRL, "3522014301170002"):
        make.person(nik=nik, area_key=make.TETEBATU)
    rows = [
        {"kode_asuh": make.person().code, "nik_benar": nik}
        for nik in (GIRL, "3522014301170002", "3522014301170003")  # the last is nobody's
    ]
    first, second, third = (" ".join(line.why) for line in matched(rangga, *rows))
    assert "di luar wilayah Anda" in first
    assert "besok" in second
    assert third == second
    assert Event.objects.filter(what="people.told_of_child", actor_id=rangga.pk).count() == 1


def test_two_rows_about_one_person_and_two_people_with_one_nik_are_told(rangga: Any) -> None:
    one, two = make.person(), make.person()
    lines = matched(
        rangga,
        {"kode_asuh": one.code, "nama_benar": "Dewi"},
        {"kode_asuh": one.code, "nama_ibu_benar": "Sri"},
    )
    assert [line.outcome for line in lines] == ["contradicts", "contradicts"]
    assert "baris 3" in lines[0].why[0]
    lines = matched(rangga, *({"kode_asuh": person.code, "nik_benar": GIRL} for person in (one, two)))
    assert [line.outcome for line in lines] == ["contradicts", "contradicts"]


def test_numbers_are_corrected_only_by_who_may_see_them(rangga: Any, monkeypatch: Any) -> None:
    person = make.person()
    assert outcome(rangga, person, kk_benar="3522010101010001")[0] == "exact"
    import asuh.access.roles as roles

    held = roles.permissions_of
    monkeypatch.setattr(roles, "permissions_of", lambda role: held(role) - {"people.see_numbers"})
    assert outcome(rangga, person, kk_benar="3522010101010001")[0] == "faulty"
    assert outcome(rangga, person, nama_benar="Dewi")[0] == "exact"


def test_what_stands_already_changes_nothing(rangga: Any) -> None:
    person = make.person("Dewi", nik=GIRL)
    row = {
        "nama_benar": "Dewi",
        "tanggal_lahir_benar": "2017-01-03",
        "nik_benar": GIRL,
        "jenis_kelamin_benar": "p",
    }
    assert outcome(rangga, person, **row) == ("same", "")


def test_a_person_who_changed_since_the_report_is_left_alone(rangga: Any) -> None:
    person = make.person("Dewi")
    cells = dict.fromkeys(COLUMNS, "") | {"kode_asuh": person.code, "nama_benar": "Dewi Lestari"}
    sheets.receive_sheet("x.csv", [(2, cells)], by=rangga)
    Person.objects.filter(pk=person.pk).update(name="Dewi Sartika")
    sheets.apply_later(reason="daftar", by=rangga)
    failed = sheets.apply_sheet(by=rangga)["failed"]
    assert [number for number, _why in failed] == [2]
    assert Person.objects.get(pk=person.pk).name == "Dewi Sartika"


# -- the report -------------------------------------------------------------------------------------------


def test_the_report_says_who_by_which_mark_and_old_beside_new(client: Client, rangga: Any) -> None:
    person = make.person("Dewi", nik=GIRL)
    paper = {"document": "birth_certificate", "number": "A-1", "state": "to_verify"}
    facts.record_fact(person, "document", as_of=TODAY, how="office", by=rangga, **paper)
    row = {
        "nik": GIRL,
        "nama_benar": "Dewi Lestari",
        "nik_benar": "3522014301170009",
        "akta_kelahiran": "belum",
    }
    row |= {"keadaan_pada": "24/11/2026"}
    cells = dict.fromkeys(COLUMNS, "") | row
    sheets.receive_sheet("x.csv", [(2, cells)], by=rangga)
    page = client.get(ADDRESS).content.decode()
    for words in (person.code, "dikenali dari NIK", "Dewi Lestari", "•••• •••• •••• ••09", "belum memiliki"):
        assert words in page
    assert GIRL not in page
    book = client.get(f"{ADDRESS}laporan.xlsx").getvalue()
    (line,) = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[1:]
    assert "Nama: Dewi → Dewi Lestari" in line[4]


# -- recorded ---------------------------------------------------------------------------------------------


def test_what_is_recorded_is_kept_with_its_source_and_found_by_the_new_name(
    client: Client, rangga: Any
) -> None:
    person = make.person("Rizki", nik=GIRL)
    sheet = take(
        rangga, {"kode_asuh": person.code, "nama_benar": "Bagus Wirayuda", "nama_ibu_benar": "Wulandari"}
    )
    change = IdentityChange.objects.get(person=person)
    assert (change.before["name"], change.after["name"], change.line.sheet) == (
        "Rizki",
        "Bagus Wirayuda",
        sheet,
    )
    assert search.find("bagus wirayuda", village=make.NGELO)[0].person == person.pk
    page = client.get(f"/anak/{person.pk}/bagian/riwayat/").content.decode()
    assert "dari lembar kerja identitas.xlsx" in page
    assert Event.objects.filter(what="people.person_corrected", subject_id=person.pk).exists()


def test_a_year_instead_of_a_date_and_a_number_erased(rangga: Any) -> None:
    person = make.person(nik=GIRL)
    take(rangga, {"kode_asuh": person.code, "tahun_lahir_benar": "2016", "nik_benar": "hapus"})
    person.refresh_from_db()
    assert (person.born_on, person.born_year, person.nik) == (None, 2016, None)


def test_a_later_delivery_overwrites_nothing_and_is_seen_to_say_otherwise(
    client: Client, rangga: Any, tmp_path: Path
) -> None:
    deliver(tmp_path)
    person = Person.objects.get(nik=AMINAH["NIK"])
    take(rangga, {"kode_asuh": person.code, "nama_benar": "Siti Aminatun"})
    deliver(tmp_path, [AMINAH | {"Umur": "8"}, BAGUS], period=JULY)
    person.refresh_from_db()
    assert person.name == "Siti Aminatun"
    page = client.get(f"/anak/{person.pk}/bagian/dtks/").content.decode()
    assert "Di Asuh: Siti Aminatun, diperbaiki" in page


# -- and back ---------------------------------------------------------------------------------------------


def test_a_sheet_is_undone_with_a_reason_and_once(rangga: Any) -> None:
    sheet = take(rangga, {"kode_asuh": make.person().code, "nama_benar": "Dewi"})
    with pytest.raises(errors.ReasonMissing):
        sheets.undo_later(sheet, reason=" ", by=rangga)
    undo(sheet)
    with pytest.raises(errors.SheetUndone):
        sheets.undo_later(sheet, reason="lagi", by=rangga)


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_no_reason_and_an_endless_one_are_refused_in_words(client: Client, rangga: Any, reason: str) -> None:
    sheet = take(rangga, {"kode_asuh": make.person().code, "nama_benar": "Dewi"})
    assert client.post(f"{ADDRESS}lembar/{sheet.pk}/urungkan/", {"reason": reason}).status_code == 422
    sheets.drop_sheet(by=rangga)
    cells = dict.fromkeys(COLUMNS, "") | {"kode_asuh": make.person().code, "nama_benar": "Dewi"}
    sheets.receive_sheet("x.csv", [(2, cells)], by=rangga)
    assert client.post(f"{ADDRESS}catat/", {"reason": reason}).status_code == 422


def test_a_sheet_is_nobody_elses_to_undo(client: Client, rangga: Any, someone: Any) -> None:
    sheet = take(rangga, {"kode_asuh": make.person().code, "nama_benar": "Dewi"})
    other = Client()
    other.force_login(someone("rini", ("data_officer", "3522")))
    assert other.get(f"{ADDRESS}lembar/{sheet.pk}/").status_code == 404
    assert other.post(f"{ADDRESS}lembar/{sheet.pk}/urungkan/", {"reason": "x"}).status_code == 404
    assert client.post(f"{ADDRESS}lembar/{sheet.pk}/urungkan/", {"reason": ""}).status_code == 422


def test_who_was_changed_again_stays_and_says_so_while_the_others_go_back(
    client: Client, rangga: Any
) -> None:
    one, two = make.person("Dewi"), make.person("Ratna")
    sheet = take(rangga, *({"kode_asuh": person.code, "nama_benar": "Salah"} for person in (one, two)))
    two.refresh_from_db()
    fields = {
        name: getattr(two, name) for name in ("sex", "born_on", "born_year", "birth_place", "mother_name")
    }
    identity.correct_person(two, name="Ratna Sari", nik="", kk="", reason="akta", by=rangga, **fields)
    undo(sheet)
    names = Person.objects.filter(pk__in=[one.pk, two.pk]).order_by("pk").values_list("name", flat=True)
    assert list(names) == ["Dewi", "Ratna Sari"]
    assert list(RecordedLine.objects.order_by("number").values_list("state", flat=True)) == ["undone", "kept"]
    page = client.get(f"{ADDRESS}lembar/{sheet.pk}/").content.decode()
    assert "Lembar ini sudah diurungkan." in page
    assert "Keadaan sudah berubah" in page


def test_who_is_out_of_reach_meanwhile_stays(rangga: Any) -> None:
    person = make.person("Dewi")
    sheet = take(rangga, {"kode_asuh": person.code, "nama_benar": "Dewi Lestari"})
    Person.objects.filter(pk=person.pk).update(area_key=make.TETEBATU)
    undo(sheet)
    (line,) = RecordedLine.objects.all()
    assert (line.state, line.kept_because) == ("kept", str(errors.OutOfReach()))
    assert Person.objects.get(pk=person.pk).name == "Dewi Lestari"


def test_undoing_goes_on_where_it_was_cut_off(rangga: Any, monkeypatch: Any) -> None:
    people = [make.person() for _number in range(3)]
    sheet = take(rangga, *({"kode_asuh": person.code, "nama_benar": "Salah"} for person in people))
    monkeypatch.setattr(sheets, "TOLD_EVERY", 1)
    undone, kept = [], sheets.undo_correction

    def cut_off(change: Any, **how: Any) -> None:
        if len(undone) == 2 and "again" not in undone:
            undone.append("again")
            raise RuntimeError
        undone.append(change.pk)
        kept(change, **how)

    monkeypatch.setattr(sheets, "undo_correction", cut_off)
    sheets.undo_later(sheet, reason="keliru", by=rangga)
    sheet.refresh_from_db()
    with pytest.raises(RuntimeError):
        sheets.undo_sheet(sheet)
    sheets.undo_sheet(sheet)
    assert len([pk for pk in undone if pk != "again"]) == 3
    assert not Person.objects.filter(name="Salah").exists()


def test_a_paper_that_the_sheet_replaced_stands_again(rangga: Any) -> None:
    person = make.person()
    paper = {"document": "birth_certificate", "number": "A-1", "state": "valid"}
    facts.record_fact(person, "document", as_of=TODAY, how="office", by=rangga, **paper)
    row = {"kode_asuh": person.code, "akta_kelahiran": "B-2", "keadaan_pada": "24/11/2026"}
    undo(take(rangga, row))
    assert [paper.number for paper in IdentityDocument.objects.standing().filter(person=person)] == ["A-1"]


_letters = st.text(st.sampled_from("ABDERSaiun .'"), min_size=1, max_size=25)
_rows = st.fixed_dictionaries(
    {},
    optional={
        "nama_benar": _letters.filter(normal_form),
        "jenis_kelamin_benar": st.sampled_from(["L", "p", "1", "perempuan"]),
        "tanggal_lahir_benar": st.dates(dt.date(2008, 1, 1), dt.date(2020, 1, 1)).map("{:%d/%m/%Y}".format),
        "nama_ibu_benar": st.one_of(_letters, st.just("hapus")),
        "kk_benar": st.one_of(st.from_regex(r"[1-9][0-9]{15}", fullmatch=True), st.just("hapus")),
        "nik_benar": st.sampled_from([GIRL, BOY, "hapus"]),
        "akta_kelahiran": st.sampled_from(["belum", "3522-LT-9"]),
        "sekolah": st.sampled_from(["masih", "belum"]),
    },
)
FOLLOWS = {
    "nama_benar": {"name", "name_norm", "name_keys"},
    "jenis_kelamin_benar": {"sex"},
    "tanggal_lahir_benar": {"born_on", "born_year"},
    "nama_ibu_benar": {"mother_name"},
    "kk_benar": {"kk"},
    "nik_benar": {"nik"},
}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_rows, min_size=1, max_size=3))
def test_a_sheet_changes_only_its_columns_and_undone_leaves_every_record_as_it_was(
    rangga: Any, rows: list[dict[str, str]]
) -> None:
    with transaction.atomic():
        people = [make.person("Siti Nur'aini", mother_name="Sri", kk="3522010101010001") for _row in rows]
        facts.record_fact(
            people[0],
            "document",
            as_of=TODAY,
            how="office",
            by=rangga,
            document="birth_certificate",
            state="missing",
        )
        before = [record(person) for person in people]
        marked = [
            row | {"kode_asuh": person.code, "keadaan_pada": "24/11/2026"}
            for row, person in zip(rows, people, strict=True)
        ]
        try:
            sheet = take(rangga, *marked)
        except sheets.NothingToApply:
            sheet = None
        for row, person, (held, _known) in zip(rows, people, before, strict=True):
            now, _facts = record(person)
            touched = {"delivery_id"}.union(*(FOLLOWS.get(column, set()) for column in row))
            assert {name for name in held if held[name] != now[name]} <= touched
        if sheet is not None:
            undo(sheet)
        assert [record(person) for person in people] == before
        transaction.set_rollback(True)
