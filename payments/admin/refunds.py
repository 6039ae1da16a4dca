"""Refunds: decided by one person, transfers confirmed by another (money.md, "Payment"; office.md O3)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ossma.core import formats
from ossma.core.reading import LookedAdmin
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from payments import actions, rules
from payments.models import Refund
from payments.states import RefundState, RefundWay

APPROVE, REFUSE, CONFIRM, CHANGE = "approve", "refuse", "confirm", "change"
WORDS = {
    APPROVE: _("Approve: give the money back"),
    REFUSE: _("Refuse (write why below)"),
    CONFIRM: _("The bank transfer was made (write the bank's reference below)"),
    CHANGE: _("Give it back by bank transfer instead"),
}


def decisions(refund: Refund) -> list[str]:
    """What can be decided about a refund as it stands."""
    if refund.state == RefundState.REQUESTED:
        return [APPROVE, REFUSE]
    if refund.state != RefundState.APPROVED:
        return []
    if refund.way == RefundWay.TRANSFER:
        return [CONFIRM, REFUSE]
    return [CHANGE] if refund.due_at is None else []


def may_add_handling(refund: Refund) -> bool:
    """Whether there is a handling fee on which the office still decides."""
    return refund.state == RefundState.REQUESTED and refund.handling > 0


class RefundForm(forms.ModelForm):
    """One decision and its words. It is carried out while it is checked, so that a refusal shows at its field."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    with_handling = forms.BooleanField(required=False)
    words = forms.CharField(label=_("Reason or reference"), max_length=300, required=False)
    # Which bank account was on this page: another one by then is not what was looked at.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    request: Request

    class Meta:
        model = Refund
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "decision" in self.fields:
            self.fields["decision"].choices = [(key, WORDS[key]) for key in decisions(self.instance)]  # type: ignore[attr-defined]
        self.fields["seen"].initial = rules.fingerprint(self.instance.account)
        if may_add_handling(self.instance):
            label = _("Give the handling fee of %(fee)s back too") % {"fee": formats.yen(self.instance.handling, get_language())}
            self.fields["with_handling"].label = label
        else:
            del self.fields["with_handling"]

    def clean(self) -> dict[str, Any]:
        """Decide, through the action that keeps the trail."""
        cleaned = super().clean() or {}
        if self.errors or not cleaned.get("decision"):
            return cleaned
        who = {"refund_id": self.instance.pk, "actor": self.request.viewer, "at": timezone.now()}
        words = cleaned.get("words", "")
        try:
            match cleaned["decision"]:
                case "approve":
                    actions.approve_refund(note=words, with_handling=cleaned.get("with_handling", False), seen=cleaned["seen"], **who)
                case "refuse":
                    actions.refuse_refund(note=words, **who)
                case "confirm":
                    actions.confirm_transfer(reference=words, seen=cleaned["seen"], **who)
                case "change":
                    actions.change_to_transfer(**who)
        except Refused as refusal:
            raise ValidationError({"words" if refusal.field == "note" else "decision": refusal.message}) from refusal
        self.instance.refresh_from_db()
        return cleaned


@admin.register(Refund)
class RefundAdmin(LookedAdmin):
    """Everything about a refund is read here; the decision is the one thing written."""

    listed, seen = "refunds.listed", "refund.seen"
    form = RefundForm
    list_display = ("id", "payment", "amount", "way", "state", "rule", "requested_at", "ended_at")
    list_filter = ("state", "way")
    list_select_related = ("payment",)
    search_fields = ("=payment__id", "=attempt__order_id")
    facts = (
        "payment", "attempt", "amount", "handling", "handling_returned", "rule", "way", "state", "account", "requested_at", "approved_by",
        "approved_at", "done_by", "reference", "note", "last_error", "ended_at",
    )  # fmt: skip
    actions = None

    def member_of(self, row: Refund) -> int | None:
        """Whose money it is."""
        return row.payment.member_id

    def get_fields(self, request: Request, obj: Refund | None = None) -> tuple[str, ...]:
        """The facts, and the decision while there is one to make."""
        if obj is None or not decisions(obj):
            return self.facts
        return (*self.facts, "decision", *(("with_handling",) if may_add_handling(obj) else ()), "words", "seen")

    def get_readonly_fields(self, request: Request, obj: Refund | None = None) -> tuple[str, ...]:
        """What was asked for is never edited."""
        return self.facts

    def get_form(self, request: Request, obj: Refund | None = None, change: bool = False, **kwargs: Any) -> type[forms.ModelForm]:
        """The form knows who decides."""
        form = super().get_form(request, obj, change, **kwargs)
        form.request = request  # type: ignore[attr-defined]
        return form

    def has_add_permission(self, request: Request) -> bool:
        """Refunds come from rules, or from money that needs a person."""
        return False

    def has_delete_permission(self, request: Request, obj: Refund | None = None) -> bool:
        """Nothing is lost."""
        return False

    def save_model(self, request: Request, obj: Refund, form: Any, change: bool) -> None:
        """Done already, by the action."""
