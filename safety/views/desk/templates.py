"""Words kept ready for checks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ossma.core.refusals import Refused
from ossma.core.requests import Request
from safety.actions import change_template, delete_template, make_template
from safety.forms.words import TemplateForm, template_initial
from safety.queries import plans
from safety.views.desk.faces import Desk, posted, put_refusal, show_page


@require_safe
def index(request: Request, desk: Desk) -> HttpResponse:
    """The office's, and the own school's."""
    rows = plans.templates(request.viewer)
    return show_page(request, desk, "templates", {"rows": rows, "own": request.viewer.school_id})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, desk: Desk) -> HttpResponse:
    """Keep words ready; `?from=` begins with another's."""
    source = request.GET.get("from", "")
    initial = template_initial(plans.template_of(request.viewer, int(source))) if source.isdecimal() else {}
    form = TemplateForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            make_template(actor=request.viewer, at=timezone.now(), school_id=request.viewer.school_id, **form.content())
        except Refused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The template was saved. You can choose it when you write a safety check."))
            return redirect(desk.url("templates"))
    return show_page(request, desk, "template", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, desk: Desk, t: int) -> HttpResponse:
    """Change words kept ready."""
    row = plans.own_template(request.viewer, t)
    form = TemplateForm(posted(request), initial=template_initial(row))
    if request.method == "POST" and form.is_valid():
        change_template(actor=request.viewer, at=timezone.now(), template_id=t, **form.content())
        messages.success(request, _("The template was changed. Checks that were written from it stay as they are."))
        return redirect(desk.url("templates"))
    return show_page(request, desk, "template", {"form": form, "row": row}, status=422 if form.errors else 200)


@require_POST
def delete(request: Request, desk: Desk, t: int) -> HttpResponse:
    """Keep them no longer. Asked before on the page of the template."""
    delete_template(actor=request.viewer, at=timezone.now(), template_id=t)
    messages.success(request, _("The template was deleted."))
    return redirect(desk.url("templates"))
