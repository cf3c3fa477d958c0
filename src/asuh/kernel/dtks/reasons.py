"""Why a row does not simply come in: one code per reason, and how much it weighs.

The words people read live with the pages; a code is what counts, files and tests use.
"""

from __future__ import annotations

from enum import IntEnum


class Severity(IntEnum):
    WARNING = 1
    """The row comes in; the value does not, or needs a look."""
    QUARANTINE = 2
    """The row waits, raw, with its reasons."""


WARNING, QUARANTINE = Severity.WARNING, Severity.QUARANTINE

REASONS: dict[str, frozenset[Severity]] = {
    # rows that wait
    "no_id": frozenset({QUARANTINE}),  # the key is empty or was turned into a number by a spreadsheet
    "no_name": frozenset({QUARANTINE}),
    "orphan": frozenset({QUARANTINE}),  # household not in the delivery
    "waits_for_household": frozenset({QUARANTINE}),  # its household is itself in quarantine
    "duplicate": frozenset({QUARANTINE}),  # key seen before in the file
    "region": frozenset({QUARANTINE}),  # place resolves neither by code nor by names
    "bad_code": frozenset({QUARANTINE}),  # required column outside its list
    "date_order": frozenset({QUARANTINE}),  # 03/04/2012: the file does not say which is the month
    "elsewhere": frozenset({QUARANTINE}),  # its number belongs to another district than the importer's
    "columns": frozenset({QUARANTINE}),  # more cells than the header has columns
    # depends on what can stand in
    "sex": frozenset({WARNING, QUARANTINE}),  # taken from a valid NIK, else the row waits
    "district_only": frozenset({WARNING}),  # our list of villages has a gap; the district is certain
    # values that do not come in
    "code": frozenset({WARNING}),  # outside its list
    "short": frozenset({WARNING}),  # text in a number column
    "range": frozenset({WARNING}),  # a number that cannot be
    "date": frozenset({WARNING}),  # impossible date
    "date_future": frozenset({WARNING}),
    "nik_sci": frozenset({WARNING}),  # turned into a number by a spreadsheet
    "nik_short": frozenset({WARNING}),  # digits, but not 16
    "nik": frozenset({WARNING}),  # zeros, letters, an impossible date inside
    "nik_disagrees": frozenset({WARNING}),  # with birth date or sex: to matching
    "nik_shared": frozenset({WARNING}),  # one NIK on two people: to matching
    "kk": frozenset({WARNING}),  # family card number that is not 16 digits
    "formula": frozenset({WARNING}),  # text that a spreadsheet would run; kept as text
}
