"""Admin pages that only read. Every look at a member's data leaves an audit line (product.md, "Rules that hold everywhere")."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ossma.core import audit
from ossma.core.office_admin import OfficeAdmin, OfficeInline
from ossma.core.requests import Request


class ReadOnly:
    """Nothing can be added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        """Rows come from actions, never from a form."""
        return False

    def has_change_permission(self, request: HttpRequest, *_args: Any) -> bool:
        """Looking only."""
        return False

    def has_delete_permission(self, request: HttpRequest, *_args: Any) -> bool:
        """Nothing is lost."""
        return False


class ReadOnlyInline(ReadOnly, OfficeInline):
    """Rows below another."""

    can_delete = False


class LookedAdmin(OfficeAdmin):
    """Records which members' rows were shown, on a list and on a page."""

    listed = seen = ""

    def member_of(self, row: Model) -> int | None:
        """The member a row is about."""
        raise NotImplementedError

    def changelist_view(self, request: Request, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; one audit line names everybody on this page of it."""
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context:
            self._record(request, self.listed, [self.member_of(row) for row in context["cl"].result_list])
        return response

    def render_change_form(self, request: Request, context: dict[str, Any], *args: Any, **options: Any) -> HttpResponse:
        """One row; its member is named in an audit line."""
        if options.get("obj"):
            self._record(request, self.seen, [self.member_of(options["obj"])])
        return super().render_change_form(request, context, *args, **options)

    def _record(self, request: Request, action: str, member_ids: list[int | None]) -> None:
        known = [member_id for member_id in member_ids if member_id]
        audit.record_looks(actor=request.viewer, at=timezone.now(), action=action, member_ids=known)
