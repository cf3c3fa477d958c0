"""How forms are drawn: every `{{ form }}` and `{{ form.field.as_field_group }}` looks and reads the same."""

from typing import Any

from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Named in the setting FORM_RENDERER; the templates lie in `desk/templates/components/`."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    formset_template_name = "components/formset.html"
    bound_field_class = BoundField

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name in ("django/forms/errors/list/default.html", "django/forms/errors/list/ul.html"):
            template_name = "components/field_errors.html"
        return super().render(template_name, context, request)
