"""Normalising: from raw text to typed columns, with a reason for everything that did not fit.

Whole columns at once. A column is first read the way it almost always comes (ISO dates, plain digits);
only the values left over are looked at one by one, each distinct value once a file.

What normalisation does to a value that is accepted, so that an export may give it back otherwise
than it came: spaces around it go; a leading apostrophe before a number or a formula goes; dates become
YYYY-MM-DD and times YYYY-MM-DD HH:MM:SS; codes are written in the width of their list, region codes
in theirs; whole numbers lose ",0"; decimals get a point; "unknown" dates (0000-00-00, 1900-01-01)
become empty. Everything else that does not fit its column is kept raw beside the empty typed value.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from asuh.kernel import guarding
from asuh.kernel import nik as niks
from asuh.kernel.dtks.layout import Column, Table
from asuh.kernel.dtks.reading import EXTRA, OVERFLOW, ROW, UNCLOSED, UNREADABLE
from asuh.kernel.dtks.reasons import QUARANTINE, REASONS, WARNING, Severity

PROBLEMS = {
    ROW: pl.UInt32,
    "code": pl.String,
    "severity": pl.UInt8,
    "column": pl.String,
    "raw": pl.String,
    "kept": pl.Boolean,
}
"""One line per row and reason. `raw` is the value as it came; `kept` = the typed column does not hold it."""

UNKNOWN_DATES = frozenset({"0000-00-00", "1900-01-01"})
EARLIEST_YEAR = 1901
LONGEST_KEY = 60
"""Bytes. Real numbers have 16 to 18 digits; an index row of the database holds some 2,700."""
DECIDED_AT = 0.99
"""Share of the telling dates of a file that must agree before its day/month order counts as decided."""
BORN_YEAR, VILLAGE = "_born_year", "_village"

TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "id": pl.String, "text": pl.String, "name": pl.String, "region": pl.String, "nik": pl.String,
    "kk": pl.String, "code": pl.Int16, "sum": pl.Int16, "int": pl.Int32, "decimal": pl.Float64,
    "date": pl.Date, "datetime": pl.Datetime("us"),
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What is decided once for a file, before its rows are read.

    day_first: True = 30/03/2020, False = 03/30/2020, None = the file does not say.
    from_one: columns whose codes this delivery numbers from 1 instead of 0.
    at: the day the delivery was received; later dates lie in the future.
    """

    period: dt.date
    at: dt.date
    day_first: bool | None = True
    from_one: frozenset[str] = frozenset()


@dataclass
class Survey:
    """What one first reading of a few columns tells about a whole file."""

    table: Table
    rows: int = 0
    day_first_votes: int = 0
    month_first_votes: int = 0
    zeros: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)

    @property
    def columns(self) -> list[str]:
        """The columns to read for it."""
        nik = self.table.person.get("nik")
        wanted = {column.name for column in self.table.of_kind("date", "datetime")}
        wanted |= set(self.table.numbered_from_zero_or_one) | ({nik} if nik else set())
        return [name for name in self.table.names if name in wanted]

    def add(self, batch: pl.DataFrame) -> None:
        self.rows += batch.height
        for name in self.table.numbered_from_zero_or_one:
            values = set(batch[name].drop_nulls().str.strip_chars().unique().to_list()) - {""}
            self.filled |= {name} if values else set()
            self.zeros |= {name} if values & {"0", "00"} else set()
        born, nik = self.table.person.get("born"), self.table.person.get("nik")
        for column in self.table.of_kind("date", "datetime"):
            text = pl.col(column.name)
            shape = r"^\s*'?(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{4}"
            slashed = batch.filter(text.str.contains(shape))
            if not slashed.height:
                continue
            parts = slashed.select(
                text.str.extract(shape, 1).cast(pl.Int16).alias("first"),
                text.str.extract(shape, 2).cast(pl.Int16).alias("second"),
                *([pl.col(nik).str.strip_chars(" '").alias("nik")] if nik and column.name == born else []),
            )
            first, second = pl.col("first"), pl.col("second")
            day_first = (first > 12) & (second <= 12)
            month_first = (second > 12) & (first <= 12)
            if "nik" in parts.columns:  # the NIK tells where the date alone does not
                inside = niks.columns("nik")
                either = inside.valid & (first <= 12) & (second <= 12) & (first != second)
                day_first |= either & (inside.day == first) & (inside.month == second)
                month_first |= either & (inside.day == second) & (inside.month == first)
            votes = parts.select(day_first.sum().alias("day"), month_first.sum().alias("month")).row(0)
            self.day_first_votes += votes[0]
            self.month_first_votes += votes[1]

    def rules(self, *, period: dt.date, at: dt.date) -> Rules:
        votes = self.day_first_votes + self.month_first_votes
        day_first: bool | None = None
        if votes and self.day_first_votes >= DECIDED_AT * votes:
            day_first = True
        elif votes and self.month_first_votes >= DECIDED_AT * votes:
            day_first = False
        return Rules(period, at, day_first, frozenset(self.filled - self.zeros))


