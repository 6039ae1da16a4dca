"""Changes of period, made by the very action that members use."""

from datetime import datetime, timedelta

from applications.actions.period import change_period
from applications.models import Application
from applications.rules.period import day_in_japan
from applications.states import ApplicationState, PayerKind
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments.models import Payment
from payments.states import PaymentState

LONGER, SHORTER = timedelta(days=40), timedelta(days=-40)


def make_changes(applications: list[Application], *, at: datetime) -> int:
    """Chika (the third) has asked to stay longer and has not paid the difference yet; somebody else stays shorter and a refund is requested."""
    return _first_that_can(applications[2:], LONGER, at) + _first_that_can(applications[3:], SHORTER, at)


def _first_that_can(applications: list[Application], by: timedelta, at: datetime) -> int:
    """Move the last day of the first paid trip that runs and has enough of it left."""
    paid = set(Payment.objects.filter(subject_kind="application", state=PaymentState.SETTLED).values_list("subject_id", flat=True))
    today = day_in_japan(at)
    for trip in applications:
        runs = trip.state == ApplicationState.IN_FORCE and trip.payer == PayerKind.MEMBER and trip.first_day <= today
        if not runs or trip.pk not in paid or trip.last_day + by < today or trip.period_changes.exists():
            continue
        try:
            change = change_period(application_id=trip.pk, first_day=trip.first_day, last_day=trip.last_day + by, actor=SYSTEM, at=at)
        except Refused:
            continue
        if change and (change.payment_id or trip.give_backs.exists()):
            return 1
    return 0
