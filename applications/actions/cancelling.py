"""Calling an application off before its first day (member-portal.md M2), by the cancellation rule of the day."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applications.actions.giving_back import give_back
from applications.actions.moving import end_change, move
from applications.letters_of_changes import ChangeLetters
from applications.models import Application, Cancellation, CancellationTable
from applications.queries.cancelling import Offer, offer_of, require_rule
from applications.queries.changing import open_change
from applications.queries.locking import lock_with_money
from applications.queries.money import payments_of
from applications.rules.cancelling import moved_on, percent
from applications.rules.deciding import refusal_to_cancel
from applications.rules.period import day_in_japan
from applications.states import ApplicationState, ChangeState
from members.models import Member
from ossma.core.duties import Duty, office_duty
from ossma.core.viewer import Viewer
from payments import actions as payments
from payments.states import OPEN_STATES


@office_duty(Duty.HANDLE_APPLICATIONS)
@transaction.atomic
def cancel_application(*, application_id: int, actor: Viewer, at: datetime, shown: str = "") -> Application:
    """Call it off, once however often it is pressed. What is owed and a change that waits end with it; what was paid goes back by the rule.

    `shown` is what the confirmation said (`Offer.shown`): when that no longer holds, nothing happens. Raises Refused by the rules.
    """
    application, member = lock_with_money(actor, application_id)
    if application.state == ApplicationState.CANCELLED:
        return application
    today = day_in_japan(at)
    if refused := refusal_to_cancel(application.state, application.first_day, today):
        raise refused
    offer = offer_of(application, today)
    if shown and offer and offer.shown != shown:
        raise moved_on()
    if change := open_change(application.pk):
        end_change(change=change, application=application, to=ChangeState.WITHDRAWN, actor=actor, at=at)
    for payment_id in payments_of(application.pk).filter(state__in=OPEN_STATES).values_list("pk", flat=True):
        payments.cancel(payment_id=payment_id, cause="member", actor=actor, at=at)
    if offer:
        _settle_up(application, member, offer, actor=actor, at=at)
    move(application=application, member=member, to=ApplicationState.CANCELLED, actor=actor, at=at, detail={"back": offer.back if offer else 0})
    ChangeLetters(application, member, at).called_off(offer)
    return application


def _settle_up(application: Application, member: Member, offer: Offer, *, actor: Viewer, at: datetime) -> None:
    """Write down by which rule how much goes back, and ask for it."""
    table = require_rule(offer)
    Cancellation.objects.create(
        application=application,
        table=table,
        days_before=offer.line.days_before,
        share=offer.line.share,
        fee=offer.settled.fee,
        handling=offer.settled.handling,
        amount=offer.back,
        made_at=at,
    )
    if offer.back:
        rule = _in_words(table, offer)
        give_back(
            application=application, purses=offer.purses, amount=offer.back, spare=offer.settled.handling, rule=rule, actor=actor, at=at
        )  # fmt: skip


def _in_words(table: CancellationTable, offer: Offer) -> str:
    """The rule as the office reads it."""
    with translation.override("ja"):
        words = {"version": table.version, "days": offer.line.days_before, "share": percent(offer.line.share)}
        return _("Cancellation rule %(version)s, %(days)s days or more before departure: %(share)s") % words
