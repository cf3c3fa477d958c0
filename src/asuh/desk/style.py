"""The living style page: every part and kind of page with invented data. Only with DEBUG and in tests."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from asuh.access.guards import open_to_all

TODAY = dt.date(2026, 5, 12)
NIK = "3522060301170001"
DTKS = {"title": "DTKS Oktober 2024", "text": "Didata 14 Oktober 2024, masuk ke Asuh 12 Januari 2026."}


class ExampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label="Nama lengkap", help_text="Seperti di akta kelahiran, tanpa gelar.")
    nik = forms.CharField(
        label="NIK",
        required=False,
        min_length=16,
        max_length=16,
        error_messages={"min_length": "Baru %(show_value)s angka; NIK selalu 16 angka."},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    born_on = forms.DateField(
        label="Tanggal lahir",
        help_text="hh/bb/tttt; kosongkan bila tidak diketahui.",
        required=False,
        widget=forms.DateInput(attrs={"data-date": "", "placeholder": "hh/bb/tttt", "inputmode": "numeric"}),
    )
    sex = forms.ChoiceField(
        label="Jenis kelamin", choices=[("1", "Laki-laki"), ("2", "Perempuan")], widget=forms.RadioSelect
    )
    relation = forms.ChoiceField(
        label="Hubungan dengan kepala rumah tangga",
        choices=[("", "Pilih hubungan"), ("3", "Anak"), ("5", "Cucu"), ("8", "Lainnya")],
    )
    documents = forms.MultipleChoiceField(
        label="Dokumen yang dimiliki",
        choices=[("akta", "Akta kelahiran"), ("kia", "KIA"), ("kk", "Kartu keluarga")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    photo = forms.FileField(label="Foto akta", required=False, help_text="JPG atau PDF, paling besar 5 MB.")
    consent = forms.BooleanField(label="Pengasuh menyetujui pencatatan ini")


@open_to_all("only with DEBUG and in tests; invented data")
def page(request: HttpRequest) -> HttpResponse:
    """All small parts on one page."""
    messages.success(
        request, "Wilayah diperbaiki pada baris 88.102. Tiga anggota ikut masuk.", extra_tags="undo:/gaya/"
    )
    messages.error(request, "Berkas itu bukan lembar kerja. Tidak ada yang berubah.")
    broken = ExampleForm({"name": "", "nik": "352206280215000", "sex": "1"})
    broken.fields["nik"].error_messages["min_length"] = "Baru 15 angka; NIK selalu 16 angka."
    return render(
        request,
        "desk/style/parts.html",
        _frame() | {"form": broken, **_record(), **_jobs(), **_list(request)},
    )


@open_to_all("only with DEBUG and in tests; invented data")
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind of page."""
    makers: dict[str, Any] = {
        "daftar": lambda: _list(request),
        "anak": _record,
        "formulir": lambda: {"form": ExampleForm(request.POST or None), "cancel_url": "/gaya/"},
        "antrean": lambda: {
            "item": True,
            "position": 1,
            "remaining": 9,
            "previous_url": "?k",
            "next_url": "?j",
        },
        "pekerjaan": _jobs,
        "kosong": lambda: {"page": {"items": []}},
        "pekerjaan-berjalan": lambda: _jobs() | {"poll_url": reverse("desk:style_kind", args=["bagian"])},
        "bagian": lambda: {"job": _jobs()["job"], "poll_url": reverse("desk:style_kind", args=["bagian"])},
    }
    if kind in ("400", "403", "404", "500", "403_csrf"):
        return render(request, f"{kind}.html")
    if kind not in makers:
        raise Http404
    template = "components/progress.html" if kind == "bagian" else f"desk/style/{kind.split('-')[0]}.html"
    context = _frame() | makers[kind]()
    failed = bool(context.get("form") and context["form"].errors)
    return render(request, template, context, status=422 if failed else 200)


def _frame() -> dict[str, Any]:
    """What the shell gives on a signed-in page, for a visitor who is not."""
    icons = [
        ("Beranda", "home"),
        ("Cari", "search"),
        ("Anak & keluarga", "users"),
        ("Data Terpadu", "database"),
    ]
    icons += [
        ("Lembaga", "building-community"),
        ("Pengguna & peran", "user-check"),
        ("Jejak audit", "shield-lock"),
    ]
    nav = [
        {
            "label": label,
            "short": label.split(" ")[0],
            "icon": icon,
            "url": "/gaya/",
            "current": icon == "users",
        }
        for label, icon in icons
    ]
    return {
        "today": TODAY,
        "nav": nav,
        "bottom_nav": nav[:4],
        "more_nav": nav[4:],
        "office": "Pekerja sosial, Kab. Bojonegoro",
        "office_name": "Dinas Sosial Kab. Bojonegoro",
        "user": {"get_full_name": "Siti Rahmawati"},
        "search_url": "/gaya/",
        "demo": True,
        "account_menu": [{"label": "Pengaturan", "icon": "settings", "url": "/gaya/"}],
        "crumbs": [
            ("Anak & keluarga", "/gaya/"),
            ("Desa Ngulanan, Kec. Dander", "/gaya/"),
            ("AN-3522-00418", None),
        ],
    }


