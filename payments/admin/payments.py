"""Payments with everything that happened to them."""

from django.contrib import admin

from ossma.core.reading import LookedAdmin, ReadOnly, ReadOnlyInline
from payments.models import Attempt, LedgerLine, Payment, PaymentLine, PaymentMove, Refund


class LineInline(ReadOnlyInline):
    """What the total is made of."""

    model = PaymentLine
    fields = ("text_ja", "text_en", "amount")


class MoveInline(ReadOnlyInline):
    """The history of the state, with its evidence."""

    model = PaymentMove
    fields = ("at", "from_state", "to_state", "cause", "evidence")


class AttemptInline(ReadOnlyInline):
    """Orders at the gateway; their keys are shown to nobody."""

    model = Attempt
    fields = ("order_id", "gateway", "state", "method", "amount", "created_at", "expires_at", "asked_at", "ended_at", "last_error")


class LedgerInline(ReadOnlyInline):
    """Money that moved."""

    model = LedgerLine
    fields = ("at", "kind", "amount", "reference")


class RefundInline(ReadOnlyInline):
    """Money to be given back."""

    model = Refund
    fields = ("requested_at", "state", "amount", "rule", "ended_at")


@admin.register(Payment)
class PaymentAdmin(ReadOnly, LookedAdmin):
    """Search by number, member or order."""

    listed, seen = "payments.listed", "payment.seen"
    list_display = ("id", "member", "title", "total", "state", "due_on", "created_at", "settled_at")
    list_filter = ("state", "purpose", "settled_method")
    list_select_related = ("member",)
    search_fields = ("=id", "member__number", "member__family_name", "member__family_kana", "member__family_roman", "=attempts__order_id")
    fields = (
        ("member", "purpose"),
        ("title_ja", "title_en"),
        ("total", "methods", "due_on"),
        ("state", "created_at", "settled_at", "settled_method"),
    )
    inlines = (LineInline, MoveInline, AttemptInline, LedgerInline, RefundInline)

    def member_of(self, row: Payment) -> int | None:
        """Whose payment it is."""
        return row.member_id
