"""What a spreadsheet would run gets an apostrophe, and comes back as it was."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel import guarding

CELLS = st.text(alphabet="=+-@\t\r'1aA,. ", max_size=6)


@given(st.lists(CELLS, min_size=1))
def test_one_by_one_or_whole_columns_it_is_the_same(cells):
    frame = pl.DataFrame({"x": cells}, schema={"x": pl.String})
    assert frame.select(guarding.unguarded_column(pl.col("x")))["x"].to_list() == [
        guarding.unguarded(cell) for cell in cells
    ]
    there = frame.select(guarding.guarded_column(pl.col("x")).alias("x"))
    for cell, written in zip(cells, there["x"], strict=True):
        assert written in (cell, guarding.guarded(cell))
        assert guarding.unguarded(written) == (guarding.unguarded(cell) if written == cell else cell)


@given(st.lists(CELLS))
def test_bytes_are_looked_through_without_missing_one(cells):
    chunk = "\n".join(cells).encode()
    if any(guarding.unguarded(cell) != cell for cell in cells):
        assert guarding.may_be_guarded(chunk)
