"""The tree of RFC 6962: against its own definition, and against published roots."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel.merkle import Tree, leaf_hash, node_hash


def root_by_definition(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(root_by_definition(leaves[:half]), root_by_definition(leaves[half:]))


def root(leaves):
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_agrees_with_the_definition(leaves):
    assert root(leaves) == root_by_definition(leaves)


# The test vectors of Certificate Transparency's reference implementation (Apache-2.0).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("count", ROOTS)
def test_agrees_with_published_roots(count):
    assert root([bytes.fromhex(leaf) for leaf in LEAVES[:count]]).hex() == ROOTS[count]


def test_order_matters():
    assert root([b"a", b"b"]) != root([b"b", b"a"])


def test_a_leaf_cannot_pass_for_a_node():
    assert root([b"a", b"b"]) != root([leaf_hash(b"a") + leaf_hash(b"b")])
