"""The one place where an application, or a change of its period, changes its state."""

from datetime import datetime
from typing import Any

from applications.models import Application, PeriodChange
from applications.rules.changing import check_change_move
from applications.rules.deciding import check_move
from applications.rules.period import is_residence
from applications.states import OPEN_CHANGES, ApplicationState, ChangeState
from members.models import Member
from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from payments import actions as payments

ENDS = (ApplicationState.REFUSED, ApplicationState.CANCELLED)


@inner_action
def move(
    *, application: Application, member: Member, to: ApplicationState, actor: Viewer, at: datetime, detail: dict[str, Any] | None = None
) -> None:
    """Move a locked application along the table, on record. Raises ValueError for a move that the table does not have."""
    before = application.state
    check_move(before, to)
    application.state = to
    if to in ENDS:
        application.ended_at = at
    application.save(update_fields=["state", "ended_at"])
    audit.record(
        actor=actor,
        at=at,
        action=f"application.{to}",
        subject=("application", application.pk),
        member_id=member.pk,
        school_id=member.school_id,
        detail={"from": before, **(detail or {})},
    )


@inner_action
def move_change(*, change: PeriodChange, application: Application, to: ChangeState, actor: Viewer, at: datetime) -> None:
    """Move a change of a locked application along the table, on record. Raises ValueError for a move that the table does not have."""
    check_change_move(change.state, to)
    change.state, change.ended_at = to, None if to in OPEN_CHANGES else at
    change.save(update_fields=["state", "ended_at"])
    note_change(change=change, application=application, what=f"change_{to}", actor=actor, at=at)


@inner_action
def end_change(*, change: PeriodChange, application: Application, to: ChangeState, actor: Viewer, at: datetime) -> None:
    """End an open change of a locked application without its new period; the payment of its difference is cancelled with it.

    Money that still comes for it lands on the office's work list. A change that merely lapsed leaves the days it asked for to
    who-is-abroad: nobody has said that the member goes home.
    """
    move_change(change=change, application=application, to=to, actor=actor, at=at)
    if change.payment_id:
        payments.cancel(payment_id=change.payment_id, cause="change of period", actor=actor, at=at)
    if to != ChangeState.LAPSED:
        application.asked_first_day = application.asked_last_day = None
        application.save(update_fields=["asked_first_day", "asked_last_day"])


@inner_action
def apply_period(*, change: PeriodChange, application: Application, actor: Viewer, at: datetime) -> None:
    """The new period holds, for a locked application. A change is written as applied, or moves there."""
    if change.state != ChangeState.APPLIED:
        move_change(change=change, application=application, to=ChangeState.APPLIED, actor=actor, at=at)
    application.first_day, application.last_day = change.first_day, change.last_day
    application.asked_first_day = application.asked_last_day = None
    # Three months and more: 在留届 takes the place of Tabi-Regi.
    application.tabireg_wanted = application.tabireg_wanted and not is_residence(change.first_day, change.last_day)
    application.save(update_fields=["first_day", "last_day", "asked_first_day", "asked_last_day", "tabireg_wanted"])
    note_change(change=change, application=application, what="period_changed", actor=actor, at=at)


@inner_action
def note_change(*, change: PeriodChange, application: Application, what: str, actor: Viewer, at: datetime) -> None:
    """What was done about a change, on record with its days and its quote."""
    days = {"from": [str(change.old_first_day), str(change.old_last_day)], "to": [str(change.first_day), str(change.last_day)]}
    audit.record(
        actor=actor,
        at=at,
        action=f"application.{what}",
        subject=("application", application.pk),
        member_id=application.member_id,
        detail={"change": change.pk, "quote": change.quote_id, **days},
    )
