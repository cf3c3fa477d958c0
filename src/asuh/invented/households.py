"""Who lives with whom: households, their members, ages and kinship, before any name or code is written."""

from __future__ import annotations

from datetime import date

import polars as pl

from asuh.invented.drawing import Dice
from asuh.invented.names import peoples_of

EPOCH = date(1970, 1, 1)
YEAR = 365.25
PLACES = 32
"""Numbers kept free per household, so that a member's number says which household it is of."""

FORMS = {
    "couple": 0.62, "mother": 0.09, "father": 0.018, "old couple": 0.055, "alone": 0.05,
    "three generations": 0.11, "grandparents": 0.025, "siblings": 0.004, "with parent": 0.028,
}  # fmt: skip
"""Forms of households by share. 'siblings': headed by somebody under 20; 'grandparents': parents absent."""
HEAD, SPOUSE, CHILD, IN_LAW, GRANDCHILD, PARENT, WORKER, OTHER = range(1, 9)
"""DTKS's relation to the household head."""


def villages_of(areas: pl.DataFrame, regency: str) -> pl.DataFrame:
    """Villages with a certain BPS code inside a BPS regency (or province): bps, name and the names above, and
    the Kemendagri district that identity numbers begin with."""
    named = dict(areas.filter(pl.col("bps") != "").select("bps", "name").iter_rows())
    inside = areas.filter(
        pl.col("bps").str.starts_with(regency)
        & (pl.col("bps").str.len_chars() == 10)
        & (pl.col("retired_on") == "")
    ).sort("bps")
    if inside.is_empty():
        raise ValueError(f"no villages with BPS codes that begin with {regency}")

    def above(width: int) -> pl.Expr:
        return pl.col("bps").str.slice(0, width).replace_strict(named, default="").str.to_uppercase()

    return inside.select(
        "bps",
        pl.col("key").str.slice(0, 6).alias("district"),
        pl.col("name").str.to_uppercase().alias("NMDESA"),
        above(7).alias("NMKEC"),
        above(4).alias("NMKAB"),
        above(2).alias("NMPROP"),
    )


def make_households(villages: pl.DataFrame, count: int, seed: int, today: date) -> pl.DataFrame:
    """One row a household: h, its village (row number in `villages`), people, form, and the grown-ups' ages.

    Ages are in days at `today`; mother_days is the age of the mother of the head's children, present or not.
    """
    dice = Dice(seed, "h")
    size = len(villages)
    frame = pl.DataFrame({"h": pl.int_range(count, eager=True, dtype=pl.Int64)})
    # Villages differ in size; the first draw decides which are large.
    frame = frame.with_columns(
        place=(dice.unit("village") * 0.7 + dice.unit("village again") * 0.3)
        .mul(size)
        .floor()
        .cast(pl.Int32),
        form=dice.pick("form", FORMS),
    )
    province = villages["bps"].str.slice(0, 2).gather(frame["place"])
    peoples = pl.concat(
        [
            group.with_columns(people=dice.pick("people", peoples_of(str(code))))
            for (code,), group in frame.with_columns(province=province).group_by("province")
        ]
    ).sort("h")
    form = pl.col("form")
    low = (
        pl.when(form.is_in(["old couple", "alone"]))
        .then(58)
        .when(form == "three generations")
        .then(47)
        .when(form == "grandparents")
        .then(52)
        .when(form == "siblings")
        .then(15)
        .when(form == "with parent")
        .then(28)
        .otherwise(21)
    )
    high = (
        pl.when(form.is_in(["old couple", "alone"]))
        .then(88)
        .when(form == "three generations")
        .then(76)
        .when(form == "grandparents")
        .then(78)
        .when(form == "siblings")
        .then(20)
        .when(form == "with parent")
        .then(52)
        .otherwise(60)
    )
    she = (
        pl.when(form == "mother")
        .then(1.0)
        .when(form == "father")
        .then(0.0)
        .when(form == "alone")
        .then(0.7)
        .when(form.is_in(["grandparents", "siblings"]))
        .then(0.45)
        .otherwise(0.03)
    )
    peoples = peoples.with_columns(
        head_sex=pl.when(dice.chance("head sex", she)).then(2).otherwise(1).cast(pl.Int8),
        head_days=(dice.between("head age", low, high) * YEAR).cast(pl.Int32),
        has_spouse=form.is_in(["couple", "old couple", "with parent"])
        | ((form == "three generations") & dice.chance("spouse", 0.65))
        | ((form == "grandparents") & dice.chance("spouse", 0.5)),
    )
    younger = dice.between("difference", -1.5, 8.0) * YEAR
    spouse_days = (
        pl.when(pl.col("head_sex") == 1)
        .then(pl.col("head_days") - younger)
        .otherwise(pl.col("head_days") + younger)
    )
    return peoples.with_columns(
        spouse_days=pl.max_horizontal(spouse_days, pl.lit(17 * YEAR)).cast(pl.Int32)
    ).with_columns(
        mother_days=pl.when(pl.col("head_sex") == 2).then("head_days").otherwise("spouse_days"),
        first_birth=(dice.between("first birth", 17.5, 27) * YEAR).cast(pl.Int32),
        children=dice.pick("children", {"0": 4, "1": 13, "2": 30, "3": 27, "4": 14, "5": 7, "6": 5}).cast(
            pl.Int8
        ),
    )


