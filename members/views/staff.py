"""The people of a school: administrators, supporters, invitations (`/school/staff/`; the office's side of it under /admin/desk/staff/)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from members.actions import consent, invitations, roles
from members.actions.invitations import Wanted
from members.forms.staff import InvitationForm, SchoolSearchForm
from members.queries import groups, staff
from members.school_access import may
from members.states import SchoolAct
from ossma.core.ratelimit import TooMany
from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request

Page = Callable[..., HttpResponse]


def of_own_school(view: Page) -> Page:
    """The page of the school in whose portal one is."""

    @wraps(view)
    def page(request: Request, **kwargs: Any) -> HttpResponse:
        return view(request, school_id=request.viewer.school_id or 0, **kwargs)

    return page


def _url(request: Request, school_id: int, name: str = "staff", **kwargs: int) -> str:
    if request.viewer.is_office:
        return reverse(f"office:members:{name}", kwargs={"school_id": school_id, **kwargs})
    return reverse(f"school:members:{name}", kwargs=kwargs)


def _page(request: Request, template: str, school_id: int, *, status: int = 200, **context: Any) -> HttpResponse:
    frame = {"frame": "office/base.html" if request.viewer.is_office else "school/base.html", "list_url": _url(request, school_id)}
    return render(request, f"school/members/{template}.html", context | frame, status=status)


def _actions(request: Request, school_id: int, row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "resend_url": _url(request, school_id, "staff_resend", invitation_id=row.pk),
        "withdraw_url": _url(request, school_id, "staff_withdraw", invitation_id=row.pk),
    }


@never_cache
@require_safe
def people(request: Request, school_id: int) -> HttpResponse:
    """Who acts for the school, and who is invited to."""
    at = timezone.now()
    kinds = staff.invitable_kinds(request.viewer)
    may_end_all = request.viewer.is_office
    listed = [
        {
            "row": role,
            "is_self": role.user_id == request.viewer.user_id,
            "remove_url": _url(request, school_id, "staff_remove", user_id=role.user_id) if may_end_all or role.kind in kinds else "",
        }
        for role in staff.roles(request.viewer, school_id)
    ]
    invited = [_actions(request, school_id, row) for row in staff.invitations(request.viewer, school_id, at)]
    school = staff.school(request.viewer, school_id)
    context: dict[str, Any] = {
        "school": school,
        "invite_url": _url(request, school_id, "staff_invite"),
        "may_send": may(request.viewer, SchoolAct.MANAGE),
    }
    return _page(request, "staff", school_id, people=listed, invited=invited, **context)


@never_cache
def invite(request: Request, school_id: int) -> HttpResponse:
    """Invite somebody. The answer is the same for every address; what was typed stays when a limit refuses."""
    school = staff.school(request.viewer, school_id)
    known = [] if request.viewer.is_office else [(group.pk, group.name) for group in groups.all_groups(request.viewer)]
    form = InvitationForm(request.POST or None, kinds=staff.invitable_kinds(request.viewer), groups=known)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite(school_id=school_id, wanted=Wanted(**form.wanted()), actor=request.viewer, at=timezone.now())
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
            status = 429 if isinstance(refusal, TooMany) else 200
        else:
            text = _("An invitation has been sent to %(address)s. The role begins when it is accepted.")
            messages.success(request, text % {"address": form.cleaned_data["email"]})
            return redirect(_url(request, school_id))
    return _page(request, "staff_invite", school_id, status=status, form=form, school=school)


def _own(request: Request, school_id: int, invitation_id: int) -> Any:
    invitation = staff.invitation(request.viewer, invitation_id)
    if invitation.school_id != school_id:
        raise NotFound
    return invitation


@require_POST
def resend(request: Request, school_id: int, invitation_id: int) -> HttpResponse:
    """Send an invitation once more."""
    invitation = _own(request, school_id, invitation_id)
    try:
        invitations.resend_invitation(invitation_id=invitation_id, actor=request.viewer, at=timezone.now())
        messages.success(request, _("The invitation has been sent to %(address)s again.") % {"address": invitation.email})
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect(_url(request, school_id))


@never_cache
def withdraw(request: Request, school_id: int, invitation_id: int) -> HttpResponse:
    """Ask, then take an invitation back."""
    invitation = _own(request, school_id, invitation_id)
    if request.method == "POST":
        try:
            invitations.withdraw_invitation(invitation_id=invitation_id, actor=request.viewer, at=timezone.now())
            messages.success(request, _("The invitation has been withdrawn. Its link no longer works."))
        except Refused as refusal:
            messages.warning(request, refusal.message)
        return redirect(_url(request, school_id))
    return _page(request, "staff_withdraw", school_id, invitation=invitation)


@never_cache
def remove(request: Request, school_id: int, user_id: int) -> HttpResponse:
    """Ask, then end somebody's role."""
    role = staff.role(request.viewer, school_id, user_id)
    if not request.viewer.is_office and (role.kind not in staff.invitable_kinds(request.viewer) or user_id == request.viewer.user_id):
        raise NotFound
    if request.method == "POST":
        try:
            roles.end_role(school_id=school_id, user_id=user_id, actor=request.viewer, at=timezone.now())
            messages.success(request, _("%(name)s no longer acts for the school.") % {"name": role.user.get_full_name()})
        except Refused as refusal:
            messages.warning(request, refusal.message)
        return redirect(_url(request, school_id))
    return _page(request, "staff_remove", school_id, role=role)


@never_cache
@require_safe
def schools(request: Request) -> HttpResponse:
    """For the office: delegates who wait, and every school with the number of its administrators."""
    form = SchoolSearchForm(request.GET)
    text = form.wanted()
    page = staff.schools(request.viewer, text, request.GET.get("page", 1), nothing=bool(form.errors))
    query = f"{urlencode({'q': text})}&" if text else ""
    context = {"page": page, "form": form, "query": query, "waiting": staff.delegates_waiting(request.viewer)}
    return render(request, "office/members/staff.html", context)


@never_cache
def delegate(request: Request, invitation_id: int) -> HttpResponse:
    """For the office: somebody of an outside firm has accepted; may the role begin?"""
    invitation = staff.waiting_delegate(request.viewer, invitation_id)
    refused = ""
    if request.method == "POST" and request.POST.get("decision") in {"approve", "refuse"}:
        decide = consent.approve_delegate if request.POST["decision"] == "approve" else consent.refuse_delegate
        try:
            decide(invitation_id=invitation_id, actor=request.viewer, at=timezone.now())
            messages.success(request, _("Done. The person and the school have been told by mail."))
            return redirect("office:members:staff_schools")
        except Refused as refusal:
            refused = refusal.message
    return render(request, "office/members/delegate.html", {"invitation": invitation, "refused": refused})
