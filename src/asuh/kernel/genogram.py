"""Where the figures of a family drawing stand, and which lines join them. Geometry only: no words, no
colours.

Rows are generations as far as "relation to the head" tells them. Who does not live in the household stands
on the left of a row, so that one outline can go around those who do. Conventions after McGoldrick (square =
male, circle = female, double frame = the person the drawing is about, cross = dead, dotted = lives
elsewhere).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

HEAD, SPOUSE, CHILD, CHILD_IN_LAW, GRANDCHILD, PARENT = 1, 2, 3, 4, 5, 6
GENERATION = {PARENT: 0, HEAD: 1, SPOUSE: 1, CHILD: 2, CHILD_IN_LAW: 2, GRANDCHILD: 3}

SIZE = 36
STEP = 120
ROW = 112
TOP = 30
LABEL = 64
"""Room under a figure for two lines of words."""


@dataclass(frozen=True)
class Kin:
    """Somebody in the drawing.

    relation: to the head (list hub_krt); 0 for a parent who is in no household here.
    """

    key: str
    label: str
    under: str
    sex: int | None
    relation: int
    dead: bool = False
    here: bool = True
    me: bool = False
    caregiver: bool = False


@dataclass(frozen=True)
class Figure:
    """One person: the middle of the figure."""

    kin: Kin
    x: int
    y: int

    @property
    def left(self) -> int:
        return self.x - SIZE // 2

    @property
    def top(self) -> int:
        return self.y - SIZE // 2


@dataclass
class Drawing:
    """Figures, lines and the outline of the household, as numbers for an SVG of `width` × `height`."""

    width: int
    height: int
    figures: list[Figure] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    dashed: list[str] = field(default_factory=list)
    care: str = ""
    home: str = ""


def draw(people: Sequence[Kin], *, mother: str = "", father: str = "") -> Drawing:
    """Place `people`; `mother` and `father` are keys of the parents of the one with `me`.

    The parents may be people without a relation (0): they then get a place beside the others of their
    generation.
    """
    mine = next((kin for kin in people if kin.me), None)
    rows: dict[int, list[Kin]] = {}
    for kin in people:
        rows.setdefault(_generation(kin, mine, (mother, father)), []).append(kin)
    placed: dict[str, Figure] = {}
    widest = max((len(row) for row in rows.values()), default=1)
    drawing = Drawing(width=widest * STEP + 24, height=0)
    bands = []
    for place, generation in enumerate(sorted(rows)):
        row = sorted(
            rows[generation], key=lambda kin: (kin.here and not kin.dead, _order(kin, mother, father))
        )
        y = TOP + place * ROW
        # whole steps, so that the gaps between columns are the same in every row
        start = 12 + STEP // 2 + (widest - len(row)) // 2 * STEP
        for column, kin in enumerate(row):
            placed[kin.key] = Figure(kin, start + column * STEP, y)
        inside = [placed[kin.key].x for kin in row if kin.here and not kin.dead]
        if inside:
            bands.append((min(inside) - 50, max(inside) + 50, y - SIZE // 2 - 9, y + SIZE // 2 + LABEL - 22))
    drawing.figures = list(placed.values())
    drawing.height = TOP + (len(rows) - 1) * ROW + SIZE // 2 + LABEL
    _join(drawing, placed, mine, mother, father)
    drawing.home = _outline(bands)
    return drawing


def _generation(kin: Kin, mine: Kin | None, parents: tuple[str, str]) -> int:
    if kin.key in parents and kin.relation not in GENERATION and mine is not None:
        return max(_generation(mine, None, ("", "")) - 1, 0)
    if kin.me and kin.relation not in GENERATION:
        return 2
    return GENERATION.get(kin.relation, 1)


def _order(kin: Kin, mother: str, father: str) -> tuple[int, int]:
    beside = {father: 0, mother: 1}.get(kin.key, 2) if kin.key else 2
    return (
        beside,
        {HEAD: 0, SPOUSE: 1, CHILD: 2, GRANDCHILD: 2, CHILD_IN_LAW: 3, PARENT: 2}.get(kin.relation, 4),
    )


def _join(drawing: Drawing, placed: dict[str, Figure], mine: Kin | None, mother: str, father: str) -> None:
    by_relation: dict[int, list[Figure]] = {}
    for figure in placed.values():
        by_relation.setdefault(figure.kin.relation, []).append(figure)
    heads = by_relation.get(HEAD, [])[:1] + by_relation.get(SPOUSE, [])[:1]
    parents = [placed[key] for key in (father, mother) if key in placed]
    couples = [pair for pair in (heads, parents) if len(pair) == 2]
    for one, other in {tuple(sorted((a.kin.key, b.kin.key))): (a, b) for a, b in couples}.values():
        drawing.lines.append(_level(one, other))
    own = placed[mine.key] if mine else None
    children = [figure for figure in by_relation.get(CHILD, []) if figure is not own]
    if own is not None and mine is not None:
        if parents:
            siblings = [
                figure
                for figure in by_relation.get(mine.relation, [])
                if figure is not own and mine.relation == CHILD and set(parents) <= set(heads)
            ]
            _descend(drawing.lines, parents, [own, *siblings])
            children = [figure for figure in children if figure not in siblings]
        elif mine.relation == CHILD:
            children.append(own)
        if mine.relation == GRANDCHILD and heads:
            through = [figure for figure in parents if figure.kin.relation == CHILD]
            if not through:
                _descend(drawing.dashed, heads, parents or [own])
    others = [figure for figure in children if figure not in parents or figure.kin.relation == CHILD]
    if heads and others:
        _descend(drawing.lines, heads, others)
    carer = next((figure for figure in placed.values() if figure.kin.caregiver), None)
    if carer is not None and own is not None and carer is not own:
        drawing.care = _arrow(carer, own)


def _level(one: Figure, other: Figure) -> str:
    left, right = sorted((one, other), key=lambda figure: figure.x)
    return f"M{left.x + SIZE // 2} {left.y} H{right.x - SIZE // 2}"


def _descend(lines: list[str], above: Sequence[Figure], below: Iterable[Figure]) -> None:
    """From the middle of a couple, or from the side of one person, down to each child: never through the
    words under a figure.
    """
    below = list(below)
    bus = below[0].y - SIZE // 2 - 12
    middle = sum(figure.x for figure in above) // len(above)
    if len(above) == 1:
        side = _side_of_descent(above[0], below[0])
        middle += side * STEP // 2
        lines.append(f"M{above[0].x + side * SIZE // 2} {above[0].y} H{middle} V{bus}")
    else:
        lines.append(f"M{middle} {above[0].y} V{bus}")
    reach = [figure.x for figure in below] + [middle]
    if min(reach) != max(reach):
        lines.append(f"M{min(reach)} {bus} H{max(reach)}")
    lines.extend(f"M{figure.x} {bus} V{figure.y - SIZE // 2}" for figure in below)


def _side_of_descent(parent: Figure, child: Figure) -> int:
    """-1 left, 1 right: towards the child, but not where the arrow of a caring parent leaves."""
    if parent.kin.caregiver:
        return 1 if parent.x > child.x else -1
    return 1 if parent.x < child.x else -1


def _arrow(carer: Figure, own: Figure) -> str:
    """Down the gap between two columns, so that it crosses no name, then into the side of the child."""
    side = 1 if carer.x >= own.x else -1
    end = own.x + side * (SIZE // 2 + 7)
    tip = f"M{end + side * 9} {own.y - 8} L{end} {own.y} L{end + side * 9} {own.y + 8}"
    near = own.x + side * STEP // 2
    if carer.y == own.y:
        return f"M{carer.x - side * (SIZE // 2 + 4)} {own.y} H{end} {tip}"
    leaves = side if carer.x == own.x else -side
    gap = carer.x + leaves * STEP // 2
    above = own.y - SIZE // 2 - 22 if carer.y < own.y else own.y + SIZE // 2 + LABEL - 18
    start = carer.x + leaves * (SIZE // 2 + 4)
    return f"M{start} {carer.y} H{gap} V{above} H{near} V{own.y} H{end} {tip}"


def _outline(bands: Sequence[tuple[int, int, int, int]]) -> str:
    """One rectilinear outline around bands (left, right, top, bottom) that lie below each other."""
    if not bands:
        return ""
    right = [f"M{bands[0][0]} {bands[0][2]} H{bands[0][1]}"]
    for above, band in pairwise(bands):
        turn = (above[3] + band[2]) // 2
        right.append(f"V{turn} H{band[1]}")
    right.append(f"V{bands[-1][3]} H{bands[-1][0]}")
    for band, above in pairwise(reversed(bands)):
        turn = (above[3] + band[2]) // 2
        right.append(f"V{turn} H{above[0]}")
    return " ".join(right) + " Z"
