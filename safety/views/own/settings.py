"""How exactly a member is seen and by whom; and how they can be reached (safety.md S3)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.queries import profile
from members.walls import member_only
from ossma.core.requests import Request
from safety.actions.positions import set_precision
from safety.forms.own import PrecisionForm
from safety.queries.looks import looks_at, precision_of
from safety.queries.reach import ways_of
from safety.views.desk.faces import posted


@member_only
def show(request: Request) -> HttpResponse:
    """Exact, about 20 km or country; below it everybody who has looked."""
    form = PrecisionForm(posted(request), initial={"precision": precision_of(request.viewer.member_id or 0)})
    if request.method == "POST" and form.is_valid():
        set_precision(actor=request.viewer, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved. It holds for everything you have said before, too."))
        return redirect("member:safety:settings")
    context = {"form": form, "looks": looks_at(request.viewer)}
    return render(request, "member/safety/settings.html", context, status=400 if form.errors else 200)


@require_safe
@member_only
def reach(request: Request) -> HttpResponse:
    """Every way to this member, and when it last worked."""
    ways, tap = ways_of(request.viewer)
    member = profile.member(request.viewer, request.viewer.member_id or 0)
    return render(request, "member/safety/reach.html", {"ways": ways, "tap": tap, "member": member})
