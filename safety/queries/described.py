"""An audience in words, as people read it: each group of conditions, the members by name, the exceptions."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.states import ServiceCode
from members.models import Group, School
from members.states import MemberKind
from notices import audience as audiences
from notices.audience import Audience, Exceptions
from ossma.core.models import City, Country
from ossma.core.viewer import Viewer

MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Described:
    """Each line of `groups` is one group of conditions, its dimensions in words."""

    groups: list[list[str]] = field(default_factory=list)
    named: int = 0
    exceptions: list[str] = field(default_factory=list)


def described(viewer: Viewer, stored: dict[str, Any]) -> Described:
    """The words for an audience as it is stored."""
    audience = Audience.from_json(stored)
    groups = [_group(viewer, group) for group in audience.conditions]
    exceptions = _people_and_places(viewer, audience.exceptions)
    if audience.exceptions.named:
        count = len(audience.exceptions.named)
        exceptions.append(ngettext("%(n)d member by name", "%(n)d members by name", count) % {"n": count})
    return Described(groups, len(audience.named), exceptions)


def _group(viewer: Viewer, group: audiences.Group) -> list[str]:
    words = [_("everyone abroad now")] if group.everyone_abroad else []
    words += _people_and_places(viewer, group)
    if group.near:
        words.append(_("within %(km)d km of %(place)s") % {"km": group.near.km, "place": group.near.label or _point(group.near)})
    if group.arriving_only:
        words.append(_("only those travelling there within %(days)d days") % {"days": group.arriving_days})
    elif group.arriving_days:
        words.append(_("also those travelling there within %(days)d days") % {"days": group.arriving_days})
    return words


def _point(near: audiences.Near) -> str:
    return f"{near.latitude:g}, {near.longitude:g}"


def _people_and_places(viewer: Viewer, part: audiences.Group | Exceptions) -> list[str]:
    known_groups = Group.objects.filter(pk__in=part.groups)
    if not viewer.is_office:
        known_groups = known_groups.filter(school=viewer.school_id)
    found = [
        [country.label for country in Country.objects.filter(pk__in=part.countries)] if part.countries else [],
        [city.label for city in City.objects.filter(pk__in=part.cities)] if part.cities else [],
        [group.name for group in known_groups] if part.groups else [],
        [school.name for school in School.objects.filter(pk__in=part.schools)] if part.schools else [],
        [str(ServiceCode(code).label) for code in part.services if code in ServiceCode],
        [str(MemberKind(code).label) for code in part.kinds if code in MemberKind],
    ]
    return [_listed(names) for names in found if names]


def _listed(names: list[str]) -> str:
    shown = _(", ").join(names[:MOST_NAMES])
    return _("%(names)s and %(n)d more") % {"names": shown, "n": len(names) - MOST_NAMES} if len(names) > MOST_NAMES else shown
