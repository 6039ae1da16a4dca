"""Numbers, emergency numbers and FAQ in the office's admin; every write goes through actions."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils import timezone

from helpline.actions import delete_faq, save_faq
from helpline.models import FaqEntry, HelplineNumber, LocalEmergency
from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeAdmin
from ossma.core.reading import ReadOnly
from ossma.core.requests import Request


class LiveAdmin(ReadOnly, OfficeAdmin):
    """What members see. It is changed by a proposal that a second person publishes."""

    reads = (Duty.FIND_MEMBER, Duty.WRITE_REFERENCE, Duty.PUBLISH_REFERENCE)
    change_form_template = "office/helpline/live.html"
    change_list_template = "office/helpline/live_list.html"
    proposals = ""
    list_select_related = ("country",)

    def render_change_form(self, request: Request, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        """Writers are led on to a proposal."""
        context |= {"proposals": self.proposals, "may_propose": request.viewer.may(Duty.WRITE_REFERENCE)}
        return super().render_change_form(request, context, *args, **options)

    def changelist_view(self, request: Request, extra_context: dict[str, Any] | None = None) -> Any:
        """The same on the list."""
        more = {"proposals": self.proposals, "may_propose": request.viewer.may(Duty.WRITE_REFERENCE)}
        return super().changelist_view(request, more | (extra_context or {}))


@admin.register(HelplineNumber)
class NumberAdmin(LiveAdmin):
    """Helpline numbers: confirmed ones lose the red banner."""

    proposals = "admin:helpline_numberproposal_add"
    list_display = ("country", "kind", "dial_as_shown", "e164", "from_mobile", "checked_on", "confirmed")
    list_filter = ("confirmed", "kind", "from_mobile")
    search_fields = ("e164", "dial_as_shown")
    folded_search = ("country__search_key",)


@admin.register(LocalEmergency)
class EmergencyAdmin(LiveAdmin):
    """Local police, ambulance and fire brigade."""

    proposals = "admin:helpline_emergencyproposal_add"
    list_display = ("country", "police", "ambulance", "fire", "checked_on")
    search_fields = ("police", "ambulance", "fire")
    folded_search = ("country__search_key",)


@admin.register(FaqEntry)
class FaqAdmin(OfficeAdmin):
    """Questions and answers in both languages."""

    writes = (Duty.PUBLISH_NOTICES,)
    deletes = True
    list_display = ("question_ja", "question_en", "category_ja", "sort")
    search_fields = ("question_ja", "question_en", "answer_ja", "answer_en")

    def save_model(self, request: Request, obj: FaqEntry, form: Any, change: bool) -> None:
        """Store with an audit line."""
        save_faq(row=obj, actor=request.viewer, at=timezone.now())

    def delete_model(self, request: Request, obj: FaqEntry) -> None:
        """Delete with an audit line."""
        delete_faq(row=obj, actor=request.viewer, at=timezone.now())

    def delete_queryset(self, request: Request, queryset: QuerySet) -> None:
        """Delete the chosen rows one by one, each with its line."""
        for row in queryset:
            self.delete_model(request, row)
