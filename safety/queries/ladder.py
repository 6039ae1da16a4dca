"""The ladder in force, and where a check's recipients are on the clock."""

from datetime import date, datetime

from safety.ladder import Timing
from safety.models import EscalationPolicy, LadderStep, Recipient, Round, SafetyCheck
from safety.states import CheckState, Standing


def policy_in_force(kind: str, day: date) -> EscalationPolicy | None:
    """The newest approved policy for this kind of check in force on a day (of Japan): of one day the one approved last."""
    known = EscalationPolicy.objects.approved().filter(kind=kind, valid_from__lte=day)
    return known.order_by("-valid_from", "-approved_at", "-pk").first()


def steps_in_force(kind: str, day: date) -> list[LadderStep]:
    """The steps of the policy in force; none without one."""
    policy = policy_in_force(kind, day)
    return list(policy.steps.order_by("minutes", "pk")) if policy else []


def has_waiting_policy(kind: str) -> bool:
    """Whether a policy for this kind of check is proposed and not approved."""
    return EscalationPolicy.objects.proposed().filter(kind=kind).exists()


def zones(check_id: int) -> list[str]:
    """The zones of a check's recipients; empty where nobody knows."""
    return list(Recipient.objects.filter(check_row_id=check_id).order_by().values_list("zone", flat=True).distinct())


def due_rounds(at: datetime) -> list[Round]:
    """Rounds of open checks that are due and not queued, in the order of their times."""
    rows = Round.objects.filter(queued_at=None, due_at__lte=at, check_row__state=CheckState.OPEN)
    return list(rows.select_related("check_row").order_by("due_at", "check_row", "number"))


def silent(check_id: int) -> int:
    """How many have not answered."""
    return Recipient.objects.filter(check_row_id=check_id, standing=Standing.SILENT).count()


def told_at(check: SafetyCheck, at: datetime) -> datetime:
    """When the last recipient gets the first message of a check that is sent at `at`."""
    if check.local_time is None or check.occasion is None:
        return at
    timing = Timing(at, at, occasion=check.occasion, local_time=check.local_time)
    return max((timing.for_zone(zone, at=at) for zone in zones(check.pk)), default=at)
