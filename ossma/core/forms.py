"""How forms look: one renderer, one field template for the whole product."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.forms import Select
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe


class HouseRenderer(TemplatesSetting):
    """Forms through the project's own templates (templates/django/forms/)."""

    field_template_name = "django/forms/field.html"


class LongSelect(Select):
    """A select of hundreds of options, written by one function: a template for each of them takes five times as long as the rest of the page
    that everybody comes to after "I am safe".
    """

    def render(self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: BaseRenderer | None = None) -> SafeString:
        """The same as Django's own."""
        chosen = frozenset(self.format_value(value))
        options = mark_safe("".join(_options(self.choices, chosen)))  # noqa: S308 - each part is escaped
        return format_html("<select{}>{}</select>", flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name})), options)


def _options(choices: Iterable[Any], chosen: frozenset[str]) -> Iterator[str]:
    """An option per choice, in groups where the choice is a list."""
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield f'<optgroup label="{escape(key)}">'
            yield from _options(label, chosen)
            yield "</optgroup>"
        else:
            text = "" if key is None else str(key)
            yield f'<option value="{escape(text)}"{" selected" if text in chosen else ""}>{escape(label)}</option>'
