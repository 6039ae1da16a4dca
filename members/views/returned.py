"""Returned mails that nobody understood: read, say whose it was, close."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members.actions.returned import close_returned_mail
from members.forms.office import ReturnedMailForm
from members.queries import returned
from ossma.core.refusals import Refused
from ossma.core.requests import Request


@require_safe
def index(request: Request) -> HttpResponse:
    """Everything that waits, the oldest first."""
    return render(request, "office/members/returned.html", {"mails": returned.open_mails(request.viewer)})


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Request, mail_id: int) -> HttpResponse:
    """One mail in letters; POST closes it."""
    mail = returned.open_mail(request.viewer, mail_id)
    form = ReturnedMailForm(request.POST if request.method == "POST" else None, initial={"address": mail.row.hint})
    if request.method == "POST" and form.is_valid():
        try:
            close_returned_mail(mail_id=mail_id, actor=request.viewer, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("Closed."))
            return redirect("office:members:returned")
    return render(request, "office/members/returned_mail.html", {"mail": mail, "form": form}, status=422 if form.errors else 200)
