"""Changes of the escalation policy: always a whole new set from a later day, so that what was sent can be explained (safety.md S3)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from members.actions.approval import save_proposal
from ossma.core import audit
from ossma.core.duties import Duty, office_duty
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from safety.models import EscalationPolicy, LadderStep
from safety.queries.ladder import has_waiting_policy, steps_in_force


@office_duty(Duty.SET_PRICES)
@transaction.atomic
def copy_policy(*, actor: Viewer, at: datetime, kind: str, day: date) -> int:
    """Propose a copy of the policy in force on `day`, to be changed and then approved by somebody else; returns how many steps.

    Raises Refused while one is proposed for this kind of check.
    """
    if has_waiting_policy(kind):
        raise Refused(_("A policy for this kind of check is proposed already. Change that one."))
    policy = EscalationPolicy(kind=kind, valid_from=day)
    save_proposal(row=policy, fields=["kind", "valid_from"], actor=actor, at=at)
    steps = [
        LadderStep(policy=policy, minutes=step.minutes, asleep_minutes=step.asleep_minutes, rung=step.rung) for step in steps_in_force(kind, day)
    ]
    LadderStep.objects.bulk_create(steps)
    detail = {"from": day.isoformat(), "rungs": len(steps)}
    audit.record(actor=actor, at=at, action="safety.ladder_copied", subject=("ladder", kind), detail=detail)
    return len(steps)
