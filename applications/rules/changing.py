"""What may become of a travel period (member-portal.md M2), and which way a change goes."""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from applications.rules.applying import FURTHEST_DAYS
from applications.rules.deciding import due_day
from applications.rules.differences import Difference
from applications.rules.fees import office_quotes
from applications.rules.period import months_abroad
from applications.states import CHANGE_MOVES, ApplicationState, ChangeState, PayerKind
from ossma.core.refusals import Refused

Period = tuple[date, date]


class Outcome(StrEnum):
    """Which way a change of period goes."""

    APPROVAL = "approval"  # the school decides first
    REQUOTED = "requoted"  # nothing is owed yet: a new quote
    NEW_FEE = "new_fee"  # the unpaid fee is replaced
    PAY = "pay"  # a difference to pay; the new period holds once it is paid
    GIVE_BACK = "give_back"  # a difference that goes back
    NO_MONEY = "no_money"  # nothing to pay and nothing to give back
    SCHOOL = "school"  # between the school and the office


def outcome(*, state: str, payer: str, approved: bool, same_fee: bool, difference: Difference) -> Outcome:
    """Which way; `approved`: the school need not be asked, or has agreed; `same_fee`: the new total is the one that is owed."""
    if state == ApplicationState.AWAITING_APPROVAL:
        return Outcome.REQUOTED
    if not approved:
        return Outcome.APPROVAL
    if payer != PayerKind.MEMBER:
        return Outcome.SCHOOL
    if state == ApplicationState.AWAITING_PAYMENT:
        return Outcome.NO_MONEY if same_fee else Outcome.NEW_FEE
    if difference.to_pay:
        return Outcome.PAY
    return Outcome.GIVE_BACK if difference.back else Outcome.NO_MONEY


def first_state(way: Outcome) -> ChangeState:
    """Where a change begins that goes this way."""
    return {Outcome.APPROVAL: ChangeState.AWAITING_APPROVAL, Outcome.PAY: ChangeState.AWAITING_PAYMENT}.get(way, ChangeState.APPLIED)


def refusals_of_change(old: Period, new: Period, others: Sequence[Period], today: date) -> Iterator[Refused]:
    """What is wrong with a new period on `today` (Japan), each with its form field."""
    (old_first, _old_last), (first, last) = old, new
    if first != old_first and old_first <= today:
        yield Refused(_("The first day has come, so it can no longer be changed."), field="first_day", code="begun")
    elif first != old_first and first < today:
        yield Refused(_("The first day has passed. Please choose today or a later day."), field="first_day", code="past")
    if (first - today).days > FURTHEST_DAYS:
        yield Refused(_("The first day lies more than two years ahead. Please check the year."), field="first_day", code="far")
    elif last < first:
        yield Refused(_("The last day lies before the first. Please check both days."), field="last_day", code="backwards")
    elif last < today:
        yield Refused(_("The last day cannot lie before today."), field="last_day", code="shortened")
    elif months_abroad(first, last) is None:
        yield office_quotes()
    if any(first <= other_last and other_first <= last for other_first, other_last in others):
        yield Refused(_("You have an application for days of this period already. Please choose other days."), field="first_day", code="overlap")


def due_of_change(old: Period, new_first: date, today: date) -> date:
    """A difference is due like a fee, the day before departure; once abroad, by the last day of the period that holds."""
    old_first, old_last = old
    return max(today, old_last) if old_first <= today else due_day(today, min(old_first, new_first))


def checking_money() -> Refused:
    """Money has come that disagrees: a new price would make it worse."""
    return Refused(_("The office is checking a payment for this application. Please change the period once that is done."), code="held")


def check_change_move(state: str, to: ChangeState) -> None:
    """Raise ValueError for a move that the table does not have: a rule should have said no before."""
    if to not in CHANGE_MOVES[ChangeState(state)]:
        raise ValueError(f"A change of period does not go from {state} to {to}.")


def refusal_to_decide_change(state: str) -> Refused | None:
    """Why a school cannot approve or refuse a change any more, if so."""
    if state != ChangeState.AWAITING_APPROVAL:
        return Refused(_("This change has been decided or withdrawn already."), code="decided")
    return None
