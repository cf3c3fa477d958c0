"""From people to the cells of a delivery: every DTKS column as text, fitting age and kinship."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from asuh.invented.drawing import Dice, cases, slots
from asuh.invented.households import (
    CHILD,
    HEAD,
    IN_LAW,
    PARENT,
    PLACES,
    SPOUSE,
    age_on,
)
from asuh.invented.names import with_names, word_lists

CREATED = "2015-08-01 00:00:00"
NIK_MISSING, KK_MISSING = 0.05, 0.02
"""Shares of members without a number, as in the samples; small children lack theirs more often."""


def text(number: pl.Expr, width: int = 0) -> pl.Expr:
    written = number.cast(pl.String)
    return written.str.zfill(width) if width else written


def empty() -> pl.Expr:
    return pl.lit("", pl.String)


# ── numbers that need the whole delivery at once ──────────────────────────────────────────────────


def with_numbers(
    members: pl.DataFrame, households: pl.DataFrame, districts: pl.Series, seed: int
) -> pl.DataFrame:
    """Add nik_place (district the identity number begins with), nik_serial, and n, the running number.

    Serials count up for people of one district, birthday and sex, as the civil registry's do.
    """
    dice = Dice(seed, "m")
    place = households["place"].gather(members["h"])
    home = districts.gather(place)
    elsewhere = districts.gather(members.select(dice.below("born elsewhere", len(districts))).to_series())
    return members.with_columns(
        n=pl.int_range(1, pl.len() + 1),
        nik_place=pl.when(dice.chance("moved", 0.12)).then(pl.lit(elsewhere)).otherwise(pl.lit(home)),
    ).with_columns(nik_serial=pl.int_range(1, pl.len() + 1).over("nik_place", "born", "sex"))


def nik(place: pl.Expr, born: pl.Expr, sex: pl.Expr, serial: pl.Expr) -> pl.Expr:
    day = born.dt.day().cast(pl.Int32) + pl.when(sex == 2).then(40).otherwise(0)
    return pl.concat_str(
        place, text(day, 2), text(born.dt.month(), 2), text(born.dt.year() % 100, 2), text(serial, 4)
    )


# ── members ───────────────────────────────────────────────────────────────────────────────────────


def member_cells(
    members: pl.DataFrame, households: pl.DataFrame, villages: pl.DataFrame, seed: int, today: date
) -> pl.DataFrame:
    """The cells of these members (whole households), under DTKS column names, with h and m beside them."""
    dice = Dice(seed, "m")
    frame = members.join(
        households.select("h", "place", "people", "idbdt", "mother_days"), on="h", how="left"
    )
    frame = frame.with_columns(
        villages["bps"].gather(frame["place"]).alias("bps"),
        villages["NMKAB"].gather(frame["place"]).alias("regency"),
        villages["NMDESA"].gather(frame["place"]).alias("village"),
        age=age_on(pl.col("born"), today),
        year=pl.col("born").dt.year(),
        lineage=pl.when(pl.col("role").is_in([SPOUSE, IN_LAW])).then(pl.col("m")).otherwise(pl.col("h")),
    )
    frame = with_names(frame, seed)
    frame = frame.with_columns(namagadis_ibukandung=_mothers(frame, seed))
    age, sex, role = pl.col("age"), pl.col("sex"), pl.col("role")
    frame = frame.with_columns(
        married=pl.when(role == SPOUSE)
        .then(True)
        .when(role == IN_LAW)
        .then(True)
        .when(role == HEAD)
        .then(pl.col("m").is_in((frame.filter(role == SPOUSE)["m"] // PLACES * PLACES).implode()))
        .when((role == CHILD) & (pl.col("kin") == HEAD))
        .then(dice.chance("still married", 0.85))
        .when(role == PARENT)
        .then(dice.chance("parent married", 0.2))
        .otherwise((age >= 21) & dice.chance("married", 0.15)),
    )
    single = (
        pl.when(age < 18)
        .then(pl.lit("1"))
        .when(role.is_in([HEAD, PARENT]))
        .then(
            pl.when(dice.chance("widowed", pl.when(age > 55).then(0.85).otherwise(0.5)))
            .then(pl.lit("4"))
            .otherwise(pl.lit("3"))
        )
        .when((pl.col("kin") == HEAD) | ((age > 30) & dice.chance("parted", 0.25)))
        .then(pl.when(dice.chance("divorced", 0.7)).then(pl.lit("3")).otherwise(pl.lit("4")))
        .otherwise(pl.lit("1"))
    )
    frame = frame.with_columns(Sta_kawin=pl.when("married").then(pl.lit("2")).otherwise(single))
    frame = _schooling(frame, dice)
    frame = _work(frame, dice)
    digits = nik(pl.col("nik_place"), pl.col("born"), sex, pl.col("nik_serial"))
    missing = pl.when(age < 2).then(0.3).when(age < 6).then(0.12).otherwise(NIK_MISSING * 0.75)
    unknown = dice.chance("birth unknown", pl.when(age > 55).then(0.02).otherwise(0.004))
    house = Dice(seed, "h")
    issued = pl.concat_str(
        text(house.below("issued day", 28) + 1, 2),
        text(house.below("issued month", 12) + 1, 2),
        text(house.below("issued year", 12) + 8, 2),
    )
    frame = frame.with_columns(
        pl.col("idbdt").alias("IDBDT"),
        pl.concat_str(pl.col("bps"), text(pl.col("n"), 8)).alias("IDARTBDT"),
        pl.col("name").alias("Nama"),
        text(sex).alias("JnsKel"),
        pl.when(dice.chance("born in village", 0.08))
        .then("village")
        .otherwise(pl.col("regency").str.replace(r"^(KABUPATEN|KOTA) ", ""))
        .alias("TmpLahir"),
        pl.when(unknown)
        .then(pl.lit("0000-00-00"))
        .otherwise(pl.col("born").dt.to_string("%Y-%m-%d"))
        .alias("TglLahir"),
        text(role).alias("HubKRT"),
        text(role).alias("Hub_KRT"),
        pl.when(dice.chance("no nik", missing)).then(empty()).otherwise(digits).alias("NIK"),
        pl.when(house.chance("no kk", KK_MISSING))
        .then(empty())
        .otherwise(
            pl.concat_str(
                pl.col("nik_place").first().over("h"),
                issued,
                text((pl.col("h") * 2 + pl.col("family")) % 10_000, 4),
            )
        )
        .alias("NoKK"),
        text(pl.col("family")).alias("NUK"),
        text(pl.col("kin")).alias("Hubkel"),
        text(age).alias("Umur"),
        pl.when("married")
        .then(dice.pick("certificate", {"1": 62, "2": 18, "0": 20}))
        .otherwise(pl.lit("0"))
        .alias("Ada_akta_nikah"),
        dice.pick("on card", {"1": 95, "2": 5}).alias("Ada_diKK"),
        text(
            dice.chance("birth certificate", pl.when(age < 18).then(0.86).otherwise(0.4)).cast(pl.Int32)
            + 2
            * ((pl.col("Partisipasi_sekolah") == "1") & (age >= 13) & dice.chance("student card", 0.3)).cast(
                pl.Int32
            )
            + 4 * ((age >= 17) & dice.chance("ktp", 0.96)).cast(pl.Int32)
            + 8 * ((age >= 17) & (age < 65) & dice.chance("sim", 0.16)).cast(pl.Int32)
        ).alias("Ada_kartu_identitas"),
        pl.when((sex == 2) & pl.col("married") & age.is_between(15, 45) & dice.chance("pregnant", 0.045))
        .then(pl.lit("1"))
        .otherwise(pl.lit("2"))
        .alias("Sta_hamil"),
        pl.when(dice.chance("disabled", pl.when(age > 60).then(0.07).otherwise(0.018)))
        .then(
            dice.pick(
                "disability",
                {
                    "01": 30,
                    "02": 16,
                    "03": 12,
                    "04": 7,
                    "05": 6,
                    "06": 2,
                    "07": 1,
                    "08": 1,
                    "09": 1,
                    "10": 14,
                    "11": 7,
                    "12": 3,
                },
            )
        )
        .otherwise(pl.lit("00"))
        .alias("Jenis_cacat"),
        pl.when(dice.chance("ill", pl.when(age > 55).then(0.3).when(age > 30).then(0.1).otherwise(0.025)))
        .then(
            dice.pick(
                "illness", {"1": 30, "2": 22, "3": 12, "4": 6, "5": 10, "6": 4, "7": 4, "8": 1, "9": 11}
            )
        )
        .otherwise(pl.lit("0"))
        .alias("Penyakit_kronis"),
        dice.pick("presence", {"1": 960, "2": 9, "3": 26, "4": 5}).alias("Sta_keberadaan_art"),
        house.pick("kks", {"1": 35, "0": 65}).alias("Ada_kks"),
        dice.pick("pbi", {"1": 70, "0": 30}).alias("Ada_pbi"),
        pl.when((pl.col("Partisipasi_sekolah") == "1") & dice.chance("kip", 0.4))
        .then(pl.lit("1"))
        .otherwise(pl.lit("0"))
        .alias("Ada_kip"),
        house.pick("pkh", {"1": 38, "0": 62}).alias("Ada_pkh"),
        house.pick("rastra", {"1": 40, "0": 60}).alias("Ada_rastra"),
        house.pick("bpnt", {"1": 45, "0": 55}).alias("Ada_BPNT"),
        pl.when(role.is_in([HEAD, SPOUSE]))
        .then(dice.pick("children away", {"0": 70, "1": 18, "2": 12}))
        .otherwise(pl.lit("0"))
        .alias("Anak_diluar_rt"),
        pl.lit(CREATED).alias("InitData"),
        pl.lit(f"{today} 00:00:00").alias("LastUpdateData"),
    )
    return _village_cells(frame)


def _mothers(frame: pl.DataFrame, seed: int) -> pl.Series:
    """Each member's mother's maiden name: her own where she lives here, else an invented one.

    Full brothers and sisters have one mother; one in twelve names is written with a little less of it.
    """
    dice = Dice(seed, "m")
    absent = frame.filter(pl.col("mother") < 0)
    # Numbers beyond all members, so that absent mothers get names of their own.
    ghosts = absent.select(
        "people",
        "m",
        ghost=pl.when(pl.col("shared") > 0)
        .then(10**12 + pl.col("h") * PLACES + pl.col("shared"))
        .otherwise(2 * 10**12 + pl.col("m")),
        born_of=pl.col("year") - 25,
    )
    named = ghosts.group_by("ghost").agg(pl.col("people").first(), pl.col("born_of").min()).sort("ghost")
    named = named.select("people", m="ghost", sex=pl.lit(2, pl.Int8), year="born_of", lineage=pl.col("ghost"))
    named = with_names(named, seed)
    known = pl.concat(
        [
            frame.select(pl.col("m").alias("mother"), mother_name="name"),
            named.select(pl.col("m").alias("mother"), mother_name="name"),
        ]
    )
    wanted = (
        frame.select("m", "mother")
        .join(ghosts.select("m", "ghost"), on="m", how="left")
        .with_columns(mother=pl.when(pl.col("mother") >= 0).then("mother").otherwise("ghost"))
    )
    found = wanted.join(known, on="mother", how="left", maintain_order="left")
    # A maiden name is written without what marriage and pilgrimage added.
    bare = pl.col("mother_name").str.replace(r"^HJ?\. ", "").str.replace(r", S\.PD$", "")
    short = bare.str.replace(r"^(\S+ \S+) .*$", "$1").str.replace(r"^SITI ", "ST ")
    return found.select(pl.when(dice.chance("short mother", 0.08)).then(short).otherwise(bare)).to_series()


def _schooling(frame: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    age = pl.col("age")
    attends = (
        pl.when(age < 7)
        .then(0.35)
        .when(age < 13)
        .then(0.985)
        .when(age < 16)
        .then(0.94)
        .when(age < 19)
        .then(0.72)
        .when(age < 24)
        .then(0.16)
        .otherwise(0.0)
    )
    never = pl.when(age < 7).then(0.6).when(age < 13).then(0.01).when(age < 50).then(0.012).otherwise(0.1)
    in_school = dice.chance("attends", attends)
    part = cases(
        [(age < 5, empty()), (in_school, pl.lit("1")), (dice.chance("never", never), pl.lit("0"))],
        pl.lit("2"),
    )
    # How far people got who have left school: 1 primary … 4 higher.
    left = pl.when(age < 13).then(1).when(age < 16).then(pl.min_horizontal(2, dice.below("left", 2) + 1))
    shares = ({"1": 55, "2": 25, "3": 17, "4": 3}, {"1": 25, "2": 32, "3": 37, "4": 6})
    far = (
        pl.when(age > 45)
        .then(dice.pick("far", shares[0]))
        .otherwise(dice.pick("far", shares[1]))
        .cast(pl.Int32)
    )
    now = pl.when(age < 13).then(1).when(age < 16).then(2).when(age < 19).then(3).otherwise(4)
    frame = frame.with_columns(
        Partisipasi_sekolah=part, _level=pl.when(in_school).then(now).otherwise(left.otherwise(far))
    )
    level, schooled = pl.col("_level"), pl.col("Partisipasi_sekolah").is_in(["1", "2"])
    attending = pl.col("Partisipasi_sekolah") == "1"
    kinds = {
        1: {"01": 82, "03": 16, "02": 2},
        2: {"04": 72, "06": 25, "05": 3},
        3: {"07": 80, "09": 15, "08": 5},
        4: {"10": 1},
    }
    kind = cases(((level == number, dice.pick("school", kinds[number])) for number in kinds), empty())
    first = pl.when(level == 1).then(6).when(level == 2).then(12).when(level == 3).then(15).otherwise(18)
    years = pl.when(level == 1).then(6).when(level == 4).then(4).otherwise(3)
    finished = dice.chance("finished", 0.82) & ~attending
    grade = (
        pl.when(attending)
        .then((age - first).clip(1, years))
        .otherwise(pl.when(finished).then(8).otherwise((dice.below("grade", 6) + 1).clip(1, years)))
    )
    done = pl.when(finished).then(level).otherwise(level - 1)
    return frame.with_columns(
        Pendidikan_tertinggi=pl.when(schooled).then(kind).otherwise(empty()),
        Kelas_tertinggi=pl.when(schooled).then(text(grade)).otherwise(empty()),
        Ijazah_tertinggi=pl.when(pl.col("Partisipasi_sekolah") == "")
        .then(empty())
        .when(schooled)
        .then(text(pl.when(done == 4).then(5).otherwise(done)))
        .otherwise(pl.lit("0")),
    )


def _work(frame: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    age, man = pl.col("age"), pl.col("sex") == 1
    attending = pl.col("Partisipasi_sekolah") == "1"
    share = (
        pl.when(age < 10)
        .then(0.002)
        .when(age < 15)
        .then(pl.when(attending).then(0.02).otherwise(0.3))
        .when(age < 19)
        .then(pl.when(attending).then(0.06).otherwise(0.55))
        .when(age < 60)
        .then(pl.when(man).then(0.9).otherwise(0.46))
        .when(age < 75)
        .then(pl.when(man).then(0.6).otherwise(0.28))
        .otherwise(0.12)
    )
    works = (age >= 5) & dice.chance("works", share)
    trades = {
        "1": 30, "2": 6, "3": 5, "4": 3, "5": 2, "6": 5, "7": 3, "8": 2, "9": 9, "10": 1, "11": 9, "12": 12,
        "13": 2, "14": 4, "15": 1, "16": 1, "17": 1, "18": 1, "19": 4, "20": 1, "21": 2,
    }  # fmt: skip
    status = {"1": 26, "2": 14, "3": 2, "4": 18, "5": 1, "6": 16, "7": 13, "8": 10}
    young = {"8": 70, "6": 15, "7": 10, "4": 5}
    hours = slots({"7": 6, "14": 10, "20": 12, "28": 10, "35": 20, "42": 22, "48": 10, "56": 10})
    few = slots({"5": 3, "7": 3, "10": 2, "14": 3, "20": 1})

    def if_working(cell: pl.Expr) -> pl.Expr:
        return pl.when(works).then(cell).otherwise(empty())

    return frame.with_columns(
        Sta_Bekerja=pl.when(age < 5).then(empty()).when(works).then(pl.lit("1")).otherwise(pl.lit("2")),
        Jumlah_jamkerja=if_working(
            pl.when(age < 18).then(dice.one_of("hours", few)).otherwise(dice.one_of("hours", hours))
        ),
        Lapangan_usaha=if_working(dice.pick("trade", trades)),
        Status_pekerjaan=if_working(
            pl.when(age < 18).then(dice.pick("status", young)).otherwise(dice.pick("status", status))
        ),
    )


def _village_cells(frame: pl.DataFrame) -> pl.DataFrame:
    code = pl.col("bps")
    return frame.with_columns(
        KDGabungan4=code,
        KDPROP=code.str.slice(0, 2),
        KDKAB=code.str.slice(2, 2),
        KDKEC=code.str.slice(4, 3),
        KDDESA=code.str.slice(7, 3),
    )


# ── households ────────────────────────────────────────────────────────────────────────────────────

_RT = ("RT {}/RW {}", "RT.{} RW {}", "RT {} RW {}", "rt{} RW {}", "RT {}/{}", "RT.{}/{}", "Rt. {} Rw. {}")
_PREFIX = {"DSN ": 34, "DUSUN ": 26, "KP. ": 18, "LINGK. ": 6, "JL. ": 16}


def household_cells(
    households: pl.DataFrame, heads: pl.DataFrame, villages: pl.DataFrame, seed: int, today: date
) -> pl.DataFrame:
    """The cells of these households. heads: h, Nama_KRT, Jumlah_ART and Jumlah_Keluarga."""
    dice = Dice(seed, "h")
    frame = households.join(heads, on="h", how="inner", maintain_order="left")
    frame = frame.with_columns(villages["bps"].gather(frame["place"]).alias("bps")).with_columns(
        rank=(dice.unit("rank") ** 1.6 * 100).floor().cast(pl.Int32) + 1
    )
    rich = pl.col("rank") / 100
    hamlets = slots(dict.fromkeys(word_lists("neighbourhoods")["hamlet", 0], 1.0))
    streets = slots(dict.fromkeys(word_lists("neighbourhoods")["street", 0], 1.0))
    prefix = dice.pick("prefix", _PREFIX)
    named = (
        pl.when(prefix == "JL. ")
        .then(dice.one_of("street", streets))
        .otherwise(dice.one_of("street", hamlets))
    )
    rt, rw = dice.below("rt", 14) + 1, dice.below("rw", 7) + 1
    manner = dice.below("manner", len(_RT))
    width = [0 if number == 2 else 3 for number in range(len(_RT))]
    where = cases(
        (
            (manner == number, pl.format(shape, text(rt, width[number]), text(rw, width[number])))
            for number, shape in enumerate(_RT)
        ),
        empty(),
    )
    frame = frame.with_columns(
        pl.col("idbdt").alias("IDBDT"),
        pl.concat_str(prefix, named.str.replace_all("_", " "), pl.lit(" "), where).alias("Alamat"),
        *(
            _given(dice, name, 0.35, yes="1", no="0")
            for name in ("AdaPKH", "AdaKKS2016", "AdaKKS2017", "AdaDapodik", "AdaBPNT")
        ),
        _given(dice, "AdaPBDT", 0.6, yes="1", no="0"),
        _given(dice, "AdaPBI", 0.7, yes="1", no="0"),
        text(pl.col("rank")).alias("percentile"),
        dice.pick("sta_bangunan", {"1": 84, "2": 5, "3": 9, "4": 1, "5": 1}).alias("sta_bangunan"),
        dice.pick("sta_lahan", {"1": 78, "2": 14, "3": 6, "4": 2}).alias("sta_lahan"),
        text((20 + dice.unit("floor") * 60 + rich * 40).cast(pl.Int32)).alias("luas_lantai"),
        _by_means(
            dice, "lantai", rich, {"9": 40, "6": 42, "8": 10, "7": 8}, {"2": 48, "6": 30, "4": 20, "1": 2}
        ),
        _by_means(
            dice, "dinding", rich, {"3": 36, "4": 22, "6": 8, "1": 30, "2": 4}, {"1": 84, "3": 12, "2": 4}
        ),
        _by_means(dice, "kondisi_dinding", rich, {"2": 75, "1": 25}, {"1": 85, "2": 15}),
        _by_means(
            dice,
            "atap",
            rich,
            {"4": 58, "6": 26, "5": 8, "9": 8},
            {"4": 60, "2": 14, "6": 18, "3": 6, "1": 2},
        ),
        _by_means(dice, "kondisi_atap", rich, {"2": 75, "1": 25}, {"1": 85, "2": 15}),
        text(dice.below("rooms", 3) + 1 + (rich > 0.6).cast(pl.Int32)).alias("jumlah_kamar"),
        _by_means(
            dice,
            "sumber_airminum",
            rich,
            {"6": 32, "7": 14, "8": 12, "9": 8, "10": 6, "5": 20, "11": 8},
            {"5": 38, "3": 20, "2": 20, "6": 20, "1": 2},
        ),
        dice.pick("cara_peroleh_airminum", {"3": 66, "1": 20, "2": 14}).alias("cara_peroleh_airminum"),
        _by_means(dice, "sumber_penerangan", rich, {"1": 92, "2": 5, "3": 3}, {"1": 99, "2": 1}),
        _by_means(dice, "bb_masak", rich, {"8": 50, "3": 48, "5": 2}, {"3": 88, "8": 9, "2": 2, "1": 1}),
        _by_means(dice, "fasbab", rich, {"1": 60, "2": 18, "3": 6, "4": 16}, {"1": 93, "2": 6, "4": 1}),
        _by_means(dice, "kloset", rich, {"1": 64, "2": 10, "3": 16, "4": 10}, {"1": 94, "2": 4, "3": 2}),
        _by_means(
            dice, "buang_tinja", rich, {"1": 46, "3": 34, "4": 14, "5": 6}, {"1": 84, "2": 6, "3": 8, "4": 2}
        ),
        *(_given(dice, name, low + (high - low) * rich) for name, (low, high) in _ASSETS.items()),
        dice.pick("sta_keberadaan_RT", {"1": 985, "2": 8, "3": 3, "4": 4}).alias("sta_keberadaan_RT"),
        pl.lit(CREATED).alias("InitData"),
        pl.lit(f"{today} 00:00:00").alias("LastUpdateData"),
    )
    power = dice.pick("daya", {"1": 58, "2": 32, "6": 8, "3": 2})
    meter = pl.concat_str(text(dice.below("meter", 10**6), 6), text(dice.below("meter b", 10**5), 5))
    card = pl.concat_str(
        pl.lit("6032"), text(dice.below("card", 10**6), 6), text(dice.below("card b", 10**6), 6)
    )
    serial = text(dice.below("serial", 10**7), 7)
    frame = frame.with_columns(
        daya=pl.when(pl.col("sumber_penerangan") == "1").then(power).otherwise(empty()),
        kondisi_dinding=pl.when(pl.col("dinding").is_in(["1", "2", "3"]))
        .then("kondisi_dinding")
        .otherwise(empty()),
        nomor_pln=pl.when((pl.col("sumber_penerangan") == "1") & dice.chance("pln", 0.5))
        .then(meter)
        .otherwise(empty()),
        kloset=pl.when(pl.col("fasbab") == "4").then(pl.lit("4")).otherwise("kloset"),
        NoPesertaPKH=_numbered("AdaPKH", serial, 7),
        NoPesertaKKS2016=_numbered("AdaKKS2016", serial, 1),
        NoPesertaPBI=_numbered("AdaPBI", serial, 9),
        NoKartuDebit=pl.when(pl.col("AdaBPNT") == "1").then(card).otherwise(empty()),
        luas_atb=pl.when(pl.col("aset_tak_bergerak") == "1")
        .then(text((dice.unit("land") * 30 + 1).cast(pl.Int32) * 100))
        .otherwise(empty()),
        jumlah_sapi=_animals(dice, "cattle", 0.16, 3),
        jumlah_kambing=_animals(dice, "goats", 0.14, 6),
        jumlah_babi=pl.when(pl.col("people").str.contains("^(batak|timur|bali)"))
        .then(_animals(dice, "pigs", 0.3, 4))
        .otherwise(empty()),
    )
    return _village_cells(frame)


_ASSETS: Mapping[str, tuple[float, float]] = {
    "ada_tabung_gas": (0.02, 0.2), "ada_lemari_es": (0.08, 0.7), "ada_ac": (0.0, 0.08),
    "ada_pemanas": (0.0, 0.02), "ada_telepon": (0.0, 0.03), "ada_tv": (0.55, 0.95), "ada_emas": (0.02, 0.2),
    "ada_laptop": (0.01, 0.2), "ada_sepeda": (0.3, 0.5), "ada_motor": (0.35, 0.9), "ada_mobil": (0.0, 0.1),
    "ada_perahu": (0.02, 0.01), "ada_motor_tempel": (0.01, 0.01), "ada_perahu_motor": (0.005, 0.01),
    "ada_kapal": (0.0, 0.002), "aset_tak_bergerak": (0.1, 0.4), "rumah_lain": (0.01, 0.08),
    "sta_art_usaha": (0.1, 0.3), "sta_kks": (0.5, 0.1), "sta_kip": (0.35, 0.1), "sta_kis": (0.7, 0.4),
    "sta_bpjs_mandiri": (0.02, 0.25), "sta_jamsostek": (0.01, 0.12), "sta_asuransi": (0.0, 0.05),
    "sta_pkh": (0.4, 0.05), "sta_rastra": (0.6, 0.15), "sta_kur": (0.03, 0.08),
}  # fmt: skip
"""Yes-or-no column → share of yes among the poorest and the best-off of the list."""


def _given(dice: Dice, name: str, share: pl.Expr | float, *, yes: str = "1", no: str = "2") -> pl.Expr:
    return pl.when(dice.chance(name, share)).then(pl.lit(yes)).otherwise(pl.lit(no)).alias(name)


def _by_means(
    dice: Dice, name: str, rich: pl.Expr, poor_shares: Mapping[str, float], rich_shares: Mapping[str, float]
) -> pl.Expr:
    better = dice.unit(name + " better") < rich
    return (
        pl.when(better).then(dice.pick(name, rich_shares)).otherwise(dice.pick(name, poor_shares)).alias(name)
    )


def _numbered(flag: str, serial: pl.Expr, first: int) -> pl.Expr:
    code = pl.concat_str(pl.lit(str(first)), pl.col("bps").str.slice(0, 7), serial)
    return pl.when(pl.col(flag) == "1").then(code).otherwise(empty())


def _animals(dice: Dice, name: str, share: float, most: int) -> pl.Expr:
    return (
        pl.when(dice.chance(name, share)).then(text(dice.below(name + " many", most) + 1)).otherwise(empty())
    )
