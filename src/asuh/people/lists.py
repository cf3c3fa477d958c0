"""The list of children: which, in what order, where, and the same as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from asuh.access.exports import Column, Kind, declare
from asuh.kernel import ages
from asuh.people.forms_children import ChildrenFilter, born_between
from asuh.people.models import Person
from asuh.people.models.registry import household_code
from asuh.people.permissions import Can
from asuh.places.querysets import path_names

if TYPE_CHECKING:
    from asuh.access.models import User
    from asuh.people.querysets import PersonQuerySet

ORDERS: dict[str, tuple[str, ...]] = {
    "name": ("name", "pk"),
    "-name": ("-name", "pk"),
    "born": ("-born_year", "name", "pk"),
    "-born": ("born_year", "name", "pk"),
    "village": ("area_key", "name", "pk"),
    "-village": ("-area_key", "name", "pk"),
}
UNKNOWN_AGE = "belum"
"""In place of a band of ages: people of whom neither birth date nor year is known; some may be children."""
ROWS_AT_ONCE = 1000
LEVELS = (2, 4, 6, 10)
"""Digits of the key of a province, a regency, a district, a village."""


def filter_form(data: Mapping[str, Any], *, areas: list[str]) -> ChildrenFilter:
    """The filters in an address; places only inside `areas`."""
    form = ChildrenFilter(data)
    bands: Any = form.fields["umur"]
    bands.choices = [*bands.choices, (UNKNOWN_AGE, _("belum diketahui"))]
    place: Any = form.fields["desa"]
    place.within = areas
    return form


def children_within(people: PersonQuerySet, wanted: Mapping[str, Any], *, on: date) -> PersonQuerySet:
    """Living children among `people` that fit a cleaned ChildrenFilter on the day `on`: for the page, its
    count, and the file.
    """
    unknown = wanted.get("umur") == UNKNOWN_AGE
    living = people.current().filter(died_on__isnull=True)
    found = living.filter(born_year__isnull=True) if unknown else living.children_on(on)
    if wanted.get("desa"):
        found = found.within([wanted["desa"]])
    if wanted.get("umur") and not unknown:
        first, last = born_between(wanted["umur"], on)
        found = found.born_since(first).born_until(last)
    if wanted.get("jk"):
        found = found.filter(sex=int(wanted["jk"]))
    if order_of(wanted)[0].lstrip("-") == "area_key":
        found = found.filter(area_key__isnull=False)
    return found


def order_of(wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """The order that "urut" names; by name where it names none."""
    return ORDERS.get(wanted.get("urut") or "", ORDERS["name"])


def short_place(key: str | None, path: str, areas: Iterable[str]) -> str:
    """Of `path`, nearest first, what somebody with these areas needs to hear: not what they all have in
    common, and never less than the nearest name.

    key: that of `path`; areas: key prefixes, as `areas_for` gives them.
    """
    names = path.split(", ")
    if not key or len(names) != len([digits for digits in LEVELS if digits <= len(key)]):
        return path  # an area nobody knows
    shared = _shared(areas)
    said = 3 if not key.startswith(shared) else len([digits for digits in LEVELS if digits > len(shared)])
    above = 4 - len(names)  # levels below the end of a key that stops early
    shown = names[: max(1, min(said, 3) - above)]
    return ", ".join(f"Kab. {name[10:]}" if name.startswith("Kabupaten ") else name for name in shown)


def _shared(areas: Iterable[str]) -> str:
    """The smallest area that holds all of these, "" for the country."""
    keys = sorted(areas)
    if not keys:
        return ""
    first, last = keys[0], keys[-1]
    for digits in reversed(LEVELS):
        if digits <= min(len(first), len(last)) and first[:digits] == last[:digits]:
            return first[:digits]
    return ""


# ── as a file ─────────────────────────────────────────────────────────────────────────────────────

COLUMNS = [
    Column("code", _("Nomor Asuh")),
    Column("name", _("Nama")),
    Column("sex", _("Jenis kelamin")),
    Column("born_on", _("Tanggal lahir")),
    Column("age", _("Umur (tahun)")),
    Column("village", _("Desa/kelurahan")),
    Column("district", _("Kecamatan")),
    Column("regency", _("Kabupaten/kota"), chosen=False),
    Column("province", _("Provinsi"), chosen=False),
    Column("mother_name", _("Nama ibu kandung"), chosen=False),
    Column("household", _("Nomor rumah tangga"), chosen=False),
    Column("relation", _("Hubungan dengan kepala rumah tangga"), chosen=False),
    Column("nik", _("NIK (disamarkan bila tidak berhak)"), chosen=False),
    Column("kk", _("Nomor KK (disamarkan bila tidak berhak)"), chosen=False),
]
PLACES = {"province": 2, "regency": 4, "district": 6, "village": 10}


def child_rows(by: User, choices: Mapping[str, Any], columns: Sequence[str]) -> Iterator[Sequence[Any]]:
    """One list a child, in the order of the list they looked at. Raises ValidationError: a filter that
    cannot be read must not become a file of everybody.
    """
    today = timezone.localdate()
    form = filter_form(choices, areas=by.areas_for(Can.EXPORT_CHILDREN))
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    wanted = form.cleaned_data | {"urut": choices.get("urut")}
    reachable: Any = Person.objects.reachable(by=by, to=Can.EXPORT_CHILDREN)
    found = children_within(reachable, wanted, on=today).order_by(*order_of(wanted))
    names: dict[str, str] = {}
    every = found.defer("name_keys").iterator(chunk_size=ROWS_AT_ONCE)
    while people := list(islice(every, ROWS_AT_ONCE)):
        above = {person.area_key[:digits] for person in people if person.area_key for digits in LEVELS}
        for key, path in path_names(above - names.keys()).items():
            names[key] = path.split(", ")[0]
        shown = _numbers_seen(people, by=by) if {"nik", "kk"} & set(columns) else set()
        for person in people:
            yield [_cell(person, column, names, today, in_full=person.pk in shown) for column in columns]


def _numbers_seen(people: Sequence[Person], *, by: User) -> set[int]:
    """Ids of those whose numbers `by` may see, in one question for all."""
    found: Any = Person.objects.reachable(by=by, to=Can.SEE_NUMBERS)
    return set(found.filter(pk__in=[person.pk for person in people]).values_list("pk", flat=True))


def _cell(
    person: Person, column: str, names: Mapping[str, str], today: date, *, in_full: bool = False
) -> Any:
    match column:
        case "code":
            return person.code
        case "sex" | "relation":
            return getattr(person, f"get_{column}_display")()
        case "age":
            return _years(person, today)
        case "household":
            return household_code(person.household_id) if person.household_id else ""
        case "nik" | "kk":
            number = getattr(person, column) or ""
            return number if in_full else _end(number)
        case "village" | "district" | "regency" | "province":
            key = person.area_key or ""
            return names.get(key[: PLACES[column]], "") if len(key) >= PLACES[column] else ""
        case _:
            return getattr(person, column)


def _years(person: Person, today: date) -> int | None:
    if person.born_on is not None:
        return ages.completed_years(person.born_on, today)
    return max(today.year - person.born_year, 0) if person.born_year is not None else None


def _end(number: str) -> str:
    return "•" * max(len(number) - 2, 0) + number[-2:]


declare(Kind("people.children", _("Daftar anak"), str(Can.EXPORT_CHILDREN), COLUMNS, child_rows))
