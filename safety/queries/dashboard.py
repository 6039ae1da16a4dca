"""The figures of one check as a viewer may see them (safety.md S3): every function takes the viewer first and costs one query."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Q, QuerySet, Value
from django.utils.translation import get_language

from ossma.core.models import Country
from ossma.core.models.claimable import Progress
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Face, Viewer
from safety.models import Delivery, Recipient, SafetyCheck
from safety.queries.walls import behind_wall
from safety.states import Standing

STEPS = 24
SCHOOLS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stand where."""

    help: int = 0
    not_there: int = 0
    ok: int = 0
    silent: int = 0

    @property
    def total(self) -> int:
        """Everybody who was asked."""
        return self.help + self.not_there + self.ok + self.silent

    @property
    def answered(self) -> int:
        """Everybody of whom we know something."""
        return self.total - self.silent

    @property
    def worst(self) -> str:
        """The mark that stands for all of them on a map: help first, then silence."""
        if self.help:
            return "help"
        if self.silent:
            return "silent"
        return "not_there" if self.not_there else "safe"

    def of(self, standing: str) -> int:
        """The figure of one standing; everybody for an empty one."""
        return getattr(self, standing) if standing else self.total


@dataclass(frozen=True, slots=True)
class Place:
    """The figures of one country; `country` is None where nobody knows."""

    country: Country | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one school or group."""

    key: int
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of the messages, over all rounds and channels."""

    due: int = 0
    sent: int = 0
    gave_up: int = 0
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """How it goes: answers by the end of each of `STEPS` equal steps from `since` to `until`; messages opened; late answers."""

    since: datetime
    until: datetime
    answered: list[int] = field(default_factory=list)
    opened: int = 0
    late: int = 0


def check_of(viewer: Viewer, check_id: int) -> SafetyCheck:
    """The check, if this viewer may know of it. Raises NotFound."""
    rows = SafetyCheck.objects.visible_to(viewer).select_related("school", "advisory", "created_by")
    return first_or_404(rows.filter(pk=check_id)[:1])


def owns(viewer: Viewer, check: SafetyCheck) -> bool:
    """Say whether this viewer runs the check (changes, stops, ends it): the office all, a school those it asked itself."""
    return viewer.is_office or (viewer.is_school and check.school_id == viewer.school_id)


def checks(viewer: Viewer, *, state: str = "") -> QuerySet[SafetyCheck]:
    """The checks this viewer may know of, the newest first; a supporter sees only those that were sent."""
    rows = SafetyCheck.objects.visible_to(viewer).select_related("school")
    return rows.filter(state=state) if state else rows


def recipients_of(viewer: Viewer, check: SafetyCheck) -> QuerySet[Recipient]:
    """The rows of a check behind the wall: all for the office, the own school's, the own groups' for a supporter."""
    return behind_wall(viewer, Recipient.objects.filter(check_row=check))


def tallies(viewer: Viewer, checks: list[SafetyCheck]) -> dict[int, Tally]:
    """The figures of several checks at once, for a list of them."""
    rows = behind_wall(viewer, Recipient.objects.filter(check_row__in=checks)).order_by().values_list("check_row", "standing").annotate(n=Count("*"))
    found: dict[int, Counter[str]] = {check.pk: Counter() for check in checks}
    for check_id, standing, n in rows:
        found[check_id][standing] += n
    return {check_id: Tally(**counts) for check_id, counts in found.items()}


def places(viewer: Viewer, check: SafetyCheck) -> list[Place]:
    """The figures by country, help first, then by silence. Their sum is the figures of the check: no second count."""
    rows = recipients_of(viewer, check).order_by().values_list("country", "standing").annotate(n=Count("*"))
    found: dict[str | None, Counter[str]] = {}
    for country, standing, n in rows:
        found.setdefault(country, Counter())[standing] += n
    countries = Country.objects.in_bulk([code for code in found if code])
    listed = [Place(countries.get(code or ""), Tally(**counts)) for code, counts in found.items()]
    return sorted(listed, key=lambda place: (-place.tally.help, -place.tally.silent, -place.tally.total, place.country.pk if place.country else ""))


def total_of(found: list[Place]) -> Tally:
    """The figures of the whole check as this viewer sees it."""
    return Tally(**{name: sum(place.tally.of(name) for place in found) for name in Standing.values})


def sending(viewer: Viewer, check: SafetyCheck) -> Sending:
    """What became of the messages. A check of the viewer's own is counted from the index alone."""
    rows = Delivery.objects.filter(check_row=check)
    if not owns(viewer, check):
        rows = rows.filter(recipient__in=recipients_of(viewer, check))
    return Sending(**dict(rows.order_by().values_list("state").annotate(n=Count("*"))))


def _standings() -> dict[str, Count]:
    return {standing.value: Count("standing", filter=Q(standing=standing)) for standing in Standing}


def parts(viewer: Viewer, check: SafetyCheck) -> list[Part]:
    """The figures by school for the office (those that need somebody most), by group for a school and its supporters."""
    rows = recipients_of(viewer, check).order_by()
    # Rows of figures, not recipients: their keys are annotations that the type checker cannot see.
    grouped: Any
    if viewer.is_office:
        grouped = rows.values(key=F("school_id"), ja=F("school__name_ja"), en=F("school__name_en"))
    else:
        own = Q(member__groups__school=viewer.school_id)
        if not viewer.is_school:
            own &= Q(member__groups__in=viewer.group_ids)
        grouped = rows.filter(own).values(key=F("member__groups__pk"), ja=F("member__groups__name"), en=F("member__groups__name"))
    counted = grouped.annotate(**_standings()).order_by("-help", "-silent", "ja")[:SCHOOLS_SHOWN]
    english = get_language() == "en"
    return [Part(row["key"], row["en"] if english else row["ja"], Tally(**{name: row[name] for name in Standing.values})) for row in counted]


def course(viewer: Viewer, check: SafetyCheck, at: datetime) -> Course | None:
    """The answers over time, None before sending. The end is a full minute, so that the drawing stands still in between."""
    if check.sent_at is None:
        return None
    minutes = max(1, -(-int(((check.ended_at or at) - check.sent_at).total_seconds()) // 60))
    length = timedelta(minutes=minutes)
    ends = Value([check.sent_at + length * step / STEPS for step in range(1, STEPS)], output_field=ArrayField(DateTimeField()))
    bucket = Func(F("answered_at"), ends, function="width_bucket", output_field=IntegerField())
    rows = recipients_of(viewer, check).order_by().annotate(step=bucket).values_list("step")
    found = list(rows.annotate(n=Count("*"), opened=Count("opened_at"), late=Count("late", filter=Q(late=True))))
    by_step = {step: n for step, n, _opened, _late in found if step is not None}
    answered = list(accumulate(by_step.get(step, 0) for step in range(STEPS)))
    return Course(check.sent_at, check.sent_at + length, answered, sum(row[2] for row in found), sum(row[3] for row in found))


def failed_sendings(viewer: Viewer) -> tuple[int, datetime | None]:
    """How many messages of open checks were given up, and since when: for the office's work list and the health page."""
    if not viewer.is_office and viewer.face is not Face.SYSTEM:
        return 0, None
    rows = Delivery.objects.filter(state=Progress.GAVE_UP, check_row__state__in=["open", "stopped"]).order_by("ended_at")
    oldest = rows.values_list("ended_at", flat=True).first()
    return (rows.count(), oldest) if oldest else (0, None)
