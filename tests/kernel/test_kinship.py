import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel import kinship
from asuh.kernel.kinship import Kin, Member, Relation, kin_of, under_new_head

HEAD, SPOUSE, CHILD, IN_LAW, GRANDCHILD, PARENT, WORKER, OTHER = range(1, 9)
relations = st.sampled_from([None, *range(1, 9)])
ages = st.none() | st.integers(0, 99)
members = st.builds(Member, st.integers(0, 10**6), relations, st.sampled_from([None, 1, 2]), ages)


@pytest.mark.parametrize(
    ("mine", "theirs", "kin"),
    [
        (CHILD, HEAD, Kin.PARENT),
        (CHILD, CHILD, Kin.SIBLING),
        (CHILD, PARENT, Kin.GRANDPARENT),
        (CHILD, IN_LAW, Kin.SIBLING_IN_LAW),
        (CHILD, GRANDCHILD, Kin.NEPHEW),
        (GRANDCHILD, HEAD, Kin.GRANDPARENT),
        (GRANDCHILD, CHILD, Kin.UNCLE),
        (GRANDCHILD, GRANDCHILD, None),
        (CHILD, OTHER, None),
        (OTHER, CHILD, None),
        (PARENT, HEAD, None),
    ],
)
def test_what_others_are_to_a_child_of_nine(mine, theirs, kin):
    assert kin_of(mine, theirs, age=9, other_age=11 if mine == GRANDCHILD else 40) is kin


def test_whose_child_a_grandchild_is_is_not_guessed_among_adults():
    assert kin_of(GRANDCHILD, CHILD, age=5, other_age=30) is None
    assert kin_of(CHILD, IN_LAW, age=30, other_age=30) is None


@given(relations, relations, ages, ages)
def test_what_one_is_to_the_other_is_the_inverse_of_what_the_other_is_to_one(mine, theirs, age, other_age):
    there = kin_of(mine, theirs, age=age, other_age=other_age)
    back = kin_of(theirs, mine, age=other_age, other_age=age)
    assert back == (kinship.INVERSE[there] if there else None)


def test_when_the_mother_becomes_head_the_father_stays_the_father():
    told = under_new_head(
        Member(2, SPOUSE, 2, 40), [Member(1, HEAD, 1, 43), Member(3, CHILD, 1, 9), Member(4, PARENT, 2, 70)]
    )
    assert told == {1: Relation(SPOUSE), 3: Relation(CHILD), 4: Relation(PARENT)}


def test_when_a_daughter_becomes_head_her_husband_and_her_child_are_the_likeliest():
    told = under_new_head(
        Member(3, CHILD, 2, 30),
        [
            Member(1, HEAD, 1, 60),
            Member(4, IN_LAW, 1, 33),
            Member(5, GRANDCHILD, 1, 6),
            Member(6, CHILD, 1, 20),
        ],
    )
    assert told[1] == Relation(PARENT)
    assert told[6] == Relation(OTHER)
    assert told[4] == Relation(SPOUSE, sure=False)
    assert told[5] == Relation(CHILD, sure=False)


def test_of_two_who_may_be_the_spouse_neither_is_taken():
    told = under_new_head(Member(3, CHILD, 2, 30), [Member(4, IN_LAW, 1, 33), Member(5, IN_LAW, 1, 35)])
    assert set(told.values()) == {Relation(OTHER, sure=False)}


def test_nobody_is_the_parent_of_somebody_of_their_age():
    assert under_new_head(Member(3, CHILD, 1, 12), [Member(5, GRANDCHILD, 1, 6)])[5] == Relation(OTHER)


@given(members, st.lists(members, max_size=8, unique_by=lambda one: one.key))
def test_everybody_gets_a_relation_and_one_at_most_is_the_spouse(head, others):
    told = under_new_head(head, others)
    assert set(told) == {one.key for one in others}
    assert HEAD not in {relation.code for relation in told.values()}
    if head.relation != SPOUSE or sum(one.relation == HEAD for one in others) <= 1:
        assert sum(relation.code == SPOUSE for relation in told.values()) <= 1
