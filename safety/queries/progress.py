"""What has gone out of a check so far (safety.md S1, "Rounds")."""

from datetime import datetime

from safety.ladder import OFFICE_ASLEEP_ROUND, OFFICE_ROUND, PAUSE
from safety.models import Round, SafetyCheck


def rounds_out(check: SafetyCheck) -> list[Round]:
    """The rounds that sent messages, in their order; whoever was given the check may know them. One query."""
    sent = check.rounds.exclude(queued_at=None).exclude(number__in=[OFFICE_ROUND, OFFICE_ASLEEP_ROUND])
    return list(sent.order_by("queued_at", "number"))


def remindable_from(check: SafetyCheck, at: datetime) -> datetime | None:
    """From when on an extra reminder may go, if later than `at`: some minutes after the last round that sent anything. None: now.

    A round that found nobody to send to keeps nobody waiting; one that is due and not queued yet does.
    """
    rounds = check.rounds.exclude(number__in=[OFFICE_ROUND, OFFICE_ASLEEP_ROUND])
    gone = rounds.exclude(messages=0).filter(queued_at__gt=at - PAUSE).values_list("queued_at", flat=True)
    waiting = rounds.filter(queued_at=None, due_at__gt=at - PAUSE, due_at__lte=at).values_list("due_at", flat=True)
    latest = max([moment for moment in (*gone, *waiting) if moment], default=None)
    return latest + PAUSE if latest else None
