"""Who is looking: `request.viewer`, and the gate before the school portal and the office."""

import re
from collections.abc import Callable
from functools import partial
from time import time
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from members import second_factor
from members.actions.looks import note_page
from members.portals import chosen_portal
from members.queries import faces
from members.viewers import CHOOSER, Side, side_of, viewer_for
from ossma.core import access_log
from ossma.core.net import client_address
from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from ossma.core.viewer import Face, Viewer

# An officer who watches a running check is at work, though no key is pressed for an hour (school-portal.md).
NEVER_IDLE = re.compile(r"^/school/safety/\d+/")
LAST_SEEN = "school_seen_at"
# The session row is written at most once a minute, not on every click.
SEEN_GRAIN = 60


def _build(request: Request) -> Viewer:
    return viewer_for(request.user, side_of(request.path_info), client_address(request), chosen_portal(request))


def _turn_to(request: Request, url: str) -> HttpResponse:
    """Send the person on; a fragment that htmx asked for must move the whole page, not be replaced by a login form."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _here(request: Request) -> str:
    """Where to come back to: the page that was asked for, never a part of one or an answer to a form."""
    return "/school/" if request.headers.get("HX-Request") or request.method not in {"GET", "HEAD"} else request.get_full_path()


def _with_next(request: Request, name: str, **extra: str) -> str:
    here = "/school/" if request.headers.get("HX-Request") else request.get_full_path()
    return f"{reverse(name)}?{urlencode({'next': here, **extra})}"


def _went_idle(request: Request) -> bool:
    now = int(time())
    seen = request.session.get(LAST_SEEN) or second_factor.last_proved_at(request)
    if now - seen > settings.SCHOOL_IDLE_SECONDS and not NEVER_IDLE.match(request.path_info):
        return True
    if now - seen >= SEEN_GRAIN or LAST_SEEN not in request.session:
        request.session[LAST_SEEN] = now
    return False


# Nothing of what was read reaches the reader: sent on, not found, refused, unchanged.
SHOWS_NOTHING = frozenset({204, 301, 302, 303, 304, 307, 308, 404, 405, 413, 429})


class AccessLogMiddleware:
    """Writes one line about every member whose rows a page of the school portal or the office read and no line of the view names.

    Stands below ViewerMiddleware. If the line cannot be written, the page is not shown.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        if side_of(request.path_info) is Side.MEMBER:
            return self.get_response(request)
        with access_log.collecting() as log:
            response = self.get_response(request)
        if response.status_code not in SHOWS_NOTHING and (log.unrecorded or log.users) and request.viewer.is_staff_side:
            users = log.users if _shows_accounts(request) else ()
            page = request.resolver_match.view_name if request.resolver_match else ""
            note_page(page=page, member_ids=log.unrecorded, user_ids=users, actor=request.viewer, at=timezone.now())
        return response


def _shows_accounts(request: Request) -> bool:
    """Tables of the admin and the pages about a school's people show accounts by their address; elsewhere they are colleagues by their name."""
    match = request.resolver_match
    return match is not None and (match.namespace == "admin" or match.view_name.partition(":members:")[2].startswith("staff"))


class ViewerMiddleware:
    """Sets `request.viewer` (looked up when first used) and keeps everybody else out of /school/ and /admin/."""

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.viewer = cast(Viewer, SimpleLazyObject(partial(_build, request)))
        return self.get_response(request)

    def process_view(self, request: Request, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """The gate: signed in, of that side, second factor shown, not idle. The walls of each view come after it."""
        side = side_of(request.path_info)
        if side is Side.MEMBER:
            return None
        if not request.user.is_authenticated:
            return _turn_to(request, _with_next(request, "account_login"))
        if request.viewer.face is Face.NOBODY:
            if side is Side.SCHOOL and faces.has_role(request.viewer.user_id or 0):
                return _turn_to(request, f"{CHOOSER}?{urlencode({'next': _here(request)})}")
            raise NotFound
        if not second_factor.is_set_up(request):
            return _turn_to(request, _with_next(request, "mfa_index"))
        if not second_factor.was_shown(request):
            logout(request)
            return _turn_to(request, _with_next(request, "account_login"))
        if side is Side.SCHOOL and _went_idle(request):
            logout(request)
            return _turn_to(request, _with_next(request, "account_login", ended="idle"))
        return None
