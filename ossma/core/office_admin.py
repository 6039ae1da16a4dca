"""The base of every admin table and inline: permissions come from the office's duties, and filters are those that the table names."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from ossma.core.duties import Duty
from ossma.core.folding import fold
from ossma.core.requests import Request
from ossma.core.time_fields import DayField

# What may follow the name of a filter's field in an address; anything else would be a question about another column.
LOOKUP_SUFFIXES = frozenset({"", "exact", "in", "isnull", "isempty", "gte", "lt", "year", "month", "day", "id", "pk", "id__exact", "pk__exact"})


class CappedPaginator(Paginator):
    """Counts no further than `most` rows: the size of a table that grows for ever is nobody's question."""

    most = 10_000

    @cached_property
    def count(self) -> int:
        """How many rows there are, `most` standing for more."""
        return cast(QuerySet, self.object_list)[: self.most].count()


class OfficeAdmin(admin.ModelAdmin):
    """A table of the office. `reads`: who sees it; `writes`: who may add and change rows; nobody deletes unless `deletes` says so.

    Django's own permissions, a superuser's included, count for nothing here (office.md, "Duties and roles").
    """

    reads: tuple[Duty, ...] = ()
    writes: tuple[Duty, ...] = ()
    deletes = False
    list_per_page = 50
    show_full_result_count = False
    # Days are read as everywhere else, with kanji and in full width.
    formfield_overrides: ClassVar[Any] = {models.DateField: {"form_class": DayField, "widget": AdminDateWidget}}
    # Lookups of folded columns (`search_key`): what is typed is folded before it is looked for there.
    folded_search: tuple[str, ...] = ()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Django's search, and what the folded columns find."""
        rows, repeats = super().get_search_results(request, queryset, search_term)
        wanted = fold(search_term)
        if not wanted or not self.folded_search:
            return rows, repeats
        folded = Q()
        for column in self.folded_search:
            folded |= Q(**{f"{column}__contains": wanted})
        return rows | queryset.filter(folded), repeats

    def has_module_permission(self, request: Request) -> bool:  # type: ignore[override]
        """Whether the table stands on the start page."""
        return request.viewer.may(*self.reads, *self.writes)

    def has_view_permission(self, request: Request, obj: Any = None) -> bool:  # type: ignore[override]
        """By the duties to read or to write."""
        return request.viewer.may(*self.reads, *self.writes)

    def has_add_permission(self, request: Request) -> bool:  # type: ignore[override]
        """By the duties to write."""
        return request.viewer.may(*self.writes)

    def has_change_permission(self, request: Request, obj: Any = None) -> bool:  # type: ignore[override]
        """By the duties to write."""
        return request.viewer.may(*self.writes)

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:  # type: ignore[override]
        """By the duties to write, where rows of this table may go at all."""
        return self.deletes and request.viewer.may(*self.writes)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what `list_filter` and `date_hierarchy` name: Django alone lets every column be asked, a password's letters included."""
        return any(lookup == name or (lookup.startswith(f"{name}__") and lookup[len(name) + 2 :] in LOOKUP_SUFFIXES) for name in self.filter_names())

    def filter_names(self) -> list[str]:
        """The columns by which this table may be narrowed through its address."""
        names = [entry[0] if isinstance(entry, tuple) else entry for entry in self.list_filter]
        own = [one.parameter_name for one in names if isinstance(one, type) and issubclass(one, admin.SimpleListFilter)]
        return [name for name in (*names, *own, self.date_hierarchy) if isinstance(name, str)]


class OfficeInline(admin.TabularInline):
    """Rows below another: whoever may see or change that one may see or change them."""

    extra = 0

    def _parent(self) -> admin.ModelAdmin:
        return self.admin_site.get_model_admin(self.parent_model)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """As for the row above."""
        return self._parent().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Adding a line is a change of the row above."""
        return self._may_write(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """As for the row above."""
        return self._may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Taking a line away is a change of the row above."""
        return self._may_write(request, obj)

    def _may_write(self, request: HttpRequest, obj: Model | None) -> bool:
        parent = self._parent()
        return parent.has_add_permission(request) if obj is None else parent.has_change_permission(request, obj)
