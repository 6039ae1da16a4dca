"""The second address: the member asks for the link again, the mailbox's owner confirms without a login."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from members.actions import second_address as actions
from members.queries.profile import awaits_confirmation
from members.views.second_step import second_step_for
from members.walls import member_only
from ossma.core import limits
from ossma.core.net import source_of
from ossma.core.ratelimit import allowed
from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request
from ossma.core.viewer import by_link


@member_only
@require_POST
def again(request: Request) -> HttpResponse:
    """Mail the link once more."""
    try:
        actions.ask_again(member_id=request.viewer.member_id or 0, actor=request.viewer, at=timezone.now())
        messages.success(request, _("The mail is on its way. Open it and press the link."))
    except Refused as refused:
        messages.warning(request, refused.message)
    return redirect("member:members:index")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Request, signed: str) -> HttpResponse:
    """GET asks, POST confirms: programs that read mail follow links, and some press."""
    member_id = awaits_confirmation(signed)
    if member_id is None:
        within = allowed(limits.WRONG_LINK, key=source_of(request), at=timezone.now())
        return render(request, "public/members/second_address_over.html", status=404 if within else 429)
    at = timezone.now()
    if request.method == "POST":
        if asked := second_step_for(request, f"second_address:{member_id}:", actor=by_link(member_id), subject=("second_address", member_id), at=at):
            return asked
        try:
            actions.confirm(token=signed, actor=by_link(member_id), at=at)
        except NotFound:
            return render(request, "public/members/second_address_over.html", status=404)
        return render(request, "public/members/second_address.html", {"done": True})
    return render(request, "public/members/second_address.html", {"done": False})
