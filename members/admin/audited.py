"""An admin whose looks and writes are on record."""

from typing import Any

from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.utils import timezone

from members.actions.office import delete_row, save_row
from ossma.core.office_admin import OfficeAdmin
from ossma.core.requests import Request


class AuditedAdmin(OfficeAdmin):
    """Writes go through the room's actions; rows that others hang on cannot be deleted here."""

    def save_model(self, request: Request, obj: Model, form: ModelForm, change: bool) -> None:
        """Store with an audit line."""
        save_row(row=obj, fields=form.changed_data, duties=self.writes, actor=request.viewer, at=timezone.now())


class DeletableAdmin(AuditedAdmin):
    """The same for rows that may go."""

    deletes = True

    def delete_model(self, request: Request, obj: Model) -> None:
        """Delete with an audit line."""
        delete_row(row=obj, duties=self.writes, actor=request.viewer, at=timezone.now())

    def delete_queryset(self, request: Request, queryset: QuerySet[Any]) -> None:
        """One by one, each with its line."""
        for row in queryset:
            self.delete_model(request, row)


class ReadOnlyAdmin(AuditedAdmin):
    """For looking only."""

    def has_add_permission(self, request: Request) -> bool:
        """Rows come from people's own acts."""
        return False

    def has_change_permission(self, request: Request, obj: Model | None = None) -> bool:
        """Proof is not edited."""
        return False