@dataclass
class Normalised:
    """One batch. `typed` has every layout column (as named there), ROW, EXTRA, and BORN_YEAR for members."""

    typed: pl.DataFrame
    problems: pl.DataFrame


class Normaliser:
    """Turns the batches of one file into typed ones. Keeps what it has learnt about odd values."""

    def __init__(self, table: Table, rules: Rules) -> None:
        self.table, self.rules = table, rules
        self._read: dict[str, dict[str, tuple[Any, str | None]]] = {}

    def __call__(self, raw: pl.DataFrame) -> Normalised:
        found: list[pl.DataFrame] = []
        filled = [name for name in self.table.names if raw[name].null_count() < raw.height]
        texts = [self.table[name] for name in filled if self.table[name].kind in _TEXTS]
        tidy = _tidied(raw, texts) if texts else raw
        typed = tidy.select(
            ROW,
            EXTRA,
            *(
                self._usual(self.table[name]).alias(name)
                if name in filled
                else pl.lit(None, TYPES[self.table[name].kind]).alias(name)
                for name in self.table.names
            ),
        )
        for name in filled:
            column = self.table[name]
            if typed[name].null_count() > tidy[name].null_count():
                typed, problems = self._unusual(column, tidy, typed)
                found += problems
            if column.kind in ("text", "name"):
                found += _formulas(name, tidy)
        for name in self.rules.from_one & set(filled):
            typed, problems = self._renumbered(name, tidy, typed)
            found += problems
        typed = _padded_regions(typed, self.table)
        if self.table.person:
            typed, problems = self._person(tidy, typed)
            found += problems
        found += _too_long_or_missing(tidy, typed, self.table)
        for where, code in ((UNREADABLE, "unreadable"), (UNCLOSED, "unclosed")):
            if where in tidy.columns:
                found += [
                    _problem(tidy, pl.col(where) == name, code, QUARANTINE, name, kept=False)
                    for name in tidy[where].drop_nulls().unique().to_list()
                ]
        found += [
            _problem(tidy, typed[name].is_null(), "bad_code", QUARANTINE, name)
            for name in self.table.required
        ]
        found.append(_problem(tidy, pl.col(OVERFLOW).is_not_null(), "columns", QUARANTINE, OVERFLOW))
        return Normalised(typed, pl.concat([one for one in found if one.height] or [_no_problems()]))

    # -- columns -----------------------------------------------------------------------------------

    def _usual(self, column: Column) -> pl.Expr:
        """The column as it almost always comes; null where it does not."""
        text = pl.col(column.name)
        match column.kind:
            case "code" | "sum":
                number = text.cast(pl.Int16, strict=False)
                return pl.when(_listed(number, column, self._shift(column))).then(number)
            case "int":
                number = text.cast(pl.Int32, strict=False)
                low, high = self.table.bounds.get(column.name, (0, 2**31 - 1))
                return pl.when(number.is_between(low, high)).then(number)
            case "decimal":
                decimal = text.cast(pl.Float64, strict=False)
                low, high = self.table.bounds.get(column.name, (float("-inf"), float("inf")))
                return pl.when(decimal.is_between(low, high)).then(decimal)
            case "date":
                day = text.str.to_date("%Y-%m-%d", strict=False)
                early = day < dt.date(EARLIEST_YEAR, 1, 1)
                return pl.when(~early & (day <= self.rules.at) & (text.str.len_bytes() == 10)).then(day)
            case "datetime":
                moment = text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
                return pl.when(moment.dt.year() >= EARLIEST_YEAR).then(moment)
            case "nik":
                return pl.when(niks.columns(column.name).valid).then(text)
            case "kk":
                digits = text.cast(pl.Int64, strict=False)
                sixteen = (text.str.len_bytes() == 16) & ~text.str.starts_with("+")
                return pl.when(sixteen & (digits > 0)).then(text)
            case "id":
                return pl.when(_is_key(text)).then(text)
            case _:
                return text

    def _unusual(
        self, column: Column, tidy: pl.DataFrame, typed: pl.DataFrame
    ) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        """What `_usual` left null although something stood there: value by value, and why."""
        name = column.name
        left = tidy[name].is_not_null() & typed[name].is_null()
        known = self._read.setdefault(name, {})
        read = self._reader(column)
        values = tidy[name].filter(left).unique().to_list()
        for value in values:
            if value not in known:
                known[value] = read(value) if value.strip() else (None, None)
        values_read = [known[value][0] for value in values]
        if any(value is not None for value in values_read):
            # `replace_strict` maps distinct texts to typed values
            mapped = tidy[name].replace_strict(
                pl.Series(values, dtype=pl.String),
                pl.Series(values_read, dtype=typed.schema[name]),
                default=None,
                return_dtype=typed.schema[name],
            )
            typed = typed.with_columns(pl.when(left).then(mapped).otherwise(pl.col(name)).alias(name))
        found: list[pl.DataFrame] = []
        by_reason: dict[str, list[str]] = {}
        for value in values:
            if (reason := known[value][1]) is not None:
                by_reason.setdefault(reason, []).append(value)
        twin = self.table.twins.get(name)
        for reason, because in by_reason.items():
            mask = left & tidy[name].is_in(because)
            if twin:  # told once, at the column that wins
                mask &= ~(tidy[twin] == tidy[name]).fill_null(False)
            weighs = QUARANTINE if reason == "date_order" else WARNING
            if reason == "date_order" and name != self.table.person.get("born"):
                reason, weighs = "date", WARNING
            if reason in ("bad_code", "no_id"):
                continue  # told with the empty ones
            found.append(_problem(tidy, mask, reason, weighs, name))
        if twin:
            same = left & (tidy[twin] == tidy[name]).fill_null(False)
            kept = _problem(tidy, same & typed[name].is_null(), "", Severity.WARNING, name)
            found.append(kept)
        return typed, found

    def _reader(self, column: Column) -> Callable[[str], tuple[Any, str | None]]:
        """Reads one odd value: (value or None, reason or None)."""
        required = column.name in self.table.required
        match column.kind:
            case "code" | "sum":
                wrong = "bad_code" if required or column.name == self.table.person.get("sex") else "code"
                allowed = _codes(column, self._shift(column))
                return lambda text: (n, None) if (n := _whole(text)) in allowed else (None, wrong)
            case "int":
                low, high = self.table.bounds.get(column.name, (0, 2**31 - 1))
                return lambda text: _bounded(_whole(text), low, high)
            case "decimal":
                low, high = self.table.bounds.get(column.name, (float("-inf"), float("inf")))
                return lambda text: _bounded(_decimal(text), low, high)
            case "date":
                return lambda text: read_date(text, self.rules)
            case "datetime":
                return lambda text: _read_time(text, self.rules)
            case "nik":
                return lambda text: (None, _why_not_a_nik(text))
            case "kk":
                return lambda text: (None, "kk")
            case _:
                return lambda text: (None, "no_id")

    def _shift(self, column: Column) -> int:
        return 1 if column.name in self.rules.from_one else 0

    def _renumbered(
        self, name: str, tidy: pl.DataFrame, typed: pl.DataFrame
    ) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        kept = _problem(tidy, typed[name].is_not_null(), "", Severity.WARNING, name)
        return typed.with_columns(pl.col(name) - 1), [kept]

    # -- people ------------------------------------------------------------------------------------

    def _person(self, tidy: pl.DataFrame, typed: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        part = self.table.person
        sex, born, age, nik = part["sex"], part["born"], part["age"], part["nik"]
        found = [_problem(tidy, pl.col(part["name"]).is_null(), "no_name", QUARANTINE, part["name"])]
        for left, wins in self.table.twins.items():
            silent = (tidy[wins].str.strip_chars().fill_null("") == "").fill_null(True)
            stands_in = (silent & typed[left].is_not_null()).rename("")
            if stands_in.any():
                typed = typed.with_columns(pl.coalesce(wins, left).alias(wins))
                found.append(_problem(tidy, stands_in, "", Severity.WARNING, wins))
        has_nik = pl.col(nik).is_not_null()
        inside = replace(niks.columns(nik), valid=has_nik)  # none but a valid one is left in `typed`
        without = typed.select(
            (pl.col(sex).is_null() & has_nik).alias("told"), pl.col(sex).is_null().alias("no")
        )
        found.append(_problem(tidy, without["told"], "sex", WARNING, sex))
        found.append(_problem(tidy, without["no"] & ~without["told"], "sex", QUARANTINE, sex))
        typed = typed.with_columns(
            pl.when(pl.col(sex).is_null() & has_nik).then(inside.sex).otherwise(pl.col(sex))
            .cast(pl.Int16).alias(sex),
            pl.coalesce(pl.col(born).dt.year(), self.rules.period.year - pl.col(age)).cast(pl.Int16)
            .alias(BORN_YEAR),
        )  # fmt: skip
        disagree = typed.select(inside.disagree(born_on=pl.col(born), sex=pl.col(sex)).alias("it"))["it"]
        found.append(_problem(tidy, disagree, "nik_disagrees", WARNING, nik, kept=False))
        return typed, found


def keys(raw: pl.DataFrame, table: Table, *names: str) -> pl.DataFrame:
    """ROW and the named id columns as `typed` has them, for readings that need nothing else."""
    tidy = _tidied(raw.select(ROW, *names), [table[name] for name in names])
    return tidy.select(
        ROW, *(pl.when(_is_key(pl.col(name))).then(pl.col(name)).alias(name) for name in names)
    )


def places(raw: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The distinct places of a raw batch: VILLAGE and the columns of place names."""
    regions = [table[name] for name in (table.village, *table.village_parts, *table.place_names)]
    distinct = raw.select(column.name for column in regions).unique()
    tidy = _padded_regions(_tidied(distinct, regions), table)
    return tidy.select(village_codes(table).alias(VILLAGE), *table.place_names).unique()


def village_codes(table: Table) -> pl.Expr:
    """The village code of each row of a typed frame, from its one column or its parts; null if neither."""
    whole = pl.col(table.village)
    width = sum(table.village_widths)
    parts = pl.concat_str([pl.col(name) for name in table.village_parts])
    return pl.coalesce(
        pl.when(whole.str.len_bytes() == width).then(whole),
        pl.when(parts.str.len_bytes() == width).then(parts),
    )


def outcome(problems: pl.DataFrame) -> pl.DataFrame:
    """Per row with a reason: ROW, severity (the worst), reasons (sorted, once each), raw (JSON of kept
    values), told (JSON list of [code, column, raw])."""
    named = problems.filter(pl.col("code") != "")
    kept = problems.filter(pl.col("kept")).unique([ROW, "column"], keep="first", maintain_order=True)
    raws = kept.group_by(ROW).agg(
        _braced(pl.format("{}: {}", _json_text("column"), _json_text("raw")).str.join(", ")).alias("raw")
    )
    reasons = named.group_by(ROW).agg(
        pl.col("severity").max(),
        pl.col("code").unique().sort().alias("reasons"),
        pl.format(
            "[{}]",
            pl.format("[{}, {}, {}]", _json_text("code"), _json_text("column"), _json_text("raw")).str.join(
                ", "
            ),
        ).alias("told"),
    )
    return reasons.join(raws, on=ROW, how="full", coalesce=True)


def json_rows(frame: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Each row of text columns as a JSON object of what is filled in it."""
    filled = [name for name in names if frame[name].null_count() < frame.height]
    if not filled:
        return pl.Series("raw", ["{}"] * frame.height, dtype=pl.String)
    escapes = frame.select(pl.col(name).str.contains(_TO_ESCAPE).any() for name in filled).row(0, named=True)
    parts = [
        pl.when(pl.col(name).is_not_null()).then(
            pl.concat_str(pl.lit(f"{json.dumps(name)}: "), _json_text(name, escapes=bool(escapes[name])))
        )
        for name in filled
    ]
    joined = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    return frame.select(_braced(joined).alias("raw"))["raw"]


def add_problems(rows: pl.Series, code: str, severity: Severity, column: str, raw: pl.Series | None = None,
                 *, kept: bool = False) -> pl.DataFrame:  # fmt: skip
    """Problems found outside this module, for the row numbers in `rows`. code: of REASONS, "" for none."""
    assert not code or code in REASONS, (
        f"{code!r} is no reason yet: add it to asuh/kernel/dtks/reasons.py and its words to "
        "asuh/people/codes/reasons.py"
    )
    return pl.DataFrame({ROW: rows.cast(pl.UInt32)}).with_columns(
        pl.lit(code).alias("code"),
        pl.lit(int(severity), pl.UInt8).alias("severity"),
        pl.lit(column).alias("column"),
        (raw if raw is not None else pl.lit(None, pl.String)).alias("raw"),
        pl.lit(kept).alias("kept"),
    )


# -- single values ---------------------------------------------------------------------------------

_SPREADSHEET_NUMBER = re.compile(r"^\d([.,]\d+)?[eE]\+?\d+$")
_WHOLE = re.compile(r"^'?([+-]?\d{1,10})(?:[.,]0+)?$")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T](.+))?$")
_YEAR_LAST = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T](.+))?$")
_SERIAL = re.compile(r"^(\d{5})(?:[.,](\d+))?$")
_CLOCK = re.compile(r"^(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.(\d{1,6})\d*)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_SPREADSHEET_EPOCH = dt.date(1899, 12, 30)


def read_date(text: str, rules: Rules) -> tuple[dt.date | None, str | None]:
    """A date in any of the forms that occur. Reason: date, date_future, date_order; none for "unknown"."""
    text = text.strip().lstrip("'").strip()
    if text[:10] in UNKNOWN_DATES:
        return None, None
    day, reason = _calendar_date(text, rules)
    if day is None:
        return None, reason
    if day == dt.date(1900, 1, 1):
        return None, None
    if day.year < EARLIEST_YEAR:
        return None, "date"
    return (None, "date_future") if day > rules.at else (day, None)


def _calendar_date(text: str, rules: Rules) -> tuple[dt.date | None, str | None]:
    if match := _SERIAL.match(text):
        return _SPREADSHEET_EPOCH + dt.timedelta(days=int(match[1])), None
    if match := _YEAR_FIRST.match(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _YEAR_LAST.match(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        if first == second or rules.day_first is True:
            return _date(year, second, first)
        if rules.day_first is False:
            return _date(year, first, second)
        if first > 12 or second > 12:  # only one reading is possible
            return _date(year, *((second, first) if first > 12 else (first, second)))
        return None, "date_order"
    return None, "date"


def _date(year: int, month: int, day: int) -> tuple[dt.date | None, str | None]:
    try:
        return dt.date(year, month, day), None
    except ValueError:
        return None, "date"


def _read_time(text: str, rules: Rules) -> tuple[dt.datetime | None, str | None]:
    text = text.strip().lstrip("'").strip()
    if text[:10] in UNKNOWN_DATES:
        return None, None
    day, reason = _calendar_date(text, rules)
    if day is None:
        return None, reason
    clock = dt.time()
    if match := _SERIAL.match(text):
        seconds = round(float(f"0.{match[2] or 0}") * 86_400)
        return dt.datetime.combine(day, clock) + dt.timedelta(seconds=seconds), None
    shape = _YEAR_FIRST.match(text) or _YEAR_LAST.match(text)
    if shape and shape[4]:
        told = _CLOCK.match(shape[4])
        if not told or int(told[1]) > 23 or int(told[2]) > 59 or int(told[3] or 0) > 59:
            return None, "date"
        clock = dt.time(int(told[1]), int(told[2]), int(told[3] or 0), int((told[4] or "").ljust(6, "0")))
    return dt.datetime.combine(day, clock), None


def _why_not_a_nik(text: str) -> str:
    if _SPREADSHEET_NUMBER.match(text):
        return "nik_sci"
    digits = text.isascii() and text.isdigit()
    return "nik_short" if digits and len(text) != 16 else "nik"


def _whole(text: str) -> int | None:
    match = _WHOLE.match(text.strip())
    return int(match[1]) if match else None


def _decimal(text: str) -> float | None:
    try:
        return float(text.strip().lstrip("'").replace(",", "."))
    except ValueError:
        return None


def _bounded(number: float | None, low: float, high: float) -> tuple[float | None, str | None]:
    if number is None or number != number:
        return None, "short"
    return (number, None) if low <= number <= high else (None, "range")


# -- whole columns ---------------------------------------------------------------------------------


_TEXTS = frozenset({"id", "text", "name", "region", "nik", "kk"})


def _spreadsheet_number(text: pl.Expr) -> pl.Expr:
    # the literal first: nearly no text has it, and it is looked for ten times as fast
    exponent = text.str.contains("E", literal=True) | text.str.contains("e", literal=True)
    return exponent & pl.when(exponent).then(text).str.contains(_SPREADSHEET_NUMBER.pattern).fill_null(False)


def _is_key(text: pl.Expr) -> pl.Expr:
    return ~_spreadsheet_number(text) & (text.str.len_bytes() <= LONGEST_KEY)


def _too_long_or_missing(tidy: pl.DataFrame, typed: pl.DataFrame, table: Table) -> list[pl.DataFrame]:
    missing = typed[table.key].is_null()
    found = []
    for name in dict.fromkeys((table.household, table.key)):
        if name and typed[name].null_count():
            long = (tidy[name].str.len_bytes() > LONGEST_KEY).fill_null(False)
            found.append(_problem(tidy, long, "id_long", QUARANTINE, name))
            missing = missing & ~long if name == table.key else missing
    return [*found, _problem(tidy, missing, "no_id", QUARANTINE, table.key)]


def _tidied(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """Stripped; "" becomes null; the apostrophe that keeps a spreadsheet from counting or running goes."""
    frame = frame.with_columns(pl.col(column.name).str.strip_chars() for column in columns)
    apostrophes = frame.select(
        pl.col(column.name).str.starts_with("'").any().alias(column.name) for column in columns
    ).row(0, named=True)  # nearly no column has any: looked for first
    return frame.with_columns(
        pl.when(text != "").then(text).alias(column.name)
        for column in columns
        for text in [_without_apostrophe(column) if apostrophes[column.name] else pl.col(column.name)]
    )


def _without_apostrophe(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    if column.kind in ("text", "name"):
        return guarding.unguarded_column(text)
    return text.str.strip_chars_start("'").str.strip_chars()


def _formulas(name: str, tidy: pl.DataFrame) -> list[pl.DataFrame]:
    text = pl.col(name)
    starts = tidy.select(
        (text.str.starts_with("=") | text.str.starts_with("@") | text.str.starts_with("+")
         | text.str.starts_with("-")).fill_null(False).alias("it")
    )["it"]  # fmt: skip
    if not starts.any():
        return []
    runs = starts & tidy[name].str.contains(r"^[=@].|^[+\-][A-Za-z(]").fill_null(False)
    return [_problem(tidy, runs, "formula", WARNING, name, kept=False)]


def _padded_regions(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Region codes lose leading zeros in spreadsheets; their widths are fixed."""
    widths = dict(zip(table.village_parts, table.village_widths, strict=True))
    short = frame.select((pl.col(name).str.len_bytes() < width).any() for name, width in widths.items()).row(
        0
    )
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(r"^\d+$"))
        .then(pl.col(name).str.zfill(width))
        .otherwise(pl.col(name))
        .alias(name)
        for (name, width), lost in zip(widths.items(), short, strict=True)
        if lost
    )


def _codes(column: Column, shift: int) -> frozenset[int]:
    assert column.codes is not None, column.name
    if column.kind == "sum":
        return frozenset(range(sum(column.codes.labels) + 1))
    return frozenset(code + shift for code in column.codes.labels)


def _listed(number: pl.Expr, column: Column, shift: int) -> pl.Expr:
    codes = _codes(column, shift)
    low, high = min(codes), max(codes)
    within = number.is_between(low, high)
    return within if len(codes) == high - low + 1 else within & number.is_in(sorted(codes))


def _problem(
    tidy: pl.DataFrame,
    mask: pl.Series | pl.Expr,
    code: str,
    severity: Severity,
    column: str,
    *,
    kept: bool = True,
) -> pl.DataFrame:
    rows = tidy.lazy().filter(mask).select(ROW, column).collect() if isinstance(mask, pl.Expr) else (
        tidy.select(ROW, column).filter(mask) if mask.any() else tidy.select(ROW, column).clear()
    )  # fmt: skip
    return add_problems(rows[ROW], code, severity, column, rows[column].fill_null(""), kept=kept)


def _no_problems() -> pl.DataFrame:
    return pl.DataFrame(schema=PROBLEMS)


def _braced(inside: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit("{"), inside, pl.lit("}"))


_ESCAPED = {chr(code): f"\\u{code:04x}" for code in range(32)} | {'"': '\\"', "\\": "\\\\"}


_TO_ESCAPE = r'["\\\x00-\x1f]'


def _json_text(name: str, *, escapes: bool = True) -> pl.Expr:
    """A text column as JSON strings, null as null. escapes: False where nothing in it is to be escaped."""
    escaped = pl.col(name)
    if escapes:
        escaped = escaped.str.replace_many(list(_ESCAPED), list(_ESCAPED.values()))
    return (
        pl.when(escaped.is_not_null())
        .then(pl.concat_str(pl.lit('"'), escaped, pl.lit('"')))
        .otherwise(pl.lit("null"))
    )
