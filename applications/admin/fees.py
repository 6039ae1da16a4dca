"""Fee tables and handling rates: effective-dated, in force once a second manager has approved them."""

from django.contrib import admin

from applications.models import FeeRow, FeeTable, HandlingRate
from members.admin.approving import ApprovalAdmin, ApprovalFilter, ApprovalInline
from ossma.core.duties import Duty


class FeeRowInline(ApprovalInline):
    """Months and amounts."""

    model = FeeRow


class PriceAdmin(ApprovalAdmin):
    """Written by a manager, approved by another."""

    reads = (Duty.HANDLE_APPLICATIONS,)
    writes = (Duty.SET_PRICES,)
    approves = (Duty.SET_PRICES,)


@admin.register(FeeTable)
class FeeTableAdmin(PriceAdmin):
    """The fees of a service from a day on."""

    list_display = ("service", "version", "valid_from", "tax_rate", "note", "standing")
    list_filter = ("service", ApprovalFilter)
    inlines = (FeeRowInline,)


@admin.register(HandlingRate)
class HandlingRateAdmin(PriceAdmin):
    """The handling fee from a day on."""

    list_display = ("valid_from", "rate", "standing")
    list_filter = (ApprovalFilter,)
