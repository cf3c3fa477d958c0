"""From what others call a place to our key: BPS codes, Kemendagri codes, names.

Nobody guesses here. A name or code that fits two areas fits none; the answer is then the deepest area above
it that is certain, and says so (`exact` is false).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl
from django.db import connection
from django.db.models import Q

from asuh.places.models import LENGTHS, Area, UnjoinedBpsCode
from asuh.places.names import is_city, plain, sounded, squeezed, without_kind

BPS_LENGTHS = (2, 4, 7, 10)


@dataclass(frozen=True)
class Resolution:
    """key: the deepest certain area, '' when none is. exact: whether that is all that was asked for."""

    key: str
    exact: bool
    why: str = ""
    successors: tuple[str, ...] = field(default=())


# ── many at once ──────────────────────────────────────────────────────────────────────────────────


def bps_to_key() -> pl.DataFrame:
    """Every BPS code of 2, 4, 7 and 10 digits we know: bps, key, exact.

    exact false: the code is BPS's, but its area has no certain counterpart today; key is the nearest area
    above, or '' if even that is unknown.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.bps, COALESCE(u.key, a.successors[1], a.key), u.bps IS NULL
            FROM places_area a LEFT JOIN places_unjoinedbpscode u ON u.bps = a.bps WHERE a.bps IS NOT NULL
            UNION ALL
            SELECT u.bps, u.key, false FROM places_unjoinedbpscode u
            WHERE NOT EXISTS (SELECT FROM places_area a WHERE a.bps = u.bps)
            """
        )
        rows = cursor.fetchall()
    return pl.DataFrame(rows, schema={"bps": pl.String, "key": pl.String, "exact": pl.Boolean}, orient="row")


def resolve_names(
    names: pl.DataFrame, columns: Sequence[str] = ("NMPROP", "NMKAB", "NMKEC", "NMDESA")
) -> pl.DataFrame:
    """The distinct rows of `columns` with key and exact beside them, to be joined back on `columns`.

    Each distinct path is looked at once. Nulls count as not said; a path may stop anywhere.
    """
    distinct = names.select(columns).unique()
    found = [resolve_path(row) for row in distinct.iter_rows()]
    return distinct.with_columns(
        pl.Series("key", [r.key for r in found], dtype=pl.String),
        pl.Series("exact", [r.exact for r in found], dtype=pl.Boolean),
    )


def place_rows(
    rows: pl.DataFrame,
    *,
    code: str = "KDGabungan4",
    names: Sequence[str] = ("NMPROP", "NMKAB", "NMKEC", "NMDESA"),
) -> pl.DataFrame:
    """Where delivered rows lie: the distinct rows of `code` and `names` (those that exist) with key and how.

    how: 'code'      the village by its BPS code
         'names'     the village by names, where the code says nothing certain
         'district'  only the district is certain: the code or the names are right down to there. BPS's
                     list as published lacks some villages, so this is a gap of ours, no fault of the row
         null        resolves neither way; key is null too
    Join it back on the same columns with `nulls_equal=True`.
    """
    columns = [code, *(name for name in names if name in rows.columns)]
    distinct = rows.select(columns).unique()
    known = bps_to_key()
    villages = known.filter(pl.col("exact") & (pl.col("key").str.len_chars() == 10)).select(
        pl.col("bps").alias(code), by_code="key"
    )
    above = known.filter((pl.col("bps").str.len_chars() == 7) & (pl.col("key").str.len_chars() == 6)).select(
        district="bps", by_district="key"
    )
    found = distinct.join(villages, on=code, how="left").with_columns(district=pl.col(code).str.slice(0, 7))
    found = found.join(above, on="district", how="left")
    if len(columns) == 5:
        unsure = found.filter(pl.col("by_code").is_null())
        named = resolve_names(unsure, columns[1:]).rename({"key": "by_names"}).drop("exact")
        found = found.join(named, on=columns[1:], how="left", nulls_equal=True)
    else:
        found = found.with_columns(by_names=pl.lit(None, pl.String))
    depth = pl.col("by_names").str.len_chars()
    named_village = pl.when(depth == 10).then("by_names")
    # Ten digits only: a shorter or longer code is a fault, not a place.
    coded_district = pl.when(pl.col(code).str.contains(r"^[0-9]{10}$")).then("by_district")
    named_district = pl.when(depth == 6).then("by_names")
    return found.with_columns(
        key=pl.coalesce("by_code", named_village, coded_district, named_district),
        how=pl.when(pl.col("by_code").is_not_null())
        .then(pl.lit("code"))
        .when(named_village.is_not_null())
        .then(pl.lit("names"))
        .when(coded_district.is_not_null() | named_district.is_not_null())
        .then(pl.lit("district")),
    ).select(*columns, "key", "how")


# ── one ───────────────────────────────────────────────────────────────────────────────────────────


def resolve_bps(code: str) -> Resolution:
    """A BPS code of 2, 4, 7 or 10 digits; dots and spaces do not matter."""
    digits = "".join(c for c in code if c.isdecimal())
    if len(digits) not in BPS_LENGTHS:
        return Resolution("", False, "not a BPS code: 2, 4, 7 or 10 digits")
    area = Area.objects.filter(bps=digits).first()
    if area is None and len(digits) == 10 and not UnjoinedBpsCode.objects.filter(bps=digits).exists():
        above = resolve_bps(digits[:7])
        return Resolution(above.key, False, "no such village in BPS's published list")
    if open_code := UnjoinedBpsCode.objects.filter(bps=digits).first():
        return Resolution(open_code.key, False, open_code.why, tuple(area.successors) if area else ())
    if area is None:
        return Resolution("", False, "no such BPS code")
    return Resolution(area.successors[0] if area.retired_on else area.key, True)


def resolve_key(code: str) -> Resolution:
    """A Kemendagri code with or without dots; a retired one leads to its only successor."""
    digits = "".join(c for c in code if c.isdecimal())
    area = Area.objects.filter(key=digits).first() if len(digits) in LENGTHS else None
    if area is None:
        return Resolution("", False, "no such code")
    if area.retired_on is None:
        return Resolution(area.key, True)
    if len(area.successors) == 1:
        return Resolution(area.successors[0], True, "retired", tuple(area.successors))
    return Resolution(
        "", False, "retired, and split" if area.successors else "retired", tuple(area.successors)
    )


def resolve_path(names: Sequence[str | None]) -> Resolution:
    """Names from the province down, e.g. ('Jawa Timur', 'Bojonegoro', 'Margomulyo', 'Ngelo').

    A village that is not in the named district is looked for in the regency, and taken if it is there once.
    """
    given = [(name or "").strip() for name in names]
    while given and not given[-1]:
        given.pop()
    if not given or not any(given):
        return Resolution("", False, "no names")
    return _resolve_path(tuple(given))


@lru_cache(maxsize=100_000)
def _resolve_path(given: tuple[str, ...]) -> Resolution:
    province, regency, district, village = (*given, "", "", "", "")[:4]
    key = _only(_children(""), province)
    if not regency:
        return Resolution(key, bool(key), "" if key else "province unknown")
    found = _regency(key, regency)
    if not found:
        return Resolution(key, False, "regency unknown or not unique")
    key = found
    if not district and not village:
        return Resolution(key, True)
    inside = _only(_children(key), district) if district else ""
    if not village:
        return Resolution(inside or key, bool(inside), "" if inside else "district unknown or not unique")
    found = _only(_children(inside), village) if inside else ""
    if not found:
        anywhere = tuple(pair for child, _ in _children(key) for pair in _children(child))
        found = _only(anywhere, village)
    if found:
        return Resolution(found, True)
    return Resolution(inside or key, False, "village unknown or not unique")


def _regency(province: str, name: str) -> str:
    """Inside the province; else, since regencies moved between provinces, in the country."""
    for parents in ([province] if province else [], [key for key, _ in _children("")]):
        candidates = tuple(pair for parent in parents for pair in _children(parent))
        said = plain(name).split()[:1]
        if said and said[0] in {"KABUPATEN", "KOTA", "KOTAMADYA", "KODYA"}:
            kind = tuple(pair for pair in candidates if is_city(pair[1][0]) == is_city(name))
            if found := _only(kind, without_kind(name), kinds=False):
                return found
        if found := _only(candidates, name, kinds=False):
            return found
        # "Bogor" alone is the regency where a city bears the same name.
        regencies = tuple(pair for pair in candidates if not is_city(pair[1][0]))
        if found := _only(regencies, name, kinds=False):
            return found
    return ""


Candidate = tuple[str, tuple[str, ...]]


def _only(candidates: tuple[Candidate, ...], name: str, *, kinds: bool = True) -> str:
    """The one candidate of that name: as written, else as it sounds; '' when none or several."""
    if not name:
        return ""
    rules: list[Callable[[str], str]] = [squeezed, sounded] if kinds else []
    rules += [lambda n: squeezed(without_kind(n)), lambda n: sounded(without_kind(n))]
    for rule in rules:
        wanted = rule(name)
        for best in (True, False):  # today's name before former ones
            found = {
                key
                for key, names in candidates
                if wanted in {rule(n) for n in (names[:1] if best else names)}
            }
            if len(found) == 1:
                return found.pop()
            if len(found) > 1:
                return ""
    return ""


@lru_cache(maxsize=10_000)
def _children(parent: str) -> tuple[Candidate, ...]:
    """Areas right below a key with all their names, today's first."""
    areas = Area.objects.current().children_of(parent).values_list("key", "name", "other_names")
    return tuple((key, (name, *others)) for key, name, others in areas)


