"""Tables of prices that need a second manager (office.md, "Duties and roles"): what each is compared with, and when it can begin."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.models import CancellationTable, FeeTable, HandlingRate
from applications.queries.cancelling import table_of_day
from applications.queries.fees import newest_table, rate_in_force
from ossma.core import formats
from ossma.core.approval import facts_of, percent, require_later_day, require_lines
from ossma.core.duties import Duty
from ossma.core.registries import Approvable, Fact

PRICES = (Duty.SET_PRICES,)


def _fee_facts(table: FeeTable) -> list[Fact]:
    rows = table.rows.order_by("up_to_months")
    language = get_language() or "ja"
    return [
        *facts_of(table),
        *((_("Up to %(months)d months, without tax") % {"months": row.up_to_months}, formats.yen(row.amount, language)) for row in rows),
    ]


def _check_fees(table: FeeTable, today: date) -> None:
    require_lines(table.rows.all())
    require_later_day(table.valid_from, today=today, replaces=newest_table(table.service, max(table.valid_from, today)) is not None)


def _check_rate(rate: HandlingRate, today: date) -> None:
    # Without a rate members were quoted none: that too is a price.
    require_later_day(rate.valid_from, today=today, replaces=True)


def _cancellation_facts(table: CancellationTable) -> list[Fact]:
    rows = table.rows.order_by("-days_before")
    return [*facts_of(table), *((_("%(days)d days or more before the first day") % {"days": row.days_before}, percent(row.share)) for row in rows)]


def _check_cancellation(table: CancellationTable, today: date) -> None:
    require_lines(table.rows.all())
    require_later_day(table.valid_from, today=today, replaces=table_of_day(table.service, max(table.valid_from, today)) is not None)


def _first_day(row: FeeTable | HandlingRate | CancellationTable) -> date:
    return row.valid_from


APPROVABLES = {
    "applications.feetable": Approvable(
        FeeTable,
        PRICES,
        PRICES,
        in_force=lambda row: newest_table(row.service, row.valid_from),
        facts=_fee_facts,
        starts_on=_first_day,
        check=_check_fees,
    ),
    "applications.handlingrate": Approvable(
        HandlingRate,
        PRICES,
        PRICES,
        in_force=lambda row: rate_in_force(row.valid_from),
        facts=facts_of,
        starts_on=_first_day,
        check=_check_rate,
    ),
    "applications.cancellationtable": Approvable(
        CancellationTable,
        PRICES,
        PRICES,
        in_force=lambda row: table_of_day(row.service, row.valid_from),
        facts=_cancellation_facts,
        starts_on=_first_day,
        check=_check_cancellation,
    ),
}
