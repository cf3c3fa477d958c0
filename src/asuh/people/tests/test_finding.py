"""Finding people as they are asked for: with slips, old spellings, half a name, or a number."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from asuh.audit.models import Event
from asuh.people import search
from asuh.people.actions.words import learn_words, refile_names
from asuh.people.commands.find import areas_of, find
from asuh.people.models import Delivery, MemberRow, NameWord, Person
from asuh.people.permissions import Can
from asuh.people.tests.factories import NGELO, PELEM, TETEBATU, household, person

pytestmark = pytest.mark.django_db


def found(text: str, **more) -> list[str]:
    return [Person.objects.get(pk=hit.person).name for hit in search.find(text, **more)]


# ── who is not found ──────────────────────────────────────────────────────────────────────────────


def test_nobody_outside_ones_areas_is_found(siti):
    person("Siti Aminah", area_key=TETEBATU)
    assert found("siti aminah", among=Person.objects.reachable(by=siti, to=Can.FIND_CHILD)) == []


def test_nobody_withdrawn_is_found():
    from django.utils import timezone

    person("Siti Aminah", withdrawn_at=timezone.now(), withdrawn_because="twice")
    assert found("siti aminah") == []


def test_no_letter_finds_nobody():
    person("Siti Aminah")
    assert found("") == found("?!") == found("12") == []


def test_another_name_is_not_found():
    person("Siti Aminah")
    assert found("Bambang Sutrisno") == []


def test_a_common_word_alone_is_no_likeness():
    person("Siti Aminah")
    assert found("Siti Qory") == []


def test_the_other_sex_is_not_found():
    person("Nur Hidayat", sex=1)
    assert found("Nur Hidayat", sex=2) == []


def test_who_lives_in_another_village_is_not_found():
    person("Siti Aminah", area_key=PELEM)
    assert found("Siti Aminah", village=NGELO) == []


def test_who_was_born_much_earlier_is_not_found():
    person("Siti Aminah", born_on=date(2010, 5, 1))
    assert found("Siti Aminah", born=2013) == []


# ── by name ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("siti aminha", "SITI AMINAH"),
        ("siti amina", "SITI AMINAH"),
        ("soetrisno", "SUTRISNO"),
        ("djoko tjahjono", "JOKO CAHYONO"),
        ("jusuf", "YUSUF"),
        ("moh. rizky", "MUHAMMAD RIZKI"),
        ("abd rahman", "ABDURRAHMAN"),
        ("Hj. St. Chodijah, S.Pd", "SITI KHADIJAH"),
        ("nurhayati", "NUR HAYATI"),
        ("nur hayati", "NURHAYATI"),
        ("lestari ratna dewi", "RATNA DEWI LESTARI"),
        ("ratna lestari", "RATNA DEWI LESTARI"),
        ("ratna dewi sari lestari", "RATNA DEWI LESTARI"),
        ("deoeh rohaeti", "DEDEH ROHAETI"),
    ],
)
def test_a_name_is_found_however_it_is_typed(typed, name):
    person(name)
    person("BAMBANG HARTONO")
    assert found(typed) == [name]


def test_a_name_is_found_while_it_is_typed():
    person("SITI AMINAH")
    assert found("siti ami", typing=True) == ["SITI AMINAH"]
    assert found("siti ami") == ["SITI AMINAH"]


def test_the_name_as_typed_comes_before_names_like_it():
    person("SITI RINI")
    person("SITI RINA")
    assert found("siti rina") == ["SITI RINA", "SITI RINI"]


def test_among_namesakes_comes_first_who_writes_it_so():
    person("MUHAMMAD RIZKI")
    person("MOHAMAD RISKY")
    assert found("mohamad risky") == ["MOHAMAD RISKY", "MUHAMMAD RIZKI"]


def test_many_namesakes_do_not_hide_another_likely_name():
    for _ in range(12):
        person("SITI RANI")
    person("SITI RINI")
    assert "SITI RINI" in found("siti rkni")


def test_a_word_the_list_does_not_know_is_found_as_it_is():
    person("SITI AMINAH")
    NameWord.objects.all().delete()
    assert found("aminah siti") == ["SITI AMINAH"]


def test_a_person_is_found_where_they_stay():
    person("SITI AMINAH", area_key=TETEBATU, stay_key=NGELO)
    assert found("siti aminah", village=NGELO) == ["SITI AMINAH"]


def test_a_regency_can_stand_for_the_village():
    person("SITI AMINAH", area_key=NGELO)
    assert found("siti aminah", village="3522") == ["SITI AMINAH"]


def test_with_village_and_year_two_slips_are_forgiven():
    person("SITI AMINAH RAHAYU", area_key=NGELO, born_on=date(2012, 5, 18))
    assert found("siti amniah rhayu", village=NGELO, born=2012) == ["SITI AMINAH RAHAYU"]


def test_the_right_birth_date_comes_first_and_a_near_one_is_found_too():
    person("SITI AMINAH", born_on=date(2013, 1, 1))
    exact = person("SITI AMINAH", born_on=date(2012, 5, 18))
    person("SITI AMINAH", born_on=None, born_year=None)
    hits = search.find("siti aminah", born=date(2012, 5, 18))
    assert hits[0].person == exact.pk
    assert len(hits) == 3
    assert {reason.code for reason in hits[0].why} == {"same_name", "born"}


def test_the_mothers_name_tells_namesakes_apart():
    person("SITI AMINAH", mother_name="WAGIYEM")
    child = person("SITI AMINAH", mother_name="ROHANI")
    first, second = search.find("siti aminah", mother="Rohany")
    assert first.person == child.pk
    assert second.score < first.score


def test_a_hit_says_why():
    person("ZAINAL LESTRAI")
    (hit,) = search.find("jaenal lestari")
    assert [(reason.code, reason.a, reason.b) for reason in hit.why] == [
        ("same_word", "ZAINAL", "ZAINAL"),
        ("similar", "LESTARI", "LESTRAI"),
    ]


def test_of_one_word_comes_first_who_has_it_then_who_has_one_like_it():
    person("RAHMAT")
    person("AHMAD FAUZI MAULANA")
    person("NUR AHMAD")
    assert found("ahmad") == ["AHMAD FAUZI MAULANA", "NUR AHMAD", "RAHMAT"]


def test_who_writes_a_word_as_it_was_asked_for_comes_first():
    person("ACHMAD ALI")
    person("AHMAD ALWI YUSUF")
    person("AHMAD ALWI")
    assert found("ahmad") == ["AHMAD ALWI", "ACHMAD ALI", "AHMAD ALWI YUSUF"]


def test_everybody_with_a_common_word_is_found():
    for letter in "ABCDEFGHIJ":
        for other in "AEIOUYWLNR":
            person(f"SITI {letter}{other}RUBI")
    answer = search.answer("siti", limit=200)
    assert len(answer.hits) == 100
    assert answer.complete


def test_a_whole_name_in_other_letters_stands_above_a_longer_one_like_it():
    person("RAHMAT")
    person("ABDUL ROHMAN")
    assert found("rohman") == ["ABDUL ROHMAN", "RAHMAT"]


def test_no_more_are_found_than_asked_for():
    for _ in range(4):
        person("SITI AMINAH")
    assert len(search.find("siti aminah", limit=3)) == 3


def test_where_a_limit_was_reached_the_answer_is_not_complete(monkeypatch):
    for _ in range(4):
        person("SITI AMINAH")
    assert search.answer("siti aminah", limit=5).complete
    assert not search.answer("siti aminah", limit=3).complete
    monkeypatch.setattr(search, "_PEOPLE", 4)
    assert not search.answer("siti aminah", limit=10).complete


def test_words_begun_by_a_letter_are_more_than_are_looked_at(monkeypatch):
    monkeypatch.setattr("asuh.kernel.linkage.keys._WORDS_A_GROUP", 2)
    for name in ("ZAINAB", "ZULFA"):
        person(name)
    assert search.answer("zu").complete
    assert not search.answer("z").complete


def test_part_of_the_mothers_name_agrees():
    person("SITI AMINAH", mother_name="Salwa Amalia")
    (hit,) = search.find("siti aminah", mother="salwa")
    assert [reason.code for reason in hit.why] == ["same_name", "mother"]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("ab", [("missing_in_a", ""), ("begins", "AB")]),
        ("abizar nas", [("same_word", "ABIZAR"), ("begins", "NAS")]),
    ],
)
def test_a_word_still_being_typed_is_not_called_the_same(typed, why):
    person("ABIZAR NASUTION")
    (hit,) = search.find(typed)
    assert [(reason.code, reason.a) for reason in hit.why] == why


def test_the_words_of_new_names_are_learnt_once():
    assert learn_words(["SITI", "AMINAH", ""]) == 2
    assert learn_words(["SITI", "RAHAYU"]) == 1
    assert learn_words(f"KATA{number}X" for number in range(700)) == 700
    assert NameWord.objects.get(word="RAHAYU").keys


def test_everybody_can_be_filed_anew_when_the_tables_of_names_change():
    old, fresh = person("Hj. SITI AMINAH"), person("BUDI")
    Person.objects.filter(pk=old.pk).update(name_norm="HJ SITI AMINAH", name_keys=[1])
    NameWord.objects.all().delete()
    assert refile_names() == 1
    assert found("siti aminha") == ["Hj. SITI AMINAH"]
    assert Person.objects.get(pk=fresh.pk).name_norm == fresh.name_norm


# ── by number ─────────────────────────────────────────────────────────────────────────────────────


def member_row(child, **fields):
    delivery = Delivery.objects.create(period=date(2020, 1, 1), received_on=date(2020, 2, 1), digest="x")
    return MemberRow.objects.create(
        delivery=delivery, period=date(2020, 1, 1), source_row=1, area_key=NGELO, content_hash=1, person=child,
        nama=child.name, jnskel=2, **fields,
    )  # fmt: skip


def test_a_number_finds_exactly_who_bears_it():
    home = household(idbdt="3522012001000001")
    child = person("SITI AMINAH", home=home, nik="3522015801120001", kk="3522010101100007")
    person("SITI AMINAH", nik="3522015801120002")
    member_row(child, idbdt="3522012001000001", idartbdt="352201200100000101")
    numbers = [child.nik, child.kk, home.idbdt, "352201200100000101", child.code, "3522 0158 0112 0001"]
    for number in numbers:
        assert [hit.person for hit in search.find(number)] == [child.pk], number


def test_a_number_one_digit_off_finds_nobody():
    person("SITI AMINAH", nik="3522015801120001")
    assert search.find("3522015801120003") == []


def test_a_household_number_finds_the_head_first():
    home = household(idbdt="3522012001000001")
    child = person("SITI AMINAH", home=home, relation=3)
    head = person("HADI", home=home, relation=1)
    assert [hit.person for hit in search.find("3522012001000001")] == [head.pk, child.pk]


# ── asuh find ─────────────────────────────────────────────────────────────────────────────────────


def ask(*arguments):
    result = CliRunner().invoke(find, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_answers_in_json():
    child = person("SITI AMINAH", nik="3522015801120001", born_on=date(2012, 5, 18), area_key=NGELO)
    member_row(child, idbdt="3522012001000001", idartbdt="352201200100000101")
    (hit,) = json.loads(ask("--json", "siti aminha", "--born", "2012-05-18", "--village", "35.22.22.2002"))
    assert hit["why"]
    assert hit | {"why": 0, "score": 0} == {
        "person": child.code, "name": "SITI AMINAH", "idartbdt": ["352201200100000101"],
        "nik": "3522015801120001", "born": "2012-05-18", "village": NGELO, "score": 0, "why": 0,
    }  # fmt: skip


def test_a_file_of_questions_is_answered_line_by_line(tmp_path):
    person("SITI AMINAH", born_on=date(2012, 5, 18))
    questions = tmp_path / "questions.csv"
    questions.write_text(
        "query,born,village,sex,mother\nsiti aminha,2012,,2,\nnobody,,,,\nsiti,12 May,,,\nsiti aminah,,3522222002,,\n"
    )
    first, second, third, fourth = map(json.loads, ask("--batch", str(questions), "--json").splitlines())
    assert [hit["name"] for hit in first] == ["SITI AMINAH"]
    assert second == []
    assert "12 May" in third["error"]
    assert len(fourth) == 1


def test_a_file_parted_by_semicolons_is_read_too(tmp_path):
    person("SITI AMINAH", born_on=date(2012, 5, 18))
    questions = tmp_path / "questions.csv"
    questions.write_text("Query;Born;Mother\nsiti aminah;2012;\n")
    (hit,) = json.loads(ask("--batch", str(questions), "--json"))
    assert hit["name"] == "SITI AMINAH"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"nama,lahir\nsiti,2012\n", "'nama,lahir'"),
        (b"query,lahir\nsiti,2012\n", "the first line must name"),
        (b"", "the first line must name"),
        (b"query\tborn\nsiti\t2012\n", "the first line must name"),
        (b"query,born\nsiti,aminah,2012\n", "row 2 has more columns"),
        (b"query\nsit\xef aminah\n", "not UTF-8 (byte 10)"),
    ],
)
def test_a_file_that_cannot_be_read_is_not_answered_with_nobody(tmp_path, content, said):
    questions = tmp_path / "questions.csv"
    questions.write_bytes(content)
    for form in ([], ["--json"]):
        result = CliRunner().invoke(find, ["--batch", str(questions), *form])
        assert result.exit_code == 2
        assert said in result.output
        assert "Nobody" not in result.output


def test_in_words_each_answer_says_whose_it_is(tmp_path):
    person("SITI AMINAH", born_on=date(2012, 5, 18))
    questions = tmp_path / "questions.csv"
    questions.write_text("query,born\nsiti aminah,2012\nbambang,\n,2012\n")
    first, hit, second, nobody, third, error = ask("--batch", str(questions)).splitlines()
    assert (first, second, third) == ("siti aminah; 2012:", "bambang:", "2012:")
    assert "SITI AMINAH" in hit
    assert nobody == "Nobody found."
    assert error == "no query in this row"


def test_a_code_of_both_lists_means_both_areas():
    assert NGELO in areas_of("35.22.22.2002")
    assert areas_of("3522") == ["3522"]
    with pytest.raises(ValueError, match="no area"):
        areas_of("9999")


def test_a_question_that_cannot_be_understood_is_refused():
    for arguments in (
        ["siti", "--born", "May"],
        ["siti", "--village", "9999"],
        [],
        ["siti", "--as", "nobody"],
    ):
        assert CliRunner().invoke(find, arguments).exit_code == 2, arguments


def test_the_command_finds_only_whom_the_user_may_find(siti):
    person("SITI AMINAH", area_key=TETEBATU)
    assert json.loads(ask("--json", "siti aminah", "--as", siti.username)) == []
    assert len(json.loads(ask("--json", "siti aminah"))) == 1


def test_a_search_is_recorded_without_the_name():
    person("SITI AMINAH")
    ask("siti aminah", "--born", "2012")
    event = Event.objects.get(what="people.searched")
    assert "aminah" not in json.dumps(event.details).lower()
    assert event.details["found"] == 0
