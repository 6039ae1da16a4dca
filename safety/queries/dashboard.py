"""The figures of one check as a viewer may see them (safety.md S3): every function takes the viewer first, its cost does not grow with a crowd."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from math import ceil
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, When
from django.utils.translation import get_language

from ossma.core.models import Country
from ossma.core.models.claimable import Progress
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Face, Viewer
from safety.models import Delivery, Recipient, SafetyCheck
from safety.queries.summaries import MOST_COUNTED, summary_of
from safety.queries.tallies import Tally, counted, counted_by, counted_by_school, first_answers
from safety.queries.walls import behind_wall
from safety.states import CheckKind, CheckState, Standing, SummaryKind

STEPS = 24
SCHOOLS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Place:
    """The figures of one country; `country` is None where nobody knows."""

    country: Country | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one school or group; `as_of` where they were counted in the background."""

    key: int
    name: str
    tally: Tally
    as_of: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of the messages, over all rounds and channels and by channel; `as_of` where they were counted in the background."""

    due: int = 0
    sent: int = 0
    gave_up: int = 0
    cancelled: int = 0
    bounced: int = 0
    channels: Mapping[str, "Sending"] = field(default_factory=dict, compare=False)
    as_of: datetime | None = field(default=None, compare=False)

    @property
    def delivered(self) -> int:
        """Taken by the server or service at the other end, and not come back."""
        return self.sent - self.bounced


@dataclass(frozen=True, slots=True)
class Course:
    """How it goes: answers by the end of each step from `since` to `until` (`ends`; none: equal steps); messages opened; late answers."""

    since: datetime
    until: datetime
    answered: list[int] = field(default_factory=list)
    opened: int = 0
    late: int = 0
    ends: list[datetime] = field(default_factory=list)

    @property
    def step_ends(self) -> list[datetime]:
        """When each step ends, the last at `until`."""
        length = (self.until - self.since) / len(self.answered)
        return self.ends or [self.since + length * (step + 1) for step in range(len(self.answered))]


def check_of(viewer: Viewer, check_id: int) -> SafetyCheck:
    """The check, if this viewer may know of it. Raises NotFound."""
    rows = SafetyCheck.objects.visible_to(viewer).select_related("school", "advisory", "created_by")
    return first_or_404(rows.filter(pk=check_id)[:1])


def owns(viewer: Viewer, check: SafetyCheck) -> bool:
    """Say whether this viewer runs the check (changes, stops, ends it): the office all, a school those it asked itself."""
    return viewer.is_office or (viewer.is_school and check.school_id == viewer.school_id)


def checks(viewer: Viewer, *, state: str = "", drills: bool | None = None) -> QuerySet[SafetyCheck]:
    """The checks this viewer may know of, those that run before all others, the newest first; drills stand apart; a supporter sees what was sent."""
    running = Case(When(state__in=[CheckState.OPEN, CheckState.STOPPED], then=0), default=1)
    rows = SafetyCheck.objects.visible_to(viewer).select_related("school").order_by(running, "-created_at", "-pk")
    if drills is not None:
        rows = rows.filter(kind=CheckKind.DRILL) if drills else rows.exclude(kind=CheckKind.DRILL)
    return rows.filter(state=state) if state else rows


def recipients_of(viewer: Viewer, check: SafetyCheck) -> QuerySet[Recipient]:
    """The rows of a check behind the wall: all for the office, the own school's, the own groups' for a supporter."""
    return behind_wall(viewer, Recipient.objects.filter(check_row=check))


def tallies(viewer: Viewer, checks: list[SafetyCheck]) -> dict[int, Tally]:
    """The figures of several checks at once, for a list of them."""
    found = {check.pk: Tally() for check in checks}
    return found | {row.key: row.tally for row in counted(viewer, list(found))}


def places(viewer: Viewer, check: SafetyCheck) -> list[Place]:
    """The figures by country, help first, then by silence. Their sum is the figures of the check: no second count."""
    found = {row.key: row.tally for row in counted_by(viewer, "country_id", check.pk)}
    countries = Country.objects.in_bulk([code for code in found if code])
    listed = [Place(countries.get(code or ""), tally) for code, tally in found.items()]
    return sorted(listed, key=lambda place: (-place.tally.help, -place.tally.silent, -place.tally.total, place.country.pk if place.country else ""))


def total_of(found: list[Place]) -> Tally:
    """The figures of the whole check as this viewer sees it."""
    return Tally(**{name: sum(place.tally.of(name) for place in found) for name in Standing.values})


def silent_by_zone(viewer: Viewer, check: SafetyCheck) -> dict[str, int]:
    """How many are silent in each time zone; an empty name where nobody knows. One query."""
    return {row.key: row.tally.silent for row in counted_by(viewer, "zone", check.pk) if row.tally.silent}


def is_crowd(viewer: Viewer, check: SafetyCheck) -> bool:
    """Whether this viewer's part of the check is too large to count messages and groups whenever somebody looks."""
    if check.recipient_count <= MOST_COUNTED:
        return False
    # What a supporter sees is no school's: it is counted.
    return viewer.is_office or (viewer.is_school and tallies(viewer, [check])[check.pk].total > MOST_COUNTED)


