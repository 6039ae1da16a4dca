"""Cancellation tables, effective-dated like fees, and what they led to."""

from django.contrib import admin
from django.db.models import Model

from applications.admin.fees import PriceAdmin
from applications.models import CancellationRow, CancellationTable, GiveBack
from members.admin.approving import ApprovalFilter, ApprovalInline
from ossma.core.duties import Duty
from ossma.core.reading import LookedAdmin, ReadOnly


class CancellationRowInline(ApprovalInline):
    """Days and shares, as open or closed as their table."""

    model = CancellationRow


@admin.register(CancellationTable)
class CancellationTableAdmin(PriceAdmin):
    """The cancellation rules from a day on."""

    list_display = ("version", "service", "valid_from", "note", "standing")
    list_filter = ("service", ApprovalFilter)
    inlines = (CancellationRowInline,)


@admin.register(GiveBack)
class GiveBackAdmin(ReadOnly, LookedAdmin):
    """Money that goes back by a rule of an application, and the refund it became; empty while another one of the order is under way."""

    reads = (Duty.HANDLE_PAYMENTS,)
    list_display = ("application", "amount", "handling", "rule", "refund", "made_at")
    list_filter = (("refund", admin.EmptyFieldListFilter),)
    list_select_related = ("application", "refund")
    listed, seen = "give_backs.listed", "give_back.seen"
    search_fields = ("=application__number",)
    fields = ("application", "payment", ("amount", "handling"), "rule", "refund", "made_at")

    def member_of(self, row: Model) -> int | None:
        """The member who gets it."""
        return row.application.member_id if isinstance(row, GiveBack) else None
