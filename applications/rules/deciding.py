"""What may still be done with an application."""

from datetime import date

from django.utils.translation import gettext as _

from applications.states import ApplicationState
from ossma.core.refusals import Refused

UNPAID = (ApplicationState.AWAITING_APPROVAL, ApplicationState.AWAITING_PAYMENT)


def refusal_to_cancel(state: str, first_day: date, today: date) -> Refused | None:
    """Why a member cannot call the application off here, if so. A paid one goes through the office: money has to go back."""
    if state in {ApplicationState.REFUSED, ApplicationState.CANCELLED}:
        return Refused(_("This application has ended already."), code="ended")
    if first_day <= today:
        return Refused(_("An application cannot be cancelled from its first day on."), code="begun")
    if state not in UNPAID:
        return Refused(_("This application is in force. To cancel it, please write to the office: it handles the refund."), code="in_force")
    return None


def refusal_to_decide(state: str) -> Refused | None:
    """Why a school cannot approve or refuse any more, if so."""
    if state != ApplicationState.AWAITING_APPROVAL:
        return Refused(_("This application has been decided already."), code="decided")
    return None


def due_day(today: date, first_day: date) -> date:
    """A fee is due by the day before departure, and never before the day it is asked for."""
    return max(today, date.fromordinal(first_day.toordinal() - 1))
