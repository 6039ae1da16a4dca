"""Pages of the office on which one thing is decided: the facts, what can be done and what each way does, and the story of the money."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.forms.fields import TextField
from ossma.core.reading import LookedAdmin
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from ossma.core.viewer import Viewer
from payments import queries
from payments.admin.story import Entry, entry_of


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that can be done: its button's words, and what it does."""

    value: str
    title: str
    text: str = ""


class DecisionForm(forms.ModelForm):
    """One decision and its words. It is carried out while it is checked, so that a refusal shows at its field."""

    request: Request
    decision = forms.ChoiceField(label=_("What to do"))
    words = TextField(label=_("Reason or reference"), max_length=300, required=False)

    class Meta:
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = self.offer(self.request.viewer)
        self.fields["decision"].choices = [(way.value, way.title) for way in self.ways]  # type: ignore[attr-defined]

    def offer(self, viewer: Viewer) -> list[Way]:
        """What can be decided as things stand."""
        raise NotImplementedError

    def carry_out(self, decision: str, cleaned: dict[str, Any], *, actor: Viewer, at: datetime) -> None:
        """Decide, through the action that keeps the trail. Raises Refused."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """What is refused is said where it was typed."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self.carry_out(cleaned["decision"], cleaned, actor=self.request.viewer, at=timezone.now())
        except Refused as refusal:
            raise ValidationError({"words" if refusal.field in {"note", "reason", "resolution"} else "decision": refusal.message}) from refusal
        self.instance.refresh_from_db()
        return cleaned


def story(viewer: Viewer, payment_id: int | None) -> list[Entry]:
    """The timeline of a payment, newest first."""
    return [entry_of(happening) for happening in queries.story_of(viewer, payment_id)] if payment_id else []


class DecidingAdmin(LookedAdmin):
    """Everything is read here; the decision is the one thing written, once."""

    decided_fields: tuple[str, ...] = ("decision", "words")
    actions = None

    def is_open(self, row: Any) -> bool:
        """Whether there is something to decide."""
        raise NotImplementedError

    def page(self, request: Request, row: Any) -> dict[str, Any]:
        """What the page shows beside the form."""
        raise NotImplementedError

    def may_decide(self, request: Request, row: Model | None) -> bool:
        """Whether this person decides about this row now."""
        return row is not None and self.is_open(row) and self.has_change_permission(request, row)

    def get_fields(self, request: Request, obj: Model | None = None) -> tuple[str, ...]:
        """The facts are the page's; the form has the decision only."""
        return self.decided_fields if self.may_decide(request, obj) else ()

    def get_form(self, request: Request, obj: Model | None = None, change: bool = False, **kwargs: Any) -> type[forms.ModelForm]:
        """The form knows who decides."""
        form = super().get_form(request, obj, change, **kwargs)
        form.request = request  # type: ignore[attr-defined]
        return form

    def render_change_form(self, request: Request, context: dict[str, Any], *args: Any, **options: Any) -> HttpResponse:
        """The page of the house instead of the library's."""
        row = options.get("obj")
        more = {"may_decide": self.may_decide(request, row), "form": context["adminform"].form, **self.page(request, row)}
        return super().render_change_form(request, context | more, *args, **options)

    def has_add_permission(self, request: Request) -> bool:
        """What is decided here comes from rules, or from money that needs a person."""
        return False

    def save_model(self, request: Request, obj: Model, form: Any, change: bool) -> None:
        """Done already, by the action."""
