"""What may still be done with an application."""

from datetime import date

from django.utils.translation import gettext as _

from applications.states import APPLICATION_MOVES, ApplicationState, PayerKind
from ossma.core.refusals import Refused

UNPAID = (ApplicationState.AWAITING_APPROVAL, ApplicationState.AWAITING_PAYMENT)


def refusal_to_cancel(state: str, first_day: date, today: date) -> Refused | None:
    """Why a member cannot call the application off, if so (M2: before the first day)."""
    if state in {ApplicationState.REFUSED, ApplicationState.CANCELLED}:
        return Refused(_("This application has ended already."), code="ended")
    if first_day <= today:
        return Refused(_("An application cannot be cancelled from its first day on."), code="begun")
    return None


def refusal_to_change(state: str, last_day: date, today: date) -> Refused | None:
    """Why an application cannot be edited any more, if so (M2: no change after the last day)."""
    if state in {ApplicationState.REFUSED, ApplicationState.CANCELLED}:
        return Refused(_("This application has ended."), code="ended")
    if last_day < today:
        return Refused(_("An application cannot be changed after its last day."), code="over")
    return None


def refusal_to_decide(state: str) -> Refused | None:
    """Why a school cannot approve or refuse any more, if so."""
    if state != ApplicationState.AWAITING_APPROVAL:
        return Refused(_("This application has been decided already."), code="decided")
    return None


def check_move(state: str, to: ApplicationState) -> None:
    """Raise ValueError for a move that the table does not have: a rule should have said no before."""
    if to not in APPLICATION_MOVES[ApplicationState(state)]:
        raise ValueError(f"An application does not go from {state} to {to}.")


def refusal_to_open(state: str, payer: str) -> Refused | None:
    """Why insurance, itinerary and top-up are still closed, if so: a fee owed by the member is not settled (M2)."""
    if state in {ApplicationState.REFUSED, ApplicationState.CANCELLED}:
        return Refused(_("This application has ended."), code="ended")
    if payer == PayerKind.SCHOOL or state == ApplicationState.IN_FORCE:
        return None
    if state == ApplicationState.AWAITING_APPROVAL:
        return Refused(_("This opens once your school has approved the application and the fee is paid."), code="unapproved")
    return Refused(_("This opens once the fee is paid. Please pay it from the payment page."), code="unpaid")


def due_day(today: date, first_day: date) -> date:
    """A fee is due by the day before departure, and never before the day it is asked for."""
    return max(today, date.fromordinal(first_day.toordinal() - 1))
