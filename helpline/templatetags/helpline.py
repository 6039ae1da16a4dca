"""The helpline's number on pages of other rooms: where somebody is told to wait, whoever needs help must find whom to call."""

from typing import Any

from django import template
from django.utils import timezone

from helpline.queries import call_number, present_country
from ossma.core.viewer import Viewer

register = template.Library()


@register.inclusion_tag("public/helpline/call_now.html", takes_context=True)
def call_helpline(context: dict[str, Any]) -> dict[str, Any]:
    """A link that calls: `number` of the page's context, else the number that works where the signed-in member is, else the one for everybody."""
    number = context.get("number")
    if number is None:
        viewer: Viewer = getattr(context.get("request"), "viewer", None) or Viewer()
        country = present_country(viewer, timezone.now())
        number = call_number(country.pk if country else None)
    return {"number": number}
