"""What a delivery asks before it comes in, and why its files were refused: sentences for the codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Fault:
    """what: what happened. do: what to do now."""

    what: Any
    do: Any


_SAVE_AS = _("Buka di lembar kerja, simpan ulang sebagai XLSX atau CSV, lalu unggah lagi.")
_ASK_AGAIN = _("Mintalah berkas itu sekali lagi kepada pengirimnya.")

FAULTS: dict[str, Fault] = {
    "not_what_it_says": Fault(
        _("Isi berkas %(file)s tidak sesuai dengan akhiran namanya."),
        _("Unggah CSV, XLSX, atau Zip yang berisi keduanya."),
    ),
    "not_text": Fault(_("Berkas %(file)s bukan teks dan bukan lembar kerja."), _SAVE_AS),
    "old_excel": Fault(_("Berkas %(file)s berformat Excel lama (XLS)."), _SAVE_AS),
    "formulas": Fault(
        _("Berkas %(file)s berisi rumus di sel %(cell)s; nilai rumus tidak dapat dipercaya."),
        _("Salin seluruh lembar, tempel sebagai nilai, simpan, lalu unggah lagi."),
    ),
    "zip_bomb": Fault(_("Zip %(file)s mengembang jauh melebihi kiriman mana pun."), _ASK_AGAIN),
    "zip_inside_zip": Fault(
        _("Zip %(file)s berisi Zip lain."), _("Keluarkan isinya, lalu unggah kedua berkasnya langsung.")
    ),
    "zip_broken": Fault(_("Zip %(file)s rusak atau berkata sandi."), _ASK_AGAIN),
    "line_too_long": Fault(
        _(
            "Berkas %(file)s berisi satu baris yang panjangnya lebih dari 1 MB; biasanya "
            "tanda kutip yang tidak ditutup."
        ),
        _SAVE_AS,
    ),
    "too_many_cells": Fault(
        _("Lembar kerja %(file)s terlalu besar untuk dibaca utuh."),
        _("Simpan sebagai CSV, lalu unggah lagi."),
    ),
    "no_header": Fault(
        _("Kepala kolom DTKS tidak ditemukan dalam 30 baris pertama %(file)s."),
        _("Bandingkan dengan templat: baris kepala harus memuat IDBDT dan nama kolom lainnya."),
    ),
    "missing_columns": Fault(
        _("Kolom yang wajib tidak ada di %(file)s: %(columns)s."),
        _("Lengkapi kolom itu menurut templat, lalu unggah lagi."),
    ),
    "empty": Fault(_("Berkas %(file)s tidak berisi baris data."), _ASK_AGAIN),
    "tables_missing": Fault(
        _("Tidak ada berkas anggota atau rumah tangga yang dikenali."),
        _("Unggah berkas rumah tangga dan berkas anggota dari kiriman yang sama."),
    ),
    "outside_areas": Fault(
        _("Kiriman ini memuat baris di luar wilayah kerja Anda: %(areas)s. Tidak ada yang ditulis."),
        _("Mintalah pengirim memisahkan kiriman, atau mintalah petugas wilayah itu mengimpornya."),
    ),
    "disk_full": Fault(
        _("Ruang penyimpanan server habis. Tidak ada yang ditulis."),
        _("Beri tahu pengelola sistem; setelah ada ruang, jalankan kiriman ini lagi."),
    ),
    "internal": Fault(
        _("Impor berhenti karena kesalahan di dalam Asuh. Tidak ada yang ditulis."),
        _("Coba lagi; bila berulang, beri tahu pengelola sistem beserta nomor kiriman ini."),
    ),
}

ASKS: dict[str, Fault] = {
    "seen_before": Fault(
        _("Berkas ini pernah diterima."),
        _(
            "Isi yang sama untuk periode yang sama sudah masuk sebagai kiriman nomor %(delivery)s. Baris "
            "yang masih berlaku tidak berubah; yang sesudahnya diganti kiriman lain kembali seperti di "
            "berkas ini."
        ),
    ),
    "many_orphans": Fault(
        _("Kedua berkas tampaknya bukan satu kiriman."),
        _(
            "%(rows)s dari %(of)s anggota menyebut rumah tangga yang tidak ada di berkas rumah tangga. "
            "Periksa apakah kedua berkas berasal dari wilayah dan periode yang sama."
        ),
    ),
    "only_households": Fault(
        _("Hanya rumah tangga, tanpa anggota."),
        _(
            "%(rows)s rumah tangga akan masuk tanpa seorang pun di dalamnya. Mungkin berkas anggota "
            "tertinggal."
        ),
    ),
    "only_members": Fault(
        _("Hanya anggota, tanpa rumah tangga."),
        _(
            "%(rows)s dari %(of)s rumah tangga yang disebut belum ada pada periode ini; anggotanya akan "
            "masuk karantina. Mungkin berkas rumah tangga tertinggal."
        ),
    ),
    "many_doubles": Fault(
        _("Nomor kembar luar biasa banyak."),
        _(
            "%(rows)s dari %(of)s anggota memakai IDARTBDT atau NIK yang juga dipakai baris "
            "lain. Mungkin dua kiriman tergabung."
        ),
    ),
    "many_new": Fault(
        _("Orang baru luar biasa banyak."),
        _(
            "%(rows)s dari %(of)s anggota belum pernah tercatat, padahal wilayah ini sudah "
            "terisi. Mungkin ini kiriman wilayah atau periode lain."
        ),
    ),
}  # fmt: skip

STAGES = {
    "": _("Menunggu giliran."),
    "reading": _("Membaca berkas dan mengenali kolomnya."),
    "waiting": _("Menunggu impor lain di wilayah yang sama selesai."),
    "writing": _("Memasukkan baris."),
    "indexing": _("Merapikan supaya cepat dicari."),
}


BUILT = {
    "people.residence": _("perpindahan dan rumah tangga baru"),
    "people.householdrole": _("peran dalam rumah tangga"),
    "people.schooling": _("keterangan sekolah"),
    "people.healthandnutrition": _("keterangan kesehatan dan gizi"),
    "people.functioning": _("keterangan fungsi anak"),
    "people.parentsstatus": _("keadaan orang tua"),
    "people.caregiving": _("pengasuh"),
    "people.categoryfact": _("kategori PPKS dan AMPK"),
    "people.identitydocument": _("dokumen identitas"),
    "people.contactfact": _("kontak"),
    "people.addressfact": _("alamat"),
    "people.photo": _("foto"),
    "people.person": _("orang yang datanya diperbaiki"),
}


def built_words(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """What others built on a delivery, a sentence each."""
    return [
        f"{number_format(line['count'], force_grouping=True)} {built_kind(line['kind'])}" for line in lines
    ]


def built_kind(kind: str) -> str:
    """What a kind of `what_was_built_on` is called."""
    return str(BUILT.get(kind, _("catatan lain")))


def fault_words(error: Mapping[str, Any]) -> Fault:
    """What happened to the files and what to do, for a delivery's `error`."""
    found = FAULTS.get(str(error.get("code", "")), FAULTS["internal"])
    values = {"file": "", "cell": "?", "columns": "", "areas": ""}
    for key, value in error.items():
        values[key] = ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
    return Fault(found.what % values, found.do)


def ask_words(ask: Mapping[str, Any]) -> Fault:
    """What is unusual, and what it may mean, for one of a delivery's `asks`."""
    found = ASKS[str(ask["code"])]
    values = {
        key: number_format(value, force_grouping=True)
        if isinstance(value, int) and key != "delivery"
        else value
        for key, value in ask.items()
    }
    return Fault(found.what, found.do % values)
