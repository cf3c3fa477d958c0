"""Names that came in capitals, as people write them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel.linkage.names import normal_form
from asuh.kernel.linkage.writing import as_written, as_written_column

NAMES = st.text("ABIN'- .,abintéÉ’ 1KHI", max_size=25) | st.text(max_size=25)


@pytest.mark.parametrize(
    ("came", "written"),
    [
        ("SITI AMINAH", "Siti Aminah"),
        ("siti aminah", "Siti Aminah"),
        ("SITI NUR'AINI, S.PD", "Siti Nur'aini, S.Pd"),
        ("LULUK, A.MD.KEB", "Luluk, A.Md.Keb"),
        ("BUDI SANTOSO, SH", "Budi Santoso, SH"),
        ("KH AHMAD DAHLAN", "KH Ahmad Dahlan"),
        ("HJ. ST. CHODIJAH", "Hj. St. Chodijah"),
        ("AHMAD BIN ALI", "Ahmad bin Ali"),
        ("BIN ALI", "Bin Ali"),
        ("D'ANGELO", "D'Angelo"),
        ("HAMENGKU BUWONO II", "Hamengku Buwono II"),
        ("SITI-RAHMA", "Siti-Rahma"),
        ("M. RIZKY", "M. Rizky"),
        ("Siti Aminah binti Umar", "Siti Aminah binti Umar"),
        ("McDonald", "McDonald"),
        ("RUKMINI S.Pd", "Rukmini S.Pd"),
        ("", ""),
    ],
)
def test_as_people_write_it(came, written):
    assert as_written(came) == written


@given(NAMES)
def test_no_letter_changes_and_twice_is_once(name):
    once = as_written(name)
    assert once.casefold() == name.casefold()
    assert as_written(once) == once
    assert normal_form(once) == normal_form(name)


@given(st.lists(NAMES | st.none(), max_size=8))
def test_the_column_says_the_same(names):
    column = as_written_column(pl.Series("name", names, dtype=pl.String))
    assert column.to_list() == [None if name is None else as_written(name) for name in names]
