"""The follow-up desk: who has to be called next, taking names, and the end of a shift."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import conditional_page, require_http_methods, require_POST, require_safe

from ossma.core.refusals import Refused
from ossma.core.requests import Request
from safety.actions.calls import claim_cases, hand_over_shift
from safety.actions.cases import take_case
from safety.forms.desk import ShiftForm
from safety.queries import desk as desks
from safety.queries.lines import lines
from safety.views.desk.faces import Desk, may_write, posted, put_refusal, show_page
from safety.views.desk.looks import note_looks

MOST_CLAIMED = 50


def _asked(request: Request) -> desks.Asked:
    given = request.GET
    check = given.get("check", "")
    part = given.get("part", "")
    return desks.Asked(
        part=part if part in desks.FILTERS else "all",
        check=int(check) if check.isdecimal() and len(check) < 19 else None,
        country=given.get("country", "")[:4].replace("\x00", ""),
    )


def _query(asked: desks.Asked, **changed: str) -> str:
    values = {"part": "" if asked.part == "all" else asked.part, "check": asked.check or "", "country": asked.country, **changed}
    return urlencode({name: value for name, value in values.items() if value})


def _chips(asked: desks.Asked, counts: desks.Counts, *, reads_along: bool) -> list[dict[str, Any]]:
    labels = {"all": _("All"), "due": _("Due now"), "mine": _("Mine"), "unowned": _("Nobody's"), "sleeping": _("Asleep there")}
    return [
        {
            "url": f"?{_query(asked, part='' if part == 'all' else part)}",
            "label": labels[part],
            "count": getattr(counts, part),
            "current": part == asked.part,
        }
        for part in desks.FILTERS
        if part != "mine" or not reads_along
    ]


def _context(request: Request) -> dict[str, Any]:
    at = timezone.now()
    viewer, asked = request.viewer, _asked(request)
    page = Paginator(desks.queue(viewer, asked, at), desks.PAGE).get_page(request.GET.get("page"))
    counts = desks.counts(viewer, at)
    shown = lines(viewer, list(page.object_list), at)
    drills = lines(viewer, list(desks.queue(viewer, asked, at, drills=True)[: desks.PAGE]), at) if counts.drills else []
    seen = [line.case.member_id for line in (*shown, *drills)]
    note_looks(request, action="safety.desk_seen", subject="desk", member_ids=seen, at=at)
    checks, countries = desks.choices(viewer)
    query = _query(asked)
    return {
        "now": at,
        "asked": asked,
        "chips": _chips(asked, counts, reads_along=not may_write(request)),
        "counts": counts,
        "page": page,
        "lines": shown,
        "drills": drills,
        "checks": checks,
        "countries": countries,
        "query": f"{query}&" if query else "",
        "here": f"?{query}",
        "me": viewer.user_id,
        "by_school": viewer.is_office,
    }


@require_safe
def index(request: Request, desk: Desk) -> HttpResponse:
    """The queue, what is due next first; supporters read along."""
    return show_page(request, desk, "desk", _context(request))


@require_safe
@conditional_page
def live(request: Request, desk: Desk) -> HttpResponse:
    """The parts of the desk that change."""
    return show_page(request, desk, "desk_live", _context(request))


@require_POST
def claim(request: Request, desk: Desk) -> HttpResponse:
    """Take one name and go to it, or all that are ticked."""
    at = timezone.now()
    one = request.POST.get("one", "")
    if one.isdecimal() and len(one) < 19:
        try:
            take_case(actor=request.viewer, at=at, case_id=int(one))
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect(desk.url("desk"))
        return redirect(desk.url("case", int(one)))
    ticked = [int(pk) for pk in request.POST.getlist("case") if pk.isdecimal() and len(pk) < 19][:MOST_CLAIMED]
    taken = claim_cases(actor=request.viewer, at=at, case_ids=ticked)
    text = ngettext("You have taken %(n)d name.", "You have taken %(n)d names.", taken) % {"n": taken}
    if taken < len(ticked):
        text += " " + _("Others were quicker with the rest.")
    messages.success(request, text)
    return redirect(f"{desk.url('desk')}?part=mine")


@require_POST
def next_one(request: Request, desk: Desk) -> HttpResponse:
    """Take whoever is due next and go there. Two colleagues at once get two different names."""
    at = timezone.now()
    for case_id in desks.next_free(request.viewer, _asked(request), at):
        try:
            take_case(actor=request.viewer, at=at, case_id=case_id)
        except Refused:
            continue
        return redirect(desk.url("case", case_id))
    messages.info(request, _("Nobody has to be called now."))
    return redirect(desk.url("desk"))


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: Request, desk: Desk) -> HttpResponse:
    """The end of a shift: everything of mine goes to a colleague or back to the pool."""
    at = timezone.now()
    people = [(user.pk, user.get_full_name()) for user in desks.colleagues(request.viewer)]
    form = ShiftForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        try:
            count = hand_over_shift(actor=request.viewer, at=at, to_user_id=form.to_user_id, note=form.cleaned_data["note"])
        except Refused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, ngettext("%(n)d case handed over.", "%(n)d cases handed over.", count) % {"n": count})
            return redirect(desk.url("desk"))
    mine = desks.counts(request.viewer, at).mine
    return show_page(request, desk, "hand_over", {"form": form, "mine": mine}, status=422 if form.errors else 200)
