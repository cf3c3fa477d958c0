"""What people type when they administer users, ask for files and look into the trail."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from asuh.access import jurisdiction, limits, roles
from asuh.access.exports import Kind
from asuh.access.models import Export, User
from asuh.access.permissions import Can
from asuh.audit import codes
from asuh.places.models import dotted

CODE_HELP = gettext_lazy("Kode Kemendagri, misalnya 35.22; tulis “Indonesia” untuk seluruh negeri.")


class DayField(forms.DateField):
    """A day typed as dd/mm/yyyy."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.DateInput(
                attrs={"data-date": "", "placeholder": "hh/bb/tttt", "inputmode": "numeric"},
                format="%d/%m/%Y",
            ),
        )
        kwargs.setdefault("input_formats", ["%d/%m/%Y", "%Y-%m-%d"])
        super().__init__(**kwargs)


class AreaField(forms.CharField):
    """An area by its code, with or without dots; the value is the key, "" for the country."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Wilayah"))
        kwargs.setdefault("help_text", CODE_HELP)
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return jurisdiction.typed_area(typed)
        except jurisdiction.UnknownArea:
            raise ValidationError(
                _("“%(typed)s” bukan kode wilayah yang berlaku. Contoh: 35.22 untuk Kab. Bojonegoro."),
                params={"typed": typed},
            ) from None

    def prepare_value(self, value: Any) -> Any:
        return dotted(value) if isinstance(value, str) and value.isdecimal() else value


def own_area(by: User) -> str:
    """What stands in an area field at first: the only area an administrator has."""
    areas = by.areas_for(Can.MANAGE_USERS)
    return dotted(areas[0]) if len(areas) == 1 and areas[0] else ""


def role_choices(by: User) -> list[tuple[str, Any]]:
    """Roles that `by` may give, with an empty first line."""
    return [("", _("Pilih peran")), *((role.code, role.name) for role in limits.roles_to_give(by))]


class InviteForm(forms.Form):
    """A new user, and their first post."""

    username = forms.CharField(
        label=gettext_lazy("Nama pengguna"),
        max_length=150,
        help_text=gettext_lazy("Huruf kecil dan angka, misalnya siti.rahmawati."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
    name = forms.CharField(label=gettext_lazy("Nama lengkap"), max_length=150)
    email = forms.EmailField(
        label=gettext_lazy("Surel"),
        required=False,
        help_text=gettext_lazy(
            "Tautan undangan dikirim ke sini. Tanpa surel, tautannya Anda sampaikan sendiri."
        ),
    )
    phone = forms.CharField(label=gettext_lazy("Telepon"), max_length=30, required=False)
    area_key = AreaField(
        label=gettext_lazy("Wilayah kedudukan"),
        help_text=gettext_lazy(
            "Tempat akun ini dikelola. Kode Kemendagri, misalnya 35.22, atau “Indonesia”."
        ),
    )
    office_code = forms.CharField(
        label=gettext_lazy("Kode kantor"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Hanya bila akun ini milik satu Balai atau LKSA."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Peran"), required=False)
    post_area = AreaField(
        label=gettext_lazy("Wilayah kerja"),
        required=False,
        help_text=gettext_lazy("Kosongkan bila sama dengan wilayah kedudukan."),
    )
    ends_on = DayField(
        label=gettext_lazy("Sampai"),
        required=False,
        help_text=gettext_lazy("Kosongkan bila belum ditentukan."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"area_key": own_area(by)})
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(by)  # type: ignore[attr-defined]


class PostForm(forms.Form):
    """One more post."""

    role = forms.ChoiceField(label=gettext_lazy("Peran"))
    area_key = AreaField(label=gettext_lazy("Wilayah kerja"))
    office_code = forms.CharField(
        label=gettext_lazy("Kode kantor"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Mempersempit penugasan ini menjadi satu lembaga saja."),
    )
    starts_on = DayField(
        label=gettext_lazy("Mulai"), required=False, help_text=gettext_lazy("Kosong berarti hari ini.")
    )
    ends_on = DayField(
        label=gettext_lazy("Sampai"),
        required=False,
        help_text=gettext_lazy("Hari pertama tanpa penugasan ini. Kosongkan bila belum ditentukan."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"area_key": own_area(by)})
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(by)  # type: ignore[attr-defined]


class ChangeUserForm(forms.Form):
    """What is known about a user."""

    name = forms.CharField(label=gettext_lazy("Nama lengkap"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("Surel"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telepon"), max_length=30, required=False)


class SpreadsheetForm(forms.Form):
    """A file with users."""

    file = forms.FileField(
        label=gettext_lazy("Berkas XLSX atau CSV"),
        help_text=gettext_lazy("Paling banyak 2.000 baris dan 5 MB, dengan kolom seperti di templat."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > 5 * 2**20:
            raise ValidationError(_("Berkas ini lebih besar dari 5 MB."))
        return file


class FirstPasswordForm(forms.Form):
    """The password of somebody who was invited."""

    password = forms.CharField(
        label=gettext_lazy("Kata sandi baru"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "Sedikitnya 10 huruf. Beberapa kata biasa berturut-turut lebih mudah diingat dan lebih kuat."
        ),
    )
    again = forms.CharField(
        label=gettext_lazy("Sekali lagi"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self.user)
        return password

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise ValidationError(_("Tidak sama dengan yang di atas."))
        return again


class TermsForm(forms.Form):
    """Agreement to the version in force."""

    agreed = forms.BooleanField(
        label=gettext_lazy("Saya telah membaca ketentuan dan kode etik ini dan menyanggupinya"),
        error_messages={"required": gettext_lazy("Centang untuk menyatakan sanggup.")},
    )


class ExportForm(forms.Form):
    """Which columns, what kind of file, and why."""

    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Kolom"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Pilih sedikitnya satu kolom.")},
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Jenis berkas"),
        choices=Export.Format.choices,
        widget=forms.RadioSelect,
        initial="xlsx",
    )
    why = forms.CharField(
        label=gettext_lazy("Alasan"),
        max_length=500,
        help_text=gettext_lazy(
            "Untuk apa berkas ini dipakai. Tercatat di jejak audit; jangan menulis nama anak."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        chosen = [column.code for column in kind.columns if column.chosen]
        kwargs.setdefault("initial", {"columns": chosen, "format": Export.Format.XLSX})
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [  # type: ignore[attr-defined]
            (column.code, column.label) for column in kind.columns
        ]
        if kind.book is not None:  # sheets, which only a workbook holds
            self.fields["columns"].label = gettext_lazy("Bagian")
            del self.fields["format"]


class UserFilter(forms.Form):
    """Which users to list."""

    q = forms.CharField(label=gettext_lazy("Nama atau nama pengguna"), required=False, max_length=100)
    role = forms.ChoiceField(label=gettext_lazy("Peran"), required=False)
    area = AreaField(label=gettext_lazy("Wilayah kerja"), required=False, help_text="")
    state = forms.ChoiceField(
        label=gettext_lazy("Keadaan akun"),
        required=False,
        choices=[
            ("", gettext_lazy("Semua yang aktif")),
            ("invited", gettext_lazy("Diundang, belum masuk")),
            ("idle", gettext_lazy("Tidak masuk 90 hari")),
            ("unposted", gettext_lazy("Tanpa penugasan hari ini")),
            ("ended", gettext_lazy("Sudah diakhiri")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", _("Semua peran")),
            *((role.code, role.name) for role in roles.all_roles().values()),
        ]


class TrailFilter(forms.Form):
    """Which events to list."""

    actor = forms.CharField(label=gettext_lazy("Pelaku (nama pengguna)"), required=False, max_length=150)
    subject = forms.CharField(
        label=gettext_lazy("Tentang siapa atau apa"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Kode anak (AN-…), nomor lain yang diberikan Asuh, atau nama pengguna."),
    )
    what = forms.ChoiceField(label=gettext_lazy("Perbuatan"), required=False)
    since = DayField(label=gettext_lazy("Dari tanggal"), required=False)
    until = DayField(label=gettext_lazy("Sampai tanggal"), required=False)
    area = AreaField(label=gettext_lazy("Wilayah"), required=False, help_text="")
    refused = forms.BooleanField(label=gettext_lazy("Hanya yang ditolak"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sentences = codes.all_sentences()
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            ("", _("Semua")),
            *codes.all_groups().items(),
            *((code, _without_values(str(sentence))) for code, sentence in sentences.items()),
        ]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if isinstance(since, date) and isinstance(until, date) and until < since:
            self.add_error("until", _("Harus sama dengan atau sesudah tanggal mulai."))
        return values


class _Ellipsis(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _without_values(sentence: str) -> str:
    return sentence % _Ellipsis()
