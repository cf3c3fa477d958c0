"""Forms of the data officer."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from pathlib import Path
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from asuh.kernel.dtks import layout as layouts
from asuh.kernel.dtks import reading
from asuh.people.actions.deliveries import PeriodNotYet, check_period
from asuh.people.codes.deliveries import fault_words

FIRST_YEAR = 2005
"""Of the first collection that DTKS goes back to (PSE 2005)."""
MAX_BYTES = 4 << 30
INSPECTED_HERE = {".xlsx": 4 << 20}
"""Bytes up to which a file's header is looked at before the answer; larger ones are left to the job."""
TEXT_INSPECTED_HERE = 256 << 20
SHEET_BYTES = 8 << 20


class UploadForm(forms.Form):
    """Two files or one Zip, and the month they speak of."""

    month = forms.TypedChoiceField(label=_("Bulan"), coerce=int, choices=[])
    year = forms.TypedChoiceField(
        label=_("Tahun"),
        coerce=int,
        choices=[],
    )
    households = forms.FileField(
        label=_("Berkas rumah tangga (RT)"),
        required=False,
        max_length=255,
        help_text=_("CSV atau XLSX, satu baris satu rumah tangga, dengan kolom IDBDT."),
    )
    members = forms.FileField(
        label=_("Berkas anggota rumah tangga (ART)"),
        required=False,
        max_length=255,
        help_text=_("CSV atau XLSX, satu baris satu orang, dengan kolom IDBDT dan IDARTBDT."),
    )
    archive = forms.FileField(
        label=_("Atau satu berkas Zip"),
        required=False,
        max_length=255,
        help_text=_("Zip yang berisi kedua berkas itu. Kosongkan bila kedua berkas diunggah terpisah."),
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, today: dt.date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today or timezone.localdate()
        month: Any = self.fields["month"]
        year: Any = self.fields["year"]
        month.choices = [("", _("Pilih bulan")), *((number, MONTHS[number]) for number in range(1, 13))]
        year.choices = [("", _("Pilih tahun"))] + [
            (number, str(number)) for number in range(self.today.year, FIRST_YEAR - 1, -1)
        ]
        for name in ("households", "members", "archive"):
            self.fields[name].widget.attrs["accept"] = ".zip" if name == "archive" else ".csv,.txt,.tsv,.xlsx"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("month") and given.get("year"):
            given["period"] = dt.date(given["year"], given["month"], 1)
            try:
                check_period(given["period"], self.today)
            except PeriodNotYet as early:
                self.add_error("month", str(early))
        sent = {name: given[name] for name in ("households", "members", "archive") if given.get(name)}
        if "archive" in sent and len(sent) > 1:
            self.add_error("archive", _("Pilih salah satu: dua berkas, atau satu Zip."))
        elif not sent and not self.errors.keys() & {"households", "members", "archive"}:
            self.add_error("members", _("Pilih berkasnya: dua berkas, atau satu Zip yang berisi keduanya."))
        for name, file in sent.items():
            self._look_at(name, file)
        given["files"] = list(sent.values())
        return given

    def _look_at(self, name: str, file: Any) -> None:
        """Say beside the field what is wrong with a file, as far as a short look tells."""
        if file.size > MAX_BYTES:
            self.add_error(name, _("Berkas lebih besar dari 4 GB. Mintalah kiriman per kabupaten/kota."))
            return
        suffix = Path(file.name).suffix.lower()
        is_zip = suffix == ".zip"
        if is_zip != (name == "archive"):
            self.add_error(
                name,
                _("Ini bukan Zip. Unggah di kolom rumah tangga atau anggota.")
                if name == "archive"
                else _("Ini Zip. Unggah di kolom Zip di bawah."),
            )
            return
        if is_zip or file.size > INSPECTED_HERE.get(suffix, TEXT_INSPECTED_HERE):
            return
        try:
            path = Path(file.temporary_file_path())
            reading.inspect(path, layouts.load())
        except reading.FileRefused as refusal:
            told = fault_words({"code": refusal.code, **refusal.details, "file": tidy_name(file.name)})
            self.add_error(name, f"{told.what} {told.do}")


def tidy_name(name: str) -> str:
    """What the sender called a file, fit to be shown and kept: no path, no odd characters, 100 letters."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    base = re.sub(r"[^\w .()\-]", "_", base).strip(" .") or "kiriman"
    stem, suffix = Path(base).stem, Path(base).suffix
    return f"{stem[: 100 - len(suffix)]}{suffix}"


class SheetForm(forms.Form):
    """A small spreadsheet about people who are known already."""

    file = forms.FileField(
        label=_("Lembar kerja"),
        max_length=255,
        help_text=_(
            "XLSX atau CSV menurut templat, paling banyak 5.000 baris. Belum ada yang dicatat sekarang."
        ),
        error_messages={"required": _("Pilih berkasnya.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > SHEET_BYTES:
            raise forms.ValidationError(_("Berkas lebih besar dari 8 MB. Bagi menjadi beberapa lembar."))
        return file


class TakeBackForm(forms.Form):
    """Why a delivery goes again."""

    reason = forms.CharField(
        label=_("Alasan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Terlihat pada kiriman ini dan di jejak audit."),
        error_messages={"required": _("Tuliskan alasannya.")},
    )


class ExportForm(forms.Form):
    """What goes into the files, and why they are needed."""

    area = forms.ChoiceField(label=_("Wilayah"), choices=[])
    period = forms.ChoiceField(label=_("Periode"), choices=[])
    tables = forms.MultipleChoiceField(
        label=_("Isi"),
        choices=[("households", _("Rumah tangga")), ("members", _("Anggota rumah tangga"))],
        initial=["households", "members"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pilih sedikitnya satu.")},
    )
    format = forms.ChoiceField(
        label=_("Jenis berkas"),
        choices=[
            ("csv", _("CSV, untuk berapa pun baris")),
            ("xlsx", _("Excel (XLSX), sampai satu juta baris")),
        ],
        initial="csv",
        widget=forms.RadioSelect,
    )
    all_columns = forms.ChoiceField(
        label=_("Kolom"),
        choices=[
            ("all", _("Semua kolom DTKS; berkasnya dapat diimpor lagi")),
            ("some", _("Hanya kolom yang saya pilih")),
        ],
        initial="all",
        widget=forms.RadioSelect,
    )
    households_columns = forms.MultipleChoiceField(
        label=_("Kolom rumah tangga"), choices=[], required=False, widget=forms.CheckboxSelectMultiple
    )
    members_columns = forms.MultipleChoiceField(
        label=_("Kolom anggota"), choices=[], required=False, widget=forms.CheckboxSelectMultiple
    )
    why = forms.CharField(
        label=_("Alasan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Untuk apa berkas ini, atas permintaan siapa. Alasan tercatat di jejak audit."),
        error_messages={"required": _("Tuliskan alasannya.")},
    )

    def __init__(
        self,
        *args: Any,
        areas: list[tuple[str, str]],
        periods: list[str],
        card_numbers: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        # "" is the whole country: it must be a real choice, not "nothing chosen"
        fields["area"].choices = [(key or "-", name) for key, name in areas]
        fields["period"].choices = [
            (period, date_format(dt.date.fromisoformat(f"{period}-01"), "YEAR_MONTH_FORMAT"))
            for period in periods
        ]
        layout = layouts.load()
        for name in layouts.TABLES:
            table = layout.table(name)
            fields[f"{name}_columns"].choices = [
                (column.name, f"{column.name} · {column.label(get_language() or 'id')}")
                for column in table.columns
                if card_numbers or column.name not in table.hidden
            ]

    def clean_area(self) -> str:
        return "" if self.cleaned_data["area"] == "-" else str(self.cleaned_data["area"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("all_columns") == "some":
            for name in given.get("tables", []):
                if not given.get(f"{name}_columns"):
                    self.add_error(f"{name}_columns", _("Pilih sedikitnya satu kolom."))
        return given