def make_members(households: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One row a member, household by household, head first.

    m: number; h; order within the household; role: relation to the household head; sex; days: age in days;
    family: which family inside the household; kin: relation to that family's head; mother: number of the
    mother's row, or -1 when she does not live here; shared_mother: children of one absent mother share it.
    """
    dice = Dice(seed, "m")
    form = pl.col("form")

    def row(slot: int, source: pl.DataFrame) -> pl.DataFrame:
        return source.with_columns(m=pl.col("h") * PLACES + slot)

    def done(
        frame: pl.DataFrame,
        role: int,
        sex: pl.Expr,
        days: pl.Expr,
        *,
        family: int = 1,
        kin: int = 0,
        mother: pl.Expr | int = -1,
        shared: int = 0,
    ) -> pl.DataFrame:
        mother = pl.lit(mother) if isinstance(mother, int) else mother
        return frame.select(
            "m",
            "h",
            role=pl.lit(role, pl.Int8),
            sex=sex.cast(pl.Int8),
            days=days.cast(pl.Int32),
            family=pl.lit(family, pl.Int8),
            kin=pl.lit(kin or role, pl.Int8),
            mother=mother.cast(pl.Int64),
            shared=pl.lit(shared, pl.Int8),
        ).filter(pl.col("days") >= 0)

    head, spouse = pl.col("h") * PLACES, pl.col("h") * PLACES + 1
    wife = pl.when(pl.col("head_sex") == 2).then(head).when(pl.col("has_spouse")).then(spouse).otherwise(-1)
    either = dice.below("sex", 2) + 1
    parts = [
        done(row(0, households), HEAD, pl.col("head_sex"), pl.col("head_days")),
        done(row(1, households.filter("has_spouse")), SPOUSE, 3 - pl.col("head_sex"), pl.col("spouse_days")),
    ]
    with_children = households.filter(
        form.is_in(["couple", "mother", "father", "with parent", "three generations"])
    )
    spacing = 2.9 * YEAR
    for number in range(6):
        few = pl.when(form == "three generations").then(pl.col("children") - 2).otherwise(pl.col("children"))
        some = row(2 + number, with_children.filter(few > number))
        days = pl.col("mother_days") - pl.col("first_birth") - number * spacing
        days = days - dice.between("spacing", -0.9, 0.9) * YEAR
        if number == 0:
            days = pl.when(form == "three generations").then(days - 9 * YEAR).otherwise(days)
        years = days / YEAR
        stays = pl.when(years < 19).then(1.0).when(years < 27).then(0.65).otherwise(0.16)
        parts.append(
            done(some.filter(dice.chance("at home", stays)), CHILD, either, days, mother=wife, shared=1)
        )
    # Three generations: a married child of the head with spouse and children, a second family in the house.
    three = households.filter(form == "three generations")
    heir_days = (pl.col("mother_days") - pl.col("first_birth")).clip(19 * YEAR, 46 * YEAR)
    house = Dice(seed, "h")
    heir_sex = house.below("heir", 2) + 1
    in_law_days = (heir_days + house.between("in-law", -3, 5) * YEAR).clip(17 * YEAR)
    heir_wife = pl.when(heir_sex == 2).then(heir_days).otherwise(in_law_days)
    there = house.chance("in-law there", 0.8)
    heiress = pl.when(heir_sex == 2).then(head + 8).when(there).then(head + 9).otherwise(-1)
    parts.append(done(row(8, three), CHILD, heir_sex, heir_days, family=2, kin=HEAD, mother=wife, shared=1))
    parts.append(done(row(9, three.filter(there)), IN_LAW, 3 - heir_sex, in_law_days, family=2, kin=SPOUSE))
    for number in range(3):
        days = heir_wife - house.between("first grandchild", 17.5, 25) * YEAR - number * 3.1 * YEAR
        some = row(10 + number, three.filter(house.below("grandchildren", 4) >= number))
        parts.append(done(some, GRANDCHILD, either, days, family=2, kin=CHILD, mother=heiress, shared=2))
    # Grandparents who bring up grandchildren: both parents live elsewhere or died.
    skipped = households.filter(form == "grandparents")
    for number in range(3):
        days = house.between("age of first", 4, 17) * YEAR - number * 2.8 * YEAR
        some = row(13 + number, skipped).filter(house.below("how many", 3) >= number)
        parts.append(done(some, GRANDCHILD, either, days, shared=2))
    for number in range(2):
        some = row(16 + number, households.filter(form == "siblings")).filter(
            house.below("siblings", 3) > number
        )
        days = pl.col("head_days") - (number + 1) * 2.6 * YEAR
        parts.append(done(some, OTHER, either, days, shared=3))
    parent_sex = pl.when(house.chance("parent", 0.75)).then(2).otherwise(1)
    parent = pl.when(form == "with parent").then(1.0).when(form.is_in(["couple", "mother"])).then(0.035)
    older = households.filter(house.chance("parent there", parent.otherwise(0.0)))
    parts.append(
        done(
            row(18, older),
            PARENT,
            parent_sex,
            pl.col("head_days") + house.between("parent age", 18, 33) * YEAR,
        )
    )
    # A nephew, a neighbour's child, an aunt: three in four are children.
    others = households.filter(house.chance("other", 0.035))
    other_age = pl.when(house.chance("other young", 0.75)).then(house.between("young", 0.5, 17.9))
    parts.append(
        done(
            row(19, others), OTHER, either, other_age.otherwise(house.between("old", 18, 75)) * YEAR, shared=4
        )
    )
    parts.append(
        done(
            row(20, households.filter(house.chance("worker", 0.002))),
            WORKER,
            pl.lit(2),
            house.between("w", 16, 50) * YEAR,
        )
    )
    return pl.concat(parts).filter(pl.col("days") < 99 * YEAR).sort("m")


def born_on(members: pl.DataFrame, seed: int, today: date) -> pl.DataFrame:
    """Add `born`, a date; the old are often said to be born on the first of January or July."""
    dice = Dice(seed, "m")
    last = (today - EPOCH).days
    exact = (last - pl.col("days")).cast(pl.Int32).cast(pl.Date)
    rounded = pl.date(exact.dt.year(), pl.when(dice.chance("half", 0.5)).then(1).otherwise(7), 1)
    share = pl.when(pl.col("days") > 40 * YEAR).then(0.06).otherwise(0.004)
    rounded = pl.when(dice.chance("rounded", share) & (rounded <= pl.lit(today))).then(rounded)
    return members.with_columns(born=rounded.otherwise(exact))


def age_on(born: pl.Expr, today: date) -> pl.Expr:
    """Completed years."""
    later = (born.dt.month() > today.month) | ((born.dt.month() == today.month) & (born.dt.day() > today.day))
    return today.year - born.dt.year() - later.cast(pl.Int32)
