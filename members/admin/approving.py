"""Admin of tables that need a second person: proposing, the page on which somebody else decides, and what is closed once approved."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from members.actions.approval import approve_proposal, refuse_proposal, save_proposal, withdraw_proposal
from members.forms.fields import TextField
from members.queries.approval import has_other_approver, proposal
from ossma.core import registries
from ossma.core.approval import compare, require_decidable
from ossma.core.duties import Duty
from ossma.core.models import ApprovalQuerySet, NeedsApproval
from ossma.core.office_admin import OfficeAdmin, OfficeInline
from ossma.core.refusals import NotFound, Refused
from ossma.core.registries import Approvable
from ossma.core.requests import Request

APPROVE, REFUSE = "approve", "refuse"
SHOWN = ("standing", "proposer", "proposed_at", "approver", "approved_at")


class DecisionForm(forms.Form):
    """One decision about the revision that was shown."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[(APPROVE, gettext_lazy("Approve: it holds as shown")), (REFUSE, gettext_lazy("Refuse: back to its writer"))],
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label=gettext_lazy("Reason"), max_length=300, required=False, help_text=gettext_lazy("Needed for a refusal; the writer reads it.")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class ProposalForm(forms.ModelForm):
    """A proposal, checked against the others that wait too."""

    def _get_validation_exclusions(self) -> set[str]:
        """Django checks a constraint only when the form holds every column that it names."""
        return super()._get_validation_exclusions() - {"approved_at"}  # type: ignore[misc]  # the stubs do not know it


class ApprovalFilter(admin.SimpleListFilter):
    """Where versions stand."""

    title = gettext_lazy("approval")
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """What can be chosen."""
        waits, refused = _("Waits for a second person"), pgettext("proposals", "Refused")
        return [("waiting", waits), ("refused", refused), ("approved", pgettext("proposal", "Approved"))]

    def queryset(self, request: HttpRequest, queryset: ApprovalQuerySet) -> ApprovalQuerySet:
        """The versions of one standing; without a choice all of them."""
        match self.value():
            case "waiting":
                return queryset.waiting()
            case "refused":
                return queryset.proposed().exclude(refused_at=None)
            case "approved":
                return queryset.approved()
        return queryset


