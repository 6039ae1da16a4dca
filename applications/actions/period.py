"""A new travel period: a new quote, and what follows for the money (member-portal.md M2; money.md, "Fees")."""

from datetime import date, datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applications.actions.charging import charge, charge_difference
from applications.actions.giving_back import give_back
from applications.actions.moving import apply_period, end_change, move, note_change
from applications.letters_of_changes import ChangeLetters
from applications.models import Application, PeriodChange, Quote
from applications.queries.changing import Plan, check_period, is_approved, open_change, plan_of
from applications.queries.locking import lock_with_money
from applications.queries.money import payments_of
from applications.rules.cancelling import moved_on
from applications.rules.changing import Outcome, checking_money, first_state
from applications.rules.deciding import refusal_to_change
from applications.rules.fees import is_owed
from applications.rules.period import day_in_japan
from applications.states import ApplicationState, ChangeState
from members.models import Member
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.viewer import Viewer
from payments import actions as payments
from payments.queries.locking import is_held
from payments.states import OPEN_STATES


@office_duty(Duty.HANDLE_APPLICATIONS)
@transaction.atomic
def change_period(*, application_id: int, first_day: date, last_day: date, actor: Viewer, at: datetime, shown: str = "") -> PeriodChange | None:
    """Ask for a new period: by the member, the school or the office. Asked for twice it is asked once; the old period takes a waiting change back.

    `shown` is what the confirmation said (`Plan.shown`): when that no longer holds, nothing happens. Raises Refused by the rules.
    """
    application, member = lock_with_money(actor, application_id)
    period, today = (first_day, last_day), day_in_japan(at)
    if refused := refusal_to_change(application.state, application.last_day, today):
        raise refused
    waiting = open_change(application.pk)
    if waiting and period == (waiting.first_day, waiting.last_day):
        return waiting
    if period == (application.first_day, application.last_day):
        if waiting:
            end_change(change=waiting, application=application, to=ChangeState.WITHDRAWN, actor=actor, at=at)
        return None
    check_period(application, period, today)
    if any(is_held(payment) for payment in payments_of(application.pk)):
        raise checking_money()
    plan = plan_of(application, period, approved=is_approved(actor, application, today))
    if shown and plan.shown != shown:
        raise moved_on()
    if waiting:
        end_change(change=waiting, application=application, to=ChangeState.WITHDRAWN, actor=actor, at=at)
    change = _written(application, period, plan, at)
    note_change(change=change, application=application, what="change_asked", actor=actor, at=at)
    follow(application=application, member=member, change=change, plan=plan, actor=actor, at=at)
    return change


@inner_action
def follow(*, application: Application, member: Member, change: PeriodChange, plan: Plan, actor: Viewer, at: datetime) -> None:
    """Go the way of the plan, for a locked application: wait, or let the new period hold and see to the money."""
    letters = ChangeLetters(application, member, at)
    if plan.way is Outcome.APPROVAL:
        letters.change_asked(change)
        return
    if plan.way is Outcome.PAY:
        change.payment = charge_difference(application=application, change=change, difference=plan.difference, actor=actor, at=at)
        change.save(update_fields=["payment"])
        letters.difference_to_pay(change, plan.difference)
        return
    apply_period(change=change, application=application, actor=actor, at=at)
    if plan.way is Outcome.NEW_FEE:
        _ask_for_new_fee(application, member, change, actor=actor, at=at)
    if plan.way is Outcome.GIVE_BACK:
        back, rule = plan.difference, _in_words(application, plan)
        give_back(application=application, purses=plan.purses, amount=back.back, spare=back.spare, rule=rule, actor=actor, at=at)
    letters.period_changed(change, back=plan.difference.back)


def _written(application: Application, period: tuple[date, date], plan: Plan, at: datetime) -> PeriodChange:
    """The change with its quote; while it waits, who-is-abroad counts the days it asks for too."""
    first_day, last_day = period
    state = first_state(plan.way)
    change = PeriodChange.objects.create(
        application=application,
        state=state,
        first_day=first_day,
        last_day=last_day,
        old_first_day=application.first_day,
        old_last_day=application.last_day,
        quote=Quote.write(application=application, price=plan.price, table=plan.table, period=period, at=at),
        asked_at=at,
        ended_at=at if state == ChangeState.APPLIED else None,
    )
    if state != ChangeState.APPLIED:
        application.asked_first_day, application.asked_last_day = period
        application.save(update_fields=["asked_first_day", "asked_last_day"])
    return change


def _ask_for_new_fee(application: Application, member: Member, change: PeriodChange, *, actor: Viewer, at: datetime) -> None:
    """The fee was not paid yet: what was owed is cancelled, and the new total takes its place."""
    for payment_id in payments_of(application.pk).filter(state__in=OPEN_STATES).values_list("pk", flat=True):
        payments.cancel(payment_id=payment_id, cause="change of period", actor=actor, at=at)
    if is_owed(application.payer, change.quote.total):
        charge(application=application, member=member, quote=change.quote, actor=actor, at=at)
    else:
        move(application=application, member=member, to=ApplicationState.IN_FORCE, actor=actor, at=at)


def _in_words(application: Application, plan: Plan) -> str:
    """Why money goes back, as the office reads it."""
    with translation.override("ja"):
        words = {"number": application.number, "before": plan.before.months if plan.before else 0, "after": plan.price.months}
        return _("Change of period of %(number)s: %(before)s to %(after)s months, difference of the fee") % words
