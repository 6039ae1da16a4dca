""" "Why was she not asked?": one member and one check (safety.md S1).

Who is in it and who was left out is read from what was frozen. For everybody else the conditions are judged now, with the records as they are today,
for the moment of the sending: an itinerary that was changed since is not what was known then, and the page says so.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from applications.models.located import city_label, place_label
from applications.queries.presence import arrivals_within, further_places, whereabouts
from members.models import Member
from members.queries.directory import matching
from notices.audience import Audience, Group, asker
from notices.audience_match import Cities, CityPoint, Place, excepted, here_of, missed
from ossma.core.models import City, Country
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer
from safety.models import Omission, Recipient, SafetyCheck
from safety.queries.recipients import candidates_sql
from safety.states import LeftOut

MOST_FOUND = 10
ONE = "SELECT left_out, reason, country_id, city FROM ({candidates}) c WHERE member_id = %(member)s"
AHEAD = "SELECT country_id, city, service, latitude, longitude, arrives_at, application_id FROM ({arrivals}) a WHERE member_id = %(member)s"
FIRST_DAYS = "SELECT id, first_day FROM applications_application WHERE id = ANY(%(ids)s)"


@dataclass(frozen=True, slots=True)
class Explained:
    """What can be said: `verdict` is asked, would_be, left_out or not_meant; `recomputed` when it is worked out from today's records."""

    verdict: str
    lines: list[str] = field(default_factory=list)
    recipient_id: int | None = None
    recomputed: bool = False


def find_members(viewer: Viewer, text: str) -> list[Member]:
    """The same search as in the list of members, those who have left included."""
    if not text.strip():
        return []
    rows = Member.objects.visible_to(viewer).filter(matching(viewer, text)).select_related("school", "user")
    return list(rows.order_by("number")[:MOST_FOUND])


def explain(viewer: Viewer, check: SafetyCheck, member_id: int, at: datetime) -> Explained:
    """Why this member is or is not in this check. Raises NotFound for a member behind another wall."""
    member = first_or_404(Member.objects.visible_to(viewer).select_related("school").filter(pk=member_id)[:1])
    recipient = Recipient.objects.filter(check_row=check, member=member).select_related("country").first()
    if recipient is not None:
        place = _place_words(recipient.country, recipient.city)
        return Explained("asked", [_in_it(recipient.reason, place)], recipient.pk)
    omission = Omission.objects.filter(check_row=check, member=member).first()
    if omission is not None:
        return Explained("left_out", [str(LeftOut(omission.reason).label)])
    if check.school_id is not None and member.school_id != check.school_id:
        return Explained("not_meant", [_("belongs to another school; this check asks only members of the school that sent it")])
    moment = check.sent_at or at
    if check.sent_at is None and (found := _candidate(viewer, check, member, at)):
        return found
    return Explained("not_meant", _not_meant(viewer, check, member, moment), recomputed=True)


def _in_it(reason: str, place: str) -> str:
    words = {
        "itinerary": _("by the itinerary in %(place)s"), "destination": _("by the destination of the application in %(place)s"),
        "own_report": _("by their own report in %(place)s"), "arriving": _("travels to %(place)s soon"), "named": _("named in the list"),
    }  # fmt: skip
    return words[reason] % {"place": place or _("a place that is not known")}


def _candidate(viewer: Viewer, check: SafetyCheck, member: Member, at: datetime) -> Explained | None:
    """What a check that was not sent yet would do with this member."""
    candidates, parameters = candidates_sql(
        asker(viewer, school_id=check.school_id), Audience.from_json(check.audience), kind=check.kind, incident_id=check.incident_id, at=at,
        check_id=check.pk, ask_again=check.ask_again,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ONE.format(candidates=candidates), {**parameters, "member": member.pk})
        row = cursor.fetchone()
    if row is None:
        return None
    left_out, reason, country_id, city = row
    if left_out:
        return Explained("left_out", [str(LeftOut(left_out).label)])
    return Explained("would_be", [_in_it(reason, _place_words(Country.objects.filter(pk=country_id).first(), city))])


def _not_meant(viewer: Viewer, check: SafetyCheck, member: Member, moment: datetime) -> list[str]:
    audience = Audience.from_json(check.audience)
    if member.withdrawn_at is not None and member.withdrawn_at <= moment:
        return [_("had left OSSMA")]
    places = _places(viewer, audience, member, moment)
    lines = [_where_words(place) for place in places if place.arrives_at is None] or [_("was not abroad then, by our records")]
    cities = {city.pk: _point(city) for city in City.objects.all()}
    here = here_of(places)
    if places and all(excepted(audience, place, here, cities) for place in places):
        return [*lines, _("is one of those whom the check excepts")]
    for group in audience.conditions:
        lines += _missed_words(group, places, cities, moment)
    if audience.departed_on and (here is None or here.first_day != audience.departed_on):
        lines.append(_("did not depart on the day that this check asks about"))
    return list(dict.fromkeys(lines))


def _point(city: City) -> CityPoint:
    return CityPoint(city.pk, city.country_id, (city.name_ja, city.name_en), float(city.latitude), float(city.longitude))


def _missed_words(group: Group, places: list[Place], cities: Cities, moment: datetime) -> list[str]:
    words = {
        "place": _("is in none of the places chosen"),
        "groups": _("is in none of the groups chosen"),
        "schools": _("is of none of the schools chosen"),
        "services": _("has another service"),
        "kinds": _("is of another member kind"),
        "travelling": _("does not travel there within the days chosen"),
    }
    best = min((missed(group, place, cities, at=moment) for place in places), key=len, default=[])
    return [words[name] for name in best]


def _places(viewer: Viewer, audience: Audience, member: Member, moment: datetime) -> list[Place]:
    """Where the member was by today's records, and where they were about to travel."""
    own: dict[str, Any] = {
        "member_id": member.pk,
        "school_id": member.school_id,
        "kind": member.kind,
        "groups": frozenset(member.groups.values_list("pk", flat=True)),
    }
    here = whereabouts(viewer, [member.pk], moment).get(member.pk)
    now = [*([here] if here else []), *further_places(viewer, member.pk, moment)]
    days = max((group.arriving_days for group in audience.conditions), default=0)
    ahead = []
    with connection.cursor() as cursor:
        if days:
            arrivals, parameters = arrivals_within(viewer, moment, days)
            cursor.execute(AHEAD.format(arrivals=arrivals), {**parameters, "member": member.pk})
            ahead = cursor.fetchall()
        ids = [*(one.application_id for one in now), *(row[6] for row in ahead)]
        cursor.execute(FIRST_DAYS, {"ids": ids})
        began = dict(cursor.fetchall())
    found = [
        Place(
            service=one.service, country_id=one.country_id, city=one.city, latitude=one.latitude, longitude=one.longitude,
            first_day=began.get(one.application_id), is_further=one is not here, **own,
        )
        for one in now
    ]  # fmt: skip
    for country_id, city, service, latitude, longitude, arrives_at, application_id in ahead:
        found.append(
            Place(
                service=service, country_id=country_id, city=city, latitude=latitude, longitude=longitude, arrives_at=arrives_at,
                first_day=began.get(application_id), **own,
            )
        )  # fmt: skip
    return found


def _place_words(country: Country | None, city: str) -> str:
    if country is None:
        return ""
    return place_label(city_label(country.pk, city), country.label) if city else country.label


def _where_words(place: Place) -> str:
    return _("was in %(place)s, by our records") % {"place": _place_words(Country.objects.filter(pk=place.country_id).first(), place.city)}
