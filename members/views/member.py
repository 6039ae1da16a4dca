"""会員情報: see, change, check, done (M6)."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from members import facts
from members.actions import profile as actions
from members.forms.registration import both_valid, profile_forms, replayed, typed
from members.language import remember_language
from members.queries import faces, kind_requests, profile
from members.sealed import seal, unseal
from members.walls import account_of, member_only
from ossma.core.requests import Request

# What was typed and not yet confirmed waits in the session, so that 修正 and a second window find it again.
PENDING = "me_pending"


def _own_id(request: Request) -> int:
    return request.viewer.member_id or 0


def _pending(request: Request) -> QueryDict:
    token = request.session.get(PENDING)
    return replayed(unseal(token) if token else {})


@member_only
@require_GET
def index(request: Request) -> HttpResponse:
    """The information as it stands, and the ways to the account's keys."""
    member = profile.member(request.viewer, _own_id(request))
    sections = facts.all_sections(profile.person_values(member), profile.contact_values(member))
    asked = kind_requests.open_of(request.viewer, member.pk)
    has_role = faces.has_role(account_of(request).pk)
    context = {"member": member, "sections": sections, "kind_request": asked, "has_role": has_role}
    return render(request, "member/members/index.html", context)


def _known(request: Request) -> dict[str, Any]:
    member = profile.member(request.viewer, _own_id(request))
    return {"person": profile.person_values(member), "people": profile.contact_values(member)}


@member_only
def edit(request: Request) -> HttpResponse:
    """編集. A mistake keeps everything that was typed."""
    if request.method == "POST":
        form, contacts = profile_forms(request.POST, account_email=account_of(request).email)
        if both_valid(form, contacts):
            request.session[PENDING] = seal(typed(request.POST))
            return redirect("member:members:edit_check")
    elif "again" in request.GET and PENDING in request.session:
        form, contacts = profile_forms(_pending(request), account_email=account_of(request).email)
    else:
        form, contacts = profile_forms(**_known(request), account_email=account_of(request).email)
    return render(request, "member/members/edit.html", {"form": form, "contacts": contacts})


def _asks_kind(request: Request, kind: str) -> bool:
    return bool(kind != profile.member(request.viewer, _own_id(request)).kind)


@member_only
def edit_check(request: Request) -> HttpResponse:
    """更新内容を確認する → 更新する. Nothing is written before."""
    form, contacts = profile_forms(_pending(request), account_email=account_of(request).email)
    if PENDING not in request.session or not both_valid(form, contacts):
        return redirect("member:members:edit")
    if request.method != "POST":
        sections = facts.all_sections(form.cleaned_data, contacts.given())
        context = {"sections": sections, "asks_kind": _asks_kind(request, form.cleaned_data["kind"])}
        return render(request, "member/members/edit_check.html", context)
    changed = actions.update(
        member_id=_own_id(request),
        profile=form.cleaned_data,
        contacts=contacts.given(),
        actor=request.viewer,
        at=timezone.now(),
    )
    del request.session[PENDING]
    response = redirect(f"{reverse('member:members:edit_done')}{'?kind=1' if 'kind_requested' in changed else ''}")
    remember_language(response, form.cleaned_data["language"])
    return response


@member_only
@require_GET
def edit_done(request: Request) -> HttpResponse:
    """更新完了しました."""
    return render(request, "member/members/edit_done.html", {"asked_kind": "kind" in request.GET})
