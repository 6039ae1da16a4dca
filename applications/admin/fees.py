"""Fee tables and handling rates: effective-dated, and closed once somebody was quoted by them."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from applications.models import FeeRow, FeeTable, HandlingRate
from applications.queries.fees import is_in_use
from members.actions.office import save_row
from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeAdmin, OfficeInline
from ossma.core.requests import Request


class EffectiveDated(BaseModelAdmin):
    """A row that was used stays as it was: a new one with a later day takes its place."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Open until it was used."""
        return super().has_change_permission(request) and not self._is_used(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same."""
        return super().has_delete_permission(request) and obj is not None and not self._is_used(obj)

    def _is_used(self, obj: Model | None) -> bool:
        return obj is not None and is_in_use(obj, timezone.localdate())


class RowsInline(EffectiveDated, OfficeInline):
    """The lines of a table, as open or closed as it is."""

    extra = 3

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No further line for a table that was used."""
        return super().has_add_permission(request, obj) and not self._is_used(obj)


class FeeRowInline(RowsInline):
    """Months and amounts."""

    model = FeeRow


class Audited(EffectiveDated, OfficeAdmin):
    """Every change is on record."""

    deletes = True

    def save_model(self, request: Request, obj: Any, form: ModelForm, change: bool) -> None:
        """Store with an audit line that names the fields."""
        save_row(row=obj, fields=form.changed_data, duties=self.writes, actor=request.viewer, at=timezone.now())


@admin.register(FeeTable)
class FeeTableAdmin(Audited):
    """The fees of a service from a day on."""

    reads = (Duty.HANDLE_APPLICATIONS,)
    writes = (Duty.SET_PRICES,)
    list_display = ("service", "version", "valid_from", "tax_rate", "note")
    list_filter = ("service",)
    inlines = (FeeRowInline,)


@admin.register(HandlingRate)
class HandlingRateAdmin(Audited):
    """The handling fee from a day on."""

    reads = (Duty.HANDLE_APPLICATIONS,)
    writes = (Duty.SET_PRICES,)
    list_display = ("valid_from", "rate")
