"""How a place name is compared: 'KAB. TOBA SAMOSIR', 'Sei Alam', '35 Ilir', 'Kotabaru' / 'Kota Baru'.

Pure functions, shared by the build of the data file and by the resolver, so that both mean the same
by "the same name". Three keys from strict to loose; a looser key only speaks where it is unique.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SHORT = {
    "GN": "GUNUNG", "G": "GUNUNG", "KEP": "KEPULAUAN", "PP": "PULAU PULAU", "TJ": "TANJUNG", "TG": "TANJUNG",
    "TJG": "TANJUNG", "TGK": "TEUNGKU", "SEI": "SUNGAI", "SEY": "SUNGAI", "SUNGEI": "SUNGAI", "KP": "KAMPUNG",
    "KAMP": "KAMPUNG", "KAMPONG": "KAMPUNG", "MNS": "MEUNASAH", "GP": "GAMPONG", "GAMPOENG": "GAMPONG",
    "UJ": "UJUNG", "LB": "LUBUK", "LBK": "LUBUK", "TLK": "TELUK", "BDR": "BANDAR", "KT": "KUTA",
    "ST": "SANTO", "MT": "MUARA", "MA": "MUARA", "PSR": "PASAR", "PD": "PADANG", "PDG": "PADANG",
    "SP": "SIMPANG", "SIMP": "SIMPANG", "BLG": "BALANG", "TBK": "TUMBUK", "DT": "DATUK", "KAB": "KABUPATEN",
}  # fmt: skip
_NUMBER = {
    "SATU": 1, "DUA": 2, "TIGA": 3, "EMPAT": 4, "LIMA": 5, "ENAM": 6, "ANAM": 6, "TUJUH": 7, "DELAPAN": 8,
    "SEMBILAN": 9, "SEPULUH": 10, "SEBELAS": 11, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6,
    "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12, "XIII": 13, "XIV": 14, "XV": 15, "XVI": 16,
    "XVII": 17, "XVIII": 18, "XIX": 19, "XX": 20,
}  # fmt: skip
_KIND = re.compile(
    r"^(PROVINSI|PROPINSI|PROV|KABUPATEN ADMINISTRASI|KABUPATEN ADM|KAB ADM|KABUPATEN|KAB|"
    r"KOTA ADMINISTRASI|KOTA ADM|KOTAMADYA|KODYA|KOTA|KECAMATAN|KEC|DISTRIK|KELURAHAN|KEL|DESA|DS)\s+(?=\S)"
)
_GENERIC = set(
    "KAMPUNG GAMPONG MEUNASAH NAGARI NAGORI DESA KELURAHAN PEKON NEGERI OHOI KOTA KECAMATAN DISTRIK "  # noqa: SIM905
    "DUSUN LEMBANG UPT PERKEBUNAN".split()
)
"""Words that say what a village is, not which: 'Gampong Baro' is 'Baro' when no other is near."""
_QUALIFIER = set(
    "UTARA SELATAN TIMUR BARAT TENGAH LAUT DAYA ATAS BAWAH HULU HILIR ULU ILIR LAMA BARU ANYAR WETAN "  # noqa: SIM905
    "KULON KIDUL LOR KALER GIRANG TONGA JAE JULU DALAM LUAR BESAR KECIL TIMU BAROH TUNONG TEUNGOH TUA "
    "INDUK PUSAT KOTA DARAT MUDIK TONGOH RAYA".split()
)
"""Words and numbers that tell neighbours apart; a fuzzy match may never cross them."""
_OLD = (
    ("OE", "U"), ("DJ", "J"), ("TJ", "C"), ("NJ", "NY"), ("SJ", "SY"), ("CH", "H"), ("KH", "H"), ("DH", "D"),
    ("TH", "T"), ("BH", "B"), ("EU", "E"), ("IY", "Y"), ("UW", "W"), ("V", "F"), ("PH", "F"), ("Q", "K"),
    ("X", "KS"), ("Z", "S"), ("GH", "G"),
)  # fmt: skip


@lru_cache(maxsize=200_000)
def plain(name: str) -> str:
    """Upper case, one spelling of numbers and short words: 'Gn. Awai II' → 'GUNUNG AWAI 2'."""
    text = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().upper()
    text = re.sub(r"['`\"]", "", text)
    text = re.sub(r"([A-Z])(\d)|(\d)([A-Z])", lambda m: f"{m[1] or m[3]} {m[2] or m[4]}", text)
    words = re.sub(r"[^A-Z0-9]+", " ", text).split()
    spaced = len(words) - len([w for w in words if len(w) > 1])
    if spaced > 3 or (spaced == 3 and len(words) == 3):  # "S I A K", "KOTA D U M A I"
        words = [w for w in words if len(w) > 1] + ["".join(w for w in words if len(w) == 1)]
    out: list[str] = []
    i = 0
    while i < len(words):
        word = words[i]
        number = int(word) if word.isdecimal() else _NUMBER.get(word)
        if number is None:
            out += _SHORT.get(word, word).split()
            i += 1
            continue
        after = words[i + 1] if i + 1 < len(words) else ""
        if after == "PULUH" and number < 10:
            unit = _NUMBER.get(words[i + 2], 0) if i + 2 < len(words) and words[i + 2] != "I" else 0
            unit = unit if unit < 10 else 0
            out.append(str(number * 10 + unit))
            i += 3 if unit else 2
        elif after == "BELAS" and number < 10:
            out.append(str(number + 10))
            i += 2
        else:
            out.append(str(number))
            i += 1
    return " ".join(out)


def without_kind(name: str) -> str:
    """`plain` without the leading word for the kind of area: 'Kab. Bojonegoro' → 'BOJONEGORO'."""
    return _KIND.sub("", plain(name), count=1)


def squeezed(name: str) -> str:
    """Strict key: 'Kota Baru' = 'KOTABARU', 'Pa\\'jukukang' = 'PAJUKUKANG'."""
    return plain(name).replace(" ", "")


@lru_cache(maxsize=200_000)
def sounded(name: str) -> str:
    """Loose key: old and regional spellings fall together, doubled letters become one."""
    text = squeezed(name)
    for old, new in _OLD:
        text = text.replace(old, new)
    text = re.sub(r"(.)\1+", r"\1", text)
    return re.sub(r"(?<=[AIUEO])H(?![AIUEO])", "", text)


def bare(name: str) -> str:
    """Loosest key: `sounded` without generic words; empty when nothing is left."""
    words = [word for word in plain(name).split() if word not in _GENERIC]
    return sounded(" ".join(words)) if words else ""


@lru_cache(maxsize=200_000)
def qualifiers(name: str) -> frozenset[str]:
    """The words and numbers a fuzzy match may not change."""
    return frozenset(word for word in plain(name).split() if word in _QUALIFIER or word.isdecimal())


def is_city(name: str) -> bool:
    """Whether a second-level name is a kota rather than a kabupaten."""
    return bool(re.match(r"^(KOTA|KOTAMADYA|KODYA)\b", plain(name)))
