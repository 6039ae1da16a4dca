"""Whose question this is: a notification belongs to a browser, and somebody else may sit before it (safety.md S2).

A link that came by push is answered for its member only by themselves, signed in, or after a page has named whom it asks. Links in mails need no
login: they are in a mailbox of the member's own.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from members.queries.initials import Initials, initials_of
from ossma.core import links
from ossma.core.requests import Request
from ossma.core.viewer import Face, Viewer
from safety.states import Channel

# Not taken as it came: somebody has to say for whom it is.
ASKS = 409


@dataclass(frozen=True, slots=True)
class Whose:
    """For a page behind a link that came by push: whom it names, if it has to, and the sign that it was shown."""

    named: Initials | None = None
    asked: str = ""
    somebody_else: bool = False


def signed_in(request: Request) -> Viewer | None:
    """The member who is signed in on this phone. Without a cookie nobody is looked up."""
    known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.viewer.face is Face.MEMBER
    return request.viewer if known else None


def is_owner(request: Request, member_id: int) -> bool:
    """Whether the member is signed in, and was when this was pressed: what a device kept says who that was."""
    viewer = signed_in(request)
    if viewer is None or viewer.member_id != member_id:
        return False
    return request.POST.get("who", links.device_mark(viewer.user_id)) == links.device_mark(viewer.user_id)


def must_ask(request: Request, purpose: str, number: int, channel: str, member_id: int) -> bool:
    """Whether a press has to be asked about first: it came by push, from a browser that is not the member's, and no page has named them.

    The page that is kept for times without network names whom the device belongs to (`asked_for`); here it is seen whether that was right.
    """
    if channel != Channel.PUSH or links.read(f"asked.{purpose}", request.POST.get("asked", "")) == number:
        return False
    named = request.POST.get("asked_for", "")
    return not is_owner(request, member_id) and (not named or named != initials_of(member_id).mark)


def whose(request: Request, purpose: str, number: int, channel: str, member_id: int) -> Whose:
    """What the page has to say about it. Nothing for links that did not come by push."""
    if channel != Channel.PUSH:
        return Whose()
    token = links.sign(f"asked.{purpose}", number)
    if is_owner(request, member_id):
        return Whose(asked=token)
    return Whose(initials_of(member_id), token, signed_in(request) is not None)


def asks_script(request: Request, url: str) -> HttpResponse | None:
    """The answer for a script: the page that asks, and words for a notification that leads there. None for a browser that shows pages."""
    if "application/json" not in request.headers.get("Accept", ""):
        return None
    ask = {"url": url, "title": _("Who is answering?"), "body": _("Your answer has not been sent yet. Press to answer on the page.")}
    return JsonResponse(ask, status=ASKS)
