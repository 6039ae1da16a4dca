"""The steps of a check that ask before they are done: stop, resume, close, cancel, correct a drill."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request
from safety.actions import cancel_check, close_check, remind_now, resume_check, send_correction, stop_check, try_again
from safety.forms.follow import CloseForm
from safety.queries import dashboard
from safety.queries.dashboard import SafetyCheck
from safety.queries.progress import remindable_from
from safety.states import CheckKind, CheckState
from safety.views.desk.faces import Desk, posted, show_page


@dataclass(frozen=True, slots=True)
class Step:
    """What will happen, and what did; `states`: where the check must stand for the step to be offered."""

    act: Callable[..., SafetyCheck]
    states: tuple[CheckState, ...]
    title: Promise
    text: Promise
    button: Promise
    done: Promise
    kind: str = "danger"


STEPS = {
    "stop": Step(
        stop_check, (CheckState.OPEN,), _("Stop sending"),
        _("No more messages go out until you resume. What was sent can still be answered."),
        _("Stop"), _("Stopped. No more messages go out. You can resume at any time."),
    ),
    "resume": Step(
        resume_check, (CheckState.STOPPED,), _("Resume sending"),
        _("Messages that are due go out again, reminders too. Nobody gets the same message twice."),
        _("Resume"), _("Resumed. Messages that are due go out now."), "primary",
    ),
    "remind": Step(
        remind_now, (CheckState.OPEN,), _("Remind now"),
        _("Everybody without an answer is asked once more, now, whatever hour it is there. Whoever has answered gets nothing."),
        _("Remind now"), _("Everybody without an answer is being asked once more."), "primary",
    ),
    "again": Step(
        try_again, (CheckState.OPEN,), _("Send failed messages again"),
        _("Messages that were given up are sent once more, to the addresses as they are now."),
        _("Send failed messages again"), _("Messages that were given up are being sent once more."), "primary",
    ),
    "close": Step(
        close_check, (CheckState.OPEN, CheckState.STOPPED), _("Close this safety check"),
        _("No more messages or reminders go out. Answers that still come are kept and marked late. A closed check cannot be opened again."),
        _("Close"), _("Closed. Answers that still come are kept and marked late."),
    ),
    "cancel": Step(
        cancel_check, (CheckState.DRAFT, CheckState.SCHEDULED), _("Cancel this safety check"),
        _("It is not sent to anybody. It stays in the list as cancelled."),
        _("Cancel the check"), _("Cancelled. Nothing was sent."),
    ),
    "correct": Step(
        send_correction, (CheckState.OPEN, CheckState.STOPPED), _("Send the correction"),
        _("Everybody who got this drill is told that it was one, in the words below. No reminder goes out any more."),
        _("Send the correction"), _("The correction is on its way."),
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: Request, desk: Desk, n: int, verb: str) -> HttpResponse:
    """Ask, then do; pressed twice it is done once."""
    chosen = STEPS.get(verb)
    check = dashboard.check_of(request.viewer, n)
    if chosen is None or not dashboard.owns(request.viewer, check):
        raise NotFound
    tally = dashboard.total_of(dashboard.places(request.viewer, check)) if check.sent_at else dashboard.Tally()
    asks = verb == "close" and check.kind != CheckKind.DRILL and tally.silent > 0
    form = CloseForm(posted(request), silent=tally.silent) if asks else None
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            chosen.act(actor=request.viewer, at=timezone.now(), check_id=n, **(form.decision() if form else {}))
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, str(chosen.done))
            return redirect(desk.url("list") if verb == "cancel" else desk.url("show", n))
    elif request.method != "POST" and check.state not in chosen.states:
        return redirect(desk.url("show", n))
    context = {
        "check": check, "step": chosen, "verb": verb, "refusal": refusal, "tally": tally, "form": form,
        "waits_until": remindable_from(check, timezone.now()) if verb == "remind" else None,
    }  # fmt: skip
    return show_page(request, desk, "step", context, status=409 if refusal else 422 if form and form.errors else 200)
