import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel import functioning as f
from asuh.kernel.orphanhood import orphanhood

ANSWERS = st.sampled_from(f.ALL).flatmap(
    lambda asked: st.fixed_dictionaries(
        {}, optional={domain: st.sampled_from(list(scale)) for domain, scale in asked.scales.items()}
    ).map(lambda answers: (asked, answers))
)


@pytest.mark.parametrize(
    ("age", "code"),
    [(1, None), (2, "cfm_2_4"), (4, "cfm_2_4"), (5, "cfm_5_17"), (17, "cfm_5_17"), (18, "wg_ss")],
)
def test_the_age_decides_which_questions_are_asked(age, code):
    asked = f.questions_for(age)
    assert (asked.code if asked else None) == code


def test_an_answer_of_another_scale_is_none():
    with pytest.raises(f.NotAnAnswer):
        f.has_disability(f.CHILD, {"anxiety": "cannot"})


@pytest.mark.parametrize(
    ("asked", "domain", "answer", "expected"),
    [
        (f.CHILD, "seeing", "much", True),
        (f.CHILD, "seeing", "some", None),
        (f.CHILD, "anxiety", "daily", True),
        (f.CHILD, "anxiety", "weekly", None),
        (f.TODDLER, "behaviour", "a_lot_more", True),
        (f.TODDLER, "behaviour", "more", None),
    ],
)
def test_the_cutoff_of_each_scale(asked, domain, answer, expected):
    assert f.has_disability(asked, {domain: answer}) is expected


@given(ANSWERS)
def test_no_disability_is_said_only_when_everything_was_asked(case):
    asked, answers = case
    verdict = f.has_disability(asked, answers)
    assert verdict is not False or set(answers) == set(asked.scales)
    assert (verdict is True) == bool(f.domains_with_difficulty(asked, answers))


@pytest.mark.parametrize(
    ("father", "mother", "is_"),
    [
        ("dead", "alive", "fatherless"),
        ("dead", "unknown", "fatherless"),
        ("alive", "dead", "motherless"),
        ("dead", "dead", "orphan"),
        ("alive", "alive", "both"),
        ("alive", "unknown", "unknown"),
    ],
)
def test_yatim_piatu_and_both(father, mother, is_):
    assert orphanhood(father=father, mother=mother) == is_
