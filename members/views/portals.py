"""The portals of an account: choose the school one acts for, leave one (contracts.md A1)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from members.actions import roles
from members.portals import choose_portal, chosen_portal
from members.queries import faces
from members.walls import account_of, signed_in
from ossma.core.refusals import NotFound, Refused, first_or_404
from ossma.core.requests import Request


def _own_role(request: Request, school_id: int) -> faces.OwnRole:
    return first_or_404(role for role in faces.roles_of(account_of(request).pk) if role.school_id == school_id)


def _page(request: Request, template: str, **context: Any) -> HttpResponse:
    return render(request, f"account/{template}.html", context | {"home_url": "/account/portals/"})


def _wanted(url: str) -> str:
    """The page of the school portal that was asked for before the choice; anything else is its start page."""
    ours = url.startswith("/school/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if ours else "/school/"


@signed_in
@never_cache
def portals(request: Request) -> HttpResponse:
    """Every portal that this account has, with the role in it; choosing one by POST leads there."""
    own = faces.roles_of(account_of(request).pk)
    if request.method == "POST":
        wanted = request.POST.get("school", "")
        role = first_or_404(role for role in own if str(role.school_id) == wanted)
        choose_portal(request, role.school_id)
        return redirect(_wanted(request.POST.get("next", "")))
    is_member = faces.membership_of(account_of(request).pk) is not None
    if not own and not is_member and not account_of(request).is_staff:
        raise NotFound
    context: dict[str, Any] = {"roles": own, "chosen": chosen_portal(request), "is_member": is_member, "is_staff": account_of(request).is_staff}
    context["next"] = _wanted(request.GET.get("next", ""))
    return _page(request, "portals", **context)


@signed_in
@never_cache
def leave(request: Request, school_id: int) -> HttpResponse:
    """Ask, then give up one's own role in a school."""
    role = _own_role(request, school_id)
    if request.method == "POST":
        try:
            roles.leave_school(school_id=school_id, actor=request.viewer, at=timezone.now())
        except Refused as refusal:
            messages.warning(request, refusal.message)
            return redirect("account_portals")
        messages.success(request, _("You no longer act for %(school)s.") % {"school": role.school_name})
        return redirect("home")
    return _page(request, "portal_leave", role=role)
