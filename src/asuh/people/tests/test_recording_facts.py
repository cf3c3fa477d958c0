from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from asuh.audit.models import Event
from asuh.people import errors
from asuh.people.actions import facts, withdrawing
from asuh.people.models import Caregiving, CategoryFact, ParentsStatus, Schooling
from asuh.people.tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MAY = date(2020, 5, 12)


def schooling(child, by, **values):
    values = {"participation": "attending", "level": "primary", "grade": 3} | values
    return facts.record_fact(child, "schooling", as_of=MAY, how="visit", by=by, **values)


def test_nobody_records_what_has_not_happened_yet(siti):
    with pytest.raises(errors.DateLiesAhead):
        facts.record_fact(
            make.person(),
            "schooling",
            as_of=TODAY + timedelta(1),
            how="visit",
            by=siti,
            participation="never",
        )


def test_nobody_records_what_was_before_the_child(siti):
    with pytest.raises(errors.BornAfterward):
        facts.record_fact(
            make.person(), "schooling", as_of=date(2016, 1, 1), how="visit", by=siti, participation="never"
        )


def test_nothing_is_recorded_about_somebody_withdrawn(siti, budi):
    child = make.person()
    withdrawing.withdraw([child], reason="terdaftar dua kali", by=budi)
    with pytest.raises(errors.Withdrawn):
        schooling(child, siti)


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("schooling", {"participation": "attending", "nisn": "12345"}, "nisn"),
        ("schooling", {"participation": "sometimes"}, "participation"),
        ("schooling", {"participation": "attending", "grade": 14}, "grade"),
        ("health", {"weight_kg": "-3"}, "weight_kg"),
        ("health", {"chronic": ["none", "asthma"]}, "chronic"),
        ("category", {"scheme": "ampk", "code": "toddler"}, "code"),
        ("caregiving", {"arrangement": "kin"}, "caregiver_name"),
        ("contact", {"phone": "12", "phone_of": "mother"}, "phone"),
        ("document", {"document": "nik", "number": "123", "state": "valid"}, "number"),
        ("functioning", {"answers": {"seeing": "daily"}}, "answers"),
        ("functioning", {"answers": {"playing": "none"}}, "answers"),  # asked of small children only
        (
            "document",
            {
                "document": "passport",
                "state": "valid",
                "issued_on": date(2020, 1, 1),
                "expires_on": date(2019, 1, 1),
            },
            "expires_on",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_words(siti, kind, values, field):
    with pytest.raises(errors.FactDoesNotFit) as refused:
        facts.record_fact(make.person(), kind, as_of=date(2024, 5, 12), how="visit", by=siti, **values)
    assert refused.value.field == field
    assert "_" not in str(refused.value)


def test_a_measurement_without_any_value_says_nothing(siti):
    with pytest.raises(errors.FactSaysNothing):
        facts.record_fact(make.person(), "health", as_of=MAY, how="visit", by=siti)


def test_the_newest_day_answers_not_the_newest_typing(siti):
    child = make.person()
    facts.record_fact(child, "schooling", as_of=date(2024, 2, 1), how="school", by=siti, participation="left")
    schooling(child, siti)
    assert Schooling.objects.standing().filter(person=child).first().participation == "left"
    assert Schooling.objects.at(MAY).filter(person=child).first().participation == "attending"


def test_a_correction_keeps_what_was_said_before(siti):
    first = schooling(make.person(), siti)
    second = facts.correct_fact(first, reason="salah dengar", by=siti, grade=4)
    first.refresh_from_db()
    assert (second.grade, second.level) == (4, "primary")
    assert (first.grade, first.superseded_by) == (3, second)
    assert Event.objects.get(what="people.fact_corrected").why == "salah dengar"


def test_a_correction_needs_a_reason_and_a_fact_that_stands(siti):
    first = schooling(make.person(), siti)
    with pytest.raises(errors.ReasonMissing):
        facts.correct_fact(first, reason=" ", by=siti, grade=4)
    facts.correct_fact(first, reason="salah dengar", by=siti, grade=4)
    with pytest.raises(errors.FactDoesNotStand):
        facts.correct_fact(first, reason="sekali lagi", by=siti, grade=5)


def test_a_withdrawn_fact_no_longer_answers_and_can_come_back(siti):
    fact = schooling(make.person(), siti)
    facts.withdraw_fact(fact, reason="anak lain", by=siti)
    assert not Schooling.objects.standing().exists()
    facts.restore_fact(fact, by=siti)
    assert Schooling.objects.standing().get() == fact


def test_the_database_lets_no_fact_be_withdrawn_without_a_reason(siti):
    fact = schooling(make.person(), siti)
    with pytest.raises(IntegrityError), transaction.atomic():
        Schooling.objects.filter(pk=fact.pk).update(withdrawn_at=timezone.now())


def test_the_trail_knows_the_kind_but_not_the_answer(siti):
    schooling(make.person(), siti, school="SDN Ngelo 1")
    event = Event.objects.get(what="people.fact_recorded")
    assert event.details["kind"] == "schooling"
    assert "SDN" not in str(event.details)


def test_a_new_paper_takes_the_place_of_the_old_one(siti):
    child = make.person()
    paper = {"document": "kia", "how": "document", "as_of": MAY, "by": siti}
    missing = facts.record_fact(child, "document", state="missing", **paper)
    held = facts.record_fact(child, "document", state="to_verify", number="3522 0102 0317 0001", **paper)
    missing.refresh_from_db()
    assert missing.superseded_by == held
    assert held.number == "3522010203170001"
    assert facts.verify_document(held, state="valid", reason="dilihat aslinya", by=siti).number == held.number


def test_a_category_stands_once(siti):
    child = make.person()
    for _time in range(2):
        facts.record_fact(child, "category", as_of=MAY, how="visit", by=siti, scheme="ppks", code="street")
    assert CategoryFact.objects.standing().count() == 1


def test_yatim_is_derived_from_the_parents(siti):
    fact = facts.record_fact(
        make.person(),
        "parents",
        as_of=MAY,
        how="kin",
        by=siti,
        father="dead",
        mother="alive",
        mother_away="migrant",
    )
    assert fact.in_words() == "Yatim, ibu: pekerja migran di luar negeri"
    assert ParentsStatus.objects.get().orphanhood == "fatherless"


def test_disability_follows_the_international_cutoff(siti):
    child = make.person()
    fact = facts.record_fact(
        child, "functioning", as_of=date(2024, 5, 12), how="visit", by=siti, answers={"walking": "cannot"}
    )
    assert fact.disability is True
    assert fact.module == "cfm_5_17"
    assert "berjalan" in fact.in_words()


def test_the_age_on_the_day_decides_what_is_asked(siti):
    fact = facts.record_fact(
        make.person(),
        "functioning",
        as_of=date(2020, 5, 12),
        how="visit",
        by=siti,
        answers={"playing": "some"},
    )
    assert fact.module == "cfm_2_4"


def test_a_caregiver_can_be_a_person_of_the_registry(siti):
    _home, _father, mother, child = make.family()
    facts.record_fact(
        child,
        "caregiving",
        as_of=date(2024, 1, 1),
        how="visit",
        by=siti,
        arrangement="parents",
        caregiver=mother,
        relation="mother",
    )
    assert Caregiving.objects.get().who == "Siti Munawaroh"


def test_a_photo_needs_consent(siti):
    with pytest.raises(errors.FactDoesNotFit) as refused:
        facts.record_fact(
            make.person(),
            "photo",
            as_of=date(2024, 1, 1),
            how="visit",
            by=siti,
            picture=SimpleUploadedFile("a.png", PNG),
            consent_name="",
            consent_relation="mother",
            consented_on=date(2024, 1, 1),
        )
    assert refused.value.field == "consent_name"


def test_a_photo_that_is_none_is_refused(siti):
    with pytest.raises(errors.NotAPicture):
        photo(siti, b"<svg onload=alert(1)>")


def test_a_photo_loses_what_the_camera_wrote_into_it(siti, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    fact = photo(siti, PNG)
    assert b"GPS" not in fact.picture.read()
    assert "rumah" not in fact.picture.name


def photo(by, data):
    return facts.record_fact(
        make.person(),
        "photo",
        as_of=date(2024, 1, 1),
        how="visit",
        by=by,
        picture=SimpleUploadedFile("rumah-rizky.png", data),
        consent_name="Siti Munawaroh",
        consent_relation="mother",
        consented_on=date(2024, 1, 1),
    )


def png(*chunks):
    import struct
    import zlib

    body = b"\x89PNG\r\n\x1a\n"
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        *chunks,
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    ):
        body += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return body


PNG = png((b"tEXt", b"GPS\x00-7.15,111.88"))


def test_nothing_known_of_somebody_withdrawn_is_withdrawn_or_restored(siti, budi):
    child = make.person()
    standing, gone = schooling(child, siti), schooling(child, siti, grade=4)
    facts.withdraw_fact(gone, reason="keliru", by=siti)
    withdrawing.withdraw([child], reason="terdaftar dua kali", by=budi)
    with pytest.raises(errors.Withdrawn):
        facts.withdraw_fact(standing, reason="uji", by=siti)
    with pytest.raises(errors.Withdrawn):
        facts.restore_fact(gone, by=siti)
