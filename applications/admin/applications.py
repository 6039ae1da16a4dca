"""Applications with their stops, quotes and itinerary: the office reads them here, actions change them."""

from django.contrib import admin
from django.db.models import Model, Q, QuerySet

from applications.admin.period import PeriodPage
from applications.models import Application, Cancellation, Destination, PeriodChange, Quote, Stay
from members.queries import directory
from ossma.core.duties import Duty
from ossma.core.folding import fold_key
from ossma.core.reading import LookedAdmin, ReadOnly, ReadOnlyInline
from ossma.core.requests import Request


class DestinationInline(ReadOnlyInline):
    """Where the journey goes, in order."""

    model = Destination
    fields = ("position", "country", "city", "zone")


class QuoteInline(ReadOnlyInline):
    """What was quoted, and by which table."""

    model = Quote
    fields = ("made_at", "table", "first_day", "last_day", "months", "net", "tax", "handling", "total")


class ChangeInline(ReadOnlyInline):
    """New periods that were asked for, and what became of them."""

    model = PeriodChange
    fields = ("asked_at", "state", "old_first_day", "old_last_day", "first_day", "last_day", "quote", "payment", "ended_at")


class CancellationInline(ReadOnlyInline):
    """By which rule it was called off."""

    model = Cancellation
    fields = ("made_at", "table", "days_before", "share", "fee", "handling", "amount")


class StayInline(ReadOnlyInline):
    """The itinerary."""

    model = Stay
    fields = ("starts_at", "ends_at", "zone", "kind", "source", "country", "city", "place", "phone", "local_contact")


@admin.register(Application)
class ApplicationAdmin(ReadOnly, LookedAdmin, PeriodPage):
    """Search by number or member; every look names its members in the audit trail."""

    reads = (Duty.FIND_MEMBER,)
    writes = (Duty.HANDLE_APPLICATIONS,)
    list_display = ("number", "member", "service", "payer", "state", "first_day", "last_day", "submitted_at")
    list_filter = ("state", "service", "payer")
    list_select_related = ("member",)
    listed, seen = "applications.listed", "application.seen"
    # Makes the box appear; what it finds is decided below.
    search_fields = ("pk",)
    fields = (
        ("number", "state"),
        ("member", "service", "payer"),
        ("first_day", "last_day", "purpose", "host"),
        ("tabireg_wanted", "tabireg_consented_at"),
        ("submitted_at", "ended_at", "refusal"),
    )
    inlines = (DestinationInline, QuoteInline, ChangeInline, CancellationInline, StayInline)

    def get_search_results(self, request: Request, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By its number, or by its member as everywhere."""
        if not search_term.strip():
            return queryset, False
        members = directory.found(request.viewer, search_term).order_by().values("pk")
        return queryset.filter(Q(number__iexact=fold_key(search_term)) | Q(member__in=members)), False

    def member_of(self, row: Model) -> int | None:
        """The member whose application it is."""
        return row.member_id if isinstance(row, Application) else None
