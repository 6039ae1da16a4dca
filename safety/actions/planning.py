"""Words kept ready for a check, and schedules (safety.md S1)."""

from datetime import date, datetime, time
from typing import Any, Unpack
from typing import TypedDict as Shape

from django.db import transaction
from django.utils.translation import gettext as _

from members.school_access import school_act
from members.states import SchoolAct
from notices.audience import Audience
from ossma.core import audit
from ossma.core.calendar import OFFICE_ZONE
from ossma.core.duties import Duty, office_duty
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Face, Viewer
from safety import rules
from safety.models import CheckSchedule, CheckTemplate
from safety.queries import plans
from safety.states import CheckKind, Rhythm

PAIRS = ("title", "text", "correction")
WEEKDAYS, LATEST_DAY, FURTHEST = range(7), 31, 365


class Words(Shape):
    """What a check says, and as what."""

    kind: str
    title_ja: str
    title_en: str
    text_ja: str
    text_en: str
    correction_ja: str
    correction_en: str


class Rhythmic(Words):
    """When a schedule asks whom. `weekday`: 0 is Monday; `day`: of the month, or days after departure."""

    name: str
    rhythm: str
    weekday: int | None
    day: int | None
    local_time: time
    starts_on: date
    ends_on: date | None
    audience: dict[str, Any]
    reminders: list[int] | None


def _in_both(values: dict[str, Any], *pairs: str) -> dict[str, Any]:
    """Words written in one language only stand for both."""
    for name in pairs:
        japanese, english = values[f"{name}_ja"].strip(), values[f"{name}_en"].strip()
        values[f"{name}_ja"], values[f"{name}_en"] = japanese or english, english or japanese
    return values


def _require_writer(actor: Viewer, school_id: int | None) -> None:
    if actor.face is not Face.OFFICE and (actor.face is not Face.SCHOOL or school_id is None or school_id != actor.school_id):
        raise NotFound


@office_duty(Duty.MANAGE_CHECKS)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def make_template(*, actor: Viewer, at: datetime, school_id: int | None, name_ja: str, name_en: str, **words: Unpack[Words]) -> CheckTemplate:
    """Keep words ready. The office's (`school_id` None) are offered to all."""
    _require_writer(actor, school_id)
    row = CheckTemplate.objects.create(school_id=school_id, **_in_both({**words, "name_ja": name_ja, "name_en": name_en}, "name", *PAIRS))
    audit.record(actor=actor, at=at, action="safety.template_made", subject=("template", row.pk), school_id=school_id)
    return row


@office_duty(Duty.MANAGE_CHECKS)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def change_template(*, actor: Viewer, at: datetime, template_id: int, name_ja: str, name_en: str, **words: Unpack[Words]) -> CheckTemplate:
    """Change words kept ready. Checks that were written from them stay as they are."""
    row = plans.own_template(actor, template_id)
    for name, value in _in_both({**words, "name_ja": name_ja, "name_en": name_en}, "name", *PAIRS).items():
        setattr(row, name, value)
    row.save()
    audit.record(actor=actor, at=at, action="safety.template_changed", subject=("template", row.pk), school_id=row.school_id)
    return row


@office_duty(Duty.MANAGE_CHECKS)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def delete_template(*, actor: Viewer, at: datetime, template_id: int) -> None:
    """Keep these words no longer."""
    row = plans.own_template(actor, template_id)
    audit.record(
        actor=actor, at=at, action="safety.template_deleted", subject=("template", row.pk), school_id=row.school_id, detail={"name": row.name_ja}
    )
    row.delete()


