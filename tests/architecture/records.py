"""One record of every kind that a page guards, anywhere one likes.

A page whose guard fetches a record needs an entry here; the sweep says so by itself. `make(area, owner)` makes the
record inside `area` (a village's key) and puts MARK where people would read it, so that the sweep sees it where it
must not be. Records that belong to one user get that user as `owner`.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

from asuh.access.models import Export, User, UserImport
from asuh.institutions.models import Institution
from asuh.people.models import Delivery, Household, Person

#: stands in every record made here
MARK = "Terlarang"
_numbers = count(1)


def person(area: str, owner: User) -> Person:
    return Person.objects.create(
        name=f"{MARK} Anak", name_norm="terlarang anak", area_key=area, born_year=2015
    )


def household(area: str, owner: User) -> Household:
    home = Household.objects.create(area_key=area, address=f"{MARK} No. 1")
    Person.objects.create(
        name=f"{MARK} Kepala", name_norm="terlarang kepala", area_key=area, household=home, relation=1
    )
    return home


def delivery(area: str, owner: User) -> Delivery:
    return Delivery.objects.create(
        period="2020-01-01", received_on="2020-02-01", area_key=area[:4], created_by=owner
    )


def user(area: str, owner: User) -> User:
    number = next(_numbers)
    return User.objects.create_user(f"terlarang{number}", name=f"{MARK} Pengguna", area_key=area[:4])


def institution(area: str, owner: User) -> Institution:
    return Institution.objects.create(
        code=f"T-{next(_numbers)}", name=f"{MARK} Lembaga", kind="lksa", area_key=area
    )


def export(area: str, owner: User) -> Export:
    return Export.objects.create(owner=owner, kind="access.users", why=f"{MARK} alasan")


def user_import(area: str, owner: User) -> UserImport:
    return UserImport.objects.create(owner=owner, rows_count=1, invited_count=0, problems=[[2, MARK, "x"]])


FACTORIES: dict[type, Callable[[str, User], Any]] = {
    Person: person,
    Household: household,
    Delivery: delivery,
    User: user,
    Institution: institution,
    Export: export,
    UserImport: user_import,
}

#: further parts of an address, by the name of the page; without an entry 1 for numbers and "x" for words
FURTHER: dict[str, dict[str, Any]] = {
    "access:export_new": {"kind": "audit.trail"},
    "deliveries:template": {"table": "members", "form": "csv"},
    "desk:style_kind": {"kind": "daftar"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
}
