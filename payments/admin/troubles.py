"""The work list of money: read what happened, choose its way out, say why (money.md, "Payment")."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ossma.core.duties import Duty
from ossma.core.requests import Request
from ossma.core.viewer import SYSTEM, Viewer
from payments import actions, queries
from payments.admin.deciding import DecidingAdmin, DecisionForm, Way, story
from payments.admin.searching import SearchedAdmin
from payments.admin.story import yen
from payments.admin.words import dispute_of, money_of, what_happened
from payments.models import Payment, Trouble
from payments.states import TroubleKind

RESOLVE, GIVE_BACK, REINSTATE, BOOK, CLOSE = "resolve", "give_back", "reinstate", "book", "close"
ABANDON, ASSIGN, END, KEEP = "abandon", "assign-", "end", "keep"
ACTS: dict[str, Callable[..., object]] = {
    GIVE_BACK: actions.give_back,
    REINSTATE: actions.reinstate,
    BOOK: actions.book_outside,
    CLOSE: partial(actions.book_outside, closes=True),
    ABANDON: actions.abandon,
    END: partial(actions.decide_charged_back, closes=True),
    KEEP: actions.decide_charged_back,
    RESOLVE: actions.resolve_trouble,
}


def _rest(money: int, total: int) -> str:
    return _("The rest of %(sum)s is asked back at once.") % {"sum": yen(money - total)} if money > total else ""


def _assigning(target: Payment, money: int) -> Way:
    named = {"title": target.title, "number": target.pk, "sum": yen(target.total)}
    closing = _("Its open payment page is closed.") if target.is_waiting else ""
    text = [_("That payment of the same member counts as paid, and what waits for it opens."), closing, _rest(money, target.total)]
    return Way(f"{ASSIGN}{target.pk}", _("Use it for “%(title)s” (no. %(number)d, %(sum)s)") % named, " ".join(filter(None, text)))


def _booking(found: queries.WaysOut) -> Iterator[Way]:
    sums = {"sum": yen(found.missing), "ends": found.ends}
    text = _("It is written down as a refund that was made. The member is told, and the books say again what is there.")
    if found.twice:
        text = f"{text} {_twice(found)}"
    if not found.ends:
        yield Way(BOOK, _("Book %(sum)s as given back") % sums, text)
        return
    ending = _("Nothing is left of the fee. %(ends)s ends with it: its member is no longer asked in safety checks, and is told so.")
    yield Way(CLOSE, _("Book %(sum)s as given back and end %(ends)s") % sums, f"{text} {ending % sums}")
    staying = _("%(ends)s stays in force without a settled fee, by your decision; your reason is kept.")
    yield Way(BOOK, _("Book %(sum)s as given back and keep %(ends)s") % sums, f"{text} {staying % sums}")


def _ways(found: queries.WaysOut) -> Iterator[Way]:
    if found.reinstates:
        opening = _("The payment counts as paid, and what waits for it opens.")
        accepted = f"{opening} {_rest(found.free, found.reinstates.total)}"
        yield Way(REINSTATE, _("Accept it for “%(title)s”") % {"title": found.reinstates.title}, accepted.strip())
    for target in found.targets:
        yield _assigning(target, found.free)
    if found.give_back:
        text = _("A refund of this sum is asked for. The money goes out once somebody has approved that.")
        yield Way(GIVE_BACK, _("Give %(sum)s back") % {"sum": yen(found.give_back)}, text)
    if found.missing:
        yield from _booking(found)
    elif found.ends:
        yield from _charged_back(found)
    if found.stuck:
        text = _("The member can begin anew. Money that arrives for this order all the same comes onto this list.")
        yield Way(ABANDON, _("End the order on our side"), text)


def _charged_back(found: queries.WaysOut) -> Iterator[Way]:
    """The bank has taken the fee back: what it was paid for ends, or stays."""
    named = {"ends": found.ends}
    ending = _("Its member is no longer asked in safety checks, and is told so.")
    yield Way(END, _("End %(ends)s") % named, ending)
    staying = _("%(ends)s stays in force without a settled fee, by your decision; your reason is kept.")
    yield Way(KEEP, _("Keep %(ends)s") % named, staying % named)


def _twice(found: queries.WaysOut) -> str:
    words = _("%(sum)s went to the member twice: by our refund, and by the payment company or the bank. Ask for it back; the books cannot hold it.")
    return words % {"sum": yen(found.twice)}


def _noting(found: queries.WaysOut, kind: str) -> Way:
    if found.twice:
        return Way(RESOLVE, _("Only note what was done"), _twice(found))
    if kind == TroubleKind.DISPUTED:
        text = _("Evidence is given on the payment company's own pages. When the bank has decided, the entry comes back if money was lost.")
        return Way(RESOLVE, _("Note what was done"), text)
    text = _("No money moves here. The payment company is asked about the order once more; if it has exactly the sum, the payment settles.")
    return Way(RESOLVE, _("Only note what was done"), text)


class TroubleForm(DecisionForm):
    """The way out, and what was done."""

    class Meta(DecisionForm.Meta):
        model = Trouble

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].required = gettext_lazy("Reason, or what was done"), True

    def offer(self, viewer: Viewer) -> list[Way]:
        """Exactly what the actions will do."""
        found = queries.ways_out(viewer, self.instance.pk)
        # Words alone cannot take money off the list.
        may_note = not self.instance.resolved_at and (found.promised or not (found.free or found.missing or found.ends))
        return [*_ways(found), *([_noting(found, self.instance.kind)] if may_note else [])]

    def carry_out(self, decision: str, cleaned: dict[str, Any], *, actor: Viewer, at: datetime) -> None:
        """Somebody faster keeps their answer."""
        told = {"trouble_id": self.instance.pk, "resolution": cleaned["words"], "actor": actor, "at": at}
        if decision.startswith(ASSIGN):
            actions.assign(payment_id=int(decision.removeprefix(ASSIGN)), **told)
        else:
            ACTS[decision](**told)


@admin.register(Trouble)
class TroubleAdmin(SearchedAdmin, DecidingAdmin):
    """Resolved with a reason, once, through the action that keeps the trail."""

    listed, seen = "troubles.listed", "trouble.seen"
    form = TroubleForm
    change_form_template = "office/payments/trouble.html"
    writes = (Duty.HANDLE_PAYMENTS,)
    list_display = ("id", "kind", "member", "money", "payment", "attempt", "opened_at", "resolved_at")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "kind")
    list_select_related = ("payment__member", "attempt")
    ordering = (F("resolved_at").desc(nulls_first=True), "opened_at")

    @admin.display(description=gettext_lazy("member"))
    def member(self, row: Trouble) -> str:
        """Whose money it is, if that is known."""
        return row.payment.member.name if row.payment else ""

    @admin.display(description=gettext_lazy("amount (yen)"))
    def money(self, row: Trouble) -> str:
        """How much it is about."""
        money = money_of(row)
        return yen(money) if money is not None else ""

    def member_of(self, row: Trouble) -> int | None:
        """Whose payment it is about, if it is known."""
        return row.payment.member_id if row.payment else None

    def is_open(self, row: Trouble) -> bool:
        """Until somebody has dealt with it, and while its money has no place all the same."""
        return row.resolved_at is None or any(_ways(queries.ways_out(SYSTEM, row.pk)))

    def page(self, request: Request, row: Trouble) -> dict[str, Any]:
        """What happened, how much, whose, since when."""
        found = queries.ways_out(request.viewer, row.pk)
        entries = story(request.viewer, row.payment_id)
        return {"what": what_happened(row), "money": money_of(row), "found": found, "entries": entries, "dispute": dispute_of(row)}
