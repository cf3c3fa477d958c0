from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "asuh.access"
    verbose_name = _("Akses")

    def ready(self) -> None:
        from asuh.access import listening  # noqa: F401
