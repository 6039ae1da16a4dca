"""The work list of money: read, deal with it, say how."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ossma.core.reading import LookedAdmin
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from payments import actions
from payments.models import Trouble

RESOLVE, GIVE_BACK, REINSTATE = "resolve", "give_back", "reinstate"
WAYS = (
    (RESOLVE, _("Only note what was done")),
    (GIVE_BACK, _("Give this money back (a refund to decide)")),
    (REINSTATE, _("Accept the money late: the payment counts as paid")),
)


class TroubleForm(forms.ModelForm):
    """The way out, and what was done. Carried out while it is checked, so that a refusal shows at its field."""

    request: Request
    way = forms.ChoiceField(label=_("Way out"), choices=WAYS, initial=RESOLVE, widget=forms.RadioSelect)
    resolution = forms.CharField(
        label=_("What was done"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("While this is open the payment stays on hold. Once it is resolved, the gateway is asked about the order again."),
    )

    class Meta:
        model = Trouble
        fields = ("resolution",)

    def clean(self) -> dict[str, Any]:
        """Through the actions that keep the trail; somebody faster keeps their answer."""
        cleaned = super().clean() or {}
        if self.errors or not cleaned.get("way") or self.instance.resolved_at:
            return cleaned
        act = {GIVE_BACK: actions.give_back, REINSTATE: actions.reinstate}.get(cleaned["way"], actions.resolve_trouble)
        try:
            act(trouble_id=self.instance.pk, resolution=cleaned["resolution"], actor=self.request.viewer, at=timezone.now())
        except Refused as refusal:
            raise ValidationError({"way": refusal.message}) from refusal
        self.instance.refresh_from_db()
        return cleaned


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
    fields = (*facts, "way", "resolution")
    actions = None

    def member_of(self, row: Trouble) -> int | None:
        """Whose payment it is about, if it is known."""
        return row.payment.member_id if row.payment else None

    def get_readonly_fields(self, request: Request, obj: Trouble | None = None) -> tuple[str, ...]:
        """What happened is never edited; how it was resolved is written once."""
        return (*self.facts, "resolution") if obj is None or obj.resolved_at else self.facts

    def get_fields(self, request: Request, obj: Trouble | None = None) -> tuple[str, ...]:
        """What is resolved needs no way out."""
        return (*self.facts, "resolution") if obj is None or obj.resolved_at else self.fields

    def get_form(self, request: Request, obj: Trouble | None = None, change: bool = False, **kwargs: Any) -> type[forms.ModelForm]:
        """The form knows who decides."""
        form = super().get_form(request, obj, change, **kwargs)
        form.request = request  # type: ignore[attr-defined]
        return form

    def has_add_permission(self, request: Request) -> bool:
        """Trouble is found, not made."""
        return False

    def has_delete_permission(self, request: Request, obj: Trouble | None = None) -> bool:
        """Nothing is lost."""
        return False

    def save_model(self, request: Request, obj: Trouble, form: Any, change: bool) -> None:
        """Done already, by the action."""
