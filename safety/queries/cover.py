"""One line per trip: paid, insured, itinerary complete, reachable; and for the school the trips with gaps (safety.md S3, "Cover guard")."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.models import Application, Destination, Stay
from applications.queries.itinerary import Plan, plans_of
from applications.rules.period import day_in_japan
from applications.states import ALIVE, StaySource
from members.models import Member
from ossma.core import registries
from ossma.core.countries import HOME
from ossma.core.formats import day
from ossma.core.models import BouncedAddress
from ossma.core.registries import Insured
from ossma.core.viewer import Viewer
from safety import guard
from safety.models import Reachability

# Trips that begin within two months are looked at; of them at most so many for one page of the list.
AHEAD = timedelta(days=60)
CHUNK, CHUNKS, PAGE = 250, 2, 50
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class CoverLine:
    """The guard's word on one trip. `countdown`: to the departure or the return, by the clock of the destination."""

    application: Application
    marks: list[guard.Mark]
    warnings: list[str]
    countdown: str

    @property
    def has_gap(self) -> bool:
        """Whether anything is missing."""
        return bool(self.warnings) or any(not mark.is_ok for mark in self.marks)

    def lacks(self, part: str) -> bool:
        """Whether this part is missing; with an empty part, anything."""
        return any(not mark.is_ok for mark in self.marks if mark.part == part) if part else self.has_gap


@dataclass(frozen=True, slots=True)
class After:
    """Where a page of the list begins: behind this trip."""

    first_day: date
    pk: int


def lines_of(planned: Iterable[tuple[Application, Plan]], at: datetime) -> list[CoverLine]:
    """The lines of trips whose itinerary is read already. One query and what insurance needs, however many trips."""
    rows = list(planned)
    insured: dict[int, Insured] = {}
    for _key, ask in registries.cover:
        insured |= ask([application.pk for application, _plan in rows], at)
    reachable = _reachable({application.member_id for application, _plan in rows})
    return [
        _line(application, plan, insured, reachable=application.member_id in reachable, local_day=at.astimezone(plan.zone).date())
        for application, plan in rows
    ]


def line_of(viewer: Viewer, application_id: int, at: datetime) -> CoverLine | None:
    """The line of one trip; None once it is over or called off. Strangers get None too: the page around it has its own wall."""
    rows = _trips(viewer).filter(pk=application_id, state__in=ALIVE, last_day__gte=day_in_japan(at))
    return next(iter(lines_of(plans_of(rows), at)), None)


def trips_with_gaps(viewer: Viewer, at: datetime, *, part: str = "", after: After | None = None) -> tuple[list[CoverLine], After | None]:
    """Trips that run or begin soon and lack something, by their first day; and where the next page begins, if there may be one.

    Looks at no more than CHUNK * CHUNKS trips, so that a page costs the same among a million.
    """
    today = day_in_japan(at)
    rows = _trips(viewer).select_related("member__school").filter(state__in=ALIVE, last_day__gte=today, first_day__lte=today + AHEAD)
    found: list[CoverLine] = []
    for _turn in range(CHUNKS):
        behind = Q(first_day__gt=after.first_day) | Q(first_day=after.first_day, pk__gt=after.pk) if after else Q()
        chunk = list(rows.filter(behind).order_by("first_day", "pk")[:CHUNK])
        for line in lines_of(plans_of(chunk), at):
            after = After(line.application.first_day, line.application.pk)
            if line.lacks(part):
                found.append(line)
            if len(found) == PAGE:
                return found, after
        if len(chunk) < CHUNK:
            return found, None
    return found, after


def _trips(viewer: Viewer) -> QuerySet[Application]:
    return Application.objects.visible_to(viewer).prefetch_related(Prefetch("destinations", Destination.objects.select_related("country")))


def _reachable(member_ids: set[int]) -> set[int]:
    """Members who have answered through something, whose address takes mail, and whose phone is no placeholder. One query."""
    answered = Reachability.objects.filter(member=OuterRef("pk"))
    bounced = BouncedAddress.objects.filter(address=Lower(OuterRef("user__email")))
    rows = Member.objects.filter(Exists(answered), ~Exists(bounced), pk__in=member_ids, has_placeholders=False)
    return set(rows.values_list("pk", flat=True))


def _line(application: Application, plan: Plan, insured: dict[int, Insured], *, reachable: bool, local_day: date) -> CoverLine:
    facts = guard.Facts(
        state=application.state, service=application.service, first_day=application.first_day, last_day=application.last_day,
        insured=insured.get(application.pk),
        gap_days=sum(gap.days for gap in plan.gaps), returns_on=_returns_on(application, plan), reachable=reachable,
    )  # fmt: skip
    language = get_language() or "ja"
    words = {
        "paid": _("The itinerary ends on %(back)s, but the fee is for the days until %(until)s."),
        "insured": _("The return is on %(back)s, but the insurance ends on %(until)s."),
    }
    warnings = [words[what] % {"back": day(back, language), "until": day(until, language)} for what, back, until in guard.warnings(facts)]
    return CoverLine(application, guard.marks(facts), warnings, guard.countdown(application.first_day, application.last_day, local_day))


def _returns_on(application: Application, plan: Plan) -> date:
    """The last day abroad by the itinerary. Where the member says she is today says nothing of her return."""
    planned = [stay for stay in plan.stays if stay.source == StaySource.ITINERARY]
    return max([*(_last_day_abroad(stay) for stay in planned), application.last_day])


def _last_day_abroad(stay: Stay) -> date:
    if stay.country_id == HOME:
        # The flight home: the day it departs. It often lands a day later.
        return stay.starts_at.astimezone(ZoneInfo(stay.starts_zone)).date()
    # A night that ends at midnight belongs to the day before.
    return (stay.ends_at - SECOND).astimezone(ZoneInfo(stay.zone)).date()
