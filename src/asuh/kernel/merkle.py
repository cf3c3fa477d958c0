"""A Merkle tree over a stream of leaves, in logarithmic memory.

The tree is the one of RFC 6962, section 2.1: SHA-256, a zero byte before leaves, a one byte before
nodes, and a left half that is the largest power of two below the whole. Whoever has the leaves can
recompute the root with any implementation of that RFC.
"""

import hashlib


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of a leaf; the zero byte keeps a leaf from passing for a node."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Takes leaves one by one; `root()` at any time. Holds one hash per set bit of the count."""

    def __init__(self) -> None:
        self.count = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append a leaf (its bytes, not its hash)."""
        current = leaf_hash(leaf)
        position = self.count
        while position & 1:
            current = node_hash(self._peaks.pop(), current)
            position >>= 1
        self._peaks.append(current)
        self.count += 1

    def root(self) -> bytes:
        """32 bytes; SHA-256 of nothing for a tree without leaves."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        *rest, current = self._peaks
        for peak in reversed(rest):
            current = node_hash(peak, current)
        return current
