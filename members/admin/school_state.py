"""The office suspends, reinstates or ends a school: what it means, why, yes (contracts.md C7)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.schools import end_school, reinstate_school, suspend_school
from members.forms.office import SchoolStateForm
from members.queries.schools import school_of, touched_by
from members.school_access import allows, readable_until
from members.states import SCHOOL_MOVES, PortalState, SchoolAct, SchoolState
from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeAdmin
from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request


@dataclass(frozen=True, slots=True)
class Step:
    """One way to change a school's state: the act, where it leads, and its words."""

    act: Callable[..., Any]
    to: SchoolState
    title: Any
    done: Any


STEPS = {
    "suspend": Step(
        suspend_school,
        SchoolState.SUSPENDED,
        _("Suspend the school"),
        _("The school is suspended. Its administrators have been told."),
    ),
    "reinstate": Step(
        reinstate_school,
        SchoolState.ACTIVE,
        _("Lift the suspension"),
        _("The suspension is lifted. The school's administrators have been told."),
    ),
    "end": Step(
        end_school,
        SchoolState.ENDED,
        _("End the school's use of OSSMA"),
        _("The school's use of OSSMA has ended. Its administrators have been told."),
    ),
}


class SchoolStatePage(OfficeAdmin):
    """One more page of a school for each step; the actions decide."""

    change_form_template = "office/members/school.html"

    def get_urls(self) -> list[URLPattern]:
        """The pages beside those of the library."""
        page = self.admin_site.admin_view(self.state_page)
        return [path("<int:pk>/state/<str:step>/", page, name="members_school_state"), *super().get_urls()]

    def change_view(self, request: Request, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The school's own page offers the steps that its state allows."""
        row = self.get_object(request, object_id)
        open_steps = [(name, step.title) for name, step in STEPS.items() if row and step.to in SCHOOL_MOVES[SchoolState(row.state)]]
        steps = open_steps if request.viewer.may(Duty.MANAGE_CONTRACTS) else []
        return super().change_view(request, object_id, form_url, {"steps": steps, **(extra_context or {})})

    def state_page(self, request: Request, pk: int, step: str) -> HttpResponse:
        """What it means for whom, and why; the POST does it."""
        if step not in STEPS or not request.viewer.may(Duty.MANAGE_CONTRACTS):
            raise NotFound
        chosen, school, at = STEPS[step], school_of(request.viewer, pk), timezone.now()
        form = SchoolStateForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                chosen.act(actor=request.viewer, at=at, school_id=pk, **form.cleaned_data)
            except Refused as refused:
                form.add_error(refused.field, refused.message)
            else:
                messages.success(request, chosen.done)
                return redirect("admin:members_school_change", pk)
        context: dict[str, Any] = {
            "school": school,
            "form": form,
            "title": chosen.title,
            "is_end": chosen.to is SchoolState.ENDED,
            "possible": chosen.to in SCHOOL_MOVES[SchoolState(school.state)],
            "touched": touched_by(request.viewer, pk),
            "until": readable_until(at),
            "acts": [(act.label, allows(PortalState(chosen.to), act)) for act in SchoolAct],
            "opts": self.opts,
        }
        return TemplateResponse(request, "office/members/school_state.html", self.admin_site.each_context(request) | context)
