"""Why a row of a delivery waits, or came in with a warning: words for the codes of `kernel.dtks.reasons`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from asuh.kernel.dtks.layout import Column, Table
from asuh.kernel.dtks.reasons import QUARANTINE, REASONS


@dataclass(frozen=True)
class Words:
    """title: in lists, without a value. text: the sentence, with %(label)s %(column)s %(value)s and what
    `explain` adds. empty: the sentence where the cell is empty."""

    title: Any
    text: Any
    empty: Any = ""


WORDS: dict[str, Words] = {
    "no_id": Words(
        _("Nomor ID kosong atau rusak"),
        _(
            "Kolom %(column)s berisi %(value)s: lembar kerja mengubahnya menjadi angka. "
            "Isi nomor lengkap dari sumbernya."
        ),
        _(
            "Kolom %(column)s kosong. Tanpa nomor ini baris tidak dapat dikenali lagi pada "
            "kiriman berikutnya."
        ),
    ),
    "id_long": Words(
        _("Nomor ID terlalu panjang"),
        _("Kolom %(column)s berisi teks yang terlalu panjang untuk sebuah nomor. Isi nomor dari sumbernya."),
    ),
    "unclosed": Words(
        _("Tanda kutip tidak ditutup"),
        _(
            "Tanda kutip di kolom %(column)s tidak ditutup, sehingga baris-baris sesudahnya terbaca sebagai "
            "isinya. Perbaiki berkas aslinya, lalu kirim lagi."
        ),
    ),
    "unreadable": Words(
        _("Huruf tidak terbaca"),
        _(
            "Kolom %(column)s berisi huruf yang rusak (ditandai �). Isi kembali dari "
            "sumbernya."
        ),
    ),
    "no_name": Words(_("Nama kosong"), _("Isi nama seperti pada kartu keluarga.")),
    "orphan": Words(
        _("Rumah tangga tidak ada dalam kiriman"),
        _(
            "Nomor rumah tangga %(value)s tidak ada di berkas rumah tangga. Perbaiki "
            "nomornya, atau mintalah berkas yang lengkap."
        ),
        _("Kolom %(column)s kosong: tidak diketahui baris ini anggota rumah tangga yang mana."),
    ),
    "waits_for_household": Words(
        _("Menunggu rumah tangganya"),
        _(
            "Rumah tangga %(value)s masih di karantina. Baris ini masuk sendiri begitu "
            "rumah tangganya diperbaiki."
        ),
    ),
    "elsewhere": Words(
        _("Nomornya tercatat di wilayah lain"),
        _(
            "Nomor %(value)s pada periode ini milik wilayah di luar wilayah kerja Anda. Periksa nomornya; "
            "bila memang pindah, mintalah operator yang mencakup kedua wilayah mengimpornya."
        ),
    ),
    "duplicate": Words(
        _("Nomor yang sama dua kali"),
        _(
            "Nomor %(value)s sudah dipakai baris sebelumnya di berkas ini, dan yang "
            "pertama sudah diterima. Beri nomor yang benar, atau kesampingkan baris ini."
        ),
    ),
    "region": Words(
        _("Wilayah tidak dikenal"),
        _(
            "Kode %(value)s tidak ada dalam daftar BPS, dan nama wilayahnya tidak menunjuk "
            "satu tempat. Pilih desanya."
        ),
        _("Tidak ada kode desa, dan nama wilayahnya tidak menunjuk satu tempat. Pilih desanya."),
    ),
    "bad_code": Words(
        _("Kode hubungan tidak dikenal"),
        _(
            "Kolom %(column)s berisi %(value)s; daftar hanya mengenal %(low)s sampai "
            "%(high)s. Tanpa kode yang benar baris ini tidak dapat masuk."
        ),
        _("Kolom %(column)s kosong. Tanpa kode yang benar baris ini tidak dapat masuk."),
    ),
    "date_order": Words(
        _("Urutan hari dan bulan tidak pasti"),
        _(
            "%(value)s dapat dibaca dua cara, dan berkas ini tidak menunjukkan mana yang "
            "hari. Isi tanggal yang benar."
        ),
    ),
    "columns": Words(
        _("Sel lebih banyak daripada kolom"),
        _(
            "Ada sel di luar kepala kolom, jadi nilainya mungkin bergeser. Periksa nilai baris "
            "ini satu per satu."
        ),
    ),
    "sex": Words(
        _("Jenis kelamin tidak diketahui"),
        _("Kolom %(column)s berisi %(value)s, dan NIK tidak dapat menggantikannya. Pilih jenis kelaminnya."),
        _("Kolom %(column)s kosong, dan NIK tidak dapat menggantikannya. Pilih jenis kelaminnya."),
    ),
    "district_only": Words(
        _("Desa tidak ada dalam daftar"),
        _("Kecamatannya pasti, desanya tidak. Baris boleh masuk; desanya dicatat di tingkat kecamatan."),
    ),
    "code": Words(
        _("Kode di luar daftar"),
        _("Kolom %(column)s berisi %(value)s, yang tidak ada dalam daftarnya. Nilai aslinya tetap disimpan."),
    ),
    "short": Words(
        _("Teks di kolom angka"),
        _("Kolom %(column)s berisi “%(value)s”, bukan angka. Nilai aslinya tetap disimpan."),
    ),
    "range": Words(
        _("Angka di luar batas"),
        _("Kolom %(column)s berisi %(value)s, di luar batas yang mungkin. Nilai aslinya tetap disimpan."),
    ),
    "date": Words(_("Tanggal tidak mungkin"), _("%(value)s bukan tanggal yang ada.")),
    "date_future": Words(
        _("Tanggal belum tiba"), _("%(value)s terletak sesudah hari kiriman diterima.")
    ),
    "nik_sci": Words(
        _("NIK rusak oleh lembar kerja"),
        _(
            "Hanya tersisa beberapa angka depan. Baris boleh masuk tanpa NIK; NIK tidak "
            "dipulihkan dengan menebak."
        ),
    ),
    "nik_short": Words(
        _("NIK bukan 16 angka"),
        _("NIK ini terdiri atas %(length)s angka; NIK selalu 16 angka. Baris boleh masuk tanpa NIK."),
    ),
    "nik": Words(
        _("NIK tidak mungkin"),
        _("NIK ini berisi nol, huruf, atau tanggal yang tidak ada. Baris boleh masuk tanpa NIK."),
    ),
    "nik_disagrees": Words(
        _("NIK berbeda dengan tanggal lahir atau jenis kelamin"),
        _(
            "Tanggal lahir atau jenis kelamin di dalam NIK tidak sama dengan kolomnya. "
            "Diperiksa di pemadanan."
        ),
    ),
    "nik_shared": Words(
        _("Satu NIK pada dua orang"), _("NIK ini juga dipakai baris lain. Diperiksa di pemadanan.")
    ),
    "kk": Words(
        _("Nomor KK bukan 16 angka"),
        _("Nomor kartu keluarga ini tidak terdiri atas 16 angka. Nilai aslinya tetap disimpan."),
    ),
    "formula": Words(
        _("Teks mirip rumus"),
        _("Kolom %(column)s berisi teks yang akan dijalankan lembar kerja. Disimpan sebagai teks biasa."),
    ),
}  # fmt: skip

SEVERE = frozenset(code for code, reason in REASONS.items() if QUARANTINE in reason.weights)
"""Reasons that can keep a row out."""
STANDING = frozenset(code for code, reason in REASONS.items() if reason.stands)
"""Reasons of a value that came in all the same."""


def title(code: str) -> Any:
    """A reason in a few words, for lists."""
    return WORDS[code].title if code in WORDS else code


def column_title(code: str, column: Column | None, language: str) -> str:
    """A reason in a few words, naming the column it is about where that says more."""
    if column is not None and code in ("bad_code", "code"):
        return str(_("%(label)s tidak dikenal") % {"label": capital(column.label(language))})
    if column is not None and code == "date" and column.kind in ("date", "datetime"):
        return str(_("%(label)s tidak mungkin") % {"label": capital(column.label(language))})
    return str(title(code))


def explain(
    code: str, column: str, value: str, *, table: Table, row: Mapping[str, Any], period: dt.date
) -> SafeString:
    """The sentence for one reason of one row, as HTML. value: the cell as it came; row: the others."""
    words = WORDS.get(code)
    if words is None:
        return mark_safe("")
    values: dict[str, Any] = {
        "column": format_html('<span class="raw">{}</span>', column),
        "value": escape(value),
        "length": len(value),
    }
    if column in table.names and (codes := table[column].codes) is not None:
        values |= {"low": min(codes.labels), "high": max(codes.labels)}
    text = words.empty if not value and words.empty else words.text
    try:
        said = escape(str(text)) % values
    except KeyError:
        return escape(str(words.title))
    if code in ("date", "date_future") and column == table.person.get("born"):
        said = f"{said} {_estimated(row.get(table.person['age'], ''), period)}".strip()
    return mark_safe(said)  # noqa: S308  every part was escaped above


def _estimated(age: Any, period: dt.date) -> str:
    if not str(age).strip().isdecimal() or int(age) > 130:
        return str(_("Tanggal lahir menjadi belum diketahui."))
    return str(
        _("Tahun lahir diperkirakan %(year)s dari umur %(age)s tahun.")
        % {"year": period.year - int(age), "age": int(age)}
    )


def capital(text: str) -> str:
    """With a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def date_in_words(day: dt.date) -> str:
    """12 Mei 2015."""
    return date_format(day, "DATE_FORMAT")
