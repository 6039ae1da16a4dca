"""What an application costs (money.md, "Fees"). Amounts are whole yen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from applications.rules.period import months_abroad
from applications.states import PayerKind
from ossma.core.money import rate_of, total
from ossma.core.refusals import Refused

NO_HANDLING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Price:
    """A fee, line by line: without tax, its tax, the handling fee, and all of it."""

    months: int
    net: int
    tax: int
    handling: int

    @property
    def fee(self) -> int:
        """The membership fee with its tax."""
        return total(self.net, self.tax)

    @property
    def total(self) -> int:
        """What has to be paid."""
        return total(self.net, self.tax, self.handling)


def office_quotes() -> Refused:
    """Longer than the table: a person names the fee."""
    text = _("For more than 12 months abroad the office makes a quotation. Please write to the office.")
    return Refused(text, field="last_day", code="over_a_year")


def net_of(months: int, rows: Mapping[int, int]) -> int:
    """The amount without tax for so many months from rows {up to months: yen}. Raises Refused where the table ends."""
    for up_to, amount in sorted(rows.items()):
        if months <= up_to:
            return amount
    raise office_quotes()


def price(first: date, last: date, rows: Mapping[int, int], tax_rate: Decimal, handling_rate: Decimal = NO_HANDLING) -> Price:
    """The fee of a stay. Handling is a share of the fee with tax: 3,630 at 5 % is 182. Raises Refused when the office has to quote."""
    months = months_abroad(first, last)
    if months is None:
        raise office_quotes()
    net = net_of(months, rows)
    tax = rate_of(net, tax_rate)
    return Price(months, net, tax, rate_of(net + tax, handling_rate))


def is_owed(payer: str, total_yen: int) -> bool:
    """Whether the member has to pay something."""
    return payer == PayerKind.MEMBER and total_yen > 0


def no_table() -> Refused:
    """No fee has been entered for the service yet."""
    return Refused(_("The fee for this service is not set yet. Please write to the office."), field="service", code="no_table")
