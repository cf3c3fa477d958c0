"""What people type about an institution."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from asuh.access.forms import AreaField
from asuh.institutions.models import Institution


class InstitutionForm(forms.Form):
    """One institution; the code only when it is new."""

    code = forms.CharField(
        label=gettext_lazy("Kode"),
        max_length=40,
        help_text=gettext_lazy("Nomor yang dipakai surat dan penugasan; tidak dapat diubah lagi."),
    )
    name = forms.CharField(label=gettext_lazy("Nama lembaga"), max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("Jenis"), choices=[("", gettext_lazy("Pilih jenis")), *Institution.Kind.choices]
    )
    area_key = AreaField(
        label=gettext_lazy("Wilayah"),
        help_text=gettext_lazy("Kode Kemendagri desa atau wilayah di atasnya, misalnya 35.22."),
    )
    address = forms.CharField(label=gettext_lazy("Alamat"), max_length=500, required=False)
    phone = forms.CharField(label=gettext_lazy("Telepon kantor"), max_length=60, required=False)

    def __init__(self, *args: Any, fresh: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not fresh:
            del self.fields["code"]

    def clean_area_key(self) -> str:
        key = self.cleaned_data["area_key"]
        if not key:
            raise ValidationError(_("Lembaga berada di suatu wilayah; tulis kodenya."))
        return str(key)


class InstitutionFilter(forms.Form):
    """Which institutions to list."""

    q = forms.CharField(label=gettext_lazy("Nama atau kode"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("Jenis"),
        required=False,
        choices=[("", gettext_lazy("Semua jenis")), *Institution.Kind.choices],
    )
    area = AreaField(label=gettext_lazy("Wilayah"), required=False, help_text="")
    closed = forms.BooleanField(label=gettext_lazy("Juga yang sudah tutup"), required=False)
