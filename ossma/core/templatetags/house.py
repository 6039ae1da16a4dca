"""Template tags of the house: dates, money, both clocks, icons and status marks."""

import functools
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ossma.core import formats, phones
from ossma.core.duties import OfficeRole

register = template.Library()

Zone = str | ZoneInfo | None
# From when on the age of news is said.
OLD_DAYS = 14
# What a template hands over for a name that it does not know.
Blank = str | None


def _language() -> str:
    return get_language() or "ja"


def _zone(zone: Zone) -> ZoneInfo:
    if not zone:
        return formats.HOME_ZONE
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


@register.filter
def role_labels(roles: list[str]) -> str:
    """`{{ roles|role_labels }}` gives the office's roles in the reader's language."""
    return ", ".join(str(OfficeRole(role).label) for role in roles)


@register.filter
def yen(amount: int | Blank) -> str:
    """`{{ fee|yen }}` gives 3,630円 or ¥3,630."""
    return "" if amount is None or amount == "" else formats.yen(int(amount), _language())


@register.filter
def jdate(value: date | None) -> str:
    """`{{ day|jdate }}` gives 2026年11月21日(土); a moment is taken in the reader's zone."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return formats.day(value, _language())


@register.filter
def jdatetime(moment: datetime | None, zone: Zone = None) -> str:
    """`{{ moment|jdatetime:zone }}` gives the day and the clock; without a zone the reader's own."""
    if not moment:
        return ""
    local = _zone(zone) if zone else timezone.get_current_timezone()
    return formats.day_and_clock(moment, local, _language())


@register.filter
def clock(moment: datetime | None, zone: Zone = None) -> str:
    """`{{ moment|clock:zone }}` gives 03:10."""
    if not moment:
        return ""
    return formats.clock(moment, _zone(zone) if zone else timezone.get_current_timezone())


@register.filter
def old(value: date | Blank, now: datetime | None = None) -> str:
    """`{{ issued|old }}` gives 8か月前 for what is at least two weeks old, else nothing. Takes days and moments."""
    if not value:
        return ""
    assert isinstance(value, date)  # noqa: S101 - a moment is one, too
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    days = (timezone.localtime(now or timezone.now()).date() - day).days
    return formats.age(days, _language()) if days >= OLD_DAYS else ""


@register.simple_tag
def both_clocks(moment: datetime | None, zone: Zone) -> str:
    """`{% both_clocks moment zone %}` gives the place's clock and Japan's."""
    return formats.both_clocks(moment, _zone(zone), _language()) if moment else ""


@register.filter
def minutes_ago(value: int | timedelta | datetime | Blank, now: datetime | None = None) -> str:
    """`{{ minutes|minutes_ago }}` gives 12分; a moment needs the page's own now: `{{ sent|minutes_ago:now }}`."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = (now or timezone.now()) - value
    if isinstance(value, timedelta):
        value = formats.whole_minutes(value)
    return formats.duration(int(value), _language())


@register.filter
def length_of_time(seconds: int | Blank) -> str:
    """`{{ seconds|length_of_time }}` gives 1時間35分, a begun minute counted as a whole one."""
    return "" if seconds is None or seconds == "" else formats.hours_and_minutes(-(-int(seconds) // 60), _language())


@register.filter
def percent(part: float, whole: float) -> str:
    """`{{ answered|percent:asked }}` gives 82 %."""
    return formats.percent(part or 0, whole or 0)


@register.filter
def thousands(value: int | Blank) -> str:
    """`{{ asked|thousands }}` gives 1,000,000."""
    return "" if value is None or value == "" else f"{int(value):,}"


@functools.cache
def _drawing(sheet: str, name: str) -> SafeString:
    partial = get_template(f"components/{sheet}.html#{name}")
    return mark_safe(partial.render().strip())  # noqa: S308 - the project's own drawing


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw `{% icon "home" %}` inline; it is hidden from screen readers unless it carries a label of its own."""
    drawing = _drawing("icon", name)
    if label:
        return format_html('<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, drawing)
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', drawing)


@register.simple_tag
def mark(
    status: str,
    minutes: int | Blank = None,
    x: float | None = None,
    y: float | None = None,
    size: float | None = None,
) -> SafeString:
    """Draw a status mark, in a line of text or, given the centre x and y and a size, inside a map or chart."""
    place = SafeString()
    if x is not None and y is not None and size is not None:
        corner = size / 2
        place = format_html(' x="{}" y="{}" width="{}" height="{}"', round(x - corner, 1), round(y - corner, 1), size, size)
    inside = SafeString()
    if status == "silent" and minutes is not None and minutes != "":
        inside = format_html('<text x="12" y="15.4" text-anchor="middle">{}</text>', formats.duration_mark(int(minutes)))
    return format_html(
        '<svg class="mark mark-{}" viewBox="0 0 24 24"{} aria-hidden="true">{}{}</svg>',
        status,
        place,
        _drawing("mark", status),
        inside,
    )


@register.filter
def phone(number: str) -> str:
    """A stored telephone number as people read it."""
    return phones.shown(number)


@register.simple_tag
def phone_link(number: str) -> SafeString:
    """A stored telephone number to be tapped; one that was never understood is shown as it was typed, and cannot be dialled by a tap."""
    if phones.is_stored_right(number):
        return format_html('<a href="tel:{}">{}</a>', number, phones.shown(number))
    return format_html('<bdi>{}</bdi> <span class="muted">{}</span>', number, _("(number not confirmed)")) if number else SafeString()
