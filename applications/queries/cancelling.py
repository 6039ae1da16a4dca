"""What a cancellation would give back, by the rule of the day."""

from dataclasses import dataclass
from datetime import date

from applications.models import Application, Cancellation, CancellationTable
from applications.queries.money import purses_of, settled_in
from applications.rules.cancelling import Line, days_left, no_rule, rule_for
from applications.rules.differences import Purse, Settled
from applications.states import PayerKind
from ossma.core.money import rate_of


@dataclass(frozen=True, slots=True)
class Offer:
    """What the rule of the day makes of what was paid. Without a table no rule is set, and nothing can be said."""

    table: CancellationTable | None
    lines: list[Line]
    left: int
    line: Line
    settled: Settled
    purses: list[Purse]

    @property
    def back(self) -> int:
        """What goes back: the share of the fee with its tax, half up, and no more than is held. The handling fee stays."""
        return min(rate_of(self.settled.fee, self.line.share), self.settled.held)

    @property
    def shown(self) -> str:
        """What a page has shown, for the question whether it still holds."""
        return f"{self.settled.total}:{self.back}"


def table_of_day(service: str, day: date) -> CancellationTable | None:
    """The approved cancellation table in force on `day`, rules included: the service's own before the one for all."""
    rows = CancellationTable.objects.approved().filter(service__in=(service, ""), valid_from__lte=day).prefetch_related("rows")
    return rows.order_by("-service", "-valid_from", "-approved_at", "-pk").first()


def offer_of(application: Application, today: date) -> Offer | None:
    """What a member would get back on `today`. None where the member has paid nothing: unpaid, or the school pays."""
    if application.payer != PayerKind.MEMBER:
        return None
    purses = purses_of(application)
    settled = settled_in(application, purses)
    if not settled.total:
        return None
    table = table_of_day(application.service, today)
    rows = {row.days_before: row.share for row in table.rows.all()} if table else {}
    left = days_left(application.first_day, today)
    lines = [Line(days, share) for days, share in sorted(rows.items(), reverse=True)]
    return Offer(table, lines, left, rule_for(left, rows), settled, purses)


def require_rule(offer: Offer) -> CancellationTable:
    """The offer's table. Raises Refused where none is set."""
    if offer.table is None:
        raise no_rule()
    return offer.table


def cancellation_of(application: Application) -> Cancellation | None:
    """What a cancelled application of a walled query brought back, by which rule."""
    return Cancellation.objects.select_related("table").filter(application=application).first()
