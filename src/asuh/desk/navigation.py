"""The menu: which pages there are, in which order, and what one must be allowed to do to see each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from asuh.access.permissions import Can as Access
from asuh.audit.permissions import Can as Audit
from asuh.institutions.permissions import Can as Institutions
from asuh.people.permissions import Can as People


@dataclass(frozen=True)
class Entry:
    """One entry of the menu.

    url_name: where it leads; every address below it marks the entry as current.
    permissions: any of them shows it; none shows it to everybody. short: for the bottom bar of a phone.
    text: what one does there, for the first page.
    """

    label: Any
    icon: str
    url_name: str
    permissions: tuple[str, ...] = ()
    short: Any = None
    text: Any = ""

    def address(self) -> str | None:
        """None while the page does not exist in this installation."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return None


MENU = [
    Entry(_("Beranda"), "home", "desk:home"),
    Entry(
        _("Cari"),
        "search",
        "desk:search",
        (People.FIND_CHILD,),
        text=_("Nama, NIK, KK, atau ID DTKS; ejaan lain ikut ditemukan."),
    ),
    Entry(
        _("Anak & keluarga"),
        "users",
        "people:children",
        (People.SEE_CHILD,),
        short=pgettext_lazy("menu bawah", "Anak"),
        text=_("Anak di wilayah kerja Anda, keluarganya, dan yang dicatat tentang mereka."),
    ),
    Entry(
        _("Data Terpadu"),
        "database",
        "deliveries:deliveries",
        (People.IMPORT_DTKS, People.CORRECT_QUARANTINE, People.EXPORT_DTKS),
        short=pgettext_lazy("menu bawah", "Data"),
        text=_("Mengimpor kiriman DTKS, memperbaiki baris di karantina, mengekspor."),
    ),
    Entry(
        _("Lembaga"),
        "building-community",
        "institutions:institutions",
        (Institutions.SEE_INSTITUTIONS,),
        text=_("LKSA, Balai, Loka, dan Dinas Sosial."),
    ),
    Entry(
        _("Pengguna & peran"),
        "user-check",
        "access:users",
        (Access.SEE_USERS, Access.MANAGE_USERS),
        short=pgettext_lazy("menu bawah", "Pengguna"),
        text=_("Siapa bekerja di mana sebagai apa, sejak dan sampai kapan."),
    ),
    Entry(
        _("Wilayah"),
        "map-pin",
        "places:areas",
        (Access.MANAGE_USERS, People.IMPORT_DTKS),
        text=_("Provinsi sampai desa dengan kode Kemendagri dan BPS."),
    ),
    Entry(
        _("Jejak audit"),
        "shield-lock",
        "audit:trail",
        (Audit.READ_TRAIL,),
        short=pgettext_lazy("menu bawah", "Jejak"),
        text=_("Siapa membaca, mencari, mengubah, dan mengekspor apa, kapan, dan mengapa."),
    ),
    Entry(
        _("Pembaca data anak"),
        "eye",
        "people:readers_lookup",
        (People.SEE_READERS,),
        short=pgettext_lazy("menu bawah", "Pembaca"),
        text=_("Siapa dapat dan pernah membuka halaman seorang anak."),
    ),
    Entry(
        _("Pekerjaan"),
        "loader",
        "access:jobs",
        (Access.SEE_JOBS,),
        text=_("Pekerjaan latar yang berjalan, menunggu, atau gagal."),
    ),
]
BOTTOM_BAR_ROOM = 5


def menu_for(user: Any, path: str) -> Iterator[dict[str, Any]]:
    """The entries `user` may use, the one that holds `path` marked.

    Each a dict: label, short, icon, url, current, text.
    """
    seen = []
    for entry in MENU:
        if entry.permissions and not any(user.can(permission) for permission in entry.permissions):
            continue
        url = entry.address()
        if url is not None:
            seen.append((entry, url))
    here = max(
        (url for _entry, url in seen if path.startswith(url) and (url != "/" or path == "/")),
        key=len,
        default="",
    )
    for entry, url in seen:
        yield {
            "label": entry.label,
            "short": entry.short or entry.label,
            "icon": entry.icon,
            "url": url,
            "current": url == here,
            "text": entry.text,
        }
