from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "asuh.people"
    verbose_name = _("Anak dan keluarga")

    def ready(self) -> None:
        from asuh.access import numbers
        from asuh.people import hooks, views_children, views_households

        for tab in views_children.tabs():
            hooks.add_tab(tab)
        numbers.register(views_households.find_household)
