"""Mending rows one at a time: refusals first."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from asuh.audit.models import Event
from asuh.people.actions.deliveries import receive_delivery, take_delivery
from asuh.people.models import Delivery, Person, QuarantinedRow
from asuh.people.tests.deliveries import AMINAH, BAGUS, HOME, SAMPLES, at_work, deliver, sample_taken

SAMPLE = [SAMPLES / "bojonegoro_3522" / f"{table}.csv" for table in ("households", "members")]


@pytest.fixture
def page(rangga: Any) -> Client:
    """The data officer at work."""
    return at_work(rangga)


@pytest.fixture
def taken(rangga: Any) -> Any:
    """The sample of Bojonegoro, imported."""
    with sample_taken(rangga) as delivery:
        delivery.refresh_from_db()
        assert delivery.state == "imported"
        yield delivery


def waiting(delivery: Delivery, reason: str, **more: Any) -> QuarantinedRow:
    found = (
        delivery.quarantine.waiting()
        .because_of(reason)
        .filter(**more)
        .order_by("table", "source_row")
        .first()
    )
    assert found is not None
    return found


def queue(delivery: Delivery, query: str = "") -> str:
    return reverse("deliveries:quarantine", args=[delivery.pk]) + query


def decide(page: Client, row: QuarantinedRow, do: str = "accept", **typed: str) -> Any:
    return page.post(reverse("deliveries:decide", args=[row.delivery_id, row.pk]), {"do": do, **typed})


def test_a_row_of_another_delivery_is_not_reached_through_ones_own(
    page: Client, taken: Delivery, rangga: Any
) -> None:
    mine = Delivery.objects.create(
        period=dt.date(2020, 1, 1),
        received_on=dt.date(2020, 1, 1),
        state="imported",
        digest="b" * 64,
        area_key="3522",
        created_by=rangga,
    )
    row = waiting(taken, "no_name")
    assert (
        page.post(reverse("deliveries:decide", args=[mine.pk, row.pk]), {"do": "accept"}).status_code == 404
    )


def test_columns_that_the_form_does_not_offer_are_not_changed(page: Client, taken: Delivery) -> None:
    row = waiting(taken, "no_name")
    decide(page, row, **{"k-Nama": "Dimas Kurniawan", "k-NIK": "3522062802150001", "k-IDBDT": "lain"})
    row.refresh_from_db()
    assert row.corrected == {"Nama": "Dimas Kurniawan"}


def test_nothing_of_a_delivery_taken_back_returns(page: Client, taken: Delivery) -> None:
    row = waiting(taken, "no_name")
    page.post(reverse("deliveries:take_back", args=[taken.pk]), {"reason": "periode keliru"})
    page.post(reverse("deliveries:undo", args=[taken.pk, row.pk]))
    row.refresh_from_db()
    assert row.state == "set_aside"


def test_a_name_must_be_typed(page: Client, taken: Delivery) -> None:
    row = waiting(taken, "no_name")
    answer = decide(page, row, **{"k-Nama": "  "})
    assert answer.status_code == 422
    assert "Isi dulu" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "waiting"


def test_what_was_typed_stays_when_something_is_wrong(page: Client, taken: Delivery) -> None:
    row = waiting(taken, "no_name")
    row.told = [*row.told, ["nik_short", "NIK", "123"]]
    row.save()
    answer = decide(page, row, **{"k-Nama": "Dimas Kurniawan", "k-NIK": "352206280215000"})
    content = answer.content.decode()
    assert "Baru 15 angka; NIK selalu 16 angka." in content
    assert 'value="Dimas Kurniawan"' in content


def test_a_row_comes_in_when_its_name_is_typed_and_goes_back_when_undone(
    page: Client, taken: Delivery
) -> None:
    row, people = waiting(taken, "no_name"), Person.objects.count()
    answer = decide(page, row, **{"k-Nama": "Dimas Kurniawan"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.state == "accepted"
    assert Person.objects.filter(name="Dimas Kurniawan").exists()
    shown = page.get(answer.url).content.decode()
    assert "diterima." in shown
    undo = reverse("deliveries:undo", args=[taken.pk, row.pk])
    assert f'action="{undo}"' in shown
    page.post(undo)
    row.refresh_from_db()
    assert row.state == "waiting"
    assert Person.objects.count() == people


def test_mending_a_household_brings_in_those_who_wait_for_it(page: Client, taken: Delivery) -> None:
    row = waiting(taken, "region", table="households")
    count = taken.quarantine.waiting().filter(household_key=row.row_key, table="members").count()
    assert count
    content = page.get(queue(taken, f"?baris={row.pk}")).content.decode()
    assert "Pilih desanya" in content
    answer = decide(page, row, **{"k-KDGabungan4": "3522110024"})
    assert f"{count} baris lain ikut masuk." in page.get(answer.url).content.decode()
    assert not taken.quarantine.waiting().filter(household_key=row.row_key).exists()


def test_a_village_elsewhere_is_refused(page: Client, taken: Delivery) -> None:
    row = waiting(taken, "region", table="households")
    answer = decide(page, row, **{"k-KDGabungan4": "7306031001"})
    assert answer.status_code == 422
    assert "di luar wilayah kerja Anda" in answer.content.decode()


def test_the_twin_column_suggests_and_the_same_way_serves_the_others(page: Client, taken: Delivery) -> None:
    rows = list(taken.quarantine.waiting().because_of("bad_code"))
    for row in rows:
        row.raw["HubKRT"] = "3"
        row.save()
    content = page.get(queue(taken, f"?sebab=bad_code&baris={rows[0].pk}")).content.decode()
    assert "kolom kembar HubKRT berisi 3" in content
    assert f"{len(rows) - 1} baris lain yang kolom kembarnya terisi" in content
    decide(page, rows[0], **{"k-Hub_KRT": "3", "alike": "1"})
    assert not taken.quarantine.waiting().because_of("bad_code").exists()


def test_a_field_is_judged_as_it_is_typed(page: Client, taken: Delivery) -> None:
    row = waiting(taken, "no_name")
    row.told = [["no_name", "Nama", ""], ["date", "TglLahir", "31/02/2015"], ["nik_short", "NIK", "12"]]
    row.save()

    def judged(column: str, value: str) -> str:
        address = reverse("deliveries:check", args=[taken.pk, row.pk])
        answer = page.post(
            address, {f"k-{column}": value}, headers={"HX-Request": "true", "HX-Trigger-Name": f"k-{column}"}
        )
        return answer.content.decode()

    assert "Baru 2 angka; NIK selalu 16 angka." in judged("NIK", "12")
    assert "NIK hanya terdiri atas angka." in judged("NIK", "3,5E+15")
    assert "tanggal itu harus ada" in judged("TglLahir", "31/02/2015")
    assert "28 Februari 2015" in judged("TglLahir", "28/02/2015")


def test_setting_aside_wants_a_reason_and_can_be_undone(page: Client, taken: Delivery) -> None:
    row = waiting(taken, "duplicate")
    assert decide(page, row, "aside", reason=" ").status_code == 422
    assert decide(page, row, "aside", reason="orang yang sama").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.settled_because) == ("set_aside", "orang yang sama")
    page.post(reverse("deliveries:undo", args=[taken.pk, row.pk]))
    row.refresh_from_db()
    assert row.state == "waiting"


def test_numbers_that_are_not_the_trouble_stay_masked(page: Client, taken: Delivery) -> None:
    row = waiting(taken, "no_name")
    row.raw |= {"NIK": "3522062802150001", "NoKK": "3522062802150002"}
    row.save()
    content = page.get(queue(taken, f"?baris={row.pk}")).content.decode()
    assert "3522062802150001" not in content
    assert "••••••••••••••01" in content


def test_opening_a_row_is_written_down(page: Client, taken: Delivery) -> None:
    row = waiting(taken, "no_name")
    page.get(queue(taken, f"?baris={row.pk}"))
    assert Event.objects.filter(what="people.quarantine_opened", subject_id=row.pk).count() == 1


def test_every_row_of_the_queue_can_be_shown(page: Client, taken: Delivery) -> None:
    for pk in taken.quarantine.waiting().values_list("pk", flat=True):
        content = page.get(queue(taken, f"?baris={pk}")).content.decode()
        assert "%(" not in content
        assert 'class="reason reason-red"' in content


def test_with_two_deliveries_one_chooses_and_with_one_one_is_there(
    page: Client, taken: Delivery, rangga: Any
) -> None:
    index = reverse("deliveries:quarantine_index")
    assert page.get(index).url == queue(taken)
    other = Delivery.objects.create(
        period=dt.date(2021, 1, 1),
        received_on=dt.date(2021, 1, 1),
        state="imported",
        digest="b" * 64,
        area_key="3522",
        created_by=rangga,
    )
    other.quarantine.create(
        table="members",
        source_row=2,
        reasons=["no_name"],
        told=[["no_name", "Nama", ""]],
        raw={},
        content_hash=1,
    )
    content = page.get(index).content.decode()
    assert "29 baris menunggu keputusan" in content
    assert queue(other) in content


def test_an_empty_queue_says_so(page: Client, taken: Delivery) -> None:
    taken.quarantine.update(state="set_aside")
    assert "Karantina kiriman ini kosong" in page.get(queue(taken)).content.decode()
    assert (
        "Tidak ada baris yang menunggu" in page.get(reverse("deliveries:quarantine_index")).content.decode()
    )


def test_the_queue_asks_the_database_little(
    page: Client, taken: Delivery, django_assert_max_num_queries: Any
) -> None:
    row = waiting(taken, "bad_code")
    page.get(queue(taken))  # former codes of areas are read once a process
    with django_assert_max_num_queries(24):
        page.get(queue(taken, f"?sebab=bad_code&baris={row.pk}"))


def test_the_same_delivery_again_after_mending_changes_nothing(
    page: Client, taken: Delivery, rangga: Any
) -> None:
    row = waiting(taken, "no_name")
    decide(page, row, **{"k-Nama": "Dimas Kurniawan"})
    people, left = Person.objects.count(), taken.quarantine.waiting().count()
    again = receive_delivery(SAMPLE, period=dt.date(2020, 1, 1), by=rangga)
    take_delivery(again, by=rangga, confirmed=True, measure=False)
    again.refresh_from_db()
    for table in ("households", "members"):
        tally = again.result[table]
        assert (tally["accepted"], tally["warned"], tally["quarantined"]) == (0, 0, 0)
    assert (Person.objects.count(), taken.quarantine.waiting().count()) == (people, left)
    assert Person.objects.filter(name="Dimas Kurniawan").exists()


def test_taking_back_wants_a_reason(page: Client, taken: Delivery) -> None:
    address = reverse("deliveries:take_back", args=[taken.pk])
    assert page.post(address, {"reason": ""}).status_code == 422
    assert page.post(address, {"reason": "periode keliru"}).status_code == 302
    taken.refresh_from_db()
    assert taken.state == "taken_back"
    assert not Person.objects.exists()
    assert "periode keliru" in page.get(reverse("deliveries:delivery", args=[taken.pk])).content.decode()


def test_rows_outside_the_importers_areas_leave_everything_as_it_was(someone: Any) -> None:
    joko = someone("joko", ("data_officer", "7306"))
    delivery = receive_delivery(SAMPLE, period=dt.date(2020, 1, 1), by=joko)
    take_delivery(delivery, by=joko, measure=False)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error["code"], delivery.error["areas"]) == (
        "failed",
        "outside_areas",
        ["3522"],
    )
    assert not Person.objects.exists()


def test_the_queue_opens_on_what_can_be_mended_and_counts_add_up(tmp_path: Path, rangga: Any) -> None:
    """A member that only waits for its household stands first in its file."""
    broken = HOME | {"IDBDT": "3522010002000888", "KDGabungan4": "0000000000"}
    waits = AMINAH | {"IDBDT": broken["IDBDT"]}
    nameless = BAGUS | {"Nama": ""}
    delivery = deliver(tmp_path, [waits, nameless], [HOME, broken], by=rangga)
    client = at_work(rangga)
    QuarantinedRow.objects.filter(table="households").update(state="set_aside", settled_because="uji")
    shown = client.get(reverse("deliveries:quarantine", args=[delivery.pk]))
    assert shown.context["item"].row_key == BAGUS["IDARTBDT"]
    households, members = client.get(reverse("deliveries:delivery", args=[delivery.pk])).context["tables"]
    told = ("came_in", "waiting", "aside", "unchanged", "rows")
    assert [households[name] for name in told] == [1, 0, 1, 0, 2]
    assert [members[name] for name in told] == [0, 2, 0, 0, 2]
