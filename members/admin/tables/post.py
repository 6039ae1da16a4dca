"""Addresses that do not work, and the mail that said so, in the office's admin: for looking only."""

from django.contrib import admin

from members.admin.audited import ReadOnlyAdmin
from ossma.core.duties import Duty
from ossma.core.models import BouncedAddress, ReturnedMail


@admin.register(BouncedAddress)
class BouncedAddressAdmin(ReadOnlyAdmin):
    """From which addresses messages come back, those for good first."""

    reads = (Duty.FIND_MEMBER,)
    list_display = ("address", "is_final", "count", "last_at", "detail")
    list_filter = ("is_final",)
    search_fields = ("address",)
    ordering = ("-is_final", "-last_at")


@admin.register(ReturnedMail)
class ReturnedMailAdmin(ReadOnlyAdmin):
    """What came back. What nobody understood has its content, so that somebody can read it."""

    reads = (Duty.FIND_MEMBER,)
    list_display = ("received_at", "understood", "reason", "source", "detail")
    list_filter = ("understood", "reason", "source")
    fields = ("received_at", "understood", "reason", "hint", "source", "detail", "closed_at", "note", "content")
