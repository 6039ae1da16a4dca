"""Accounts and members."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions import looks
from members.admin.audited import AuditedAdmin, ReadOnlyAdmin
from members.models import EmergencyContact, Member, User
from members.queries import directory
from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeInline
from ossma.core.requests import Request


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Accounts, for looking only: roles and protection have pages of their own (/admin/desk/accounts/), each act with a mail to the owner."""

    reads = (Duty.MANAGE_ACCOUNTS,)
    list_display = ["email", "name", "is_active", "is_staff", "last_login", "is_demo"]
    list_filter = ["is_active", "is_staff", "is_demo"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = ["email", "name", "language", "is_active", "is_staff", "date_joined", "last_login", "is_demo"]
    view_on_site = False


class ContactInline(OfficeInline):
    """Whom to call."""

    model = EmergencyContact
    max_num = 3


@admin.register(Member)
class MemberAdmin(AuditedAdmin):
    """The member's file. Medical notes are not on it: they open during an incident only."""

    reads = (Duty.FIND_MEMBER,)
    writes = (Duty.HANDLE_APPLICATIONS,)
    list_display = ["number", "full_name", "family_kana", "given_kana", "school", "kind", "withdrawn_at"]
    list_filter = ["kind", "school"]
    list_select_related = ["school"]
    search_fields = ["number"]
    search_help_text = _("Name (kanji, kana, Roman letters), number or address; words in any order")
    autocomplete_fields = ["school"]
    exclude = ["blood_type", "allergies", "illnesses", "medication"]
    readonly_fields = ["user", "number", "registered_at", "withdrawn_at", "is_demo"]
    inlines = [ContactInline]

    @admin.display(description=_("name"), ordering="family_kana")
    def full_name(self, member: Member) -> str:
        """As in the family register."""
        return member.name

    def has_add_permission(self, request: Request) -> bool:
        """Members come by registration."""
        return False

    def get_search_results(self, request: Request, queryset: QuerySet[Member], search_term: str) -> tuple[QuerySet[Member], bool]:
        """The same search as everywhere."""
        if not search_term:
            return queryset, False
        ids = directory.found(request.viewer, search_term).values("pk")
        return queryset.filter(pk__in=ids), False

    def change_view(self, request: Request, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Opening a file is on record."""
        member = self.get_object(request, object_id)
        if member is not None and request.method == "GET":
            looks.note_file(member_id=member.pk, school_id=member.school_id, actor=request.viewer, at=timezone.now())
        return super().change_view(request, object_id, form_url, extra_context)
