"""Changes of period and cancellations as pages show them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application, Cancellation, PeriodChange
from applications.queries import applications
from applications.queries.cancelling import Offer, cancellation_of
from applications.queries.changing import Plan
from applications.rules.cancelling import Line, percent
from applications.states import ChangeState
from applications.summary import Row
from ossma.core.viewer import Viewer

CHIPS = {
    ChangeState.AWAITING_APPROVAL: "warn",
    ChangeState.AWAITING_PAYMENT: "warn",
    ChangeState.APPLIED: "ok",
    ChangeState.REFUSED: "danger",
    ChangeState.WITHDRAWN: "neutral",
    ChangeState.LAPSED: "neutral",
}


def rule_lines(offer: Offer) -> list[dict[str, Any]]:
    """The rules of the day, the most generous first, with the one that holds today marked."""
    smallest = min((line.days_before for line in offer.lines), default=0)
    found = [{"label": _from_days(line), "share": percent(line.share), "today": line == offer.line} for line in offer.lines]
    if smallest > 1:
        label = _("Later, up to the day before departure")
        found.append({"label": label, "share": percent(offer.line.share * 0), "today": offer.line.days_before == 0})
    return found


def _from_days(line: Line) -> str:
    words = {"days": line.days_before}
    return ngettext("%(days)s day or more before departure", "%(days)s days or more before departure", line.days_before) % words


def offer_rows(offer: Offer | None) -> list[Row]:
    """What was paid, what goes back by today's rule and what does not."""
    if offer is None:
        return []
    rows = [
        (_("Membership fee paid (tax included)"), offer.settled.fee),
        (_("Handling fee paid"), offer.settled.handling),
        (_("Goes back (%(share)s of the fee)") % {"share": percent(offer.line.share)}, offer.back),
        (_("Does not go back"), offer.settled.total - offer.back),
    ]
    return [{"label": label, "amount": amount} for label, amount in rows]


def cancelled_context(viewer: Viewer, application: Application) -> dict[str, Any]:
    """What happened when an application was cancelled, and what comes next."""
    record = cancellation_of(application)
    rows = _cancellation_rows(record) if record else []
    return {"application": application, "record": record, "rows": rows, "refunds": applications.refunds_of(viewer, application.pk)}


def _cancellation_rows(record: Cancellation) -> list[Row]:
    rows = [
        (_("Membership fee paid (tax included)"), record.fee),
        (_("Handling fee paid"), record.handling),
        (_("Goes back (%(share)s of the fee)") % {"share": percent(record.share)}, record.amount),
        (_("Does not go back"), record.fee + record.handling - record.amount),
    ]
    return [{"label": label, "amount": amount} for label, amount in rows]


def plan_rows(plan: Plan) -> list[Row]:
    """The fee before and after a change, line by line."""
    before = plan.before
    rows = [
        (_("Membership fee (tax included)"), before.fee if before else 0, plan.price.fee),
        (_("Handling fee"), before.handling if before else 0, plan.price.handling),
        (_("Total"), before.total if before else 0, plan.price.total),
    ]
    return [{"label": label, "before": old, "after": new} for label, old, new in rows]


def change_chip(change: PeriodChange) -> dict[str, str]:
    """The state of a change as a chip."""
    return {"kind": CHIPS[ChangeState(change.state)], "label": change.get_state_display()}
