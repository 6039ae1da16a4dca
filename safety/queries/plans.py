"""Words kept ready, schedules, rules: behind their wall, and what of them is due (safety.md S1)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from notices.audience import Audience
from notices.models import Advisory
from notices.rules import highest
from ossma.core.duties import Duty
from ossma.core.refusals import NotFound, first_or_404
from ossma.core.viewer import Viewer
from safety import occasions
from safety.models import AdvisoryRule, CheckSchedule, CheckTemplate, Occasion, RuleDecision, SafetyCheck
from safety.queries.recipients import Preview, preview
from safety.states import CheckState, RuleOutcome

# Advisories older than this concern no rule any more, nor does a rule look again at one that touched nobody more often than this.
ADVISORIES_BACK, LOOK_AGAIN = timedelta(days=2), timedelta(hours=1)
PAST_SHOWN = 12
UNENDED = (CheckState.DRAFT, CheckState.SCHEDULED, CheckState.OPEN, CheckState.STOPPED)


def templates(viewer: Viewer) -> QuerySet[CheckTemplate]:
    """What a writer may choose from: the office's first, and the own school's; the office sees all."""
    rows = CheckTemplate.objects.select_related("school").order_by(F("school").asc(nulls_first=True), "kind", "name_ja")
    if viewer.may(Duty.SEND_CHECK):
        return rows
    return rows.filter(Q(school=None) | Q(school=viewer.school_id)) if viewer.is_school else rows.none()


def template_of(viewer: Viewer, template_id: int) -> CheckTemplate:
    """One of them. Raises NotFound."""
    return first_or_404(templates(viewer).filter(pk=template_id)[:1])


def own_template(viewer: Viewer, template_id: int) -> CheckTemplate:
    """One that this viewer may change. Raises NotFound."""
    row = template_of(viewer, template_id)
    if not viewer.may(Duty.MANAGE_CHECKS) and row.school_id != viewer.school_id:
        raise NotFound
    return row


def _schedules(viewer: Viewer) -> QuerySet[CheckSchedule]:
    rows = CheckSchedule.objects.select_related("school", "created_by")
    if viewer.may(Duty.MANAGE_CHECKS):
        return rows
    return rows.filter(school=viewer.school_id) if viewer.is_school else rows.none()


def schedules(viewer: Viewer) -> QuerySet[CheckSchedule]:
    """The schedules this viewer runs: the office sees all, a school its own."""
    return _schedules(viewer)


def schedule_of(viewer: Viewer, schedule_id: int) -> CheckSchedule:
    """One schedule. Raises NotFound."""
    return first_or_404(_schedules(viewer).filter(pk=schedule_id)[:1])


def locked_schedule(viewer: Viewer, schedule_id: int) -> CheckSchedule:
    """The same, locked until the transaction ends."""
    return first_or_404(_schedules(viewer).select_for_update(of=("self",)).filter(pk=schedule_id)[:1])


def past_occasions(viewer: Viewer, schedule: CheckSchedule) -> list[Occasion]:
    """What became of the last days of a schedule, the newest first. The caller has the schedule, so may know."""
    rows = Occasion.objects.filter(schedule=schedule).select_related("check_row")
    return list(rows.filter(schedule__in=_schedules(viewer))[:PAST_SHOWN])


def preview_of_schedule(viewer: Viewer, schedule: CheckSchedule, at: datetime) -> Preview:
    """Whom a schedule would ask today. Of "days after departure" everybody who would be asked on some day."""
    return preview(viewer, audience=Audience.from_json(schedule.audience), kind=schedule.kind, at=at, school_id=schedule.school_id)


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day of a schedule that nobody has decided yet."""

    schedule_id: int
    day: date


def due_days(at: datetime) -> list[DueDay]:
    """The days of active schedules whose hour has come somewhere, since the schedule was made and within the last days."""
    first, last = (at - occasions.LOOK_BACK).date(), at.date() + timedelta(days=1)
    active = list(CheckSchedule.objects.filter(Q(ends_on=None) | Q(ends_on__gte=first), is_active=True, starts_on__lte=last))
    decided = set(Occasion.objects.filter(schedule__in=active, day__gte=first).values_list("schedule_id", "day"))
    return [
        DueDay(schedule.pk, day)
        for schedule in active
        for day in occasions.days_between(schedule, first, last)
        if schedule.created_at <= occasions.opens_at(day, schedule.local_time) <= at and (schedule.pk, day) not in decided
    ]


def undecided(at: datetime) -> list[tuple[int, int]]:
    """(rule, advisory): what is new to a rule, or has changed, or touched nobody an hour ago."""
    rules = list(AdvisoryRule.objects.filter(is_active=True).values_list("pk", flat=True))
    news = Advisory.objects.filter(changed_at__gt=at - ADVISORIES_BACK, changed_at__lte=at, withdrawn_at=None)
    recent = {row.pk: row for row in news.only("version", "risk_levels", "infection_levels")}
    if not rules or not recent:
        return []
    decisions = RuleDecision.objects.filter(rule__in=rules, advisory__in=recent)
    done = {(one.rule_id, one.advisory_id) for one in decisions if _is_settled(one, recent[one.advisory_id], at)}
    return [(rule, advisory) for rule in rules for advisory in sorted(recent) if (rule, advisory) not in done]


def _is_settled(decision: RuleDecision, advisory: Advisory, at: datetime) -> bool:
    """Whether a rule has nothing new to look at. What was drafted is news again at a higher level, whatever became of the draft."""
    if decision.version == advisory.version:
        return decision.outcome != RuleOutcome.NOBODY or decision.decided_at > at - LOOK_AGAIN
    level = highest([*advisory.risk_levels, *advisory.infection_levels])
    return decision.outcome == RuleOutcome.DRAFTED and decision.level is not None and level <= decision.level


def outdated_drafts(viewer: Viewer) -> list[SafetyCheck]:
    """The office's checks, not sent or not ended, whose advisory was taken back or names a higher level now; the oldest first."""
    if not viewer.may(Duty.SEND_CHECK):
        return []
    rows = SafetyCheck.objects.filter(school=None, state__in=UNENDED).exclude(advisory=None).select_related("advisory")
    return [row for row in rows.order_by("created_at") if row.risen_level or (row.advisory and row.advisory.withdrawn_at)]


def held_drafts(viewer: Viewer) -> list[SafetyCheck]:
    """Drafts of rules that wait for the office, the longest waiting first."""
    if not viewer.may(Duty.SEND_CHECK):
        return []
    return list(SafetyCheck.objects.filter(state=CheckState.DRAFT).exclude(held_until=None).order_by("held_until"))
