"""The office changes a travel period: days, the fee before and after, はい (member-portal.md M2)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.actions.period import change_period
from applications.forms.changing import PeriodForm
from applications.queries import applications
from applications.queries.changing import open_change
from applications.rules.deciding import refusal_to_change
from applications.rules.period import day_in_japan
from applications.summary_of_changes import plan_rows
from ossma.core import audit
from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeAdmin
from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request


class PeriodPage(OfficeAdmin):
    """One more page of an application; everything is decided by the action that members use."""

    change_form_template = "office/applications/application.html"

    def get_urls(self) -> list[URLPattern]:
        """The page beside those of the library."""
        return [path("<int:pk>/period/", self.admin_site.admin_view(self.period), name="applications_application_period"), *super().get_urls()]

    def period(self, request: Request, pk: int) -> HttpResponse:
        """The days first; then what they cost and はい, as long as that still holds."""
        if not request.viewer.may(Duty.HANDLE_APPLICATIONS):
            raise NotFound
        application, at = applications.application(request.viewer, pk), timezone.now()
        audit.record_looks(actor=request.viewer, at=at, action="application.seen", member_ids=[application.member_id])
        refusal = refusal_to_change(application.state, application.last_day, day_in_japan(at))
        days = {"first_day": application.first_day, "last_day": application.last_day}
        form = PeriodForm(
            request.POST or None, initial=days, application=application, waiting=open_change(pk), viewer=request.viewer, today=day_in_japan(at)
        )  # fmt: skip
        plan = form.plan if form.is_valid() else None
        if plan and plan.shown == request.POST.get("shown") and self._done(request, pk, form):
            return redirect("admin:applications_application_change", pk)
        context: dict[str, Any] = {"application": application, "refused": refusal, "form": form, "plan": plan}
        context |= {"title": _("Change the travel period"), "rows": plan_rows(plan) if plan else [], "opts": self.opts}
        return TemplateResponse(request, "office/applications/period.html", self.admin_site.each_context(request) | context)

    def _done(self, request: Request, pk: int, form: PeriodForm) -> bool:
        first_day, last_day = form.period
        try:
            change_period(application_id=pk, first_day=first_day, last_day=last_day, actor=request.viewer, at=timezone.now())
        except Refused as refused:
            form.add_error(refused.field, refused.message)
            return False
        messages.success(request, _("The change of period was written. The member has been told."))
        return True
