"""利用規約 and 個人情報保護方針 with the proof of their acceptance."""

from django.contrib import admin
from django.db.models import Model

from members.admin.audited import AuditedAdmin, ReadOnlyAdmin
from members.models import LegalAcceptance, LegalDocument
from members.queries.legal import was_accepted
from ossma.core.duties import Duty
from ossma.core.requests import Request


@admin.register(LegalDocument)
class LegalDocumentAdmin(AuditedAdmin):
    """Versions; once somebody has accepted one, its text stands."""

    reads = (Duty.WRITE_REFERENCE, Duty.PUBLISH_REFERENCE)
    writes = (Duty.WRITE_REFERENCE,)
    list_display = ["kind", "version", "published_on", "effective_on"]
    list_filter = ["kind"]

    def get_readonly_fields(self, request: Request, obj: Model | None = None) -> list[str]:
        """Everything, once it was accepted by anybody (contracts.md D1)."""
        everything = ["kind", "version", "body_ja", "body_en", "published_on", "effective_on"]
        return everything if obj is not None and was_accepted(obj.pk) else []


@admin.register(LegalAcceptance)
class LegalAcceptanceAdmin(ReadOnlyAdmin):
    """Who accepted what, and when."""

    reads = (Duty.MANAGE_ACCOUNTS,)
    list_display = ["user", "document", "opened_at", "accepted_at"]
    list_filter = ["document"]
    list_select_related = ["user", "document"]
    search_fields = ["user__email"]
