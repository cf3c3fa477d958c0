"""DTKS in words, by period, beside what people saw since."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from asuh.people import told
from asuh.people.actions import facts
from asuh.people.models import Person
from asuh.people.profile import profile_of
from asuh.people.tests.deliveries import AMINAH, BAGUS, HOME, JANUARY, JULY, deliver

pytestmark = pytest.mark.django_db
SCHOOL = {"Partisipasi_sekolah": "1", "Pendidikan_tertinggi": "01", "Kelas_tertinggi": "3"}
SEEN = dt.date(2020, 5, 12)


def aminah(tmp_path, rangga, **cells):
    deliver(tmp_path, (AMINAH | cells, BAGUS), by=rangga)
    return Person.objects.get(name="Siti Aminah")


def words(person, by, code):
    return next(one for one in profile_of(person, by=by).told if one.code == code)


@pytest.mark.parametrize(
    ("cells", "code", "expected"),
    [
        (SCHOOL, "school", "Masih sekolah, kelas 3 SD/SDLB"),
        ({"Partisipasi_sekolah": "0"}, "school", "Tidak/belum pernah sekolah"),
        ({"Ada_kartu_identitas": "3"}, "birth_certificate", "Memiliki"),
        ({"Ada_kartu_identitas": "2"}, "birth_certificate", "Belum memiliki"),
        ({"Ada_diKK": "2"}, "family_card", "Tidak tercantum"),
        ({"Jenis_cacat": "03"}, "disability", "Tuna rungu"),
        (
            {"Sta_Bekerja": "1", "Jumlah_jamkerja": "12"},
            "work",
            "Bekerja, 12 jam seminggu",
        ),
        ({"Ada_pkh": "1", "Ada_kip": "0"}, "aid", "PKH"),
        ({}, "school", None),
        ({}, "welfare", "Desil 1, termasuk 10 persen terbawah"),
    ],
)
def test_a_delivered_code_is_said_in_words(tmp_path, rangga, siti, cells, code, expected):
    assert words(aminah(tmp_path, rangga, **cells), siti, code).value == expected


def test_what_a_visit_saw_otherwise_is_said(tmp_path, rangga, siti):
    child = aminah(tmp_path, rangga, **SCHOOL)
    facts.record_fact(child, "schooling", as_of=SEEN, how="visit", by=siti, participation="left")
    assert (
        words(child, siti, "school").differs == "Berbeda dengan kunjungan 12 Mei 2020: tidak bersekolah lagi"
    )


def test_what_a_visit_saw_likewise_confirms(tmp_path, rangga, siti):
    child = aminah(tmp_path, rangga, **SCHOOL)
    facts.record_fact(child, "schooling", as_of=SEEN, how="visit", by=siti, participation="attending")
    told_school = words(child, siti, "school")
    assert told_school.differs == ""
    assert told_school.confirmed == "Dibenarkan Siti Rahmawati, kunjungan 12 Mei 2020."


def test_what_was_seen_before_the_delivery_contradicts_nothing(tmp_path, rangga, siti):
    child = aminah(tmp_path, rangga, **SCHOOL)
    before = JANUARY - dt.timedelta(days=30)
    facts.record_fact(child, "schooling", as_of=before, how="visit", by=siti, participation="left")
    assert words(child, siti, "school").differs == ""


def test_every_period_stands_beside_the_others(tmp_path, rangga, siti):
    child = aminah(tmp_path, rangga, **SCHOOL)
    deliver(
        tmp_path,
        (AMINAH | {"Partisipasi_sekolah": "2"}, BAGUS),
        (HOME,),
        period=JULY,
        by=rangga,
        confirmed=True,
    )
    periods = told.by_period(child, told.deliveries_of(child), by=siti)
    assert list(periods.periods) == [JULY, JANUARY]
    lines = dict(periods.groups[0][1])
    assert lines["Partisipasi sekolah"] == ["Tidak bersekolah lagi", "Masih sekolah"]


def test_pregnancy_is_told_only_to_who_may_read_restricted_answers(tmp_path, rangga, siti):
    child = aminah(tmp_path, rangga, Sta_hamil="1")
    delivered = told.deliveries_of(child)

    def lines(by):
        return dict(told.by_period(child, delivered, by=by).groups[0][1])

    assert lines(siti)["Status kehamilan"] == ["Ya"]
    assert "Status kehamilan" not in lines(rangga)


def test_the_head_is_named_only_where_the_row_lies_within_reach(tmp_path, rangga, siti, citra):
    deliver(tmp_path, (AMINAH, BAGUS), (HOME | {"Nama_KRT": "BAGUS WIRAYUDA"},), by=rangga)
    child = Person.objects.get(name="Siti Aminah")
    delivered = told.deliveries_of(child)

    def lines(by):
        rows = told.by_period_of_household([one.household for one in delivered], by=by)
        both = (told.by_period(child, delivered, by=by), rows)
        return {label for periods in both for _title, lines in periods.groups for label, _cells in lines}

    assert "Nama kepala rumah tangga" in lines(siti)
    assert "Nama kepala rumah tangga" not in lines(citra)
    assert "Alamat" in lines(citra)


def test_card_numbers_and_nik_are_not_among_the_facts(tmp_path, rangga, siti):
    child = aminah(tmp_path, rangga)
    client = Client()
    client.force_login(siti)
    shown = client.get(reverse("people:child_part", args=[child.pk, "dtks"])).content.decode()
    assert AMINAH["NIK"] not in shown
    assert "Nomor kartu debit" not in shown


def test_the_page_says_how_old_the_data_is(tmp_path, rangga, siti):
    child = aminah(tmp_path, rangga, **SCHOOL)
    client = Client()
    client.force_login(siti)
    shown = client.get(reverse("people:child", args=[child.pk])).content.decode()
    assert "DTKS Januari 2020, keadaan" in shown
    assert "lalu" in shown
