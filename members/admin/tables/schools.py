"""Schools, contracts, roles and groups."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from members.admin.audited import AuditedAdmin, ReadOnlyAdmin
from members.admin.school_state import SchoolStatePage
from members.forms.office import SchoolForm
from members.models import Group, School, SchoolContract, SchoolRole, SchoolStateChange
from members.queries.directory import schools_called
from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeInline
from ossma.core.reading import ReadOnlyInline
from ossma.core.requests import Request


class RoleInline(OfficeInline):
    """Who acts for the school; invited and removed under `/admin/desk/staff/`."""

    model = SchoolRole
    fields = ["user", "kind", "granted_at"]
    readonly_fields = ["user", "kind", "granted_at"]
    can_delete = False

    def has_add_permission(self, request: Request, obj: School | None = None) -> bool:
        """Nobody gets a role without accepting an invitation."""
        return False


class StateChangeInline(ReadOnlyInline):
    """Suspensions and their ends, with the reasons."""

    model = SchoolStateChange
    fields = ["at", "before", "after", "reason", "by"]


@admin.register(School)
class SchoolAdmin(SchoolStatePage, AuditedAdmin):
    """Schools and organisations."""

    reads = (Duty.FIND_MEMBER,)
    writes = (Duty.MANAGE_CONTRACTS,)
    form = SchoolForm
    list_display = ["name_ja", "name_en", "state", "phone", "is_demo"]
    list_filter = ["state", "is_demo"]
    # Makes the box appear; what it finds is decided below.
    search_fields = ["pk"]
    readonly_fields = ["state", "ended_at", "is_demo"]
    inlines = [RoleInline, StateChangeInline]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By any of its names, as everywhere."""
        return (queryset.filter(pk__in=schools_called(search_term)) if search_term.strip() else queryset), False


@admin.register(SchoolContract)
class SchoolContractAdmin(AuditedAdmin):
    """What a school's members may apply for."""

    reads = (Duty.BILLING,)
    writes = (Duty.MANAGE_CONTRACTS,)
    list_display = ["school", "starts_on", "ends_on", "licences", "needs_approval"]
    list_select_related = ["school"]
    search_fields = ["school__name_ja", "school__name_en"]
    autocomplete_fields = ["school"]


@admin.register(SchoolRole)
class SchoolRoleAdmin(ReadOnlyAdmin):
    """Owners, administrators, supporters: to look at. A role begins with an accepted invitation and ends under `/admin/desk/staff/`."""

    reads = (Duty.MANAGE_CONTRACTS,)
    list_display = ["user", "school", "kind", "firm", "granted_at"]
    list_filter = ["kind"]
    list_select_related = ["user", "school"]
    search_fields = ["user__email", "school__name_ja"]


@admin.register(Group)
class GroupAdmin(AuditedAdmin):
    """Departments, classes, tours: names and kinds; who is in them is the school's business."""

    reads = (Duty.FIND_MEMBER,)
    writes = (Duty.MANAGE_CONTRACTS,)
    list_display = ["name", "school", "kind"]
    list_filter = ["kind"]
    list_select_related = ["school"]
    search_fields = ["name", "school__name_ja"]
    autocomplete_fields = ["school"]
    exclude = ["members", "supporters"]
