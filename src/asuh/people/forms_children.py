"""Forms about children and households: what is asked, in which order, with which help."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from asuh.kernel import ages, functioning
from asuh.people import codes, looking
from asuh.people.heading import relations_under
from asuh.people.models import CategoryFact, Fact, Household, HouseholdRole, Person
from asuh.people.models.registry import RelationToHead, Sex
from asuh.people.permissions import Can
from asuh.places.models import dotted
from asuh.places.querysets import path_names
from asuh.places.resolving import search_areas

PERSON_INSIDE = re.compile(r"\((AN-[\d-]+)\)\s*$")
CODE_INSIDE = re.compile(r"\(([\d.]{2,13})\)\s*$")


class DayInput(forms.DateInput):
    """A date typed hh/bb/tttt."""

    def __init__(self) -> None:
        super().__init__(
            format="%d/%m/%Y", attrs={"data-date": "", "placeholder": "hh/bb/tttt", "inputmode": "numeric"}
        )


def day_field(
    label: Any, *, required: bool = True, help_text: Any = "", today: bool = False
) -> forms.DateField:
    """A date, today to begin with if asked."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=DayInput(),
        initial=timezone.localdate if today else None,
    )


def reason_field(label: Any = None, help_text: Any = "") -> forms.CharField:
    """Why something is done; read by whoever looks at the history."""
    return forms.CharField(
        label=label or _("Alasan"),
        max_length=500,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AreaInput(forms.TextInput):
    """Typed name of a village; suggestions come while typing."""

    template_name = "people/area_input.html"

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off"})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = f"{context['widget']['attrs'].get('id', name)}-pilihan"
        context["widget"]["attrs"] |= {
            "list": options,
            "hx-get": str(reverse_lazy("people:areas")),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{options}",
            "hx-swap": "innerHTML",
        }
        return context


def field_of(error: Any, form: forms.Form) -> str | None:
    """The field a broken rule speaks of, as this form calls it; None if it has none."""
    names = [error.field, "born_on"] if error.field == "on" else [error.field]
    return next((name for name in names if name in form.fields), None)


class PersonInput(forms.TextInput):
    """Typed name or code of a person; suggestions come while typing, from `asked` (an address that is posted
    to, since a name stands in no address).
    """

    template_name = "people/area_input.html"
    asked = ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = f"{context['widget']['attrs'].get('id', name)}-pilihan"
        context["widget"]["attrs"] |= {
            "autocomplete": "off",
            "list": options,
            "hx-post": self.asked,
            "hx-params": name,
            "hx-trigger": "input changed delay:400ms",
            "hx-target": f"#{options}",
            "hx-swap": "innerHTML",
        }
        return context


class AreaField(forms.CharField):
    """A village (or larger area) by name or code, inside `within`; cleaned to its key.

    What was typed and fits several areas is answered with their names, so that one can be copied or chosen.
    """

    widget = AreaInput

    def __init__(self, *, levels: tuple[int, ...] = (4,), **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", _("Ketik nama desa dan kecamatan, misalnya “Ngelo Margomulyo”, atau kodenya.")
        )
        super().__init__(max_length=200, **kwargs)
        self.levels = levels
        self.within: Iterable[str] = ("",)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and value.isdecimal() and len(value) in (2, 4, 6, 10):
            return area_words(value)
        return value

    def clean(self, value: Any) -> str:
        text = super().clean(value).strip()
        if not text:
            return ""
        inside = CODE_INSIDE.search(text)
        asked = inside.group(1) if inside else text
        found = search_areas(asked, within=self.within, levels=self.levels, limit=6)
        exact = [area for area in found if area.key == asked.replace(".", "")]
        named = [area for area in found if area.name.casefold() == text.casefold()]
        # a district and the village in it that has its name: the district holds both
        around = [area for area in named if all(other.key.startswith(area.key) for other in named)]
        chosen = exact or around or found
        if len(chosen) == 1:
            return chosen[0].key
        if not chosen:
            raise ValidationError(_("Tidak ada desa atau kelurahan dengan nama ini di wilayah kerja Anda."))
        names = "; ".join(area_words(area.key) for area in chosen[:5])
        raise ValidationError(
            _("Ada beberapa yang cocok. Tulis lebih lengkap, misalnya: %(names)s"), params={"names": names}
        )


def area_words(key: str) -> str:
    """`Ngelo, Margomulyo, … (35.22.22.2002)`: read by people and by AreaField."""
    return f"{path_names([key]).get(key, '')} ({dotted(key)})" if key else ""


class ChildForm(forms.Form):
    """A child who is in no delivery."""

    name = forms.CharField(
        label=_("Nama lengkap"), max_length=200, help_text=_("Seperti di akta kelahiran, tanpa gelar.")
    )
    sex = forms.TypedChoiceField(
        label=_("Jenis kelamin"), choices=Sex.choices, coerce=int, widget=forms.RadioSelect
    )
    born_on = day_field(_("Tanggal lahir"), required=False, help_text=_("Kosongkan bila tidak diketahui."))
    age = forms.IntegerField(
        label=_("Umur perkiraan (tahun)"),
        required=False,
        min_value=0,
        max_value=17,
        help_text=_("Hanya bila tanggal lahir tidak diketahui."),
    )
    birth_place = forms.CharField(label=_("Tempat lahir"), max_length=200, required=False)
    mother_name = forms.CharField(
        label=_("Nama gadis ibu kandung"),
        max_length=200,
        required=False,
        help_text=_("Pembeda terkuat setelah NIK."),
    )
    nik = forms.CharField(
        label="NIK",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("16 angka. Boleh kosong: anak tanpa NIK tetap didaftarkan."),
    )
    kk = forms.CharField(
        label=_("Nomor KK"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    area_key = AreaField(label=_("Desa atau kelurahan tempat tinggal"))
    address = forms.CharField(
        label=_("Alamat"), max_length=500, required=False, help_text=_("Dusun atau jalan, RT/RW.")
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area_key"]
        area.within = by.areas_for(Can.REGISTER_CHILD)
        if by.reaches_unplaced(Can.REGISTER_CHILD):
            area.required = False

    def clean_kk(self) -> str:
        number = "".join(self.cleaned_data["kk"].split())
        if number and not (len(number) == 16 and number.isascii() and number.isdecimal()):
            raise ValidationError(_("Nomor KK terdiri atas 16 angka. Periksa lagi, atau kosongkan."))
        return number

    @property
    def born_year(self) -> int | None:
        """From the date, else from the estimated age."""
        data = self.cleaned_data
        if data.get("born_on"):
            return data["born_on"].year
        return ages.year_from_age(data["age"], timezone.localdate()) if data.get("age") is not None else None

    def values(self) -> dict[str, Any]:
        """What register_child takes."""
        data = dict(self.cleaned_data)
        data.pop("age")
        return data | {"born_year": self.born_year, "area_key": data["area_key"] or None}


class IdentityForm(forms.Form):
    """Who somebody is, as it should stand."""

    name = forms.CharField(label=_("Nama lengkap"), max_length=200)
    sex = forms.TypedChoiceField(
        label=_("Jenis kelamin"), choices=Sex.choices, coerce=int, widget=forms.RadioSelect
    )
    born_on = day_field(_("Tanggal lahir"), required=False, help_text=_("Kosongkan bila tidak diketahui."))
    born_year = forms.IntegerField(
        label=_("Tahun lahir perkiraan"),
        required=False,
        min_value=1900,
        max_value=2100,
        localize=False,
        help_text=_("Hanya bila tanggal lahir tidak diketahui."),
    )
    birth_place = forms.CharField(label=_("Tempat lahir"), max_length=200, required=False)
    mother_name = forms.CharField(label=_("Nama gadis ibu kandung"), max_length=200, required=False)
    nik = forms.CharField(
        label="NIK",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("16 angka, atau kosong."),
    )
    kk = forms.CharField(
        label=_("Nomor KK"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    reason = reason_field(
        _("Alasan perbaikan"), _("Dari mana diketahui, misalnya: akta kelahiran dilihat aslinya.")
    )

    #: `actions.identity.stamp` of what stood when the form was opened
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    clean_kk = ChildForm.clean_kk


class FactForm(forms.Form):
    """Whatever a kind of fact asks for, then the day it speaks of and how it is known."""

    def __init__(
        self,
        *args: Any,
        model: type[Fact],
        person: Person,
        by: Any,
        correcting: Fact | None = None,
        **kwargs: Any,
    ) -> None:
        if correcting is not None:
            kwargs["initial"] = fact_initial(correcting)
        super().__init__(*args, **kwargs)
        self.model, self.person, self.by, self.correcting = model, person, by, correcting
        self.caregivers: dict[int, Person] = {}
        self.fields.update(self._asked(by.can_at(Can.SEE_RESTRICTED, person)))
        self.fields["as_of"] = day_field(_("Keadaan pada tanggal"), today=True)
        self.fields["how"] = forms.ChoiceField(
            label=_("Diketahui dari"), choices=[("", _("Pilih")), *codes.How.choices]
        )
        self.fields["note"] = forms.CharField(
            label=_("Catatan"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
        )
        if correcting is not None:
            self.fields["reason"] = reason_field(_("Alasan perbaikan"))
        elif model.kind == "photo":
            self._ask_once_of_a_photo()
        elif model.kind == "parents" and person.mother_name:
            self.fields["mother_name"].initial = person.mother_name

    def _ask_once_of_a_photo(self) -> None:
        """A picture shows itself: the day of consent is its day, and nobody told it."""
        for name in ("as_of", "how"):
            self.fields.pop(name)
        self.fields["consented_on"].initial = timezone.localdate

    def _asked(self, restricted: bool) -> dict[str, forms.Field]:
        model = self.model
        if model.kind == "functioning":
            return self._questions()
        plain: dict[str, Any] = fields_for_model(
            model, [name for name in model.asks if name not in ("caregiver", "scheme", "code")]
        )
        for name, field in plain.items():
            column: Any = model._meta.get_field(name)
            if hasattr(column, "base_field"):
                plain[name] = forms.MultipleChoiceField(
                    label=_sentence(column.verbose_name),
                    choices=self._choices(name, column.base_field.choices, restricted),
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )
                continue
            field.label = _sentence(column.verbose_name)
            if isinstance(field, forms.DateField):
                field.widget = DayInput()
            if isinstance(field, forms.DecimalField):
                # typed with a comma, as numbers are written here
                field.localize = True
                field.widget = forms.TextInput(attrs={"inputmode": "decimal"})
                field.widget.is_localized = True
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [("", _("Pilih")), *column.choices]
            if name in ("nisn", "number", "phone"):
                field.widget.attrs["inputmode"] = "numeric"
        if "area_key" in plain:
            plain["area_key"] = AreaField(label=_("Desa atau kelurahan"), required=False)
        if model.kind == "category":
            plain = {"category": self._categories(restricted), **plain}
        if model.kind == "caregiving":
            plain = self._with_caregiver(plain)
        if model.kind == "photo":
            plain["picture"].help_text = _(
                "JPEG atau PNG, paling besar 8 MB. Tempat dan waktu di dalam foto dihapus."
            )
        return plain

    def _choices(self, name: str, choices: Any, restricted: bool) -> list[Any]:
        hidden = frozenset() if restricted else self.model.restricted.get(name, frozenset())
        return [(code, label) for code, label in choices if code not in hidden]

    def _questions(self) -> dict[str, forms.Field]:
        """The questions for the child's age today; the action checks them against the day of the fact."""
        today = timezone.localdate()
        born_on, year = self.person.born_on, self.person.born_year
        age = ages.completed_years(born_on, today) if born_on else today.year - (year or today.year)
        asked = functioning.questions_for(age)
        if asked is None:
            return {}
        return {
            domain: forms.ChoiceField(
                label=codes.DOMAINS[domain],
                choices=codes.answer_choices(asked, domain),
                required=False,
                widget=forms.RadioSelect,
            )
            for domain in asked.scales
        }

    def _categories(self, restricted: bool) -> forms.Field:
        from asuh.people.codes.categories import RESTRICTED

        groups: list[Any] = [("", _("Pilih kategori"))]
        for scheme, title in codes.Scheme.choices:
            names = [
                (f"{scheme}:{code}", name)
                for code, name in codes.category_names(scheme).items()
                if restricted or (scheme, code) not in RESTRICTED
            ]
            if names:
                groups.append((title, names))
        return forms.ChoiceField(label=_("Kategori"), choices=groups)

    def _with_caregiver(self, plain: dict[str, Any]) -> dict[str, Any]:
        self.caregivers = {one.pk: one for one in self._possible_caregivers()}
        choices = [
            ("", _("Orang lain, tulis namanya di bawah")),
            *((str(one.pk), one.name) for one in self.caregivers.values()),
        ]
        caregiver = forms.TypedChoiceField(
            label=_("Pengasuh"),
            choices=choices,
            required=False,
            coerce=int,
            empty_value=None,
            initial="",
            help_text=_("Anggota rumah tangga dapat dipilih langsung."),
        )
        return {"arrangement": plain.pop("arrangement"), "caregiver": caregiver, **plain}

    def _possible_caregivers(self) -> list[Person]:
        """Whoever lives with the child and is within reach, and whom the corrected fact names already."""
        told: Any = getattr(self.correcting, "caregiver", None)
        people = [told] if told is not None else []
        if self.person.household is not None:
            reachable: Any = Person.objects.reachable(by=self.by, to=Can.SEE_CHILD).current()
            here = reachable.filter(household=self.person.household, died_on__isnull=True)
            people += here.exclude(pk__in=[self.person.pk, *(one.pk for one in people)])
        return people

    def values(self) -> dict[str, Any]:
        """What record_fact takes beside person and kind."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        if self.model.kind == "functioning":
            answers = {name: data.pop(name) for name in list(data) if name in codes.DOMAINS}
            data["answers"] = {domain: answer for domain, answer in answers.items() if answer}
        if self.model.kind == "category":
            data["scheme"], data["code"] = data.pop("category").split(":")
        if "caregiver" in data:
            data["caregiver"] = self.caregivers.get(data["caregiver"])
        if "picture" in data and not data["picture"]:
            data.pop("picture")
        if self.model.kind == "photo" and self.correcting is None:
            data |= {"as_of": data["consented_on"], "how": codes.How.CAREGIVER}
        return data


def fact_initial(fact: Fact) -> dict[str, Any]:
    """A fact as the first values of the form that corrects it."""
    first: dict[str, Any] = {name: getattr(fact, name) for name in (*fact.asks, "as_of", "how", "note")}
    first.update(first.pop("answers", None) or {})
    if isinstance(fact, CategoryFact):
        first["category"] = f"{fact.scheme}:{fact.code}"
    if first.get("caregiver"):
        first["caregiver"] = first["caregiver"].pk
    first.pop("picture", None)
    return first


def _sentence(name: Any) -> str:
    text = str(name)
    return text[:1].upper() + text[1:]


class StepForm(forms.Form):
    """Every step in a household says when and why."""

    on = day_field(_("Tanggal"), today=True)
    reason = reason_field(_("Alasan"), _("Apa yang terjadi, agar orang lain memahaminya nanti."))

    field_order: list[str] | None = None


class MoveForm(StepForm):
    """One person moves."""

    where = forms.ChoiceField(
        label=_("Ke mana"),
        choices=[
            ("household", _("Ke rumah tangga lain yang tercatat")),
            ("area", _("Ke wilayah lain; rumah tangganya belum diketahui")),
        ],
        widget=forms.RadioSelect,
    )
    household = forms.CharField(
        label=_("Kode rumah tangga tujuan"),
        required=False,
        max_length=30,
        help_text=_("RT-…, tertulis di halaman rumah tangga; atau ID DTKS-nya."),
    )
    relation = forms.TypedChoiceField(
        label=_("Hubungan dengan kepala rumah tangga tujuan"),
        choices=[("", _("Pilih")), *RelationToHead.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    area_key = AreaField(label=_("Wilayah tujuan"), levels=(2, 3, 4), required=False)
    because = forms.ChoiceField(label=_("Sebab"), choices=[])
    keeps_belonging = forms.BooleanField(
        label=_("Hanya untuk sementara: anak tetap warga tempat asalnya"),
        required=False,
        help_text=_("Petugas di kedua wilayah dapat membuka datanya."),
    )

    field_order = ["where", "household", "relation", "area_key", "keeps_belonging", "because", "on", "reason"]

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        hidden = {codes.LeftBecause.HOUSEHOLD_MOVED, codes.LeftBecause.SPLIT, codes.LeftBecause.DTKS}
        because: Any = self.fields["because"]
        because.choices = [
            ("", _("Pilih")),
            *((c, n) for c, n in codes.LeftBecause.choices if c not in hidden),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("where") == "household":
            data["to"] = _household(data.get("household", ""), self)
            if not data.get("relation"):
                self.add_error("relation", _("Pilih hubungannya."))
        elif data.get("where") == "area":
            data["to"] = None
            if not data.get("area_key"):
                self.add_error("area_key", _("Isi wilayah tujuan."))
        return data


def _household(text: str, form: Any, field: str = "household") -> Household | None:
    from asuh.people.models.registry import household_number

    if not text.strip():
        form.add_error(field, _("Isi kode rumah tangga."))
        return None
    reachable: Any = Household.objects.reachable(by=form.by, to=Can.CHANGE_HOUSEHOLD).current()
    number = household_number(text)
    found = reachable.filter(pk=number).first() if number else reachable.filter(idbdt=text.strip()).first()
    if found is None:
        if number is not None:
            looking.chosen_of(Household, [str(number)], by=form.by, to=Can.CHANGE_HOUSEHOLD)
        form.add_error(field, _("Rumah tangga dengan kode ini tidak ada di wilayah kerja Anda."))
    return found


class SplitForm(StepForm):
    """Some members found a household of their own."""

    members = forms.MultipleChoiceField(label=_("Siapa yang pergi"), widget=forms.CheckboxSelectMultiple)
    head = forms.ChoiceField(label=_("Kepala rumah tangga yang baru"))
    area_key = AreaField(label=_("Desa atau kelurahan"), required=False)
    address = forms.CharField(label=_("Alamat baru"), required=False, max_length=500)

    field_order = ["members", "head", "area_key", "address", "on", "reason"]

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), one.name) for one in people]
        members: Any = self.fields["members"]
        head: Any = self.fields["head"]
        members.choices, head.choices = choices, [("", _("Pilih")), *choices]
        self.people = {str(one.pk): one for one in people}

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "members": [self.people[number] for number in data["members"]],
            "head": self.people[data["head"]],
            "area_key": data["area_key"] or None,
            "address": data["address"],
            "on": data["on"],
            "reason": data["reason"],
        }


class MoveHouseholdForm(StepForm):
    """The whole household moves."""

    area_key = AreaField(label=_("Desa atau kelurahan"))
    address = forms.CharField(label=_("Alamat"), required=False, max_length=500)

    field_order = ["area_key", "address", "on", "reason"]

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class HeadForm(StepForm):
    """Another member becomes head; then everybody's relation to the new head is looked at.

    shown: whether whoever sends the form has seen the relations under the head that was chosen.
    """

    head = forms.ChoiceField(label=_("Kepala rumah tangga yang baru"))
    seen_for = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, people: list[Person], **kwargs: Any) -> None:
        self.people = {str(one.pk): one for one in people}
        chosen = self.people.get(data.get("head", "")) if data is not None else None
        told = relations_under(chosen, people, on=timezone.localdate()) if chosen else {}
        self.shown = chosen is not None and data.get("seen_for") == str(chosen.pk)
        if chosen is not None and not self.shown:
            data = data.copy()
            data["seen_for"] = str(chosen.pk)
            data.update({_relation_field(key): str(relation.code) for key, relation in told.items()})
        super().__init__(data, **kwargs)
        head: Any = self.fields["head"]
        head.choices = [("", _("Pilih")), *((number, one.name) for number, one in self.people.items())]
        for key, relation in told.items():
            one = self.people[str(key)]
            self.fields[_relation_field(key)] = forms.TypedChoiceField(
                label=one.name,
                coerce=int,
                choices=[c for c in RelationToHead.choices if c[0] != RelationToHead.HEAD],
                help_text=(
                    _("Semula: %(relation)s.") if relation.sure else _("Semula: %(relation)s. Periksa ini.")
                )
                % {"relation": str(one.get_relation_display() or _("belum diketahui")).lower()},
            )
        self.order_fields(["seen_for", "head", *map(_relation_field, told), "on", "reason"])

    @property
    def seen_now(self) -> bool:
        """Whether the page that shows this form shows the relations."""
        return any(name.startswith(RELATION) for name in self.fields)

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        relations = {
            int(name.removeprefix(RELATION)): code for name, code in data.items() if name.startswith(RELATION)
        }
        head = self.people[data["head"]]
        return {"head": head, "on": data["on"], "reason": data["reason"], "relations": relations}


RELATION = "relation_"


def _relation_field(key: int) -> str:
    return f"{RELATION}{key}"


class BirthForm(forms.Form):
    """A child is born into the household."""

    name = forms.CharField(label=_("Nama anak"), max_length=200)
    sex = forms.TypedChoiceField(
        label=_("Jenis kelamin"), choices=Sex.choices, coerce=int, widget=forms.RadioSelect
    )
    born_on = day_field(_("Tanggal lahir"))
    birth_place = forms.CharField(label=_("Tempat lahir"), max_length=200, required=False)
    mother = forms.ChoiceField(label=_("Ibu"), required=False)
    relation = forms.TypedChoiceField(
        label=_("Hubungan dengan kepala rumah tangga"),
        coerce=int,
        initial=int(RelationToHead.CHILD),
        choices=[
            c for c in RelationToHead.choices if c[0] not in (RelationToHead.HEAD, RelationToHead.SPOUSE)
        ],
    )

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        women = [one for one in people if one.sex == Sex.FEMALE]
        mother: Any = self.fields["mother"]
        mother.choices = [
            ("", _("Bukan anggota rumah tangga ini")),
            *((str(one.pk), one.name) for one in women),
        ]
        self.people = {str(one.pk): one for one in women}

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return data | {"mother": self.people.get(data["mother"])}


class TakeInForm(StepForm):
    """The household takes in a child."""

    child = forms.CharField(
        label=_("Anak"),
        max_length=250,
        widget=PersonInput,
        help_text=_("Ketik namanya lalu pilih, atau tulis kodenya (AN-…)."),
    )
    relation = forms.TypedChoiceField(
        label=_("Hubungan dengan kepala rumah tangga"),
        coerce=int,
        initial=int(RelationToHead.OTHER),
        choices=[c for c in RelationToHead.choices if c[0] != RelationToHead.HEAD],
    )
    keeps_belonging = forms.BooleanField(
        label=_("Anak tetap warga tempat asalnya"),
        required=False,
        initial=True,
        help_text=_("Petugas di kedua wilayah dapat membuka datanya."),
    )

    field_order = ["child", "relation", "keeps_belonging", "on", "reason"]

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_child(self) -> Person:
        return _person(self.cleaned_data["child"], by=self.by)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


def _person(code: str, *, by: Any) -> Person:
    from asuh.people.models.registry import person_number

    inside = PERSON_INSIDE.search(code)
    number = person_number(inside.group(1) if inside else code)
    reachable: Any = Person.objects.reachable(by=by, to=Can.CHANGE_HOUSEHOLD).current()
    found = reachable.filter(pk=number).first() if number is not None else None
    if found is None:
        if number is not None:
            looking.chosen_of(Person, [str(number)], by=by, to=Can.CHANGE_HOUSEHOLD)
        raise ValidationError(
            _("Tidak ada orang dengan kode ini di wilayah kerja Anda. Contoh: AN-00000418-3.")
        )
    return found


class RoleForm(forms.Form):
    """Somebody who lives elsewhere plays a part here."""

    person = forms.CharField(
        label=_("Kode orang"), max_length=30, help_text=_("AN-…, tertulis di halamannya.")
    )
    part = forms.ChoiceField(label=_("Peran"), choices=HouseholdRole.Part.choices)
    starts_on = day_field(_("Sejak"), required=False)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_person(self) -> Person:
        return _person(self.cleaned_data["person"], by=self.by)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class DeathForm(StepForm):
    """Somebody died."""

    on = day_field(_("Tanggal meninggal"), today=False)
    reason = reason_field(_("Bagaimana diketahui"), _("Misalnya: surat kematian desa, keterangan keluarga."))

    field_order = ["on", "reason"]


class RelationForm(forms.Form):
    """What somebody is to the head was recorded wrongly."""

    relation = forms.TypedChoiceField(
        label=_("Hubungan dengan kepala rumah tangga"),
        coerce=int,
        choices=[c for c in RelationToHead.choices if c[0] != RelationToHead.HEAD],
    )
    reason = reason_field(_("Alasan perbaikan"))


class ChildrenFilter(forms.Form):
    """Which children of the list."""

    BANDS = {"0-5": (0, 5), "6-12": (6, 12), "13-17": (13, 17)}

    desa = AreaField(
        label=_("Desa, kecamatan, atau kabupaten"), levels=(1, 2, 3, 4), required=False, help_text=""
    )
    umur = forms.ChoiceField(
        label=_("Umur"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("semua")), ("0-5", _("0–5 th")), ("6-12", _("6–12 th")), ("13-17", _("13–17 th"))],
    )
    jk = forms.ChoiceField(
        label=_("Jenis kelamin"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("semua")), ("1", _("laki-laki")), ("2", _("perempuan"))],
    )


def born_between(band: str, on: date) -> tuple[date, date]:
    """First and last birthday of who is in the band of ages on `on`."""
    low, high = ChildrenFilter.BANDS[band]
    first = _years_before(on, high + 1)
    return date.fromordinal(first.toordinal() + 1), _years_before(on, low)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
