"""The tables without anybody's name or address on them."""

from django.contrib import admin

from members.admin.audited import ReadOnlyAdmin
from ossma.core.duties import Duty
from ossma.core.reading import ReadOnlyInline
from safety.models import Delivery, Incident, Round, SafetyCheck


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    """What happened, and which checks hang on it."""

    reads = (Duty.SEE_CASES,)
    list_display = ("title_ja", "opened_at", "closed_at")
    search_fields = ("title_ja", "title_en")


class RoundInline(ReadOnlyInline):
    """When the first message and the reminders are due, and when they were queued."""

    model = Round
    fields = readonly_fields = ("number", "due_at", "queued_at")


@admin.register(SafetyCheck)
class SafetyCheckAdmin(ReadOnlyAdmin):
    """Every check of every school."""

    reads = (Duty.SEE_CASES,)
    list_display = ("title_ja", "school", "kind", "state", "sent_at", "recipient_count")
    list_filter = ("kind", "state")
    list_select_related = ("school",)
    search_fields = ("title_ja", "title_en")
    inlines = (RoundInline,)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What became of the messages: what was given up, and why. Without the address: the person's page on the desk has it, with an audit entry."""

    reads = (Duty.SEE_CASES,)
    list_display = ("pk", "check_row", "round_number", "channel", "state", "tries", "repeats", "last_error", "ended_at")
    list_filter = ("state", "channel")
    list_select_related = ("check_row",)
    exclude = ("to_address", "recipient")
