"""From a draft to an open check, and its end (safety.md S1). The audience is frozen by one set-based statement in the sending transaction."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from members.queries.faces import office_users
from ossma.core import audit, outbox
from ossma.core.calendar import OFFICE_ZONE
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.models import Progress
from ossma.core.nudge import nudge
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from safety import rules
from safety.actions.closing import write_report
from safety.actions.endings import end_drill_cases
from safety.actions.freezing import freeze_audience
from safety.actions.silence import open_silent_cases
from safety.ladder import Asked, plan
from safety.models import Delivery, Incident, Round, SafetyCheck
from safety.queries import ladder as ladders
from safety.queries.locking import locked_check
from safety.states import CheckKind, CheckState

DISPATCH = "safety.dispatch"


def _open(check: SafetyCheck, *, actor: Viewer, at: datetime, count: int) -> None:
    """The check is asked from now on: its rounds are written, the worker is told."""
    check.state, check.sent_at, check.recipient_count = CheckState.OPEN, at, count
    check.save(update_fields=["state", "sent_at", "recipient_count", "incident"])
    asked = Asked(check.kind, at, ladders.told_at(check, at), check.reminders, check.deadline_at)
    steps = ladders.steps_in_force(check.kind, at.astimezone(OFFICE_ZONE).date())
    Round.objects.bulk_create(
        Round(check_row=check, number=row.number, due_at=row.due_at, asleep_due_at=row.asleep_due_at, channels=list(row.channels))
        for row in plan(asked, steps)
    )
    audit.record(actor=actor, at=at, action="safety.check_sent", subject=("check", check.pk), school_id=check.school_id, detail={"count": count})
    if check.school_id is None:
        _tell_managers(check, actor, at, count)
    nudge(DISPATCH)


def _tell_managers(check: SafetyCheck, actor: Viewer, at: datetime, count: int) -> None:
    """Operators send because managers sleep; every sending of the office is mailed to the managers at once (office.md, "Duties and roles")."""
    context = {
        "title_ja": check.title_ja,
        "title_en": check.title_en,
        "count": count,
        "by": actor.name,
        "drill": check.kind == CheckKind.DRILL,
        "path": reverse("office:safety:show", args=[check.pk]),
        "office_name": settings.OFFICE_NAME,
        "office_address": settings.OFFICE_ADDRESS,
    }
    managers = office_users(Duty.MANAGE_CHECKS).exclude(pk=actor.user_id or 0)
    for address in managers.order_by("pk").values_list("email", flat=True):
        key = f"safety.office_sent:{check.pk}:{address}"
        outbox.promise(key=key, to_address=address, language=outbox.BOTH, template="safety/office_sent", context=context, at=at)


def _hang_on_incident(check: SafetyCheck, at: datetime) -> None:
    """What happened by surprise gets an incident, so that later waves can join it."""
    if check.kind == CheckKind.AD_HOC and check.incident_id is None:
        check.incident = Incident.objects.create(title_ja=check.title_ja, title_en=check.title_en, opened_at=at)


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def send_check(*, actor: Viewer, at: datetime, check_id: int, typed_count: int | None) -> SafetyCheck:
    """Send now. The typed number must be the number frozen in this very transaction; sent twice, it is sent once."""
    check = locked_check(actor, check_id)
    if check.sent_at is not None:
        return check
    rules.require_check_move(check.state, CheckState.OPEN)
    rules.require_sendable(check)
    rules.require_deadline(check.deadline_at, at)
    _hang_on_incident(check, at)
    count = freeze_audience(actor=actor, at=at, check=check)
    rules.require_count(kind=check.kind, count=count, typed=typed_count)
    _open(check, actor=actor, at=at, count=count)
    return check


@inner_action
@transaction.atomic
def send_scheduled_check(*, actor: Viewer, at: datetime, check_id: int) -> int | None:
    """Send a scheduled check whose time has come; returns how many are asked, None when another dispatcher was first."""
    waiting = SafetyCheck.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=CheckState.SCHEDULED, scheduled_for__lte=at)
    check = waiting.filter(pk=check_id).first()
    if check is None:
        return None
    _hang_on_incident(check, at)
    _open(check, actor=actor, at=at, count=freeze_audience(actor=actor, at=at, check=check))
    return check.recipient_count


def _move(check: SafetyCheck, to: CheckState, *, actor: Viewer, at: datetime, action: str) -> SafetyCheck:
    """Move an open check on. Asked for twice, it moves once."""
    if check.state == to:
        return check
    rules.require_check_move(check.state, to)
    check.state = to
    check.ended_at = at if to is CheckState.CLOSED else None
    check.save(update_fields=["state", "ended_at"])
    audit.record(actor=actor, at=at, action=action, subject=("check", check.pk), school_id=check.school_id)
    return check


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def stop_check(*, actor: Viewer, at: datetime, check_id: int) -> SafetyCheck:
    """Let nothing more go out. What has gone can still be answered."""
    return _move(locked_check(actor, check_id), CheckState.STOPPED, actor=actor, at=at, action="safety.check_stopped")


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def resume_check(*, actor: Viewer, at: datetime, check_id: int) -> SafetyCheck:
    """Go on with a stopped check where it stood."""
    check = locked_check(actor, check_id)
    if check.state != CheckState.OPEN:
        rules.require_check_move(check.state, CheckState.OPEN)
    if check.sent_at is None:
        raise Refused(_("This safety check has not been sent yet."))
    nudge(DISPATCH)
    return _move(check, CheckState.OPEN, actor=actor, at=at, action="safety.check_resumed")


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def close_check(*, actor: Viewer, at: datetime, check_id: int, leave_silent: bool = False, typed_silent: int | None = None) -> SafetyCheck:
    """End a check: no more messages, and the report is written; answers that still come are kept and marked late.

    Whoever is silent becomes a case to follow up, unless somebody decides otherwise (`leave_silent`) and types how many they are; which of
    the two stands in the report. A drill makes no cases, and those it made end with it. Raises Refused.
    """
    check = locked_check(actor, check_id)
    if check.state == CheckState.CLOSED:
        return check
    if actor.is_office and not actor.may(Duty.MANAGE_CHECKS) and check.created_by_id != actor.user_id:
        raise Refused(_("Only whoever wrote this safety check, or a manager, can close it."))
    silent = ladders.silent(check.pk)
    drill = check.kind == CheckKind.DRILL
    rules.require_silent_decision(silent=silent, leave=leave_silent and not drill, typed=typed_silent)
    _move(check, CheckState.CLOSED, actor=actor, at=at, action="safety.check_closed")
    if drill:
        end_drill_cases(actor=actor, at=at, check=check)
    elif leave_silent and silent:
        audit.record(
            actor=actor, at=at, action="safety.silent_left", subject=("check", check.pk), school_id=check.school_id, detail={"count": silent}
        )  # fmt: skip
    elif silent:
        open_silent_cases(actor=actor, at=at, check=check, awake_only=False)
    Delivery.objects.filter(check_row=check, state=Progress.DUE).update(state=Progress.CANCELLED, ended_at=at)
    decided = "" if drill or not silent else "left" if leave_silent else "followed_up"
    write_report(actor=actor, at=at, check=check, silent_decision=decided)
    return check


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def send_correction(*, actor: Viewer, at: datetime, check_id: int) -> SafetyCheck:
    """Tell everybody who got a drill that it was one, in the words written beforehand; nothing else of it goes out any more.

    Pressed twice, it goes once. A stopped drill is open again for this one message.
    """
    check = locked_check(actor, check_id)
    if check.kind != CheckKind.DRILL or check.state not in {CheckState.OPEN, CheckState.STOPPED}:
        raise Refused(_("A correction can only follow a drill that is under way."))
    if Round.objects.filter(check_row=check, number=rules.CORRECTION_ROUND).exists():
        return check
    Round.objects.filter(check_row=check, queued_at=None).update(queued_at=at)
    Delivery.objects.filter(check_row=check, state=Progress.DUE).update(state=Progress.CANCELLED, ended_at=at)
    Round.objects.create(check_row=check, number=rules.CORRECTION_ROUND, due_at=at)
    if check.state == CheckState.STOPPED:
        _move(check, CheckState.OPEN, actor=actor, at=at, action="safety.check_resumed")
    audit.record(actor=actor, at=at, action="safety.correction_sent", subject=("check", check.pk), school_id=check.school_id)
    nudge(DISPATCH)
    return check
