"""The work list of money: read, deal with it, say how."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ossma.core.reading import LookedAdmin
from ossma.core.requests import Request
from payments import actions
from payments.models import Trouble


class TroubleForm(forms.ModelForm):
    """The one thing a person writes: what was done."""

    resolution = forms.CharField(
        label=_("What was done"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("While this is open the payment stays on hold. Once it is resolved, the gateway is asked about the order again."),
    )

    class Meta:
        model = Trouble
        fields = ("resolution",)


@admin.register(Trouble)
class TroubleAdmin(LookedAdmin):
    """Resolved with a reason, once, through the action that keeps the trail."""

    listed, seen = "troubles.listed", "trouble.seen"
    form = TroubleForm
    list_display = ("id", "kind", "payment", "attempt", "opened_at", "resolved_at")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "kind")
    list_select_related = ("payment", "attempt")
    ordering = (F("resolved_at").desc(nulls_first=True), "opened_at")
    search_fields = ("=payment__id", "=attempt__order_id")
    facts = ("kind", "payment", "attempt", "notice", "detail", "opened_at", "resolved_at")
    fields = (*facts, "resolution")
    actions = None

    def member_of(self, row: Trouble) -> int | None:
        """Whose payment it is about, if it is known."""
        return row.payment.member_id if row.payment else None

    def get_readonly_fields(self, request: Request, obj: Trouble | None = None) -> tuple[str, ...]:
        """What happened is never edited; how it was resolved is written once."""
        return self.fields if obj is None or obj.resolved_at else self.facts

    def has_add_permission(self, request: Request) -> bool:
        """Trouble is found, not made."""
        return False

    def has_delete_permission(self, request: Request, obj: Trouble | None = None) -> bool:
        """Nothing is lost."""
        return False

    def save_model(self, request: Request, obj: Trouble, form: Any, change: bool) -> None:
        """Through the action; somebody faster keeps their answer."""
        resolution = form.cleaned_data.get("resolution", "")
        if resolution:
            actions.resolve_trouble(trouble_id=obj.pk, resolution=resolution, actor=request.viewer, at=timezone.now())
