"""Pages behind a signed link: no login, no menu, nothing to wait for, and nothing that a search engine keeps."""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from helpline.queries import call_number
from ossma.core import limits
from ossma.core.automated import agent_of, hand_of, is_automated, note_unconfirmed, second_step
from ossma.core.net import client_address, source_of
from ossma.core.ratelimit import Limit, allowed, in_words, take
from ossma.core.requests import Request
from ossma.core.retry_after import TOO_MANY, with_wait
from ossma.core.viewer import Face, Viewer

Opened = Callable[..., HttpResponse | None]
Answering = Callable[..., HttpResponse]
# A press that was not taken yet: the page's script then sends the form plainly, so that the second step is seen.
NOT_TAKEN = 422


def bare_page(request: Request, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page without context processors: they would ask who is signed in."""
    shown = {**context, "request": request, "csrf_token": get_token(request), "office_name": settings.OFFICE_NAME}
    return HttpResponse(get_template(template).render(shown), status=status, headers={"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"})


def ask_second_step(request: Request, at: datetime, *, country_id: str | None = None) -> HttpResponse:
    """ "Was that you?": what was pressed has changed nothing yet, and counts once it is pressed here."""
    context = {"step": second_step(request, at), "number": call_number(country_id)}
    return bare_page(request, "public/safety/second_step.html", context, status=NOT_TAKEN)


def behind_link(
    read: Callable[[str], Any], *, kind: str, handed_over: Callable[[Any, datetime], datetime | None], dead: str, looks: Limit | None = None
) -> Callable[[Opened], Answering]:
    """Open a view to whoever holds a signed address that `read` understands; `dead` is the page for all others.

    A press by a program, which `handed_over` (when the mail with the link went to the server) lets us tell, is put on record as one of `kind` and
    does not come to the view (ossma.core.automated).

    Nobody can spend a good link for somebody else: only wrong ones count per network address, and `looks`, where it is given, counts the looks
    at one link. What is said behind a link is never stopped here.

    The address is the key to this one thing, so no cookie has to prove anything more. The view answers None when what stood behind it is over:
    a wrong address, an old one and one that was taken back look the same.
    """

    def wall(view: Opened) -> Answering:
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: Request, signed: str) -> HttpResponse:
            found = read(signed)
            at = timezone.now()
            if found is None:
                within = allowed(limits.WRONG_LINK, key=source_of(request), at=at)
                return _dead(request, dead, status=404 if within else TOO_MANY)
            if looks and request.method != "POST" and (wait := take(looks, key=found, at=at)):
                context = {"wait": in_words(wait), "number": call_number(None)}
                return with_wait(bare_page(request, "public/safety/wait.html", context), wait)
            if request.method == "POST" and is_automated(
                user_agent=agent_of(request), hand=hand_of(request, at), handed_over=partial(handed_over, found, at), at=at
            ):
                number = found[0] if isinstance(found, tuple) else found
                note_unconfirmed(actor=Viewer(face=Face.LINK, address=client_address(request)), at=at, subject=(kind, number))
                return ask_second_step(request, at)
            return view(request, found) or _dead(request, dead, status=404)

        return guarded

    return wall


def _dead(request: Request, template: str, *, status: int) -> HttpResponse:
    return bare_page(request, template, {"number": call_number(None)}, status=status)
