"""A line of figures, drawn in Python: a dashboard has hundreds of them, and is drawn anew every few seconds for everybody who watches."""

import functools

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ossma.core import formats
from ossma.core.templatetags.house import mark
from safety.queries.tallies import Tally

register = template.Library()


@functools.cache
def _drawn(status: str) -> SafeString:
    return mark(status)


def _figure(status: str, label: str, number: int) -> str:
    return f'<span>{_drawn(status)}<span class="sr">{conditional_escape(label)}</span> {number:,}</span>'


@register.simple_tag
def tally_line(tally: Tally) -> SafeString:
    """`{% tally_line place.tally %}`: help and "not there" where there are any, then safe, no answer, and the share that answered."""
    parts = [
        _figure("help", _("needs help"), tally.help) if tally.help else "",
        _figure("not_there", _("not there"), tally.not_there) if tally.not_there else "",
        _figure("safe", _("safe"), tally.ok),
        _figure("silent", _("no answer"), tally.silent),
        f'<span class="muted">{formats.percent(tally.answered, tally.total)}</span>',
    ]
    return mark_safe(f'<span class="tally">{"".join(parts)}</span>')  # noqa: S308 - numbers, the project's own drawings, and labels escaped above
