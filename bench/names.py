"""Invented Indonesian names for measuring the search: words by people, few very common, a long tail rare."""

from __future__ import annotations

import itertools
import random
from bisect import bisect
from dataclasses import dataclass

from asuh.kernel.linkage import tables


def _words(text: str) -> list[str]:
    return text.split()


_JAVANESE_BEGINNINGS = _words(
    "SU WI PRA HAR DAR KAR MAR PAR SAR TU WAR NGA JU SI SO TA WA MU RU SE GI KA SUR PUR BUD"
)
_JAVANESE_MIDDLES = _words(
    "TRIS GI KIR WAR PRI HAR JA MAR NAR PAR RAT TIK YAT KAR MIN SI TAR DI LAS RI WI YO JI NGA RO WAN TO "
    "PAT GIY MI KAM SIH DAR MOR BAN LIS GENG"
)
_MALE_ENDINGS = _words("NO TO YO DI MAN MIN JO DIYONO YANTO WAN SONO WARNO JAN")
_FEMALE_ENDINGS = _words("TI NI NAH YEM TUN SIH RIYAH INI ATI MI YAH WATI NINGSIH")
_SUNDANESE = _words(
    "ASEP DADANG UJANG ENGKUS CECEP DEDE ENTIS AEP ADE IYUS ATENG TATANG NANANG DUDUNG ENDANG KOKOM EUIS "
    "NENG LILIS IMAS TITIN ELIS CUCU IIS YAYAH ENUNG ENTIN AI YETI DEDEH ROHAETI SUMIATI ONENG IDING UUM "
    "ENOK SUKARYA SUHERMAN HERMAWAN SUPARMAN KOSASIH KURNIA GUMILAR PERMANA SOPANDI SURYANA JUNAEDI "
    "HIDAYAT NUGRAHA SAEPULOH MULYANA"
)
_MODERN_MALE = _words(
    "RIZKI ADITYA BAYU FAJAR GILANG REZA RANGGA DIMAS BAGAS ARYA RAFI RAKA DAFFA ALIF AZKA KENZO RAFFA "
    "GALANG GALIH ILHAM IRFAN YOGA YUDHA ANDIKA ANGGA ARDI ARIF BIMA DANI DENI DODI EKA FERI FIRMAN "
    "GUNTUR HENDRA INDRA IQBAL JEFRI KEVIN LUKAS NANDA NOVAL OKTA PANDU RENDI RIAN ROBI SANDI SATRIA "
    "TEGUH TIO VINO WISNU YUSRIL ZIDAN ABIZAR ALDO ALVIN ARKAN ATHAR BILAL CAHYO DARREN ELANG FABIAN "
    "FAHRI GHANI HAFIZH IBNU JORDI KEENAN"
)
_MODERN_FEMALE = _words(
    "PUTRI INTAN NADIA KEYSHA AQILA ALYA ANISA AULIA AZKIA BELLA CANTIKA CINTA CITRA DINDA DWI ELSA EVA "
    "FITRI GITA HANA INDAH JIHAN KANIA KARTIKA LESTARI LINDA MAYA MEGA MELATI MUTIARA NABILA NAJWA NIA "
    "NOVITA OKTAVIA PUSPITA RATNA REGINA RINA SALSABILA SALWA SARI SEKAR SHINTA SILVIA TIARA TIKA ULFA "
    "VINA WIDYA WULANDARI YULIA ZAHRA ZASKIA ALMIRA KHANZA NAURA SHAKILA QUEENA RANIA ADINDA ANGGUN "
    "AYUNDA CLARISSA DELIMA ERIKA FEBBY"
)
_EASTERN = _words(
    "YOHANES PETRUS PAULUS MARKUS LUKAS MATIUS YAKOBUS ANDREAS STEFANUS YOSEP MARTINUS KORNELIS MELKI "
    "FERDINAN MARIA MARTHA ELISABET KATARINA MAGDALENA TERESIA YULIANA DEBORA RUT ESTER NATALIA KRISTINA "
    "YOSEFINA ADRIANA BERNADETA FRANSISKA AGNES VERONIKA WILHELMINA YASINTA"
)
_BUGIS = _words(
    "BASO BASSE BECCE TENRI SYAMSIR AMBO INDO NURDIN SANGKALA RABIAH HASNAH SAMSIAH DAHLIA JUMRIANI "
    "SUKMAWATI HASBULLAH MAPPIASSE LAWASE PATIMA SAHABUDDIN RUSTAM HERMAN IRWAN SUARDI JUFRI KAMARUDDIN "
    "MANSUR TAHIR"
)
_BALINESE = _words(
    "SUDANA SUARTA SUWIRTA ARTAWAN SUARDANA ARIANI SUKERTI MURNIATI SUDIARTA PARWATA WIRAWAN LASMINI"
)
_LAST_WORDS = _words(
    "SAPUTRA PRATAMA RAMADHAN WIJAYA NUGROHO SETIAWAN KURNIAWAN HIDAYAT SANTOSO PRASETYO PERMANA UTAMA "
    "MAULANA FIRMANSYAH GUNAWAN HARTONO SUSANTO WIBOWO HANDOKO ARDIANSYAH ALFARIZI ALFIANSYAH PRADANA "
    "WICAKSONO"
)
_LAST_WORDS_FEMALE = _words(
    "LESTARI RAHAYU WULANDARI ANGGRAINI PUSPITASARI SAFITRI OKTAVIANI HANDAYANI PERTIWI MAHARANI AZZAHRA "
    "KHAIRUNNISA WAHYUNI FITRIANI RAMADHANI PERMATASARI AMALIA SALSABILA NURHALIZA KUSUMAWATI SETYAWATI "
    "AULIA SARI DEWI"
)
_COMMON_FIRST = {1: ("MUHAMMAD", "ABDUL", "AHMAD"), 2: ("SITI", "SITI", "NUR")}
_BIRTH_ORDER = ("WAYAN", "PUTU", "GEDE", "MADE", "KADEK", "NYOMAN", "KOMANG", "KETUT")


