"""利用規約 and 個人情報保護方針 with the proof of their acceptance."""

from django.contrib import admin

from members.admin.approving import ApprovalAdmin, ApprovalFilter
from members.admin.audited import ReadOnlyAdmin
from members.models import LegalAcceptance, LegalDocument
from ossma.core.duties import Duty


@admin.register(LegalDocument)
class LegalDocumentAdmin(ApprovalAdmin):
    """Versions, written by a publisher and published by a manager; a published text stands (contracts.md D1)."""

    reads = (Duty.PUBLISH_REFERENCE,)
    writes = (Duty.WRITE_REFERENCE,)
    approves = (Duty.PUBLISH_REFERENCE,)
    list_display = ("kind", "version", "published_on", "effective_on", "standing")
    list_filter = ("kind", ApprovalFilter)


@admin.register(LegalAcceptance)
class LegalAcceptanceAdmin(ReadOnlyAdmin):
    """Who accepted what, and when."""

    reads = (Duty.MANAGE_ACCOUNTS,)
    list_display = ["user", "document", "opened_at", "accepted_at"]
    list_filter = ["document"]
    list_select_related = ["user", "document"]
    search_fields = ["user__email"]
