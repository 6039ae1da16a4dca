"""What a change of period would cost, and changes behind their wall."""

from dataclasses import dataclass
from datetime import date

from applications.models import Application, FeeTable, PeriodChange, Quote
from applications.queries.fees import handling_rate, price_by, table_in_force
from applications.queries.money import purses_of, quotes_in_force, settled_in
from applications.queries.standing import contract_of
from applications.rules.changing import Outcome, Period, outcome, refusals_of_change
from applications.rules.differences import Difference, Purse, Settled, difference
from applications.rules.fees import Price
from applications.rules.period import day_in_japan
from applications.states import ALIVE, OPEN_CHANGES
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Face, Viewer


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new period costs: which way it goes, the new price, what was quoted before, and the difference."""

    way: Outcome
    price: Price
    table: FeeTable
    before: Quote | None
    difference: Difference
    settled: Settled
    purses: list[Purse]

    @property
    def shown(self) -> str:
        """What a page has shown, for the question whether it still holds."""
        return f"{self.way}:{self.price.total}:{self.difference.to_pay}:{self.difference.back}"


def plan_of(application: Application, period: Period, *, approved: bool) -> Plan:
    """The price by the table and the handling rate of the original application, and the difference to what is settled.

    Raises Refused when the office has to quote.
    """
    quotes = list(quotes_in_force(application.pk).select_related("table"))
    day = day_in_japan(quotes[-1].made_at if quotes else application.submitted_at)
    table = quotes[-1].table if quotes else table_in_force(application.service, day)
    price = price_by(table, period, handling_rate(application.payer, day))
    before = quotes[0] if quotes else None
    purses = purses_of(application)
    settled = settled_in(application, purses)
    found = difference(price, settled)
    same_fee = before is not None and before.total == price.total
    way = outcome(state=application.state, payer=application.payer, approved=approved, same_fee=same_fee, difference=found)
    return Plan(way, price, table, before, found, settled, purses)


def is_approved(viewer: Viewer, application: Application, today: date) -> bool:
    """Whether nobody has to be asked: the contract of the day wants no approval, or whoever may give it acts."""
    if viewer.face is not Face.MEMBER:
        return True
    contract = contract_of(application.member.school_id, today)
    return contract is None or not contract.needs_approval


def check_period(application: Application, period: Period, today: date) -> None:
    """Raise the first thing that is wrong with a new period."""
    old = (application.first_day, application.last_day)
    for refused in refusals_of_change(old, period, other_periods(application), today):
        raise refused


def other_periods(application: Application) -> list[Period]:
    """The days of the member's other applications, those of waiting changes included."""
    others = Application.objects.filter(member_id=application.member_id, state__in=ALIVE).exclude(pk=application.pk)
    asked = PeriodChange.objects.filter(application__in=others, state__in=OPEN_CHANGES)
    return [*others.values_list("first_day", "last_day"), *asked.values_list("first_day", "last_day")]


def open_change(application_id: int) -> PeriodChange | None:
    """The change that waits, if one does."""
    return PeriodChange.objects.filter(application_id=application_id, state__in=OPEN_CHANGES).select_related("quote", "payment").first()


def changes_of(application: Application) -> list[PeriodChange]:
    """All changes of an application of a walled query, newest first."""
    return list(PeriodChange.objects.filter(application=application).select_related("quote", "payment"))


def change_seen(viewer: Viewer, application_id: int, pk: int) -> PeriodChange:
    """One change with its application. Raises NotFound for a stranger's."""
    mine = Application.objects.visible_to(viewer).filter(pk=application_id)
    return first_or_404(PeriodChange.objects.filter(application__in=mine, pk=pk).select_related("quote", "application__member"))
