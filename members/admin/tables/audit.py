"""The audit trail in the office: who did or read what, when, about whom. Only to be read; the database refuses every change."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from members.admin.audited import ReadOnlyAdmin
from members.models import Member, User
from ossma.core.duties import Duty
from ossma.core.models import AuditEntry
from ossma.core.office_admin import CappedPaginator
from ossma.core.requests import Request


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Newest first; found by a member's number or address (what was done about them and who read their data), or by the address of who acted."""

    reads = (Duty.MANAGE_ACCOUNTS,)
    list_display = ("at", "actor_face", "actor_name", "action", "subject_kind", "subject_id", "member_id", "address")
    search_fields = ("pk",)
    search_help_text = _("Member number, or e-mail address of a member or of staff")
    ordering = ("-pk",)
    paginator = CappedPaginator
    fields = (
        *("at", "actor_face", "actor_user_id", "actor_name", "address", "action"),
        *("subject_kind", "subject_id", "member_id", "school_id", "detail"),
    )

    def get_search_results(self, request: Request, queryset: QuerySet[AuditEntry], search_term: str) -> tuple[QuerySet[AuditEntry], bool]:
        """Each way through an index of its own: the trail is far too long to be read through."""
        term = search_term.strip().replace("\x00", "")
        if not term:
            return queryset, False
        members = list(Member.objects.filter(Q(number=term) | Q(user__email=term.lower())).values_list("pk", flat=True))
        actors = list(User.objects.filter(email=term.lower()).values_list("pk", flat=True))
        wanted = Q(member_id__in=members) | Q(actor_user_id__in=actors)
        for pk in members:
            wanted |= Q(detail__has_key="member_ids", detail__member_ids__contains=[pk])
        return queryset.filter(wanted), False
