"""The fee of the day: which table and which rate are in force. Public figures, no viewer is asked for."""

from datetime import date
from decimal import Decimal

from applications.models import FeeTable, HandlingRate
from applications.rules import fees
from applications.rules.applying import Wish
from applications.states import PayerKind


def table_in_force(service: str, day: date) -> FeeTable:
    """The newest table of a service that is in force on `day`, rows included. Raises Refused when there is none."""
    table = newest_table(service, day)
    if table is None:
        raise fees.no_table()
    return table


def newest_table(service: str, day: date) -> FeeTable | None:
    """The approved table of a service in force on `day`, rows included: of one day the one approved last."""
    known = FeeTable.objects.approved().filter(service=service, valid_from__lte=day)
    return known.prefetch_related("rows").order_by("-valid_from", "-approved_at", "-pk").first()


def rate_in_force(day: date) -> HandlingRate | None:
    """The approved handling rate in force on `day`."""
    return HandlingRate.objects.approved().filter(valid_from__lte=day).order_by("-valid_from", "-approved_at", "-pk").first()


def handling_rate(payer: str, day: date) -> Decimal:
    """The handling fee's share of the amount: only a paying member is charged it."""
    if payer != PayerKind.MEMBER:
        return fees.NO_HANDLING
    newest = rate_in_force(day)
    return newest.rate if newest else fees.NO_HANDLING


def price_of(wish: Wish, day: date) -> tuple[fees.Price, FeeTable]:
    """What the wish costs if it is applied for on `day`, and by which table. Raises Refused when the office has to quote."""
    table = table_in_force(wish.service, day)
    return price_by(table, (wish.first_day, wish.last_day), handling_rate(wish.payer, day)), table


def price_by(table: FeeTable, period: tuple[date, date], rate: Decimal) -> fees.Price:
    """What a period costs by one table. Raises Refused when the office has to quote."""
    rows = {row.up_to_months: row.amount for row in table.rows.all()}
    return fees.price(*period, rows, table.tax_rate, rate)
