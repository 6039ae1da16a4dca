"""The ladder for the silent in the office's admin: what is in force is never changed, a newer set takes its place."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.admin.audited import DeletableAdmin
from ossma.core.duties import Duty
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from safety.actions.rungs import copy_ladder
from safety.ladder import NEVER_IN_A_DRILL
from safety.models import LadderStep
from safety.states import CheckKind, Rung


class LadderStepForm(forms.ModelForm):
    """One rung."""

    class Meta:
        model = LadderStep
        fields = ("kind", "valid_from", "minutes", "asleep_minutes", "rung")

    def clean(self) -> dict[str, Any]:
        """In force from tomorrow at the earliest; an exercise frightens no family and fills no desk; sleep is never disturbed earlier."""
        data = super().clean() or {}
        if data.get("valid_from") and data["valid_from"] <= timezone.localdate():
            self.add_error("valid_from", _("Choose a day from tomorrow on: what is in force is not changed."))
        if data.get("kind") == CheckKind.DRILL and Rung(data.get("rung", Rung.PUSH)) in NEVER_IN_A_DRILL:
            self.add_error("rung", _("A drill never goes to the family or to the follow-up desk."))
        if data.get("asleep_minutes") is not None and data.get("minutes") is not None and data["asleep_minutes"] < data["minutes"]:
            self.add_error("asleep_minutes", _("Those asleep are not disturbed earlier than the others."))
        return data


@admin.register(LadderStep)
class LadderStepAdmin(DeletableAdmin):
    """The rungs by kind of check, the newest set first. A set is whole: begin by copying the one in force."""

    reads = (Duty.SEND_CHECK,)
    writes = (Duty.SET_PRICES,)
    form = LadderStepForm
    list_display = ("kind", "valid_from", "minutes", "asleep_minutes", "rung")
    list_filter = ("kind", "valid_from")
    actions = ("copy_set",)

    def has_change_permission(self, request: Request, obj: Any = None) -> bool:
        """Open until its day."""
        return super().has_change_permission(request, obj) and (obj is None or obj.valid_from > timezone.localdate())

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        """One by one, until its day."""
        return obj is not None and obj.valid_from > timezone.localdate() and super().has_delete_permission(request, obj)

    @admin.action(description=_("Copy the ladder of these kinds, from tomorrow on"), permissions=["add"])
    def copy_set(self, request: Request, queryset: QuerySet[LadderStep]) -> None:
        """A new set for each kind of the chosen rungs, ready to be changed."""
        for kind in sorted(set(queryset.values_list("kind", flat=True))):
            try:
                copy_ladder(actor=request.viewer, at=timezone.now(), kind=kind, day=timezone.localdate() + timedelta(days=1))
            except Refused as refused:
                messages.error(request, refused.message)
