"""Numbers, emergency numbers and FAQ in the office's admin; every write goes through the room's actions."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils import timezone

from helpline.actions import Row, delete_row, save_row
from helpline.models import FaqEntry, HelplineNumber, LocalEmergency
from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeAdmin
from ossma.core.requests import Request


class AuditedAdmin(OfficeAdmin):
    """An admin whose writes are actions."""

    deletes = True

    def save_model(self, request: Request, obj: Row, form: Any, change: bool) -> None:
        """Store with an audit line."""
        save_row(row=obj, duties=self.writes, actor=request.viewer, at=timezone.now())

    def delete_model(self, request: Request, obj: Row) -> None:
        """Delete with an audit line."""
        delete_row(row=obj, duties=self.writes, actor=request.viewer, at=timezone.now())

    def delete_queryset(self, request: Request, queryset: QuerySet) -> None:
        """Delete the chosen rows one by one, each with its line."""
        for row in queryset:
            self.delete_model(request, row)


@admin.register(HelplineNumber)
class NumberAdmin(AuditedAdmin):
    """Helpline numbers: confirmed ones lose the red banner."""

    reads = (Duty.FIND_MEMBER, Duty.PUBLISH_REFERENCE)
    writes = (Duty.WRITE_REFERENCE,)
    list_display = ["country", "kind", "dial_as_shown", "e164", "from_mobile", "checked_on", "confirmed"]
    list_filter = ["confirmed", "kind", "from_mobile"]
    list_select_related = ["country"]
    search_fields = ["country__search_key", "e164", "dial_as_shown"]


@admin.register(LocalEmergency)
class EmergencyAdmin(AuditedAdmin):
    """Local police, ambulance and fire brigade."""

    reads = (Duty.FIND_MEMBER, Duty.PUBLISH_REFERENCE)
    writes = (Duty.WRITE_REFERENCE,)
    list_display = ["country", "police", "ambulance", "fire", "checked_on"]
    list_select_related = ["country"]
    search_fields = ["country__search_key"]


@admin.register(FaqEntry)
class FaqAdmin(AuditedAdmin):
    """Questions and answers in both languages."""

    writes = (Duty.PUBLISH_NOTICES,)
    list_display = ["question_ja", "question_en", "category_ja", "sort"]
    search_fields = ["question_ja", "question_en", "answer_ja", "answer_en"]
