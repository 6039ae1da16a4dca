"""One exact position: asked for with a reason, noted, and shown to the member as a look (safety.md S3)."""

from django.http import HttpResponse
from django.utils import timezone

from members.queries import profile
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from safety.actions.positions import look_at_position
from safety.forms.own import LookForm
from safety.queries.looks import exact_allowed
from safety.views.desk.faces import Desk, posted, put_refusal, show_page


def exact(request: Request, desk: Desk, m: int) -> HttpResponse:
    """GET asks why; POST shows the place, once: reloading asks again."""
    allowed = exact_allowed(request.viewer, m)
    form = LookForm(posted(request))
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            found = look_at_position(actor=request.viewer, at=timezone.now(), member_id=m, reason=form.cleaned_data["reason"])
        except Refused as refused:
            put_refusal(form, refused)
    context = {"member": profile.member(request.viewer, m), "allowed": allowed, "form": form, "found": found}
    return show_page(request, desk, "exact", context, status=422 if form.errors else 200)
