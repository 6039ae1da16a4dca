"""Refunds: decided by one person, transfers confirmed by another (money.md, "Payment"; office.md O3)."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.duties import Duty
from ossma.core.requests import Request
from ossma.core.viewer import Viewer
from payments import actions, queries, rules
from payments.admin.deciding import DecidingAdmin, DecisionForm, Way, story
from payments.admin.searching import SearchedAdmin
from payments.admin.story import yen
from payments.models import Refund
from payments.queries.refunds import OPEN
from payments.states import RefundState, RefundWay

APPROVE, REFUSE, CONFIRM, CHANGE, AGAIN = "approve", "refuse", "confirm", "change", "again"


def _ways(refund: Refund) -> Iterator[Way]:
    """What can be decided about a refund as it stands."""
    refuse = Way(REFUSE, _("Refuse"), _("Nothing is given back. Write why: the reason is kept."))
    if refund.state in OPEN and queries.is_disputed(refund.attempt):
        # Nothing goes out on top of a dispute. What the gateway is being asked for waits for its answer.
        if refund.state == RefundState.REQUESTED or refund.way == RefundWay.TRANSFER or refund.due_at is None:
            yield refuse
        return
    if refund.state == RefundState.REQUESTED:
        card = _("The payment company is asked to give it back to the card.")
        transfer = _("The member is asked for a bank account if there is none yet; then somebody else confirms the transfer.")
        yield Way(APPROVE, _("Approve: give %(sum)s back") % {"sum": yen(refund.amount)}, card if refund.way == RefundWay.CARD else transfer)
        yield refuse
    elif refund.state == RefundState.APPROVED and refund.way == RefundWay.TRANSFER:
        if refund.account:
            text = _("Only once you have made it, to the account shown above. Write the bank's reference.")
            yield Way(CONFIRM, _("The bank transfer of %(sum)s was made") % {"sum": yen(refund.amount)}, text)
        yield refuse
    elif refund.state == RefundState.APPROVED and refund.due_at is None:
        text = _("The payment company has said no for good. The member is asked for a bank account.")
        yield Way(CHANGE, _("Give it back by bank transfer instead"), text)
        yield refuse
    elif refund.state == RefundState.REFUSED and not refund.surplus and not hasattr(refund, "asked_again"):
        text = _("If it was refused by mistake. Write why: the reason is kept. Somebody else then decides about it.")
        yield Way(AGAIN, _("Ask for it again"), text)


def may_add_handling(refund: Refund) -> bool:
    """Whether there is a handling fee on which the office still decides."""
    return refund.state == RefundState.REQUESTED and refund.handling > 0


class RefundForm(DecisionForm):
    """One decision, about the bank account that was on this page and no other."""

    with_handling = forms.BooleanField(required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta(DecisionForm.Meta):
        model = Refund

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = rules.fingerprint(self.instance.account)
        if may_add_handling(self.instance):
            self.fields["with_handling"].label = _("Give the handling fee of %(fee)s back too") % {"fee": yen(self.instance.handling)}
        else:
            del self.fields["with_handling"]

    def offer(self, viewer: Viewer) -> list[Way]:
        """What can be decided as it stands."""
        return list(_ways(self.instance))

    def carry_out(self, decision: str, cleaned: dict[str, Any], *, actor: Viewer, at: datetime) -> None:
        """Each decision has an action of its own."""
        refund, words, seen = {"refund_id": self.instance.pk, "actor": actor, "at": at}, cleaned["words"], cleaned["seen"]
        match decision:
            case "approve":
                actions.approve_refund(note=words, with_handling=cleaned.get("with_handling", False), seen=seen, **refund)
            case "refuse":
                actions.refuse_refund(note=words, **refund)
            case "confirm":
                actions.confirm_transfer(reference=words, seen=seen, **refund)
            case "change":
                actions.change_to_transfer(**refund)
            case "again":
                actions.ask_again(reason=words, **refund)


@admin.register(Refund)
class RefundAdmin(SearchedAdmin, DecidingAdmin):
    """Everything about a refund is read here; the decision is the one thing written."""

    listed, seen = "refunds.listed", "refund.seen"
    form = RefundForm
    change_form_template = "office/payments/refund.html"
    reads = (Duty.HANDLE_PAYMENTS,)
    writes = (Duty.APPROVE_REFUND, Duty.CONFIRM_TRANSFER)
    list_display = ("id", "member", "payment", "amount", "way", "state", "rule", "requested_at", "ended_at")
    list_filter = ("state", "way")
    list_select_related = ("payment__member", "asked_again")
    decided_fields = ("decision", "with_handling", "words", "seen")

    @admin.display(description=_("member"))
    def member(self, row: Refund) -> str:
        """Whose money it is."""
        return row.payment.member.name

    def member_of(self, row: Refund) -> int | None:
        """Whose money it is."""
        return row.payment.member_id

    def is_open(self, row: Refund) -> bool:
        """While something can be decided."""
        return any(_ways(row))

    def get_fields(self, request: Request, obj: Any = None) -> tuple[str, ...]:
        """The handling fee only while it is open."""
        fields = super().get_fields(request, obj)
        return fields if obj is not None and may_add_handling(obj) else tuple(name for name in fields if name != "with_handling")

    def page(self, request: Request, row: Refund) -> dict[str, Any]:
        """The account as it is kept now, and since when; looking at it is on record."""
        context = {"account": json.loads(row.account) if row.account else {}, "entries": story(request.viewer, row.payment_id)}
        context["disputed"] = row.state in OPEN and queries.is_disputed(row.attempt)
        context["late_account"] = row.approved_at is not None and row.account_at is not None and row.account_at > row.approved_at
        return context

    def render_change_form(self, request: Request, context: dict[str, Any], *args: Any, **options: Any) -> HttpResponse:
        """An account number is more than a look at a refund."""
        row = options.get("obj")
        if row is not None and row.account:
            audit.record_looks(actor=request.viewer, at=timezone.now(), action="refund.account_seen", member_ids=[row.payment.member_id])
        return super().render_change_form(request, context, *args, **options)
