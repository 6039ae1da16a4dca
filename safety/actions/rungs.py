"""Changes of the ladder: always a whole new set from a later day, so that what was sent can be explained (safety.md S3)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.duties import Duty, office_duty
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from safety.models import LadderStep
from safety.queries.ladder import steps_in_force


@office_duty(Duty.SET_PRICES)
@transaction.atomic
def copy_ladder(*, actor: Viewer, at: datetime, kind: str, day: date) -> int:
    """Copy the set in force on the day before into a new one from `day` on, to be changed; returns how many rungs. Twice it copies once."""
    if LadderStep.objects.filter(kind=kind, valid_from__gte=day).exists():
        raise Refused(_("There is a newer ladder for this kind of check already. Change that one."))
    rows = [
        LadderStep(kind=kind, valid_from=day, minutes=step.minutes, asleep_minutes=step.asleep_minutes, rung=step.rung)
        for step in steps_in_force(kind, day)
    ]
    LadderStep.objects.bulk_create(rows)
    audit.record(actor=actor, at=at, action="safety.ladder_copied", subject=("ladder", kind), detail={"from": day.isoformat(), "rungs": len(rows)})
    return len(rows)
