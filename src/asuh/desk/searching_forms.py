"""What may be asked on the search page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from asuh.people.forms_children import DayInput

EARLIEST = 1900


class BornField(forms.DateField):
    """A date of birth, or its year alone; cleaned to a date or a number."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _(
            "Tulis tanggalnya seperti 18/05/2011, atau tahunnya saja seperti 2011."
        )

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, int) else super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        read = int(text) if len(text) == 4 and text.isdecimal() else super().to_python(value)
        if read is None:
            return None
        today = timezone.localdate()
        if not EARLIEST <= (read.year if isinstance(read, date) else read) <= today.year or (
            isinstance(read, date) and read > today
        ):
            raise ValidationError(_("Tahun lahir berada antara 1900 dan hari ini."))
        return read


class SearchForm(forms.Form):
    """The box, and what one knows beside the name. None of it may stand in an address."""

    q = forms.CharField(label=_("Nama, NIK, KK, atau ID DTKS"), max_length=200, required=False)
    ibu = forms.CharField(
        label=_("Nama ibu kandung"),
        max_length=200,
        required=False,
        help_text=_("Pembeda terkuat setelah NIK."),
    )
    lahir = BornField(
        label=_("Tanggal atau tahun lahir"),
        required=False,
        help_text=_("Orang dengan tahun lahir yang sama atau berdekatan ikut ditemukan."),
    )

    def clean(self) -> dict[str, Any]:
        """Mother and birth tell people of one name apart; alone they are not looked for."""
        data = self.cleaned_data
        if not data.get("q") and "q" in data and (data.get("ibu") or data.get("lahir")):
            self.add_error("q", _("Tulis juga nama atau nomornya."))
        return data
