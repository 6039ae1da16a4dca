"""Drafts: written, changed, scheduled, cancelled (safety.md S1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack
from typing import TypedDict as Shape
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from members.school_access import school_act
from members.states import SchoolAct
from notices.audience import Audience
from ossma.core import audit
from ossma.core.duties import Duty, office_duty
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Face, Viewer
from safety import rules
from safety.models import Incident, SafetyCheck
from safety.queries.locking import locked_check
from safety.queries.recipients import preview_of
from safety.states import CheckKind, CheckState


class Content(Shape):
    """What a check says, asks whom, and when it reminds. `reminders` None: the usual ones of its kind."""

    kind: str
    title_ja: str
    title_en: str
    text_ja: str
    text_en: str
    place_ja: str
    place_en: str
    event_at: datetime | None
    event_zone: str
    audience: Mapping[str, Any]
    reminders: list[int] | None
    deadline_at: datetime | None
    correction_ja: str
    correction_en: str


PAIRS = ("title", "text", "place", "correction")


def _clean(content: Content) -> dict[str, Any]:
    """What is stored. A text that was written in one language only stands for both: better than an empty line in a mail."""
    values: dict[str, Any] = {**content}
    for name in PAIRS:
        japanese, english = (_tidy(name, values[f"{name}_{language}"]) for language in ("ja", "en"))
        values[f"{name}_ja"], values[f"{name}_en"] = japanese or english, english or japanese
    values["kind"] = CheckKind(content["kind"])
    values["audience"] = Audience.from_json(content["audience"]).to_json()
    values["reminders"] = rules.reminders(content["kind"], content["reminders"])
    try:
        ZoneInfo(content["event_zone"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(_("Choose a time zone."), field="event_zone") from error
    return values


def _tidy(name: str, text: str) -> str:
    """Titles and places stand in subjects and lists: one line each."""
    return text.strip() if name in {"text", "correction"} else " ".join(text.split())


def _incident_of(actor: Viewer, incident_id: int | None, kind: str) -> int | None:
    """The incident a check hangs on. A drill never hangs on something that really happened."""
    if incident_id is None:
        return None
    if kind == CheckKind.DRILL:
        raise Refused(_("A drill cannot belong to a real event."), field="incident")
    known = Incident.objects.filter(pk=incident_id)
    if actor.face is Face.SCHOOL:
        known = known.filter(checks__in=SafetyCheck.objects.visible_to(actor))
    incident = known.first()
    if incident is None:
        raise NotFound
    if incident.closed_at is not None:
        raise Refused(_("This event is closed. Open it again before you ask about it."), field="incident")
    return incident_id


@office_duty(Duty.SEND_CHECK)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def draft_check(
    *,
    actor: Viewer,
    at: datetime,
    school_id: int | None,
    advisory_id: int | None = None,
    incident_id: int | None = None,
    ask_again: bool = False,
    is_demo: bool = False,
    **content: Unpack[Content],
) -> SafetyCheck:
    """Write a new draft. `school_id` None: the office asks. A school may only ask for itself (NotFound otherwise)."""
    if actor.face not in {Face.OFFICE, Face.SYSTEM, Face.SCHOOL} or (actor.face is Face.SCHOOL and school_id != actor.school_id):
        raise NotFound
    rules.require_times(event_at=content["event_at"], deadline_at=content["deadline_at"], at=at)
    check = SafetyCheck.objects.create(
        **_clean(content),
        school_id=school_id,
        advisory_id=advisory_id,
        incident_id=_incident_of(actor, incident_id, content["kind"]),
        ask_again=ask_again,
        created_by_id=actor.user_id,
        created_at=at,
        is_demo=is_demo,
    )
    audit.record(actor=actor, at=at, action="safety.check_drafted", subject=("check", check.pk), school_id=school_id)
    return check


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def change_check(
    *,
    actor: Viewer,
    at: datetime,
    check_id: int,
    incident_id: int | None = None,
    ask_again: bool = False,
    **content: Unpack[Content],
) -> SafetyCheck:
    """Change a draft. A scheduled check becomes a draft again: what was confirmed with its number was the old one."""
    check = locked_check(actor, check_id)
    if check.state == CheckState.SCHEDULED:
        check.state, check.scheduled_for = CheckState.DRAFT, None
    if check.state != CheckState.DRAFT:
        rules.require_check_move(check.state, CheckState.DRAFT)
    rules.require_times(event_at=content["event_at"], deadline_at=content["deadline_at"], at=at)
    before = {name: getattr(check, name) for name in content}
    for name, value in _clean(content).items():
        setattr(check, name, value)
    check.incident_id, check.ask_again = _incident_of(actor, incident_id, content["kind"]), ask_again
    check.save()
    changed = sorted(name for name, value in before.items() if getattr(check, name) != value)
    audit.record(
        actor=actor, at=at, action="safety.check_changed", subject=("check", check.pk), school_id=check.school_id, detail={"fields": changed}
    )
    return check


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def schedule_check(*, actor: Viewer, at: datetime, check_id: int, scheduled_for: datetime, typed_count: int | None) -> SafetyCheck:
    """Let a check send itself. The number is confirmed as it is now; who is asked is settled when it is sent."""
    check = locked_check(actor, check_id)
    rules.require_check_move(check.state, CheckState.SCHEDULED)
    rules.require_sendable(check)
    if scheduled_for <= at:
        raise Refused(_("Choose a time in the future."), field="scheduled_for")
    rules.require_deadline(check.deadline_at, scheduled_for)
    asked = preview_of(actor, check, at)
    rules.require_count(kind=check.kind, count=asked.count, typed=typed_count)
    check.state, check.scheduled_for = CheckState.SCHEDULED, scheduled_for
    check.save(update_fields=["state", "scheduled_for"])
    audit.record(
        actor=actor, at=at, action="safety.check_scheduled", subject=("check", check.pk), school_id=check.school_id, detail={"count": asked.count}
    )
    return check


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def cancel_check(*, actor: Viewer, at: datetime, check_id: int) -> SafetyCheck:
    """Give up a check before it was sent."""
    check = locked_check(actor, check_id)
    if check.state == CheckState.CANCELLED:
        return check
    rules.require_check_move(check.state, CheckState.CANCELLED)
    check.state, check.ended_at = CheckState.CANCELLED, at
    check.save(update_fields=["state", "ended_at"])
    audit.record(actor=actor, at=at, action="safety.check_cancelled", subject=("check", check.pk), school_id=check.school_id)
    return check
