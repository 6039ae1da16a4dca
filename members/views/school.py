"""The school's own members: list and file (school-portal.md P2)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from members import facts
from members.actions import looks
from members.forms.school import SearchForm
from members.queries import directory, profile
from members.queries.groups import groups_of
from members.walls import school_or_supporter
from ossma.core import registries
from ossma.core.requests import Request


@school_or_supporter
@require_GET
def member_list(request: Request) -> HttpResponse:
    """Search and list; whoever is on the page that was seen is on record."""
    form = SearchForm(request.GET)
    wanted = form.wanted()
    if "q" in form.errors:
        page = directory.page([], 1)
    else:
        page = directory.page(directory.found(request.viewer, wanted["text"], wanted["kind"]), request.GET.get("page", 1))
    looks.note_list(member_ids=[member.pk for member in page], actor=request.viewer, at=timezone.now())
    kept = urlencode({name: request.GET[name] for name in ("q", "kind") if request.GET.get(name)})
    searched = bool(kept)
    context = {"form": form, "page": page, "query": f"{kept}&" if kept else "", "searched": searched}
    return render(request, "school/members/list.html", context)


def _panels(request: Request, member_id: int) -> list[str]:
    """What the other rooms know about this member, each as a piece of page."""
    now = timezone.now()
    pieces: list[str] = []
    for _key, panel in registries.member_panels:
        template, context = panel(request.viewer, member_id, now)
        pieces.append(render_to_string(template, {"panel": context}, request=request))
    return pieces


@school_or_supporter
@require_GET
def member_file(request: Request, member_id: int) -> HttpResponse:
    """One member on one page. Medical notes are not the school's (M1)."""
    member = profile.member(request.viewer, member_id)
    looks.note_file(member_id=member.pk, school_id=member.school_id, actor=request.viewer, at=timezone.now())
    contacts = [facts.contact_rows(contact) for contact in profile.contact_values(member)]
    context: dict[str, Any] = {
        "member": member,
        "rows": facts.person_rows(profile.person_values(member)),
        "contacts": contacts,
        "groups": groups_of(request.viewer, member.pk),
        "panels": _panels(request, member.pk),
    }
    return render(request, "school/members/file.html", context)
