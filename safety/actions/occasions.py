"""A schedule's hour has come: one check per occasion, or a line that says why there is none (safety.md S1, "Schedules")."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from notices.audience import Audience
from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from safety import occasions
from safety.actions.drafting import draft_check
from safety.models import CheckSchedule, Occasion, SafetyCheck
from safety.queries.recipients import preview
from safety.states import CheckState, OccasionOutcome


@inner_action
@transaction.atomic
def open_occasion(*, actor: Viewer, at: datetime, schedule_id: int, day: date) -> Occasion | None:
    """Decide one day of a schedule once; None when another dispatcher did, or the schedule rests. The check is then sent as any scheduled one.

    More than half a day late it is not asked any more, which would be at night for many, but the schedule's page says so.
    """
    schedule = CheckSchedule.objects.select_for_update(of=("self",)).filter(pk=schedule_id, is_active=True).first()
    if schedule is None or Occasion.objects.filter(schedule=schedule, day=day).exists():
        return None
    occasion = Occasion(schedule=schedule, day=day, decided_at=at)
    if at > occasions.opens_at(day, schedule.local_time) + occasions.TOO_LATE:
        occasion.outcome = OccasionOutcome.SKIPPED
    else:
        occasion.check_row = _check(schedule, day, actor=actor, at=at)
        occasion.outcome = OccasionOutcome.ASKED if occasion.check_row else OccasionOutcome.NOBODY
    occasion.save()
    audit.record(
        actor=actor, at=at, action=f"safety.occasion_{occasion.outcome}", subject=("schedule", schedule.pk), school_id=schedule.school_id,
        detail={"day": day.isoformat()},
    )  # fmt: skip
    return occasion


def _check(schedule: CheckSchedule, day: date, *, actor: Viewer, at: datetime) -> SafetyCheck | None:
    """The check of that day, ready to go; None when nobody would be asked."""
    audience = replace(Audience.from_json(schedule.audience), departed_on=occasions.departed_on(schedule, day))
    if not preview(actor, audience=audience, kind=schedule.kind, at=at, school_id=schedule.school_id).count:
        return None
    words = ("kind", "title_ja", "title_en", "text_ja", "text_en", "correction_ja", "correction_en")
    content: dict[str, Any] = {name: getattr(schedule, name) for name in words}
    content |= {"place_ja": "", "place_en": "", "event_at": None, "event_zone": "Asia/Tokyo", "deadline_at": None}
    check = draft_check(actor=actor, at=at, school_id=schedule.school_id, audience=audience.to_json(), reminders=list(schedule.reminders), **content)
    check.schedule, check.occasion, check.local_time = schedule, day, schedule.local_time
    check.state, check.scheduled_for = CheckState.SCHEDULED, at
    check.save(update_fields=["schedule", "occasion", "local_time", "state", "scheduled_for"])
    return check
