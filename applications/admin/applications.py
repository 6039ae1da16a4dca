"""Applications with their stops, quotes and itinerary: the office reads them here, actions change them."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from applications.models import Application, Destination, Quote, Stay
from ossma.core import audit
from ossma.core.requests import Request


class ReadOnly(BaseModelAdmin):
    """Nothing is added, changed or deleted by a form."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Applications come from members and schools."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Looking only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is lost."""
        return False


class DestinationInline(ReadOnly, admin.TabularInline):
    """Where the journey goes, in order."""

    model = Destination
    fields = ("position", "country", "city", "zone")


class QuoteInline(ReadOnly, admin.TabularInline):
    """What was quoted, and by which table."""

    model = Quote
    fields = ("made_at", "table", "first_day", "last_day", "months", "net", "tax", "handling", "total")


class StayInline(ReadOnly, admin.TabularInline):
    """The itinerary."""

    model = Stay
    fields = ("starts_at", "ends_at", "zone", "kind", "source", "country", "city", "place", "phone", "local_contact")


@admin.register(Application)
class ApplicationAdmin(ReadOnly, admin.ModelAdmin):
    """Search by number or member; every look names its members in the audit trail."""

    list_display = ("number", "member", "service", "payer", "state", "first_day", "last_day", "submitted_at")
    list_filter = ("state", "service", "payer")
    list_select_related = ("member",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("=number", "=member__number", "member__family_name", "member__family_kana", "member__family_roman")
    fields = (
        ("number", "state"),
        ("member", "service", "payer"),
        ("first_day", "last_day", "purpose", "host"),
        ("tabireg_wanted", "tabireg_consented_at"),
        ("submitted_at", "ended_at", "refusal"),
    )
    inlines = (DestinationInline, QuoteInline, StayInline)

    def changelist_view(self, request: Request, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; one audit line names everybody on this page of it."""
        response = super().changelist_view(request, extra_context)
        listed = getattr(response, "context_data", None) or {}
        if "cl" in listed:
            self._record(request, "applications.listed", [row.member_id for row in listed["cl"].result_list])
        return response

    def render_change_form(self, request: Request, context: dict[str, Any], *args: Any, **options: Any) -> HttpResponse:
        """One application; its member is named in an audit line."""
        row: Model | None = options.get("obj")
        if isinstance(row, Application):
            self._record(request, "application.seen", [row.member_id])
        return super().render_change_form(request, context, *args, **options)

    def _record(self, request: Request, action: str, member_ids: list[int]) -> None:
        audit.record_looks(actor=request.viewer, at=timezone.now(), action=action, member_ids=member_ids)
