"""Before departure and before the storm: who cannot be reached, and which trips have gaps (safety.md S3)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ossma.core.requests import Request
from safety.forms.readiness import ListForm
from safety.queries.cover import After, trips_with_gaps
from safety.queries.reach import DEPARTING_DAYS, Wanted, count_silent, hard_to_reach
from safety.states import CoverPart, ReachFault
from safety.views.desk.faces import Desk, show_page
from safety.views.desk.looks import note_looks

SOON = "soon"


def _asked(query: QueryDict) -> ListForm:
    form = ListForm(query)
    form.full_clean()
    return form


def _item(label: str, *, current: bool, count: int | None = None, **query: Any) -> dict[str, Any]:
    words = urlencode({name: value for name, value in query.items() if value})
    return {"label": label, "url": f"?{words}", "current": current, "count": count}


@require_safe
def reach(request: Request, desk: Desk) -> HttpResponse:
    """Who cannot be reached today: abroad now, or leaving soon."""
    at = timezone.now()
    form = _asked(request.GET)
    soon, fault = form.asked("when") == SOON, form.asked("fault")
    rows, following = hard_to_reach(request.viewer, at, Wanted(soon, fault, form.number))
    note_looks(request, action="safety.reach_seen", subject="reach", member_ids=[row.member.pk for row in rows], at=at)
    # Counting is cheap in a school and dear among all.
    counts = [count_silent(request.viewer, at, departing=departing) if request.viewer.is_school else None for departing in (False, True)]
    soon_label = _("Leaving within %(days)d days") % {"days": DEPARTING_DAYS}
    whens = [
        _item(_("Abroad now"), current=not soon, count=counts[0], fault=fault),
        _item(soon_label, current=soon, count=counts[1], when=SOON, fault=fault),
    ]
    when = SOON if soon else ""
    faults = [_item(_("Cannot be reached"), current=not fault, when=when)]
    faults += [_item(str(one.label), current=fault == one, when=when, fault=one.value) for one in ReachFault]
    more = urlencode({"when": when, "fault": fault, "after": following}) if following else ""
    return show_page(request, desk, "reach", {"rows": rows, "whens": whens, "faults": faults, "more": more})


@require_safe
def cover(request: Request, desk: Desk) -> HttpResponse:
    """Trips that run or begin soon and lack something."""
    at = timezone.now()
    form = _asked(request.GET)
    part = form.asked("part")
    after = After(form.first_day, form.number) if form.first_day else None
    rows, following = trips_with_gaps(request.viewer, at, part=part, after=after)
    note_looks(request, action="safety.cover_seen", subject="cover", member_ids=[row.application.member_id for row in rows], at=at)
    parts = [_item(_("Any gap"), current=not part)]
    parts += [_item(str(one.label), current=part == one, part=one.value) for one in CoverPart]
    more = urlencode({"part": part, "day": following.first_day, "after": following.pk}) if following else ""
    return show_page(request, desk, "cover", {"rows": rows, "parts": parts, "more": more})