def _rhythm(values: Rhythmic, at: datetime) -> dict[str, Any]:
    """What is stored of a schedule. Raises Refused for days that do not exist, or after which it would never ask."""
    stored = _in_both(dict(values), *PAIRS)
    rhythm = stored["rhythm"] = Rhythm(values["rhythm"])
    weekly = rhythm in {Rhythm.WEEKLY, Rhythm.FORTNIGHTLY}
    stored["weekday"], stored["day"] = (values["weekday"], None) if weekly else (None, values["day"])
    if weekly and values["weekday"] not in WEEKDAYS:
        raise Refused(_("Choose a day of the week."), field="weekday")
    if rhythm == Rhythm.MONTHLY and not 1 <= (values["day"] or 0) <= LATEST_DAY:
        raise Refused(_("Choose a day of the month, 1 to 31."), field="day")
    if rhythm == Rhythm.DEPARTURE and not 0 <= (-1 if values["day"] is None else values["day"]) <= FURTHEST:
        raise Refused(_("Write how many days after departure, 0 to 365."), field="day")
    if values["ends_on"] is not None and values["ends_on"] < values["starts_on"]:
        raise Refused(_("The last day cannot be before the first."), field="ends_on")
    if values["ends_on"] is not None and values["ends_on"] < at.astimezone(OFFICE_ZONE).date():
        raise Refused(_("This day is over: the schedule would never ask. Choose a later day, or leave it empty."), field="ends_on", code="past")
    stored["kind"] = CheckKind(values["kind"])
    if stored["kind"] == CheckKind.AD_HOC:
        raise Refused(_("What comes by schedule is a regular check or a drill."), field="kind")
    stored["audience"] = Audience.from_json(values["audience"]).to_json()
    stored["reminders"] = rules.reminders(values["kind"], values["reminders"])
    return stored


@office_duty(Duty.MANAGE_CHECKS)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def make_schedule(*, actor: Viewer, at: datetime, school_id: int | None, **values: Unpack[Rhythmic]) -> CheckSchedule:
    """Write a schedule. It rests until it is started."""
    _require_writer(actor, school_id)
    row = CheckSchedule(school_id=school_id, created_by_id=actor.user_id, created_at=at, is_active=False, **_rhythm(values, at))
    rules.require_sendable(row)
    row.save()
    audit.record(actor=actor, at=at, action="safety.schedule_made", subject=("schedule", row.pk), school_id=school_id)
    return row


@office_duty(Duty.MANAGE_CHECKS)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def change_schedule(*, actor: Viewer, at: datetime, schedule_id: int, **values: Unpack[Rhythmic]) -> CheckSchedule:
    """Change a schedule. It rests until it is started again: what was confirmed with its number was the old one."""
    row = plans.locked_schedule(actor, schedule_id)
    for name, value in _rhythm(values, at).items():
        setattr(row, name, value)
    rules.require_sendable(row)
    row.is_active = False
    row.save()
    audit.record(actor=actor, at=at, action="safety.schedule_changed", subject=("schedule", row.pk), school_id=row.school_id)
    return row


@office_duty(Duty.MANAGE_CHECKS)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def start_schedule(*, actor: Viewer, at: datetime, schedule_id: int, typed_count: int | None) -> CheckSchedule:
    """Let a schedule ask from now on. A drill, and more than a hundred people, need the number of those it would ask today."""
    row = plans.locked_schedule(actor, schedule_id)
    if row.is_active:
        return row
    count = plans.preview_of_schedule(actor, row, at).count
    if rules.needs_typed(row.kind, count):
        rules.require_count(kind=row.kind, count=count, typed=typed_count)
    row.is_active = True
    row.save(update_fields=["is_active"])
    audit.record(actor=actor, at=at, action="safety.schedule_started", subject=("schedule", row.pk), school_id=row.school_id, detail={"count": count})
    return row


@office_duty(Duty.MANAGE_CHECKS)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def pause_schedule(*, actor: Viewer, at: datetime, schedule_id: int) -> CheckSchedule:
    """Let a schedule rest. Checks it has sent go on."""
    row = plans.locked_schedule(actor, schedule_id)
    if row.is_active:
        row.is_active = False
        row.save(update_fields=["is_active"])
        audit.record(actor=actor, at=at, action="safety.schedule_paused", subject=("schedule", row.pk), school_id=row.school_id)
    return row
