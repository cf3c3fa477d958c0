"""Why a row does not simply come in: one code per reason, and how much it weighs.

A code is what counts, files and tests use; the words people read stand in `people/codes/reasons.py`. A new
reason is a line here and its words there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    WARNING = 1
    """The row comes in; the value does not, or needs a look."""
    QUARANTINE = 2
    """The row waits, raw, with its reasons."""


WARNING, QUARANTINE = Severity.WARNING, Severity.QUARANTINE


@dataclass(frozen=True)
class Reason:
    """weights: how much it can weigh. stands: the value came in as delivered, so nobody is asked for it."""

    weights: frozenset[Severity]
    stands: bool = False


WAITS, WARNS = frozenset({QUARANTINE}), frozenset({WARNING})

REASONS: dict[str, Reason] = {
    # rows that wait
    "no_id": Reason(WAITS),  # the key is empty or was turned into a number by a spreadsheet
    "id_long": Reason(WAITS),  # a text no registry numbers with, and no index takes
    "unreadable": Reason(WAITS),  # zero bytes in a cell
    "unclosed": Reason(WAITS),  # a quote left open: the rows behind it were read as its text
    "no_name": Reason(WAITS),
    "orphan": Reason(WAITS),  # household not in the delivery
    "waits_for_household": Reason(WAITS),  # its household is itself in quarantine
    "duplicate": Reason(WAITS),  # key seen before in the file
    "region": Reason(WAITS),  # place resolves neither by code nor by names
    "bad_code": Reason(WAITS),  # required column outside its list
    "date_order": Reason(WAITS),  # 03/04/2012: the file does not say which is the month
    "elsewhere": Reason(WAITS),  # its number belongs to another district than the importer's
    "columns": Reason(WAITS),  # more cells than the header has columns
    # depends on what can stand in
    "sex": Reason(WAITS | WARNS),  # taken from a valid NIK, else the row waits
    "district_only": Reason(WARNS),  # our list of villages has a gap; the district is certain
    # values that do not come in
    "code": Reason(WARNS),  # outside its list
    "short": Reason(WARNS),  # text in a number column
    "range": Reason(WARNS),  # a number that cannot be
    "date": Reason(WARNS),  # impossible date
    "date_future": Reason(WARNS),
    "nik_sci": Reason(WARNS),  # turned into a number by a spreadsheet
    "nik_short": Reason(WARNS),  # digits, but not 16
    "nik": Reason(WARNS),  # zeros, letters, an impossible date inside
    "nik_disagrees": Reason(WARNS, stands=True),  # with birth date or sex: to matching
    "nik_shared": Reason(WARNS, stands=True),  # one NIK on two people: to matching
    "kk": Reason(WARNS),  # family card number that is not 16 digits
    "formula": Reason(WARNS, stands=True),  # text that a spreadsheet would run; kept as text
}
