"""Who is left out of a check and why, all of them; and why one member was or was not asked."""

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ossma.core.requests import Request
from safety.queries import dashboard
from safety.queries.recipients import LeftOutMember
from safety.queries.recipients import left_out as left_out_of
from safety.queries.why import explain, find_members
from safety.states import LeftOut
from safety.views.desk.drafting import own_check
from safety.views.desk.faces import Desk, show_page
from safety.views.desk.looks import note_looks

PAGE = 50
LONGEST_QUERY = 100


@require_safe
def left_out(request: Request, desk: Desk, n: int) -> HttpResponse:
    """Everybody the audience means and who is not asked, page by page, by reason."""
    check = own_check(request, n)
    at = timezone.now()
    wanted = request.GET.get("reason", "")
    wanted = wanted if wanted in LeftOut else ""
    everybody = left_out_of(request.viewer, check, reason=wanted, at=at)
    page: Page[LeftOutMember] = Paginator(everybody, PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    note_looks(request, action="safety.left_out_seen", subject=f"left-out:{n}", member_ids=[one.member_id for one in people], at=at)
    counts = everybody.counts
    chips = [("", sum(counts.values())), *counts.items()]
    labels = {"": None} | {reason: reason.label for reason in LeftOut}
    items = [{"url": f"?reason={value}", "label": labels[value], "count": count, "current": value == wanted} for value, count in chips]
    context = {"check": check, "page": page, "people": people, "items": items, "query": f"reason={wanted}&" if wanted else ""}
    return show_page(request, desk, "left_out", context)


@require_safe
def why(request: Request, desk: Desk, n: int) -> HttpResponse:
    """Enter a member, learn why they are or are not in this check."""
    check = dashboard.check_of(request.viewer, n)
    at = timezone.now()
    typed = request.GET.get("who", "").strip()
    members = find_members(request.viewer, typed) if len(typed) <= LONGEST_QUERY else []
    note_looks(request, action="safety.why_seen", subject=f"why:{n}", member_ids=[member.pk for member in members], at=at)
    rows = [{"member": member, "found": explain(request.viewer, check, member.pk, at)} for member in members]
    return show_page(request, desk, "why", {"check": check, "typed": typed, "rows": rows})