def _list(request: HttpRequest) -> dict[str, Any]:
    people = [
        ("Rizky Aditya Pratama", dt.date(2017, 1, 3), "Ngulanan", NIK, "high"),
        ("Intan Permatasari", dt.date(2012, 3, 2), "Sumodikaran", "3522064203120002", "medium"),
        ("Melati Ayuningtyas", dt.date(2019, 5, 1), "Dander", "", "low"),
        ("Galih Prakoso", None, "Growok", "3522060101150009", ""),
    ]
    items = [
        {"name": name, "born_on": born, "born_year": 2015, "village": village, "nik": nik, "risk": risk}
        for name, born, village, nik, risk in people
    ]
    return {
        "page": {"items": items, "next_url": "?after=4", "first_url": "?", "total": 12480, "estimated": True},
        "chips": [{"label": "Kec. Dander", "url": "?"}, {"label": "Umur 6–12 th", "url": "?"}],
        "add": [{"label": "Nama ibu kandung", "url": "?"}],
        "clear_url": "?",
        "has_filters": True,
        "default_order": "name",
    }


def _record() -> dict[str, Any]:
    return {
        "nik": NIK,
        "kk": "3522062208070012",
        "born_on": dt.date(2017, 1, 3),
        "tabs_list": [
            {"label": "Ringkasan", "url": "?", "current": True},
            {"label": "Keluarga", "url": "?"},
            {"label": "Data DTKS", "url": "?"},
            {"label": "Dokumen", "url": "?", "count": 4},
            {"label": "Kasus", "url": "?", "failed": True},
            {"label": "Riwayat", "url": "?"},
        ],
        "facts": [
            {
                "label": "Sekolah",
                "value": "Masih sekolah, kelas 1 SD",
                "source": DTKS,
                "differs": "Berbeda dengan kunjungan 26 Maret 2026: tidak bersekolah lagi",
            },
            {
                "label": "Akta kelahiran",
                "value": "Belum memiliki",
                "source": DTKS | {"recorded_by": "Siti Rahmawati", "recorded_on": dt.date(2026, 3, 26)},
            },
            {"label": "Kartu keluarga", "value": "Tercantum sebagai cucu", "source": DTKS},
            {
                "label": "Penyakit kronis",
                "value": "",
                "source": DTKS | {"text": "Kolom ini kosong pada kiriman."},
            },
            {
                "label": "Rumah",
                "value": "Milik sendiri, lantai tanah, dinding anyaman bambu; listrik PLN 450 watt",
                "source": DTKS | {"url": "?", "link": "Lihat semua periode"},
            },
        ],
        "events": [
            {
                "icon": "walk",
                "on": dt.date(2026, 4, 30),
                "title": "Kunjungan pemantauan",
                "text": "“Saya mau sekolah lagi kalau ada sepatu.”",
                "by": "dicatat oleh Siti Rahmawati",
            },
            {
                "icon": "door-exit",
                "when": "Februari 2026",
                "title": "Berhenti sekolah",
                "text": "Menurut wali kelas.",
            },
            {
                "icon": "database",
                "when": "Oktober 2024",
                "title": "Tercatat di DTKS",
                "text": "Sebagai cucu Sumiati.",
            },
        ],
        "family": [
            {
                "name": "Sumiati",
                "relation": "Nenek, kepala rumah tangga",
                "born_on": dt.date(1959, 2, 1),
                "care": True,
            },
            {"name": "Hadi Purnomo", "relation": "Paman, adik ibu", "born_on": dt.date(1998, 8, 9)},
            {
                "name": "Rizky Aditya Pratama",
                "relation": "Anak ini",
                "born_on": dt.date(2017, 1, 3),
                "me": True,
            },
            {"name": "Nur Aisyah", "relation": "Adik kandung", "born_on": dt.date(2021, 4, 2)},
        ],
        "late_on": TODAY - dt.timedelta(days=5),
        "soon_on": TODAY + dt.timedelta(days=3),
        "later_on": TODAY + dt.timedelta(days=17),
    }


def _jobs() -> dict[str, Any]:
    running = {"title": "Mengimpor DTKS Oktober 2024, Kab. Bojonegoro", "done": 312000, "total": 482310}
    running |= {"unit": "baris", "seconds_left": 190, "state": "running", "percent": 64}
    return {
        "job": running,
        "job_done": running | {"state": "done", "done": 482310, "title": "Impor selesai"},
        "job_failed": {
            "title": "Impor gagal",
            "state": "failed",
            "text": "Berkas terpotong di baris 12.004. Tidak ada yang berubah; unggah lagi berkas yang utuh.",
        },
        "outcome": [
            {"label": "Diterima", "value": 480408, "url": "?"},
            {"label": "Diterima dengan catatan", "value": 1688, "url": "?"},
            {"label": "Di karantina", "value": 214, "url": "?"},
            {"label": "Tidak berubah", "value": 0},
        ],
    }
