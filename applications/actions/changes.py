"""What becomes of a change of period that waits: the school's yes or no, the money, taken back, lapsed."""

from datetime import datetime

from django.db import transaction

from applications.actions.moving import apply_period, end_change, move_change, note_change
from applications.actions.period import follow
from applications.letters_of_changes import ChangeLetters
from applications.models import Application, PeriodChange
from applications.queries.changing import open_change, plan_of
from applications.queries.locking import lock_application, lock_with_money
from applications.rules.changing import Outcome, refusal_to_decide_change
from applications.rules.period import day_in_japan
from applications.states import ApplicationState, ChangeState
from members.models import Member
from members.school_access import school_act
from members.states import SchoolAct
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.refusals import NotFound
from ossma.core.viewer import Face, Viewer
from payments.states import WAITING

DECIDERS = (Face.SCHOOL, Face.OFFICE, Face.SYSTEM)


@office_duty(Duty.HANDLE_APPLICATIONS)
@school_act(SchoolAct.MANAGE)
@transaction.atomic
def approve_change(*, change_id: int, application_id: int, actor: Viewer, at: datetime) -> PeriodChange:
    """The school agrees: the difference is asked for or given back, or the new period holds at once."""
    application, member, change = _to_decide(application_id, change_id, actor)
    plan = plan_of(application, (change.first_day, change.last_day), approved=True)
    note_change(change=change, application=application, what="change_approved", actor=actor, at=at)
    if plan.way is Outcome.PAY:
        move_change(change=change, application=application, to=ChangeState.AWAITING_PAYMENT, actor=actor, at=at)
    follow(application=application, member=member, change=change, plan=plan, actor=actor, at=at)
    return change


@office_duty(Duty.HANDLE_APPLICATIONS)
@school_act(SchoolAct.MANAGE)
@transaction.atomic
def refuse_change(*, change_id: int, application_id: int, reason: str, actor: Viewer, at: datetime) -> PeriodChange:
    """The school does not agree; the old period stays, and the member reads the reason."""
    application, member, change = _to_decide(application_id, change_id, actor)
    change.refusal = reason
    change.save(update_fields=["refusal"])
    end_change(change=change, application=application, to=ChangeState.REFUSED, actor=actor, at=at)
    ChangeLetters(application, member, at).change_ended(change)
    return change


@office_duty(Duty.HANDLE_APPLICATIONS)
@transaction.atomic
def withdraw_change(*, application_id: int, actor: Viewer, at: datetime) -> Application:
    """Take a waiting change back; the old period stays. Where none waits nothing happens."""
    application, _member = lock_with_money(actor, application_id)
    if change := open_change(application.pk):
        end_change(change=change, application=application, to=ChangeState.WITHDRAWN, actor=actor, at=at)
    return application


@inner_action
@transaction.atomic
def on_difference_settled(*, payment_id: int, subject_id: int, actor: Viewer, at: datetime) -> None:
    """The difference is settled (called inside the settling transaction, the payment is locked): the new period holds."""
    application = lock_application(PeriodChange.objects.values_list("application_id", flat=True).get(pk=subject_id))
    change = PeriodChange.objects.select_related("quote").get(pk=subject_id)
    if change.state == ChangeState.APPLIED:
        return
    member = Member.objects.select_related("school", "user").get(pk=application.member_id)
    apply_period(change=change, application=application, actor=actor, at=at)
    ChangeLetters(application, member, at).period_changed(change, back=0)


@inner_action
def lapse_changes(*, limit: int, actor: Viewer, at: datetime) -> int:
    """End changes that still wait when the old period is over. What is under way at the gateway ends there first. Returns how many ended."""
    over = PeriodChange.objects.filter(state__in=(ChangeState.AWAITING_APPROVAL, ChangeState.AWAITING_PAYMENT))
    over = over.filter(application__last_day__lt=day_in_japan(at))
    return sum(_lapse(application_id, actor=actor, at=at) for application_id in over.values_list("application_id", flat=True)[:limit])


@transaction.atomic
def _lapse(application_id: int, *, actor: Viewer, at: datetime) -> bool:
    application, member = lock_with_money(actor, application_id)
    change = open_change(application_id)
    if change is None or application.last_day >= day_in_japan(at) or (change.payment and change.payment.state in WAITING):
        return False
    end_change(change=change, application=application, to=ChangeState.LAPSED, actor=actor, at=at)
    ChangeLetters(application, member, at).change_ended(change)
    return True


def _to_decide(application_id: int, change_id: int, actor: Viewer) -> tuple[Application, Member, PeriodChange]:
    if actor.face not in DECIDERS:
        raise NotFound
    application, member = lock_with_money(actor, application_id)
    change = PeriodChange.objects.select_related("quote").filter(application=application, pk=change_id).first()
    if change is None or application.state in {ApplicationState.CANCELLED, ApplicationState.REFUSED}:
        raise NotFound
    if refused := refusal_to_decide_change(change.state):
        raise refused
    return application, member, change
