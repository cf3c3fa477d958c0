"""Names that came in capitals, as people write them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel.linkage.names import normal_form
from asuh.kernel.linkage.writing import (
    address_as_written,
    addresses_as_written,
    as_written,
    as_written_column,
)

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


@pytest.mark.parametrize(
    ("came", "written"),
    [
        ("DSN ALAS RT 1 RW 1", "Dsn. Alas RT 1 RW 1"),
        ("JL. MAWAR Rt. 012 Rw. 006", "Jl. Mawar RT 012 RW 006"),
        ("JL MELATI NO 4B", "Jl. Melati No. 4B"),
        ("DUSUN KRAJAN RT.03/RW.01", "Dusun Krajan RT.03/RW.01"),
        ("gg. ii", "Gg. II"),
        ("Dusun Krajan Rt 3", "Dusun Krajan RT 3"),
        ("Perumahan McArthur", "Perumahan McArthur"),
        ("", ""),
    ],
)
def test_addresses_as_people_write_them(came, written):
    assert address_as_written(came) == written


@given(st.text("ABRTWDSNJLO ./0123456789rtwgé", max_size=30) | st.text(max_size=30))
def test_an_address_written_once_stays_and_keeps_its_numbers(address):
    written = address_as_written(address)
    assert address_as_written(written) == written
    assert [c for c in written if c.isdecimal()] == [c for c in address if c.isdecimal()]


def test_a_column_of_addresses_is_written_one_by_one():
    column = pl.Series("address", ["DSN ALAS RT 1", None, "DSN ALAS RT 1", ""])
    assert addresses_as_written(column).to_list() == ["Dsn. Alas RT 1", None, "Dsn. Alas RT 1", ""]