def forget() -> None:
    """Drop what was remembered, after areas were loaded anew."""
    _children.cache_clear()
    _resolve_path.cache_clear()


# ── for people who type ───────────────────────────────────────────────────────────────────────────


def search_areas(
    text: str, *, within: Iterable[str] = ("",), levels: Iterable[int] = (1, 2, 3, 4), limit: int = 20
) -> list[Area]:
    """Areas whose name or code begins with, else contains, what was typed; larger areas first.

    'margom bojo' finds Margomulyo in Bojonegoro: each further word must occur in the path.
    within: area-key prefixes; nothing outside them is found.
    """
    words = plain(text).lower().split()
    digits = text.replace(".", "").strip()
    areas = Area.objects.current().under(*within).filter(level__in=list(levels))
    if digits.isdecimal():
        return list(areas.filter(key__startswith=digits).order_by("level", "key")[:limit])
    if not words:
        return list(areas.order_by("level", "key")[:limit])
    first, *rest = words
    rest_match = Q()
    for word in rest:
        above = Area.objects.filter(name__icontains=word, level__lte=3).values_list("key", flat=True)[:200]
        rest_match &= Q(name__icontains=word) | _starting_with(above)
    named = areas.filter(Q(name__icontains=first), rest_match).order_by("level", "key")
    starts = list(named.filter(Q(name__istartswith=first) | Q(name__icontains=" " + first))[:limit])
    seen = {area.key for area in starts}
    return [*starts, *(area for area in named[:limit] if area.key not in seen)][:limit]


def _starting_with(keys: Iterable[str]) -> Q:
    match = Q(pk__in=[])
    for key in keys:
        match |= Q(key__startswith=key)
    return match
