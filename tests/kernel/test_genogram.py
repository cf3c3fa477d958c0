from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel.genogram import Kin, draw


def kin(key, relation, **fields):
    return Kin(key, key, "", fields.pop("sex", 1), relation, **fields)


def test_a_child_hangs_below_its_parents():
    drawing = draw(
        [kin("ayah", 1), kin("ibu", 2, sex=2), kin("anak", 3, me=True)], mother="ibu", father="ayah"
    )
    at = {figure.kin.key: figure for figure in drawing.figures}
    assert at["anak"].y > at["ayah"].y == at["ibu"].y
    assert len(drawing.lines) >= 3
    assert not drawing.dashed


def test_a_grandchild_without_parents_in_the_house_hangs_on_a_dashed_line():
    people = [
        kin("nenek", 1, sex=2, caregiver=True),
        kin("ibu", 0, sex=2, here=False),
        kin("anak", 5, me=True),
    ]
    drawing = draw(people, mother="ibu")
    at = {figure.kin.key: figure for figure in drawing.figures}
    assert at["nenek"].y < at["ibu"].y < at["anak"].y
    assert drawing.dashed
    assert drawing.care


def test_no_line_runs_through_the_words_under_a_single_parent():
    for caregiver in (True, False):
        drawing = draw([kin("ibu", 1, sex=2, caregiver=caregiver), kin("anak", 3, me=True)], mother="ibu")
        mother = next(figure for figure in drawing.figures if figure.kin.key == "ibu")
        assert not any(line.startswith(f"M{mother.x} {mother.y + 18} V") for line in drawing.lines)
        assert any(line.startswith(f"M{mother.x - 18} {mother.y} H") for line in drawing.lines)


@given(
    st.lists(
        st.tuples(st.integers(1, 8), st.booleans(), st.booleans(), st.sampled_from([1, 2, None])), max_size=12
    ),
    st.integers(1, 8),
)
def test_nobody_stands_on_another_or_outside(others, mine):
    people = [
        kin(f"o{n}", relation, dead=dead, here=here, sex=sex)
        for n, (relation, dead, here, sex) in enumerate(others)
    ]
    people += [kin("anak", mine, me=True), kin("ibu", 0, here=False), kin("ayah", 0, dead=True)]
    drawing = draw(people, mother="ibu", father="ayah")
    places = {(figure.x, figure.y) for figure in drawing.figures}
    assert len(places) == len(people)
    assert all(18 <= x <= drawing.width - 18 and 12 <= y <= drawing.height for x, y in places)
