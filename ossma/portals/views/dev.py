"""Development pages. Mounted only with DEBUG or DEMO."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ossma.core import showcase
from ossma.core.refusals import NotFound
from ossma.portals import caught_mail, caught_push


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The newest mails that the sink caught; `?to=` narrows to one address."""
    return render(request, "dev/mail_list.html", {"mails": caught_mail.newest(to=request.GET.get("to", ""), limit=100)})


@require_safe
def mail_show(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as text."""
    mail = caught_mail.one(name)
    if mail is None:
        raise NotFound
    return render(request, "dev/mail_show.html", {"mail": mail})


@require_safe
def push_list(request: HttpRequest) -> HttpResponse:
    """The newest push messages that the sink caught, decrypted."""
    return render(request, "dev/push_list.html", {"pushes": caught_push.newest(limit=100)})


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """All components of the look on one page."""
    return render(request, "dev/components.html", showcase.samples())