def sending(viewer: Viewer, check: SafetyCheck) -> Sending:
    """What became of the messages. Of a crowd: as last counted in the background, empty until it was."""
    if is_crowd(viewer, check):
        summary = summary_of(check, SummaryKind.SENDING, school_id=viewer.school_id)
        return _added_up([tuple(row) for row in summary.figures], summary.taken_at) if summary else Sending()
    rows = Delivery.objects.filter(check_row=check)
    if not owns(viewer, check):
        rows = rows.filter(recipient__in=recipients_of(viewer, check))
    return _added_up(rows.order_by().values_list("channel", "state").annotate(n=Count("*"), bounced=Count("bounced_at")))


def _added_up(rows: Iterable[tuple[str, str, int, int]], as_of: datetime | None = None) -> Sending:
    """Figures by channel and state, each with how many of them came back."""
    channels: dict[str, Counter[str]] = {}
    for channel, state, n, bounced in rows:
        channels.setdefault(channel, Counter()).update({state: n, "bounced": bounced})
    total: Any = sum(channels.values(), Counter())
    each: dict[str, Any] = dict(channels)
    return Sending(**total, channels={name: Sending(**counts) for name, counts in each.items()}, as_of=as_of)


def parts(viewer: Viewer, check: SafetyCheck) -> list[Part]:
    """The figures by school for the office (those that need somebody most), by group for a school and its supporters."""
    english = get_language() == "en"
    if viewer.is_office:
        return [Part(key, en if english else ja, tally) for key, ja, en, tally in counted_by_school(check.pk, SCHOOLS_SHOWN)]
    if is_crowd(viewer, check):
        summary = summary_of(check, SummaryKind.GROUPS, school_id=viewer.school_id)
        return [Part(key, name, Tally(*counts), summary.taken_at) for key, name, *counts in summary.figures] if summary else []
    own = Q(member__groups__school=viewer.school_id)
    if not viewer.is_school:
        own &= Q(member__groups__in=viewer.group_ids)
    rows = recipients_of(viewer, check).filter(own).order_by().values(key=F("member__groups__pk"), name=F("member__groups__name"))
    # Rows of figures, not recipients: their keys are annotations that the type checker cannot see.
    listed: Any = rows.annotate(**{standing.value: Count("pk", filter=Q(standing=standing)) for standing in Standing})
    listed = listed.order_by("-help", "-silent", "name")[:SCHOOLS_SHOWN]
    return [Part(row["key"], row["name"], Tally(**{name: row[name] for name in Standing.values})) for row in listed]


def _offsets(minutes: int) -> list[float]:
    """Where the steps of a course end: whole minutes, for answers are kept by the minute; equal parts of what is shorter than that."""
    if minutes < STEPS:
        return [minutes * step / STEPS for step in range(1, STEPS + 1)]
    return [max(step, ceil(minutes * step * step / STEPS**2)) for step in range(1, STEPS + 1)]


def course(viewer: Viewer, check: SafetyCheck, at: datetime) -> Course | None:
    """The first answers over time, None before sending. The end is a full minute, so that the drawing stands still in between. Two queries.

    The steps grow: a crowd answers in the first minutes, and half of it is reached long before a step of two hours would end.
    """
    if check.sent_at is None:
        return None
    minutes = max(1, -(-int(((check.ended_at or at) - check.sent_at).total_seconds()) // 60))
    ends = [check.sent_at + timedelta(minutes=offset) for offset in _offsets(minutes)]
    by_step = first_answers(viewer, check.pk, ends[:-1])
    answered = list(accumulate(by_step.get(step, 0) for step in range(STEPS)))
    known = counted(viewer, [check.pk])
    return Course(check.sent_at, ends[-1], answered, sum(row.opened for row in known), sum(row.late for row in known), ends)


def failed_sendings(viewer: Viewer) -> tuple[int, datetime | None]:
    """How many messages of open checks were given up (counted up to MOST_COUNTED), and since when: for the office's work list and the health page."""
    if not viewer.is_office and viewer.face is not Face.SYSTEM:
        return 0, None
    rows = Delivery.objects.filter(state=Progress.GAVE_UP, check_row__state__in=["open", "stopped"]).order_by()[:MOST_COUNTED]
    found = rows.aggregate(n=Count("*"), oldest=Min("ended_at"))
    return found["n"], found["oldest"]
