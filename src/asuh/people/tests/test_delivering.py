"""A delivery comes in: what is refused, what asks, what each row becomes, who it belongs to."""

from __future__ import annotations

import datetime as dt
import random
import string
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import xlsxwriter
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from asuh.access.jobs import is_disk_full
from asuh.access.refusals import ReasonMissing
from asuh.audit.models import Event
from asuh.people.actions import deliveries
from asuh.people.models import (
    Delivery,
    Household,
    HouseholdRow,
    MemberRow,
    NameWord,
    Person,
    QuarantinedRow,
    Residence,
    RestatedRow,
)
from asuh.people.tasks import RETRIES
from asuh.people.tests.deliveries import (
    AMINAH,
    BADUNG,
    BAGUS,
    HOME,
    JANUARY,
    JULY,
    SAMPLES,
    census,
    content,
    deliver,
    faults,
    take,
    write,
)

pytestmark = pytest.mark.django_db
NOTHING = dict.fromkeys(
    ["Person", "Household", "HouseholdRow", "MemberRow", "QuarantinedRow", "Residence"], 0
)
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="the samples lie beside the repository")


# -- refused, with nothing changed ----------------------------------------------------------------------


def bomb(folder: Path) -> Path:
    with (
        zipfile.ZipFile(folder / "k.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("m.csv", "w") as file,
    ):
        for _ in range(200):
            file.write(b"0" * (1 << 20))
    return folder / "k.zip"


def long_line(folder: Path) -> Path:
    path = write(folder, "members", [AMINAH])
    with path.open("ab") as file:
        file.write(b"A" * (3 << 20))
    return path


def formulas(folder: Path) -> Path:
    with xlsxwriter.Workbook(str(folder / "m.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(AMINAH))
        sheet.write_row(1, 0, list(AMINAH.values()))
        sheet.write_formula(2, 3, '=HYPERLINK("http://x")')
    return folder / "m.xlsx"


def another_content(folder: Path) -> Path:
    return write(folder, "members", [AMINAH], name="m.xlsx")


def no_rows(folder: Path) -> Path:
    (folder / "m.csv").write_text(",".join(AMINAH) + "\n")
    return folder / "m.csv"


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (bomb, "zip_bomb"),
        (long_line, "line_too_long"),
        (formulas, "formulas"),
        (another_content, "not_what_it_says"),
        (no_rows, "empty"),
    ],
)
def test_a_file_that_is_no_delivery_changes_nothing_and_says_why(
    tmp_path: Path, made: Any, code: str
) -> None:
    path = made(tmp_path)
    delivery = deliveries.receive_delivery([path], period=JANUARY, by=None)
    delivery = deliveries.take_delivery(delivery, by=None)
    assert (delivery.state, delivery.error["code"], delivery.error["file"]) == ("failed", code, path.name)
    assert census() == NOTHING


def test_a_delivery_from_outside_the_officers_area_changes_nothing(tmp_path: Path, someone: Any) -> None:
    other = someone("joko", ("data_officer", "7306"))
    delivery = deliver(tmp_path, by=other)
    assert (delivery.state, delivery.error["code"]) == ("failed", "outside_areas")
    assert census() == NOTHING


def test_refusing_needs_a_reason_and_a_delivery_that_is_not_in(tmp_path: Path, rangga: Any) -> None:
    waiting = deliveries.receive_delivery([write(tmp_path, "members", [AMINAH])], period=JANUARY, by=rangga)
    with pytest.raises(ReasonMissing):
        deliveries.refuse_delivery(waiting, because=" ", by=rangga)
    refused = deliveries.refuse_delivery(waiting, because="wilayah lain", by=rangga)
    assert (refused.state, refused.ended_because) == ("refused", "wilayah lain")
    with pytest.raises(deliveries.DeliveryNotWaiting):
        deliveries.take_delivery(refused, by=rangga)
    with pytest.raises(deliveries.DeliveryNotWaiting):
        deliveries.refuse_delivery(deliver(tmp_path), because="sudah masuk", by=rangga)


# -- asked --------------------------------------------------------------------------------------------


def test_the_same_files_ask_first_and_then_change_nothing(tmp_path: Path) -> None:
    deliver(tmp_path)
    before, counted = content(), census()
    again = deliver(tmp_path)
    assert (again.state, [ask["code"] for ask in again.asks]) == ("asking", ["seen_before"])
    assert again.result["unchanged"] == 3
    assert census() == counted
    again = deliveries.take_delivery(again, by=None, confirmed=True)
    assert (again.state, again.result["unchanged"]) == ("imported", 3)
    assert (content(), census()) == (before, counted)


def some(count: int, start: int = 0) -> list[dict[str, str]]:
    return [
        AMINAH | {"IDARTBDT": f"3522010002{at:08d}", "Nama": f"ANAK {at}", "NIK": ""}
        for at in range(start, start + count)
    ]


def test_very_many_new_people_where_people_are_known_ask_first(tmp_path: Path) -> None:
    deliver(tmp_path, some(20))
    strange = deliver(tmp_path, some(300), period=JULY)
    assert [ask["code"] for ask in strange.asks] == ["many_new"]
    assert strange.asks[0]["rows"] == 280
    assert census()["Person"] == 20


def test_very_many_doubles_ask_first(tmp_path: Path) -> None:
    strange = deliver(tmp_path, some(30) + some(25))
    assert [ask["code"] for ask in strange.asks] == ["many_doubles"]
    assert census() == NOTHING


def test_one_row_no_database_could_hold_waits_and_the_others_come_in(tmp_path: Path) -> None:
    long = "".join(random.Random(3).choices(string.ascii_letters, k=6000))
    rows = [AMINAH | {"IDARTBDT": long}, AMINAH | {"IDARTBDT": "7", "Nama": "SITI\x00", "NIK": ""}, BAGUS]
    path = tmp_path / "members.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, row in enumerate([list(BAGUS), *([row.get(name, "") for name in BAGUS] for row in rows)]):
            page.write_row(number, 0, row)
    delivery = take([write(tmp_path, "households", [HOME]), path])
    assert delivery.state == "imported"
    assert Person.objects.count() == 1
    waiting = QuarantinedRow.objects.order_by("source_row").values_list("reasons", "told")
    assert [(reasons, told[0][1]) for reasons, told in waiting] == [
        (["id_long"], "IDARTBDT"),
        (["unreadable"], "Nama"),
    ]


def test_members_of_other_households_ask_first(tmp_path: Path) -> None:
    others = [row | {"IDBDT": "3522010002000999"} for row in some(11, 50)]
    strange = deliver(tmp_path, some(39) + others)
    assert strange.asks == [{"code": "many_orphans", "rows": 11, "of": 50}]
    assert census() == NOTHING


def test_a_file_of_households_with_a_header_alone_asks_and_does_not_fall(tmp_path: Path) -> None:
    homes = write(tmp_path, "households", [HOME])
    homes.write_text(homes.read_text().split("\n")[0] + "\n")
    strange = take([homes, write(tmp_path, "members", some(60))])
    assert strange.asks == [{"code": "many_orphans", "rows": 60, "of": 60}]
    assert census() == NOTHING


def test_equal_rows_that_wait_are_paired_off_when_they_come_again(tmp_path: Path) -> None:
    same = [AMINAH | {"IDARTBDT": ""}] * 40
    deliver(tmp_path, [*same, BAGUS], confirmed=True)
    deliver(tmp_path, [*same, BAGUS | {"Umur": "8"}], confirmed=True)
    again = RestatedRow.objects.filter(table="quarantine")
    assert again.count() == again.values("row").distinct().count() == 40


def test_one_file_alone_asks_first(tmp_path: Path) -> None:
    homes = take([write(tmp_path, "households", [HOME])])
    assert homes.asks == [{"code": "only_households", "rows": 1}]
    members = take([write(tmp_path, "members", [AMINAH, BAGUS])])
    assert members.asks == [{"code": "only_members", "rows": 1, "of": 1}]
    assert census() == NOTHING
    deliver(tmp_path)
    assert take([write(tmp_path, "members", [AMINAH | {"Umur": "8"}])]).state == "imported"


# -- the samples --------------------------------------------------------------------------------------

QUARANTINED = {"no_name", "orphan", "duplicate", "region", "bad_code"}


@needs_samples
@pytest.mark.parametrize(
    ("sample", "form"), [("gowa_7306", "csv"), ("bojonegoro_3522", "csv"), ("bojonegoro_3522", "xlsx")]
)
def test_every_planted_fault_of_a_sample_is_found_and_nothing_else_waits(sample: str, form: str) -> None:
    delivery = take([SAMPLES / sample / f"{table}.{form}" for table in ("households", "members")])
    assert delivery.state == "imported"
    for (table, fault), rows in faults(sample).items():
        model = MemberRow if table == "members" else HouseholdRow
        waiting = QuarantinedRow.objects.filter(table=table, reasons__contains=[fault]).count()
        warned = model.objects.filter(reasons__contains=[fault]).count()
        if fault == "sex":
            assert waiting + warned == rows
            assert not QuarantinedRow.objects.filter(reasons=["sex"], raw__NIK__regex="^[0-9]{16}$").exists()
        elif fault in QUARANTINED:
            assert (table, fault, waiting, warned) == (table, fault, rows, 0)
        elif (fault, form) == ("nik_sci", "xlsx"):
            assert warned == rows + 1  # a number that ends in 0 may have been rounded: not believed
        else:
            assert (table, fault, waiting + warned) == (table, fault, rows)
    others = QuarantinedRow.objects.exclude(reasons__overlap=[*QUARANTINED, "sex", "waits_for_household"])
    assert not others.exists()


@needs_samples
@pytest.mark.parametrize("sample", ["gowa_7306", "bojonegoro_3522"])
def test_the_counts_add_up_to_the_rows_of_the_files(sample: str) -> None:
    result = take([SAMPLES / sample / f"{table}.csv" for table in ("households", "members")]).result
    rows = {"gowa_7306": (472, 1504), "bojonegoro_3522": (476, 1505)}[sample]
    assert (sum(result["households"].values()), sum(result["members"].values())) == rows
    found = census()
    assert found["HouseholdRow"] + QuarantinedRow.objects.filter(table="households").count() == rows[0]
    assert found["MemberRow"] + QuarantinedRow.objects.filter(table="members").count() == rows[1]
    assert found["Person"] == found["MemberRow"]


@needs_samples
def test_members_of_a_household_in_quarantine_wait_with_it() -> None:
    take([SAMPLES / "gowa_7306" / f"{table}.csv" for table in ("households", "members")])
    homes = set(QuarantinedRow.objects.filter(table="households").values_list("row_key", flat=True))
    waiting = QuarantinedRow.objects.filter(reasons__contains=["waits_for_household"])
    assert set(waiting.values_list("household_key", flat=True)) <= homes
    assert not MemberRow.objects.filter(idbdt__in=homes).exists()


# -- what comes in ------------------------------------------------------------------------------------


def test_a_row_becomes_a_person_that_can_be_found(tmp_path: Path) -> None:
    delivery = deliver(tmp_path)
    aminah = Person.objects.get(name="Siti Aminah")
    assert (aminah.sex, aminah.born_on, aminah.nik) == (2, dt.date(2012, 5, 18), AMINAH["NIK"])
    assert (aminah.household.idbdt, aminah.relation, aminah.area_key) == (HOME["IDBDT"], 3, "3522222001")
    assert aminah.name_norm
    assert aminah.name_keys
    assert NameWord.objects.filter(word__in=aminah.name_norm.split()).count() == 2
    row = aminah.rows.get()
    assert (row.delivery, row.namagadis_ibukandung, row.umur, row.raw) == (delivery, "SULASTRI", 7, None)


def test_a_name_in_capitals_is_shown_as_people_write_it_and_kept_as_it_came(tmp_path: Path) -> None:
    deliver(tmp_path, [AMINAH | {"Nama": "SITI NUR'AINI, S.PD", "TmpLahir": "KOTA BATU"}])
    nuraini = Person.objects.get()
    assert (nuraini.name, nuraini.birth_place, nuraini.mother_name) == (
        "Siti Nur'aini, S.Pd", "Kota Batu", "Sulastri",
    )  # fmt: skip
    assert nuraini.rows.get().nama == "SITI NUR'AINI, S.PD"


def test_what_a_column_cannot_hold_is_kept_raw_beside_it(tmp_path: Path) -> None:
    deliver(tmp_path, [AMINAH | {"Sta_kawin": "9", "TglLahir": "2091-01-01"}])
    row = MemberRow.objects.get()
    assert (row.sta_kawin, row.tgllahir, row.born_year) == (None, None, 2013)
    assert row.raw == {"Sta_kawin": "9", "TglLahir": "2091-01-01"}
    assert row.reasons == ["code", "date_future"]


def test_one_nik_on_two_people_makes_two_people_that_matching_looks_at(tmp_path: Path) -> None:
    deliver(tmp_path, [AMINAH, BAGUS | {"NIK": AMINAH["NIK"]}])
    assert sorted(Person.objects.values_list("name", "unsure")) == [
        ("Bagus Prasetyo", ["nik_shared", "nik_disagrees"]),
        ("Siti Aminah", ["nik_shared"]),
    ]


def test_an_import_is_one_event_without_personal_data(tmp_path: Path, rangga: Any) -> None:
    delivery = deliver(tmp_path, by=rangga)
    event = Event.objects.get(what="people.delivery_imported")
    assert (event.subject_id, event.actor_name, event.area_key) == (delivery.pk, "rangga", "3522")
    assert "AMINAH" not in str(event.details)


# -- later periods ------------------------------------------------------------------------------------


def test_a_later_period_keeps_the_earlier_and_the_newest_is_current(tmp_path: Path) -> None:
    deliver(tmp_path)
    deliver(tmp_path, [AMINAH | {"Nama": "SITI AMINAH PUTRI"}, BAGUS], period=JULY)
    aminah = Person.objects.get(nik=AMINAH["NIK"])
    assert aminah.name == "Siti Aminah Putri"
    assert list(aminah.rows.order_by("period").values_list("period", "nama")) == [
        (JANUARY, "SITI AMINAH"),
        (JULY, "SITI AMINAH PUTRI"),
    ]
    assert census() | {"Person": 2, "MemberRow": 4, "HouseholdRow": 2, "Household": 1} == census()


def test_an_earlier_period_that_comes_later_does_not_speak_for_the_present(tmp_path: Path) -> None:
    deliver(tmp_path, period=JULY)
    deliver(tmp_path, [AMINAH | {"Nama": "SITI AMINA"}, BAGUS], period=JANUARY)
    assert Person.objects.get(nik=AMINAH["NIK"]).name == "Siti Aminah"


def test_who_moved_leaves_a_residence_behind(tmp_path: Path) -> None:
    deliver(tmp_path)
    new = {"IDBDT": "3522180001000009", "KDGabungan4": BADUNG}
    deliver(tmp_path, [AMINAH | new, BAGUS], [HOME, HOME | new], period=JULY)
    left = Residence.objects.get()
    assert (left.person.name, left.household.idbdt, left.ended_on) == ("Siti Aminah", HOME["IDBDT"], JULY)
    assert left.person.household.idbdt == new["IDBDT"]


def test_the_same_period_again_replaces_what_changed_and_keeps_both(tmp_path: Path) -> None:
    deliver(tmp_path)
    second = deliver(tmp_path, [AMINAH | {"Umur": "8"}, BAGUS])
    assert (second.result["unchanged"], second.result["members"]["accepted"]) == (2, 1)
    assert MemberRow.objects.standing().get(idartbdt=AMINAH["IDARTBDT"]).umur == 8
    assert MemberRow.objects.get(replaced_by=second).umur == 7
    assert Person.objects.count() == 2


def test_the_same_number_for_somebody_else_makes_a_person_that_matching_looks_at(tmp_path: Path) -> None:
    """The row of the period is replaced; whose it was stays who they are."""
    deliver(tmp_path)
    stranger = {"Nama": "JOKO WIDAGDO", "TglLahir": "1990-02-02", "JnsKel": "1", "NIK": ""}
    deliver(tmp_path, [AMINAH | stranger, BAGUS])
    aminah = Person.objects.get(name="Siti Aminah")
    assert (aminah.born_on, aminah.nik, aminah.unsure) == (dt.date(2012, 5, 18), AMINAH["NIK"], [])
    joko = MemberRow.objects.standing().get(idartbdt=AMINAH["IDARTBDT"]).person
    assert (joko.name, joko.unsure) == ("Joko Widagdo", ["key_contradicted"])


@pytest.mark.parametrize("period", [JANUARY, JULY])
def test_an_empty_or_damaged_cell_takes_nothing_away(tmp_path: Path, period: dt.date) -> None:
    deliver(tmp_path)
    before = Person.objects.filter(nik=AMINAH["NIK"]).values().get()
    broken = {"NIK": "3.52201E+15", "TglLahir": "", "namagadis_ibukandung": ""}
    deliver(tmp_path, [AMINAH | broken, BAGUS], period=period)
    after = Person.objects.filter(pk=before["id"]).values().get()
    assert after | {"delivery_id": before["delivery_id"]} == before
    assert MemberRow.objects.get(person=before["id"], replaced_by=None, period=period).nik is None


def test_an_empty_cell_takes_nothing_away_from_a_household_that_stays_where_it_is(tmp_path: Path) -> None:
    told = {"lat": "-7.15", "long": "111.88"}
    deliver(tmp_path, households=[HOME | told])
    before = Household.objects.values().get()
    assert before["latitude"] is not None
    deliver(tmp_path, households=[HOME | {"Alamat": "", "percentile": "", "lat": "abc"}], period=JULY)
    after = Household.objects.values().get()
    assert after | {"delivery_id": before["delivery_id"]} == before


def test_an_empty_cell_keeps_no_address_of_another_village(tmp_path: Path) -> None:
    deliver(tmp_path, households=[HOME | {"lat": "-7.15", "long": "111.88"}])
    moved = HOME | {"Alamat": "", "percentile": "", "KDGabungan4": BADUNG}
    deliver(tmp_path, [row | {"KDGabungan4": BADUNG} for row in (AMINAH, BAGUS)], [moved], period=JULY)
    home = Household.objects.get()
    assert (home.address, home.latitude, home.percentile) == ("", None, 7)


def test_what_people_corrected_by_hand_is_not_overwritten(tmp_path: Path) -> None:
    deliver(tmp_path)
    Person.objects.filter(nik=AMINAH["NIK"]).update(name="SITI AMINAH (BENAR)", delivery=None)
    deliver(tmp_path, [AMINAH | {"Nama": "SITI AMINA"}, BAGUS], period=JULY)
    assert Person.objects.get(nik=AMINAH["NIK"]).name == "SITI AMINAH (BENAR)"


# -- whose row it is ----------------------------------------------------------------------------------

OTHER = {"IDARTBDT": "352201000200000077"}


@pytest.mark.parametrize(
    ("changes", "same", "doubt"),
    [
        (OTHER, True, []),  # the NIK says so
        (OTHER | {"Nama": "ST. AMINAH"}, True, []),
        (OTHER | {"Nama": "JOKO WIDAGDO"}, False, ["nik_contradicted"]),
        (OTHER | {"TglLahir": "2013-05-18"}, False, ["nik_disagrees", "nik_contradicted"]),
        ({"NIK": ""}, True, []),  # the member number says so
        ({"NIK": "", "Nama": "SITI AMINAH PUTRI"}, True, []),
        ({"NIK": "", "Nama": "JOKO", "TglLahir": "1990-01-01"}, False, ["key_contradicted"]),
        (OTHER | {"NIK": ""}, False, []),
    ],
)
def test_a_row_belongs_to_whom_its_numbers_say_unless_name_and_birth_contradict(
    tmp_path: Path, changes: dict[str, str], same: bool, doubt: list[str]
) -> None:
    deliver(tmp_path)
    known = Person.objects.get(name="Siti Aminah")
    deliver(tmp_path, [AMINAH | changes, BAGUS], period=JULY)
    row = MemberRow.objects.get(period=JULY, idartbdt=(AMINAH | changes)["IDARTBDT"])
    assert (row.person == known) is same
    if not same:
        assert row.person.unsure == doubt


def test_what_fits_two_people_becomes_a_third_that_waits_for_matching(tmp_path: Path) -> None:
    twin = AMINAH | {"IDARTBDT": "352201000200000003", "NIK": "3522015805120002"}
    deliver(tmp_path, [AMINAH, twin])
    deliver(tmp_path, [AMINAH | {"NIK": twin["NIK"]}], period=JULY)  # NIK of one, member number of the other
    assert MemberRow.objects.get(period=JULY).person.unsure == ["fits_several"]
    assert Person.objects.count() == 3


def test_a_person_is_given_to_one_row_of_a_delivery_only(tmp_path: Path) -> None:
    deliver(tmp_path)
    deliver(
        tmp_path,
        [AMINAH, AMINAH | OTHER | {"NIK": ""}, AMINAH | {"IDARTBDT": "352201000200000078", "NIK": ""}],
        period=JULY,
    )
    assert MemberRow.objects.filter(period=JULY).values("person").distinct().count() == 3


# -- when the database says no -------------------------------------------------------------------------


def test_what_the_database_refuses_ends_as_failed_with_words(tmp_path: Path) -> None:
    """Nobody waits for an import that can never succeed."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_person ADD CHECK (sex = 1)")
    with pytest.raises(psycopg.errors.CheckViolation):
        deliver(tmp_path)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == ("failed", {"code": "internal"})
    assert census() == NOTHING


def test_a_lost_database_is_tried_again() -> None:
    job = SimpleNamespace(attempts=1)
    for error in (psycopg.OperationalError(), OperationalError(), InterfaceError()):
        assert RETRIES.get_retry_decision(exception=error, job=job)  # type: ignore[arg-type]
    assert RETRIES.get_retry_decision(exception=psycopg.errors.CheckViolation(), job=job) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (psycopg.errors.DiskFull(), True),
        (OSError(28, "No space left on device"), True),
        (psycopg.OperationalError(), False),
        (OSError(2, "No such file"), False),
    ],
)
def test_a_full_disk_is_recognised_behind_other_errors(error: Exception, full: bool) -> None:
    around = OperationalError()
    around.__cause__ = error
    assert (is_disk_full(error), is_disk_full(around)) == (full, full)


# -- what must always hold ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        lambda: MemberRow.objects.create(**_copy(MemberRow.objects.first())),
        lambda: HouseholdRow.objects.create(**_copy(HouseholdRow.objects.first())),
        lambda: MemberRow.objects.update(nama=None),
        lambda: HouseholdRow.objects.update(idbdt=None),
        lambda: Household.objects.create(idbdt=HOME["IDBDT"]),
        lambda: Delivery.objects.update(state="refused"),
        lambda: Delivery.objects.update(period=dt.date(2020, 1, 2)),
    ],
)
def test_the_database_itself_refuses_what_may_not_be(tmp_path: Path, broken: Any) -> None:
    deliver(tmp_path)
    with pytest.raises(IntegrityError), transaction.atomic():
        broken()


def _copy(row: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name != "id"
    }


def test_keys_that_no_trigger_looked_up_all_lead_somewhere(tmp_path: Path) -> None:
    deliver(tmp_path)
    assert not MemberRow.objects.filter(person__isnull=True).exists()
    assert MemberRow.objects.select_related("person__household", "delivery").count() == 2
    assert set(MemberRow.objects.values_list("person_id", flat=True)) == set(
        Person.objects.values_list("pk", flat=True)
    )
    assert set(HouseholdRow.objects.values_list("household_id", flat=True)) == set(
        Household.objects.values_list("pk", flat=True)
    )
