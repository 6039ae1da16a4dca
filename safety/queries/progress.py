"""What has gone out of a check so far (safety.md S1, "Rounds")."""

from safety.ladder import OFFICE_ASLEEP_ROUND, OFFICE_ROUND
from safety.models import Round, SafetyCheck


def rounds_out(check: SafetyCheck) -> list[Round]:
    """The rounds that sent messages, in their order; whoever was given the check may know them. One query."""
    sent = check.rounds.exclude(queued_at=None).exclude(number__in=[OFFICE_ROUND, OFFICE_ASLEEP_ROUND])
    return list(sent.order_by("queued_at", "number"))