@dataclass(frozen=True)
class _Words:
    words: list[str]
    reach: list[float]

    def pick(self, chance: random.Random) -> str:
        return self.words[bisect(self.reach, chance.random() * self.reach[-1])]


def _zipfian(words: list[str], chance: random.Random, exponent: float = 0.9) -> _Words:
    words = list(dict.fromkeys(words))
    chance.shuffle(words)
    return _Words(words, list(itertools.accumulate(1 / (rank + 2) ** exponent for rank in range(len(words)))))


class Invented:
    """An endless source of names; the same seed gives the same names."""

    def __init__(self, seed: int) -> None:
        self.chance = chance = random.Random(seed)
        arabic = [row["name"] for row in tables.rows("variants") if row["source"] == "arabic"]
        marga = [name for row in tables.rows("marga") for name in row["names"].split()]
        feminine = [name for name in arabic if name.endswith(("AH", "A", "TI", "NI"))]
        masculine = [name for name in arabic if name not in feminine]
        stems = ["".join(parts) for parts in itertools.product(_JAVANESE_BEGINNINGS, _JAVANESE_MIDDLES)]
        javanese = {
            1: ["".join(parts) for parts in itertools.product(stems, _MALE_ENDINGS)],
            2: ["".join(parts) for parts in itertools.product(stems, _FEMALE_ENDINGS)],
        }
        self.javanese = {sex: _zipfian(words, chance, 1.05) for sex, words in javanese.items()}
        self.arabic = {1: _zipfian(masculine, chance), 2: _zipfian(feminine, chance)}
        self.modern = {1: _zipfian(_MODERN_MALE, chance, 0.7), 2: _zipfian(_MODERN_FEMALE, chance, 0.7)}
        self.last = {1: _zipfian(_LAST_WORDS, chance, 0.7), 2: _zipfian(_LAST_WORDS_FEMALE, chance, 0.7)}
        self.marga = _zipfian(marga, chance, 0.7)
        self.sundanese, self.eastern = _zipfian(_SUNDANESE, chance, 0.7), _zipfian(_EASTERN, chance, 0.7)
        self.bugis, self.balinese = _zipfian(_BUGIS, chance, 0.7), _zipfian(_BALINESE, chance, 0.5)

    def name(self, sex: int) -> str:
        """One name for a person of `sex` (1 male, 2 female), as a registry would hold it."""
        chance = self.chance
        kind = chance.random()
        if kind < 0.34:
            words = [self.javanese[sex].pick(chance)]
            if chance.random() < 0.35:
                words.append(chance.choice((self.javanese[sex], self.last[sex])).pick(chance))
        elif kind < 0.62:
            words = [self.arabic[sex].pick(chance)]
            if chance.random() < 0.45:
                words.insert(
                    0,
                    {1: ("MUHAMMAD", "ABDUL", "AHMAD"), 2: ("SITI", "SITI", "NUR")}[sex][chance.randrange(3)],
                )
            if chance.random() < 0.4:
                words.append(chance.choice((self.arabic[sex], self.last[sex])).pick(chance))
        elif kind < 0.84:
            words = [self.modern[sex].pick(chance), self.last[sex].pick(chance)]
            if chance.random() < 0.4:
                words.insert(1, chance.choice((self.modern[sex], self.arabic[sex])).pick(chance))
        elif kind < 0.9:
            words = [self.sundanese.pick(chance)]
            if chance.random() < 0.6:
                words.append(self.sundanese.pick(chance))
        elif kind < 0.95:
            words = [chance.choice((self.modern[sex], self.eastern)).pick(chance), self.marga.pick(chance)]
        elif kind < 0.98:
            words = [self.bugis.pick(chance)]
            if chance.random() < 0.3:
                words.insert(0, {1: "ANDI", 2: "SITTI"}[sex])
        else:
            words = [{1: "I", 2: "NI"}[sex], chance.choice(_BIRTH_ORDER), self.balinese.pick(chance)]
        if chance.random() < 0.06:
            words = [_mistyped(word, chance) if chance.random() < 0.5 else word for word in words]
        return " ".join(words)


