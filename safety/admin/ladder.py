"""Escalation policies in the office's admin: what is in force is never changed, a newer one takes its place once a second manager approved it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.admin.approving import ApprovalAdmin, ApprovalFilter, ApprovalInline, ProposalForm
from ossma.core.duties import Duty
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from safety.actions.rungs import copy_policy
from safety.ladder import NEVER_IN_A_DRILL
from safety.models import EscalationPolicy, LadderStep
from safety.states import CheckKind, Rung


class EscalationPolicyForm(ProposalForm):
    """Kind and first day."""

    class Meta:
        model = EscalationPolicy
        fields = ("kind", "valid_from")

    def clean(self) -> dict[str, Any]:
        """In force from tomorrow at the earliest."""
        data = super().clean() or {}
        if data.get("valid_from") and data["valid_from"] <= timezone.localdate():
            self.add_error("valid_from", _("Choose a day from tomorrow on: what is in force is not changed."))
        return data


class StepForm(forms.ModelForm):
    """One step."""

    class Meta:
        model = LadderStep
        fields = ("minutes", "asleep_minutes", "rung")

    def clean(self) -> dict[str, Any]:
        """Sleep is never disturbed earlier."""
        data = super().clean() or {}
        if data.get("asleep_minutes") is not None and data.get("minutes") is not None and data["asleep_minutes"] < data["minutes"]:
            self.add_error("asleep_minutes", _("Those asleep are not disturbed earlier than the others."))
        return data


class StepFormSet(forms.BaseInlineFormSet):
    """The steps of one policy."""

    def clean(self) -> None:
        """An exercise frightens no family and fills no desk."""
        super().clean()
        for form in self.forms if self.instance.kind == CheckKind.DRILL else ():
            data = getattr(form, "cleaned_data", {})
            if data.get("rung") and not data.get("DELETE") and Rung(data["rung"]) in NEVER_IN_A_DRILL:
                form.add_error("rung", _("A drill never goes to the family or to the follow-up desk."))


class StepInline(ApprovalInline):
    """The steps, as open or closed as their policy."""

    model = LadderStep
    form = StepForm
    formset = StepFormSet


@admin.register(EscalationPolicy)
class EscalationPolicyAdmin(ApprovalAdmin):
    """The policies by kind of check, the newest first. A policy is whole: begin by copying the one in force."""

    reads = (Duty.SEND_CHECK,)
    writes = (Duty.SET_PRICES,)
    approves = (Duty.SET_PRICES,)
    form = EscalationPolicyForm
    list_display = ("kind", "valid_from", "standing")
    list_filter = ("kind", "valid_from", ApprovalFilter)
    inlines = (StepInline,)
    actions = ("copy_set",)

    @admin.action(description=_("Copy the ladder of these kinds, from tomorrow on"), permissions=["add"])
    def copy_set(self, request: Request, queryset: QuerySet[EscalationPolicy]) -> None:
        """A new set for each kind of the chosen policies, ready to be changed."""
        for kind in sorted(set(queryset.values_list("kind", flat=True))):
            try:
                copy_policy(actor=request.viewer, at=timezone.now(), kind=kind, day=timezone.localdate() + timedelta(days=1))
            except Refused as refused:
                messages.error(request, refused.message)
