"""What counts as the same name of a place."""

import pytest

from asuh.places.names import bare, is_city, plain, qualifiers, sounded, squeezed, without_kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KOTA BARU", "Kotabaru"),
        ("PA'JUKUKANG", "Pajukukang"),
        ("Grong-grong", "GRONG GRONG"),
        ("35 Ilir", "Tiga-puluh-lima Ilir"),
        ("XIII Koto Kampar", "13 Koto Kampar"),
        ("GN. BINTANG AWAI", "Gunung Bintang Awai"),
        ("KABUPATEN S I A K", "Kab. Siak"),
        ("Barung2", "BARUNG 2"),
    ],
)
def test_the_same_place(one, other):
    assert squeezed(one) == squeezed(other)


def test_spelling_falls_together_only_loosely():
    assert squeezed("Soekaradja") != squeezed("Sukaraja")
    assert sounded("Soekaradja") == sounded("Sukaraja")
    assert bare("Gampong Baro") == bare("Baro")


def test_neighbours_are_told_apart():
    assert qualifiers("Sidomulyo II") != qualifiers("Sidomulyo I")
    assert qualifiers("Biak Barat") != qualifiers("Biak")


def test_the_kind_of_area_is_no_part_of_its_name():
    assert without_kind("KAB. BOJONEGORO") == without_kind("Kabupaten Bojonegoro") == "BOJONEGORO"
    assert without_kind("Kota Adm. Jakarta Selatan") == "JAKARTA SELATAN"
    assert is_city("KOTA BOGOR")
    assert not is_city("Kotabaru")
    assert plain("") == ""
