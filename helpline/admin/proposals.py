"""Numbers that a publisher proposes and a manager publishes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import model_to_dict
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpline.models import EmergencyProposal, HelplineNumber, LocalEmergency, NumberProposal
from helpline.queries import live_emergency, live_number
from helpline.rules import already_there
from members.admin.approving import ApprovalAdmin, ApprovalFilter, ProposalForm
from ossma.core.duties import Duty
from ossma.core.requests import Request


class NumberProposalForm(ProposalForm):
    """A number with what it changes; a removal needs something to remove."""

    class Meta:
        fields = "__all__"
        widgets = {"replaces": forms.HiddenInput}

    def clean(self) -> dict[str, Any]:
        """Nothing can be taken away that is not there; nothing is proposed that stands there already."""
        data = super().clean() or {}
        if data.get("removes") and data.get("replaces") is None:
            self.add_error("removes", _("This is a new number: there is nothing to take away."))
        if not data.get("removes") and not self.errors:
            self._clean_live(data)
        return data

    def _clean_live(self, data: dict[str, Any]) -> None:
        model = HelplineNumber if self._meta.model is NumberProposal else LocalEmergency
        replaced = data.get("replaces")
        row = model(pk=replaced.pk if replaced else None)
        row._state.adding = replaced is None
        names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        for name in names:
            setattr(row, name, data.get(name))
        try:
            row.validate_unique()
            row.validate_constraints()
        except forms.ValidationError:
            self.add_error(None, already_there().message)


class ReferenceAdmin(ApprovalAdmin):
    """Written by a publisher, published by a manager."""

    reads = (Duty.PUBLISH_REFERENCE,)
    writes = (Duty.WRITE_REFERENCE,)
    approves = (Duty.PUBLISH_REFERENCE,)
    form = NumberProposalForm
    list_filter = (ApprovalFilter,)

    def get_list_select_related(self, request: HttpRequest) -> tuple[str, ...]:
        """With the country that each is for."""
        return ("country", "proposed_by", "approved_by")

    def get_changeform_initial_data(self, request: Request) -> dict[str, Any]:
        """`?replaces=` the id of what members see fills the form with it."""
        asked = request.GET.get("replaces", "")
        live = self.live(int(asked)) if asked.isdecimal() and len(asked) < 10 else None
        return model_to_dict(live) | {"replaces": live.pk, "removes": request.GET.get("removes") == "1"} if live else {}

    def live(self, pk: int) -> HelplineNumber | LocalEmergency | None:
        """What members see under this id."""
        raise NotImplementedError


@admin.register(NumberProposal)
class NumberProposalAdmin(ReferenceAdmin):
    """Helpline numbers to be added, changed or taken away."""

    list_display = ("country", "kind", "dial_as_shown", "e164", "removes", "standing", "proposer", "proposed_at")

    def live(self, pk: int) -> HelplineNumber | None:
        """A helpline number."""
        return live_number(pk)


@admin.register(EmergencyProposal)
class EmergencyProposalAdmin(ReferenceAdmin):
    """Local emergency numbers to be added, changed or taken away."""

    fields = ("replaces", "removes", "country", "police", "ambulance", "fire", "checked_on", "source_url")
    list_display = ("country", "police", "ambulance", "fire", "removes", "standing", "proposer", "proposed_at")

    def live(self, pk: int) -> LocalEmergency | None:
        """A country's emergency numbers."""
        return live_emergency(pk)
