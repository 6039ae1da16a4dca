"""What a member says about where she is goes into the itinerary, so that the next check finds her (safety.md S2)."""

from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from applications.actions.itinerary import report_place
from applications.queries.places import Place, find_place
from applications.queries.presence import where_is
from ossma.core import audit
from ossma.core.countries import HOME
from ossma.core.duties import inner_action
from ossma.core.models import Country
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM, Face, Viewer
from safety.models import Answer
from safety.said import Said
from safety.states import AnswerKind


@inner_action
def correct_record(*, member_id: int, said: Said, actor: Viewer, at: datetime) -> None:
    """Write the place that was said beside the one on record, if it is another. Before any recipient is locked: the order of the locks.

    "I am not there" and a report of one's own are the same sentence. A rule that forbids it costs the record, never the answer.
    """
    country = Country.objects.filter(pk=said.country_id).first()
    if country is None or Answer.objects.filter(key=said.key).exists():
        return
    place = find_place(country, said.city) or Place(country.pk, said.city, country.zones[0])
    if said.kind is not AnswerKind.NOT_THERE and not _is_elsewhere(member_id, place, at):
        return
    # Whoever holds the link writes this one thing into the itinerary in the member's name.
    own = actor.face is Face.MEMBER and actor.member_id == member_id
    holder = actor if own else Viewer(face=Face.MEMBER, member_id=member_id, address=actor.address)
    zone = ZoneInfo(place.zone)
    # "Today" is the day on which it was said, which a phone without network may keep until that day is over.
    until = min(said.said_at or at, at).astimezone(zone).date() if said.only_today else said.until
    if said.only_today and until and until < at.astimezone(zone).date():
        return
    for day in dict.fromkeys((until, None)):
        with suppress(Refused, NotFound), transaction.atomic():
            report_place(member_id=member_id, location=place, until=day, actor=holder, at=at)
            audit.record(actor=actor, at=at, action="safety.place_corrected", subject=("member", member_id), member_id=member_id)
            return


def _is_elsewhere(member_id: int, place: Place, at: datetime) -> bool:
    """Whether the place is another than the record's; a country alone says no more than the record of a city there."""
    here = where_is(SYSTEM, member_id, at)
    if here is None or place.country_id == HOME:
        # The record has her in Japan, or she says so: news unless it is both.
        return (here is None) != (place.country_id == HOME)
    return place.country_id != here.country_id or bool(place.city and place.city != here.city)
