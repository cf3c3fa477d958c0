"""Tags and filters that every page uses: `{% load asuh %}`. docs/how-to/pages.md shows each in use."""

import datetime as dt
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from asuh.access.paging import address_with
from asuh.desk import words

register = template.Library()

SIZES = {"s": " icon-s", "l": " icon-l", "": ""}
# One risk, one word, one shape, one colour: never a colour alone.
RISKS = {
    "high": ("red", "triangle-filled"),
    "medium": ("amber", "square-rotated-filled"),
    "low": ("green", "circle-filled"),
}


def draw(name: str, size: str = "") -> SafeString:
    """The icon `name` of assets/icons.txt as an `<svg>`; decoration only, a word stands beside it."""
    fill = " icon-f" if name.endswith("-filled") else ""
    return format_html(
        '<svg class="icon{}{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        fill,
        SIZES[size],
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "search" %}`, `{% icon "search" "s" %}` (16 px), `"l"` (24 px)."""
    return draw(name, size) if name else SafeString("")


@register.simple_tag
def tag(text: Any, colour: str = "", icon: str = "") -> SafeString:
    """A word in a frame: `{% tag "Pengasuh utama" "blue" "home-heart" %}`; colours red amber green blue."""
    shade = f" tag-{colour}" if colour else ""
    return format_html('<span class="tag{}">{}{}</span>', shade, draw(icon) if icon else "", text)


@register.simple_tag
def risk(level: str | None) -> SafeString:
    """Risk of a case as word, shape and colour: `{% risk "high" %}`; nothing when there is none."""
    if not level:
        return SafeString("")
    word = {"high": _("Risiko tinggi"), "medium": _("Risiko sedang"), "low": _("Risiko rendah")}[level]
    colour, shape = RISKS[level]
    return format_html('<span class="tag tag-{}">{}{}</span>', colour, draw(shape), word)


@register.simple_tag
def unknown(value: Any = None, text: str = "") -> SafeString | Any:
    """`value`, or *belum diketahui* when it is empty: `{% unknown child.school %}`."""
    if value is None or value == "":
        return format_html('<span class="unknown">{}</span>', text or _("belum diketahui"))
    return value


@register.filter
def or_unknown(value: Any) -> Any:
    """`{{ value|or_unknown }}`: *belum diketahui* instead of an empty place. Zero and “tidak” are values."""
    return unknown(value)


@register.filter
def date_words(value: dt.date | None) -> str:
    """`{{ day|date_words }}` → 12 Mei 2020."""
    return words.date_words(value)


@register.filter
def instant_words(value: dt.datetime | None) -> str:
    """`{{ instant|instant_words }}` → 12 Mei 2020, 16.10 WIB."""
    return words.instant_words(value)


@register.filter
def period_words(value: str | dt.date | None) -> str:
    """`{{ period|period_words }}` → Januari 2020."""
    return words.period_words(value)


@register.filter
def number(value: Any, decimals: int | None = None) -> str:
    """`{{ count|number }}` → 1.234; `{{ share|number:1 }}` → 1.234,5."""
    return words.number_words(value, decimals)


@register.filter
def file_size(value: int) -> str:
    """`{{ bytes|file_size }}` → 12,4 MB."""
    return words.file_size_words(value)


@register.filter
def duration(seconds: float) -> str:
    """`{{ seconds|duration }}` → 3 menit."""
    return words.duration_words(seconds)


@register.filter
def masked(value: Any) -> SafeString:
    """`{{ nik|masked }}` → •••• •••• •••• ••01, said to a screen reader as “disamarkan, berakhir 01”."""
    if not value:
        return SafeString("")
    text = words.masked(value)
    spoken = _("disamarkan, dua angka terakhir %(end)s") % {"end": " ".join(str(value)[-2:])}
    return format_html(
        '<span class="masked"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        text,
        spoken,
    )


@register.filter
def grouped(value: Any) -> SafeString:
    """`{{ nik|grouped }}` → 3522 0602 0813 0001, for the few places where a number is shown in full."""
    return format_html('<span class="masked">{}</span>', words.grouped(value))


@register.filter
def area_words(area: Any) -> str:
    """`{{ area|area_words }}` → Kab. Bojonegoro; nothing for no area."""
    return words.area_words(area.kind, area.name) if area else ""


@register.simple_tag
def place(short: str, path: str = "") -> SafeString | Any:
    """`{% place person.place person.path %}`: what a list needs of a place, the whole on hovering."""
    if not short or short == path:
        return unknown(short)
    return format_html('<span title="{}">{}</span>', path, short)


def _today(context: Context) -> dt.date:
    return context.get("today") or timezone.localdate()


@register.simple_tag(takes_context=True)
def age(
    context: Context, born_on: dt.date | None, born_year: int | None = None, on: dt.date | None = None
) -> str:
    """`{% age child.born_on %}` → 9 th 4 bln, today or `on`; `{% age None 2012 %}` → sekitar 8 th."""
    return words.age_words(born_on, on=on or _today(context), born_year=born_year)


@register.simple_tag(takes_context=True)
def due(context: Context, day: dt.date, on: dt.date | None = None) -> SafeString:
    """`{% due task.due_on %}`: a deadline in words, red when late, amber within three days."""
    on = on or _today(context)
    days = (day - on).days
    shade = "late" if days < 0 else "soon" if days <= 3 else "soft"
    return format_html(
        '<time class="{}" datetime="{}">{}</time>', shade, day.isoformat(), words.due_words(day, on=on)
    )


@register.simple_tag(takes_context=True)
def since(context: Context, day: dt.date | dt.datetime, on: dt.date | None = None) -> str:
    """`{% since period %}` → 19 bulan lalu."""
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day).date()
    return words.since_words(day, on=on or _today(context))


@register.simple_tag(takes_context=True)
def sort_heading(context: Context, label: str, key: str, css: str = "") -> SafeString:
    """A table head that sorts: `{% sort_heading "Nama" "name" %}`; the address says `urut=name` or `-…`."""
    request = context["request"]
    current = request.GET.get("urut") or context.get("default_order", "")
    up, down = current == key, current == f"-{key}"
    address = address_with(request, urut=f"-{key}" if up else key)
    order = "ascending" if up else "descending" if down else ""
    return format_html(
        '<th scope="col"{}{}><a href="{}">{}{}<span class="visually-hidden"> {}</span></a></th>',
        format_html(' class="{}"', css) if css else "",
        format_html(' aria-sort="{}"', order) if order else "",
        address,
        label,
        draw("chevron-up" if up else "chevron-down" if down else "arrows-sort", "s"),
        _("urut turun") if up else _("urut naik"),
    )


class BlockInclude(template.Node):
    """`{% part "components/x.html" a=b %}…{% endpart %}`: include with the lines between as `inside`."""

    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression], inside: NodeList) -> None:
        self.name, self.values, self.inside = name, values, inside

    def render(self, context: Context) -> SafeString:
        values = {key: value.resolve(context) for key, value in self.values.items()}
        inside = self.inside.render(context)
        assert context.template is not None
        found = context.template.engine.get_template(self.name.resolve(context))
        with context.push(**values, inside=inside):
            return mark_safe(found.render(context))  # noqa: S308  rendered by the engine, escaped there


@register.tag
def part(parser: Parser, token: Token) -> BlockInclude:
    """A component around a piece of page; see BlockInclude."""
    bits = token.split_contents()[1:]
    values = {}
    for bit in bits[1:]:
        key, _sign, value = bit.partition("=")
        values[key] = parser.compile_filter(value)
    inside = parser.parse(("endpart",))
    parser.delete_first_token()
    return BlockInclude(parser.compile_filter(bits[0]), values, inside)