class ApprovalAdmin(OfficeAdmin):
    """Versions that hold once somebody who did not write them has approved them. Approved ones are closed: a newer one takes their place."""

    approves: tuple[Duty, ...] = ()
    deletes = True
    form = ProposalForm
    change_form_template = "office/members/proposal.html"
    list_select_related = ("proposed_by", "approved_by")

    @property
    def approvable(self) -> Approvable:
        """What the registry knows of this table."""
        return registries.approvals.get(self.model._meta.label_lower)

    @admin.display(description=gettext_lazy("approval"))
    def standing(self, row: NeedsApproval) -> str:
        """Where a version stands."""
        if row.approved_at is not None:
            return pgettext("proposal", "Approved")
        if row.refused_at is not None:
            return _("Refused: %(reason)s") % {"reason": row.refusal}
        return _("Waits for a second person")

    @admin.display(description=gettext_lazy("proposed by"), ordering="proposed_by")
    def proposer(self, row: NeedsApproval) -> str:
        """Who changed it last, by name: not everybody here reads accounts."""
        return row.proposed_by.get_full_name() if row.proposed_by else "-"

    @admin.display(description=gettext_lazy("approved by"))
    def approver(self, row: NeedsApproval) -> str:
        """Who approved it."""
        return row.approved_by.get_full_name() if row.approved_by else "-"

    def get_readonly_fields(self, request: Request, obj: Model | None = None) -> tuple[str, ...]:
        """Who wrote it and who approved it, once it is stored."""
        return (*super().get_readonly_fields(request, obj), *(SHOWN if obj is not None else ()))

    def has_view_permission(self, request: Request, obj: Any = None) -> bool:
        """Approvers read what they decide about."""
        return super().has_view_permission(request, obj) or request.viewer.may(*self.approves)

    def has_module_permission(self, request: Request) -> bool:
        """Approvers find the table on the start page."""
        return super().has_module_permission(request) or request.viewer.may(*self.approves)

    def has_change_permission(self, request: Request, obj: Any = None) -> bool:
        """Open until it is approved."""
        return super().has_change_permission(request, obj) and (obj is None or obj.approved_at is None)

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        """One by one, until it is approved."""
        return obj is not None and obj.approved_at is None and super().has_delete_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        """The page of the decision beside those of the library."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_decide"
        return [path("<int:pk>/decide/", self.admin_site.admin_view(self.decide), name=name), *super().get_urls()]

    def changeform_view(self, request: Request, object_id: str | None = None, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Whoever saves a version that was approved in this moment is told; nothing is stored."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect(request.path)

    def delete_view(self, request: Request, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The same for whoever withdraws it."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect(self._address("change", object_id))

    def render_change_form(self, request: Request, context: dict[str, Any], *args: Any, **options: Any) -> HttpResponse:
        """Approvers are led on to the decision."""
        row = options.get("obj")
        context["may_decide"] = row is not None and row.approved_at is None and request.viewer.may(*self.approves)
        return super().render_change_form(request, context, *args, **options)

    def save_model(self, request: Request, obj: Any, form: ModelForm, change: bool) -> None:
        """Propose; the lines below are stored under the same lock."""
        save_proposal(row=obj, fields=form.changed_data, actor=request.viewer, at=timezone.now())
        if has_other_approver(request.viewer, self.approvable, obj):
            messages.info(request, _("Proposed. It holds once somebody else has approved it; they are told by mail."))
        else:
            messages.warning(request, _("Proposed, but nobody else in the office can approve it: everybody who could has written or changed it."))

    def delete_model(self, request: Request, obj: Model) -> None:
        """Withdraw the proposal."""
        withdraw_proposal(label=self.model._meta.label_lower, pk=obj.pk, actor=request.viewer, at=timezone.now())

    def decide(self, request: Request, pk: int) -> HttpResponse:
        """What holds now beside what will, and the decision of somebody who did not write it."""
        if not request.viewer.may(*self.approves):
            raise NotFound
        row = proposal(request.viewer, self.approvable, pk)
        form = DecisionForm(request.POST or None, initial={"revision": row.revision})
        if request.method == "POST" and form.is_valid() and (address := self._decided(request, row, form)):
            return redirect(address)
        return TemplateResponse(request, "office/members/decide.html", self.admin_site.each_context(request) | self._page(request, row, form))

    def _page(self, request: Request, row: NeedsApproval, form: DecisionForm) -> dict[str, Any]:
        found = self.approvable
        now = found.in_force(row)
        lines = compare(found.facts(now) if now is not None else [], found.facts(row))
        refusal = None
        try:
            require_decidable(row, revision=row.revision, user_id=request.viewer.user_id)
        except Refused as refused:
            refusal = refused.message
        return {
            "title": _("Decide: %(table)s") % {"table": self.opts.verbose_name}, "opts": self.opts, "row": row, "form": form, "lines": lines,
            "starts_on": found.starts_on(row), "is_removal": getattr(row, "removes", False), "has_now": now is not None,
            "refusal": refusal, "standing": self.standing(row),
            "list_url": self._address("changelist"), "row_url": self._address("change", pk=row.pk), "list_name": self.opts.verbose_name_plural,
        }  # fmt: skip

    def _decided(self, request: Request, row: NeedsApproval, form: DecisionForm) -> str:
        """Where to go on; empty where the form has to be corrected."""
        wanted = {
            "label": row._meta.label_lower,
            "pk": row.pk,
            "revision": form.cleaned_data["revision"],
            "actor": request.viewer,
            "at": timezone.now(),
        }
        try:
            if form.cleaned_data["decision"] == APPROVE:
                approve_proposal(**wanted)
                messages.success(request, _("Approved."))
            else:
                refuse_proposal(reason=form.cleaned_data["reason"], **wanted)
                messages.success(request, _("Refused. Its writer is told why."))
        except Refused as refused:
            if refused.field:
                form.add_error(refused.field, refused.message)
                return ""
            # The page is read afresh: it may be another version by now.
            messages.error(request, refused.message)
            return self._address("decide", row.pk)
        return self._address("changelist")

    def _address(self, page: str, pk: object = None) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[] if pk is None else [pk])


class ApprovalInline(OfficeInline):
    """The lines of a version, as open or closed as it is."""

    extra = 3

    def has_delete_permission(self, request: Request, obj: Model | None = None) -> bool:
        """Taking a line away is a change of the version."""
        return self.has_change_permission(request, obj)