_NEIGHBOURS = dict(zip("QWERTYUIOPASDFGHJKLZXCVBNM", "WERTYUIOOSDFGHJKLKXCVBNMN", strict=False))


def _mistyped(word: str, chance: random.Random) -> str:
    """One letter replaced, inserted, left out, or two exchanged."""
    if len(word) < 3:
        return word
    place = chance.randrange(len(word))
    return chance.choice(
        (
            word[:place] + (_NEIGHBOURS.get(word[place]) or "A") + word[place + 1 :],
            _slipped_letter(word, "replaced", chance),
            _slipped_letter(word, "inserted", chance),
            _slipped_letter(word, "left_out", chance),
            _slipped_letter(word, "exchanged", chance),
        )
    )


_OLD_SPELLING = (
    ("NY", "<"), ("SY", ">"), ("KH", "#"), ("Y", "%"), ("C", "TJ"), ("J", "DJ"), ("U", "OE"),
)  # fmt: skip
_MARKS = {"<": "NJ", ">": "SJ", "#": "CH", "%": "J"}
_SHORT = {
    "MUHAMMAD": ("M.", "Moh.", "Muh.", "Moch."),
    "ABDUL": ("Abd.",),
    "SITI": ("St.",),
    "AHMAD": ("Ach.",),
}
LETTER_SLIPS = ("replaced", "inserted", "left_out", "exchanged")
SLIPS = (
    *LETTER_SLIPS,
    "old_spelling",
    "short_form",
    "joined",
    "dropped",
    "swapped",
)


def with_slip(name: str, slip: str, chance: random.Random) -> str | None:
    """`name` as somebody might type it, with the slip named; None where the name does not allow it."""
    words = name.split()
    if slip in LETTER_SLIPS:
        long = [place for place, word in enumerate(words) if len(word) > 3]
        if not long:
            return None
        place = chance.choice(long)
        words[place] = _slipped_letter(words[place], slip, chance)
    elif slip == "old_spelling":
        old = [_in_old_spelling(word) for word in words]
        words = old
    elif slip == "short_form":
        places = [place for place, word in enumerate(words) if word in _SHORT]
        if not places or len(words) < 2:
            return None
        words[places[0]] = chance.choice(_SHORT[words[places[0]]])
    elif len(words) < 2:
        return None
    elif slip == "joined":
        place = chance.randrange(len(words) - 1)
        words[place : place + 2] = [words[place] + words[place + 1]]
    elif slip == "dropped":
        del words[chance.randrange(len(words))]
    else:
        place = chance.randrange(len(words) - 1)
        words[place], words[place + 1] = words[place + 1], words[place]
    slipped = " ".join(words)
    return slipped if slipped != name else None


def _slipped_letter(word: str, slip: str, chance: random.Random) -> str:
    place = chance.randrange(len(word) - 1)
    if slip == "replaced":
        return word[:place] + chance.choice("ABDEFGHIKLMNOPRSTUWY") + word[place + 1 :]
    if slip == "inserted":
        return word[:place] + chance.choice("ABDEFGHIKLMNOPRSTUWY") + word[place:]
    if slip == "left_out":
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _in_old_spelling(word: str) -> str:
    for new, old in _OLD_SPELLING:
        word = word.replace(new, old)
    for mark, old in _MARKS.items():
        word = word.replace(mark, old)
    return word
