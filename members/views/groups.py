"""The school's groups and their supporters (school-portal.md P4)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.actions import groups as actions
from members.actions import invitations, looks
from members.forms.school import GroupForm, NumbersForm, SupporterForm
from members.queries import directory, groups, profile, staff
from members.states import SchoolAct
from members.walls import school_only
from ossma.core.ratelimit import TooMany
from ossma.core.refusals import Refused
from ossma.core.requests import Request


@school_only
def group_list(request: Request) -> HttpResponse:
    """All groups with their sizes."""
    return render(request, "school/members/groups.html", {"groups": groups.all_groups(request.viewer)})


@school_only(get=SchoolAct.MANAGE)
def group_new(request: Request) -> HttpResponse:
    """A new group."""
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            group = actions.create(**form.cleaned_data, actor=request.viewer, at=timezone.now())
            return redirect("school:members:group", group.pk)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
    return render(request, "school/members/group_new.html", {"form": form})


def _add_members(request: Request, group_id: int, form: NumbersForm) -> None:
    members, unknown = groups.members_by_numbers(request.viewer, form.cleaned_data["numbers"])
    if members:
        actions.add_members(group_id=group_id, members=members, actor=request.viewer, at=timezone.now())
        text = ngettext("%(count)d member is in the group now.", "%(count)d members are in the group now.", len(members))
        messages.success(request, text % {"count": len(members)})
    if unknown:
        form.add_error("numbers", _("Nobody of your school was found for: %(words)s") % {"words": ", ".join(unknown[:20])})


def _add_supporter(request: Request, group_id: int, form: SupporterForm) -> int:
    """Add or invite; the status of the page."""
    try:
        follows = invitations.add_supporter(group_id=group_id, **form.cleaned_data, actor=request.viewer, at=timezone.now())
    except Refused as refusal:
        form.add_error(refusal.field, refusal.message)
        return 429 if isinstance(refusal, TooMany) else 200
    text = _("An invitation has been sent to %(address)s. The role begins when it is accepted.") % {"address": form.cleaned_data["email"]}
    messages.success(request, _("The supporter can follow this group now.") if follows else text)
    return 200


@school_only
def group(request: Request, group_id: int) -> HttpResponse:
    """One group: its members and supporters, and two forms to add some."""
    found = groups.group(request.viewer, group_id)
    numbers, supporter, status = NumbersForm(), SupporterForm(), 200
    if request.method == "POST" and "numbers" in request.POST:
        numbers = NumbersForm(request.POST)
        if numbers.is_valid():
            _add_members(request, group_id, numbers)
    elif request.method == "POST":
        supporter = SupporterForm(request.POST)
        if supporter.is_valid():
            status = _add_supporter(request, group_id, supporter)
    if request.method == "POST" and not numbers.errors and not supporter.errors:
        return redirect("school:members:group", group_id)
    page = directory.page(directory.found(request.viewer, group_id=group_id), request.GET.get("page", 1))
    looks.note_list(member_ids=[member.pk for member in page], actor=request.viewer, at=timezone.now())
    supporters = groups.supporters_of(request.viewer, group_id)
    invited = staff.invited_to(request.viewer, group_id, timezone.now())
    context = {"group": found, "page": page, "supporters": supporters, "invited": invited, "numbers": numbers, "supporter": supporter}
    return render(request, "school/members/group.html", context, status=status)


@school_only(get=SchoolAct.MANAGE)
def group_drop_member(request: Request, group_id: int, member_id: int) -> HttpResponse:
    """Ask, then take a member out of the group."""
    found = groups.group(request.viewer, group_id)
    member = profile.member(request.viewer, member_id)
    if request.method == "POST":
        actions.remove_member(group_id=group_id, member_id=member_id, actor=request.viewer, at=timezone.now())
        messages.success(request, _("%(name)s is no longer in the group.") % {"name": member.name})
        return redirect("school:members:group", group_id)
    return render(request, "school/members/group_drop.html", {"group": found, "name": member.name})


@school_only(get=SchoolAct.REVOKE, post=SchoolAct.REVOKE)
def group_drop_supporter(request: Request, group_id: int, user_id: int) -> HttpResponse:
    """Ask, then end a supporter's view of the group."""
    found = groups.group(request.viewer, group_id)
    supporter = groups.supporter(request.viewer, group_id, user_id)
    if request.method == "POST":
        actions.remove_supporter(group_id=group_id, user_id=user_id, actor=request.viewer, at=timezone.now())
        messages.success(request, _("%(name)s no longer follows the group.") % {"name": supporter.get_full_name()})
        return redirect("school:members:group", group_id)
    return render(request, "school/members/group_drop.html", {"group": found, "name": supporter.get_full_name(), "supporter": True})
