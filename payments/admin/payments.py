"""Payments with everything that happened to them."""

from typing import Any

from django.contrib import admin
from django.http import HttpResponse

from ossma.core.duties import Duty
from ossma.core.reading import LookedAdmin, ReadOnly
from ossma.core.requests import Request
from payments.admin.deciding import story
from payments.admin.giving_up import GivingUpPage
from payments.admin.goodwill import GoodwillPage, held_of
from payments.admin.searching import SearchedAdmin
from payments.models import Payment


@admin.register(Payment)
class PaymentAdmin(GivingUpPage, GoodwillPage, ReadOnly, SearchedAdmin, LookedAdmin):
    """Search by number, member or order; the page tells what happened to the money."""

    listed, seen = "payments.listed", "payment.seen"
    change_form_template = "office/payments/payment.html"
    reads = (Duty.HANDLE_PAYMENTS,)
    list_display = ("id", "member", "title", "total", "state", "due_on", "created_at", "settled_at")
    list_filter = ("state", "purpose", "settled_method")
    list_select_related = ("member",)
    payment_lookup, order_lookup, member_lookup = "pk", "attempts__order_id", "member"
    fields = ("title_ja",)

    def member_of(self, row: Payment) -> int | None:
        """Whose payment it is."""
        return row.member_id

    def render_change_form(self, request: Request, context: dict[str, Any], *args: Any, **options: Any) -> HttpResponse:
        """The facts and the story."""
        row = options.get("obj")
        more: dict[str, Any] = {}
        if row:
            troubles = row.troubles.filter(resolved_at=None)
            more = {"entries": story(request.viewer, row.pk), "troubles": troubles, "held": held_of(row)}
        return super().render_change_form(request, context | more, *args, **options)
