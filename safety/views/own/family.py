"""The member's side of the family line: give a link, renew it, take it back."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from applications.rules.period import day_in_japan
from members.walls import member_only
from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request
from safety.actions.family import MOST_LINKS, give_link, renew_link, take_back_link
from safety.addresses import family_path
from safety.forms.family import FamilyLinkForm
from safety.promises import expiry_after
from safety.queries.family import last_day_of_trips, own_links
from safety.views.desk.faces import posted, put_refusal

VERBS = {
    "renew": (renew_link, gettext_lazy("The link lives as long as your stay.")),
    "take-back": (take_back_link, gettext_lazy("The link shows nothing any more.")),
}


def _context(request: Request) -> dict[str, Any]:
    at = timezone.now()
    last_day = last_day_of_trips(request.viewer, day_in_japan(at))
    rows = []
    for link in own_links(request.viewer, at):
        url = f"{settings.SITE_URL}{family_path(link.pk)}"
        mail = f"mailto:?subject={quote(_('News of me while I am abroad'))}&body={quote(url)}"
        rows.append({"link": link, "url": url, "mail": mail, "short": last_day is not None and link.expires_at < expiry_after(last_day)})
    return {"rows": rows, "may_give": last_day is not None and len(rows) < MOST_LINKS, "no_trip": last_day is None}


@member_only
def family(request: Request) -> HttpResponse:
    """The links that live, and one more for somebody."""
    form = FamilyLinkForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            give_link(actor=request.viewer, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The link is ready. Copy it, or send it by mail."))
            return redirect("member:safety:family")
    return render(request, "member/safety/family.html", {**_context(request), "form": form}, status=400 if form.errors else 200)


@require_POST
@member_only
def act(request: Request, f: int, verb: str) -> HttpResponse:
    """Renew or take back one link."""
    if verb not in VERBS:
        raise NotFound
    do, done = VERBS[verb]
    try:
        do(actor=request.viewer, at=timezone.now(), link_id=f)
        messages.success(request, done)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("member:safety:family")
