"""What a family's link shows: the last safe word and the city, and whether the school is in contact. Never that somebody has not answered."""

from dataclasses import dataclass
from datetime import date, datetime

from applications.models.located import city_label
from applications.queries import applications
from members.models import Member
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer
from safety.models import Answer, FamilyLink, SafetyCase
from safety.states import AnswerKind, AnswerSource, CaseState

# A family's own words are no news to it.
SAFE_WORDS = (AnswerSource.LINK, AnswerSource.APP, AnswerSource.PROXY)


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """All that stands behind a link."""

    link: FamilyLink
    member: Member
    safe_at: datetime | None
    city: str
    country: str
    zone: str
    in_contact: bool


def living_link(number: int, at: datetime) -> FamilyLink | None:
    """The link, unless it was taken back, its time is over, or the member has left."""
    rows = FamilyLink.objects.filter(pk=number, revoked_at=None, expires_at__gt=at, member__withdrawn_at=None)
    return rows.select_related("member__school").first()


def link_made_at(number: int, _at: datetime) -> datetime | None:
    """When the link was made: nobody can have been given it before."""
    return FamilyLink.objects.filter(pk=number).values_list("created_at", flat=True).first()


def family_page(link: FamilyLink) -> FamilyPage:
    """What the holder of a living link may know. Two queries."""
    words = Answer.objects.filter(member=link.member_id, kind=AnswerKind.OK, unconfirmed=False, source__in=SAFE_WORDS)
    last = words.defer("position").select_related("country", "recipient__country").order_by("-said_at", "-pk").first()
    cases = SafetyCase.objects.filter(member=link.member_id, is_drill=False, first_contact_at__isnull=False).exclude(state=CaseState.RESOLVED)
    asked = last.recipient if last else None
    # The place said; without one the place they were asked about, which they did not correct.
    land, city = (last.country, last.city) if last and last.country else (asked.country, asked.city) if asked else (None, "")
    zone = (asked.zone if asked and asked.country == land else "") or (land.zones[0] if land else "")
    return FamilyPage(
        link=link,
        member=link.member,
        safe_at=last.said_at if last else None,
        city=city_label(land.pk, city) if land else "",
        country=land.label if land else "",
        zone=zone,
        in_contact=cases.exists(),
    )


def own_links(viewer: Viewer, at: datetime) -> list[FamilyLink]:
    """The member's own living links, in order. NotFound for whoever is no member."""
    if viewer.member_id is None:
        raise NotFound
    return list(FamilyLink.objects.filter(member=viewer.member_id, revoked_at=None, expires_at__gt=at))


def last_day_of_trips(viewer: Viewer, day: date) -> date | None:
    """The last day of the member's trips that run or lie ahead; None without any."""
    return max((application.abroad_until for application in applications.current(viewer, day)), default=None)
