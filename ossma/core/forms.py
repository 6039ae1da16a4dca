"""How forms look: one renderer, one field template for the whole product."""

from django.forms.renderers import TemplatesSetting


class HouseRenderer(TemplatesSetting):
    """Forms through the project's own templates (templates/django/forms/)."""

    field_template_name = "django/forms/field.html"
