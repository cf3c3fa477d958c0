from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "asuh.access"
    verbose_name = _("Akses")

    def ready(self) -> None:
        autodiscover_modules("exports")
        from asuh.access import listening, lists, trail  # noqa: F401
