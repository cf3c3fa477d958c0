"""What a data officer sees and does about deliveries: refusals first."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from asuh.access.actions import ask_export, make_export, open_export
from asuh.access.exports import all_kinds
from asuh.access.models import Export
from asuh.access.refusals import Refused
from asuh.audit.models import Event
from asuh.people.models import Delivery, QuarantinedRow

SAMPLE = Path(__file__).resolve().parents[5] / "shared" / "dtks" / "sample" / "bojonegoro_3522"


@pytest.fixture
def page() -> Any:
    """A browser without a window, signed in as somebody."""

    def sign_in(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def delivery(rangga: Any) -> Delivery:
    """One that came in for Bojonegoro, without a row of its own."""
    tally = {"accepted": 1480, "warned": 12, "quarantined": 30, "unchanged": 0}
    return Delivery.objects.create(
        period=dt.date(2020, 1, 1), received_on=dt.date(2020, 2, 3), state="imported", digest="a" * 64,
        files=[{"name": "rt.csv", "bytes": 1, "sha256": ""}], area_key="3522", regencies=["3522"], created_by=rangga,
        result={"households": tally, "members": tally, "reasons": {"no_name": 6, "nik_sci": 9}}, rules={},
    )  # fmt: skip


def upload(client: Client, **more: Any) -> Any:
    files = {name: (SAMPLE / f"{name}.csv").open("rb") for name in ("households", "members")}
    form = {"month": 1, "year": 2020, "token": "satu"} | files | more
    return client.post(
        reverse("deliveries:upload"), {key: value for key, value in form.items() if value != ""}
    )


# -- who may ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["deliveries", "upload", "quarantine_index", "exports"])
def test_a_case_worker_has_no_business_here(page: Any, siti: Any, name: str) -> None:
    assert page(siti).get(reverse(f"deliveries:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["delivery", "progress", "report", "quarantine"])
def test_a_delivery_of_another_regency_does_not_exist(
    page: Any, someone: Any, delivery: Delivery, name: str
) -> None:
    other = someone("joko", ("data_officer", "7306"))
    assert page(other).get(reverse(f"deliveries:{name}", args=[delivery.pk])).status_code == 404


@pytest.mark.parametrize("name", ["confirm", "refuse", "take_back"])
def test_nobody_decides_about_another_regency(page: Any, someone: Any, delivery: Delivery, name: str) -> None:
    other = someone("joko", ("data_officer", "7306"))
    answer = page(other).post(reverse(f"deliveries:{name}", args=[delivery.pk]), {"reason": "iseng"})
    assert answer.status_code == 404
    delivery.refresh_from_db()
    assert delivery.state == "imported"


def test_a_delivery_that_lies_nowhere_yet_is_its_senders_alone(
    page: Any, someone: Any, delivery: Delivery, rangga: Any
) -> None:
    Delivery.objects.update(area_key=None, state="waiting")
    address = reverse("deliveries:delivery", args=[delivery.pk])
    assert page(someone("joko", ("data_officer", "7306"))).get(address).status_code == 404
    assert page(someone("rini", ("data_officer", "3522"))).get(address).status_code == 404
    assert page(rangga).get(address).status_code == 200


def test_the_list_shows_only_what_lies_in_ones_area(
    page: Any, someone: Any, delivery: Delivery, rangga: Any
) -> None:
    address = reverse("deliveries:deliveries")
    assert b"nomor %d" % delivery.pk in page(rangga).get(address).content
    assert b"Unggah kiriman pertama" in page(someone("joko", ("data_officer", "7306"))).get(address).content


# -- sending one in ------------------------------------------------------------------------------------


def test_an_empty_form_says_what_is_missing(page: Any, rangga: Any) -> None:
    answer = page(rangga).post(reverse("deliveries:upload"), {"token": "satu"})
    assert answer.status_code == 422
    assert {"month", "year", "members"} <= answer.context["form"].errors.keys()


def test_a_month_that_has_not_come_is_refused(page: Any, rangga: Any) -> None:
    answer = upload(page(rangga), month=12, year=2026)
    assert "month" in answer.context["form"].errors
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"%PDF-1.7 bukan data", "anggota.csv", "bukan teks"),
        (b"PK\x03\x04rusak", "anggota.xlsx", "rusak"),
        (b"", "anggota.csv", "kosong"),
        (b"nama,umur\nA,1\n", "anggota.csv", "Kepala kolom"),
        (b"IDARTBDT,Nama,JnsKel,NIK,Umur,TglLahir\n1,A,1,,2,\n", "anggota.csv", "IDBDT"),
        (b"\xd0\xcf\x11\xe0", "anggota.xls", "Excel lama"),
    ],
)
def test_a_file_that_is_none_is_told_beside_its_field(
    page: Any, rangga: Any, content: bytes, name: str, says: str
) -> None:
    answer = upload(page(rangga), members=SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert says in " ".join(answer.context["form"].errors["members"])
    assert not Delivery.objects.exists()


def test_a_zip_goes_into_its_own_field(page: Any, rangga: Any) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.write(SAMPLE / "households.csv", "rt.csv")
    wrong = upload(page(rangga), households=SimpleUploadedFile("k.zip", content.getvalue()), members="")
    assert "households" in wrong.context["form"].errors
    right = upload(
        page(rangga), households="", members="", archive=SimpleUploadedFile("k.zip", content.getvalue())
    )
    assert right.status_code == 302


@pytest.mark.usefixtures("transactional_db")
def test_two_files_become_a_delivery_and_a_job(page: Any, rangga: Any, jobs: Any) -> None:
    answer = upload(
        page(rangga),
        members=SimpleUploadedFile("../../etc/ang<gota>.csv", (SAMPLE / "members.csv").read_bytes()),
    )
    delivery = Delivery.objects.get()
    assert answer.url == reverse("deliveries:delivery", args=[delivery.pk])
    assert (delivery.state, delivery.period, delivery.created_by) == ("waiting", dt.date(2020, 1, 1), rangga)
    assert [file["name"] for file in delivery.files] == ["households.csv", "ang_gota_.csv"]
    assert jobs() == [{"delivery_id": delivery.pk, "user_id": rangga.pk, "confirmed": False}]
    assert sorted(path.name for path in delivery.folder.iterdir()) == ["0.csv", "1.csv"]


def test_the_same_form_sent_twice_is_one_delivery(page: Any, rangga: Any) -> None:
    client = page(rangga)
    assert upload(client).url == upload(client).url
    assert Delivery.objects.count() == 1


def test_the_same_files_under_way_are_one_delivery(page: Any, rangga: Any) -> None:
    client = page(rangga)
    assert upload(client).url == upload(client, token="dua").url
    assert Delivery.objects.count() == 1


def test_workbooks_with_title_lines_are_understood(page: Any, rangga: Any) -> None:
    from asuh.people.actions.deliveries import take_delivery

    files = {name: (SAMPLE / f"{name}.xlsx").open("rb") for name in ("households", "members")}
    client = page(rangga)
    answer = upload(client, **files)
    assert answer.status_code == 302
    take_delivery(Delivery.objects.get(), by=rangga, measure=False)
    content = client.get(answer.url).content.decode()
    assert "baris judul di atas kepala" in content
    assert "Kiriman sudah masuk." in content


def test_the_list_can_be_narrowed_and_sorted(page: Any, rangga: Any, delivery: Delivery) -> None:
    later = Delivery.objects.create(
        period=dt.date(2021, 1, 1),
        received_on=dt.date(2021, 1, 1),
        digest="c" * 64,
        state="failed",
        created_by=rangga,
    )
    client, address = page(rangga), reverse("deliveries:deliveries")

    def shown(query: str) -> list[int]:
        return [one.pk for one in client.get(address + query).context["page"].items]

    assert shown("") == [later.pk, delivery.pk]
    assert shown("?urut=period") == [delivery.pk, later.pk]
    assert shown("?keadaan=failed") == [later.pk]
    assert shown("?periode=2020-01") == [delivery.pk]
    assert shown("?pengirim=saya&periode=2099-99") == [later.pk, delivery.pk]


@pytest.mark.parametrize("table", ["households", "members"])
def test_templates_carry_the_layouts_header(page: Any, rangga: Any, table: str) -> None:
    from asuh.kernel.dtks import layout

    names = layout.load().table(table).names
    text = page(rangga).get(reverse("deliveries:template", args=[table, "csv"])).getvalue()
    assert text.decode("utf-8-sig").strip().split(",") == names
    book = page(rangga).get(reverse("deliveries:template", args=[table, "xlsx"])).getvalue()
    data, help_ = (
        CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(n).to_python() for n in (0, 1)
    )
    assert data[0] == names
    assert [line[0] for line in help_[1:]] == names


# -- where it stands -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "code"), [("asks", "seen_before"), ("asks", "many_new"), ("asks", "many_doubles")]
)
def test_what_is_unusual_is_asked_in_words(
    page: Any, rangga: Any, delivery: Delivery, field: str, code: str
) -> None:
    Delivery.objects.update(
        state="asking", asks=[{"code": code, "delivery": delivery.pk, "rows": 1200, "of": 1500}]
    )
    content = page(rangga).get(reverse("deliveries:delivery", args=[delivery.pk])).content.decode()
    assert "Impor berhenti dan bertanya" in content
    assert "Terima kiriman ini" in content
    assert "Tolak kiriman" in content
    assert "%(" not in content


def test_every_fault_of_a_file_has_its_words() -> None:
    import re

    from asuh.kernel.dtks import reading
    from asuh.people.codes.deliveries import FAULTS

    told = set(re.findall(r"[a-z_]+", reading.FileRefused.__doc__.split("\n\n")[1]))
    assert told <= FAULTS.keys()


def test_every_reason_has_its_words() -> None:
    from asuh.kernel.dtks.reasons import REASONS
    from asuh.people.codes.reasons import WORDS

    assert REASONS.keys() == WORDS.keys(), "words stand in asuh/people/codes/reasons.py"


def test_what_failed_says_what_happened_and_what_to_do(page: Any, rangga: Any, delivery: Delivery) -> None:
    Delivery.objects.update(state="failed", error={"code": "outside_areas", "file": "", "areas": ["7306"]})
    content = page(rangga).get(reverse("deliveries:delivery", args=[delivery.pk])).content.decode()
    assert "Kabupaten Gowa" in content
    assert "Coba lagi dengan berkas yang sama" in content


def test_while_it_runs_the_card_asks_again_and_at_the_end_the_page_comes_anew(
    page: Any, rangga: Any, delivery: Delivery
) -> None:
    Delivery.objects.update(state="importing", stage="writing", rows_done=500, rows_total=2000)
    client, address = page(rangga), reverse("deliveries:progress", args=[delivery.pk])
    card = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "500 dari 2.000 baris" in card
    assert f'hx-get="{address}?sejak=' in card
    Delivery.objects.update(state="imported")
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_waiting_behind_others_is_no_reason_to_worry(page: Any, rangga: Any, delivery: Delivery) -> None:
    from django.db import connection

    Delivery.objects.update(state="waiting", created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    client, address = page(rangga), reverse("deliveries:delivery", args=[delivery.pk])
    assert "tanpa kabar" in client.get(address).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert "tanpa kabar" not in client.get(address).content.decode()


def test_what_nobody_works_on_can_be_queued_again(
    page: Any, rangga: Any, delivery: Delivery, jobs: Any
) -> None:
    Delivery.objects.update(state="importing", progress_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    client, address = page(rangga), reverse("deliveries:delivery", args=[delivery.pk])
    assert "tanpa kabar" in client.get(address).content.decode()
    client.post(reverse("deliveries:confirm", args=[delivery.pk]))
    assert [job["confirmed"] for job in jobs()] == [False]
    assert Delivery.objects.get().state == "waiting"


def test_confirming_takes_it_in_all_the_same_and_only_once(
    page: Any, rangga: Any, delivery: Delivery, jobs: Any
) -> None:
    Delivery.objects.update(state="asking", asks=[{"code": "seen_before", "delivery": 1}])
    client, address = page(rangga), reverse("deliveries:confirm", args=[delivery.pk])
    client.post(address)
    client.post(address)
    assert [job["confirmed"] for job in jobs()] == [True]
    assert Event.objects.filter(what="people.delivery_confirmed").count() == 1


def test_refusing_wants_a_reason(page: Any, rangga: Any, delivery: Delivery) -> None:
    Delivery.objects.update(state="asking", asks=[{"code": "seen_before", "delivery": 1}])
    client, address = page(rangga), reverse("deliveries:refuse", args=[delivery.pk])
    assert client.post(address, {"reason": "  "}).status_code == 422
    assert client.post(address, {"reason": "kiriman ganda"}).status_code == 302
    delivery.refresh_from_db()
    assert (delivery.state, delivery.ended_because, delivery.ended_by) == ("refused", "kiriman ganda", rangga)
    assert "kiriman ganda" in client.get(reverse("deliveries:delivery", args=[delivery.pk])).content.decode()


# -- the report ----------------------------------------------------------------------------------------


def quarantined(delivery: Delivery, raw: dict[str, str], *told: tuple[str, str, str], **more: Any) -> Any:
    fields = {
        "table": "members",
        "source_row": 5,
        "row_key": raw.get("IDARTBDT", ""),
        "household_key": raw.get("IDBDT", ""),
    }
    return delivery.quarantine.create(
        **(fields | more),
        reasons=sorted({code for code, _, _ in told}),
        told=[list(one) for one in told],
        raw=raw,
        content_hash=1,
    )


def test_nothing_in_a_report_runs_and_card_numbers_stay_out(
    page: Any, rangga: Any, delivery: Delivery, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    quarantined(delivery, {"Nama": "=HYPERLINK(1)", "NIK": "3522062802150001"}, ("sex", "JnsKel", ""))
    quarantined(
        delivery,
        {"IDBDT": "1", "NoKartuDebit": "6013", "Alamat": "@SUM(A1)"},
        ("region", "KDGabungan4", ""),
        table="households",
    )
    content = reported(page(rangga), delivery)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [sheet[0][0] for sheet in sheets] == ["Hal", "Sebab", "Baris di berkas", "Baris di berkas"]
    assert "=HYPERLINK(1)" in sheets[3][1]
    assert "NoKartuDebit" not in sheets[2][0]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
    assert Event.objects.get(what="people.delivery_report_made").subject_id == delivery.pk
    assert Event.objects.get(what="access.export_asked").why == "untuk pengirim"


def reported(client: Client, delivery: Delivery, **more: str) -> bytes:
    """The report as somebody gets it: asked for with a reason, made by the job, fetched."""
    ask = client.get(reverse("deliveries:report", args=[delivery.pk]), more)
    asked = {"columns": ["summary", "reasons", "households", "members"], "why": "untuk pengirim"}
    assert client.post(ask.url, asked).status_code == 302  # type: ignore[attr-defined]
    export = make_export(Export.objects.order_by("-pk")[:1].get())
    answer: Any = client.get(reverse("access:export_file", args=[export.pk]))
    return b"".join(answer.streaming_content)


def test_a_report_of_what_waits_leaves_out_what_was_settled(
    page: Any, rangga: Any, delivery: Delivery, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    quarantined(delivery, {"Nama": "MENUNGGU"}, ("sex", "JnsKel", ""))
    done = quarantined(delivery, {"Nama": "SELESAI"}, ("sex", "JnsKel", ""))
    QuarantinedRow.objects.filter(pk=done.pk).update(
        state="set_aside", settled_at=timezone.now(), settled_because="ganda"
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(reported(page(rangga), delivery, menunggu="1")))
    rows = book.get_sheet_by_index(3).to_python()
    assert any("MENUNGGU" in row for row in rows)
    assert not any("SELESAI" in row for row in rows)
    assert Export.objects.get().rows_count == 1


def test_no_report_of_a_delivery_out_of_reach(page: Any, rangga: Any, delivery: Delivery) -> None:
    Delivery.objects.update(area_key="7306")
    ask = reverse("access:export_new", args=["people.delivery_report"]) + f"?kiriman={delivery.pk}"
    asked = {"columns": ["members"], "why": "ingin tahu"}
    assert page(rangga).post(ask, asked).status_code == 403
    assert Event.objects.get(what="access.export_asked").refused
    assert not Export.objects.exists()


def test_a_report_is_not_handed_out_once_its_delivery_is_out_of_reach(
    rangga: Any, delivery: Delivery, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    kind, choices = all_kinds()["people.delivery_report"], {"kiriman": str(delivery.pk)}
    export = make_export(ask_export(kind, columns=["members"], choices=choices, why="x", by=rangga))
    open_export(export, by=rangga)
    Delivery.objects.update(area_key="7306")
    with pytest.raises(Refused):
        open_export(export, by=rangga)


# -- how much the pages ask the database --------------------------------------------------------------


def test_a_long_list_asks_no_more_than_a_short_one(
    page: Any, rangga: Any, delivery: Delivery, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        Delivery.objects.create(
            period=dt.date(2020, 1, 1),
            received_on=dt.date(2020, 1, 1),
            digest=f"{number:064}",
            area_key="3522",
            created_by=rangga,
        )
    client = page(rangga)
    client.get(reverse("deliveries:deliveries"))  # former codes of areas are read once a process
    with django_assert_max_num_queries(16):
        client.get(reverse("deliveries:deliveries"))
    with django_assert_max_num_queries(16):
        client.get(reverse("deliveries:delivery", args=[delivery.pk]))


@pytest.fixture
def jobs(db: None) -> Any:
    """The arguments of imports in the queue."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    def read() -> list[Any]:
        found = ProcrastinateJob.objects.filter(task_name="people.import_delivery").order_by("pk")
        return [job.args for job in found]

    return read


@pytest.fixture(autouse=True)
def no_files_left() -> Any:
    """Uploads of a test do not pile up."""
    yield
    from django.conf import settings

    shutil.rmtree(Path(settings.HOME) / "deliveries", ignore_errors=True)
