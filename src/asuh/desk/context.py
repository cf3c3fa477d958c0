"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from asuh.access import roles
from asuh.desk import words
from asuh.desk.navigation import BOTTOM_BAR_ROOM, menu_for
from asuh.places.models import Area

# Looks are kept in the browser, not with the user: a shared phone and a desk differ.
THEME_COOKIE = "asuh_theme"
KEYS_COOKIE = "asuh_keys"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Menu, office, looks, and today, for base.html.

    today and now are the day and instant of this request; tags like `due` and `age` count from them.
    """
    now = timezone.now()
    theme = request.COOKIES.get(THEME_COOKIE, "")
    common: dict[str, Any] = {
        "now": now,
        "today": timezone.localdate(now),
        "theme": theme if theme in ("light", "dark") else "",
        "keys_off": request.COOKIES.get(KEYS_COOKIE) == "off",
        "demo": getattr(settings, "DEMO", False),
        "nav": [],
    }
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return common
    nav = list(menu_for(user, request.path))
    room = BOTTOM_BAR_ROOM if len(nav) <= BOTTOM_BAR_ROOM else BOTTOM_BAR_ROOM - 1
    office = _office(user, timezone.localdate(now))
    search = next((entry["url"] for entry in nav if entry["icon"] == "search"), None)
    return common | {
        "nav": nav,
        "bottom_nav": nav[:room],
        "more_nav": nav[room:],
        "more_current": any(entry["current"] for entry in nav[room:]),
        "office": office,
        "office_name": _place_of(user, timezone.localdate(now)),
        "search_url": search,
        "settings_url": reverse("desk:settings"),
        "account_menu": [
            {"label": _("Unduhan saya"), "icon": "download", "url": reverse("access:exports")},
            {"label": _("Pengaturan"), "icon": "settings", "url": reverse("desk:settings")},
            {"label": _("Unduhan saya"), "icon": "download", "url": reverse("access:exports")},
            {"label": _("Ketentuan & kode etik"), "icon": "file-text", "url": reverse("terms")},
            {"label": _("Kata sandi"), "icon": "key", "url": reverse("account_change_password")},
            {"label": _("Keamanan masuk"), "icon": "shield-check", "url": reverse("mfa_index")},
            {
                "label": _("Perangkat yang masuk"),
                "icon": "device-mobile",
                "url": reverse("usersessions_list"),
            },
        ],
    }


def _place_of(user: Any, day: Any) -> str:
    """Whose paper this is: the area of the first post, as `Asuh, Kab. Bojonegoro`."""
    posts = [p for p in user._posts() if p.starts_on <= day and (p.ends_on is None or day < p.ends_on)]
    area = Area.objects.filter(key=posts[0].area_key).first() if posts and posts[0].area_key else None
    place = words.area_words(area.kind, area.name) if area else ""
    return f"Asuh, {place}" if place else "Asuh"


def _office(user: Any, day: Any) -> str:
    """`Pekerja sosial, Kab. Bojonegoro`; with several posts the first, and how many more."""
    posts = [p for p in user._posts() if p.starts_on <= day and (p.ends_on is None or day < p.ends_on)]
    if not posts:
        return ""
    role = roles.all_roles().get(posts[0].role)
    area = Area.objects.filter(key=posts[0].area_key).first() if posts[0].area_key else None
    place = words.area_words(area.kind, area.name) if area else _("seluruh Indonesia")
    text = f"{role.name if role else posts[0].role}, {place}"
    if len(posts) > 1:
        text = _("%(post)s, dan %(count)s lainnya") % {"post": text, "count": len(posts) - 1}
    return text
