"""プッシュ通知: which of the account's devices take push messages (M6, M9)."""

from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from members import devices as browsers
from members.actions.push import send_test
from members.forms.push import RenewalForm, SubscriptionForm
from members.push_sessions import mark_of
from members.queries.initials import initials_of_user
from members.views.keys import frame
from members.walls import signed_in
from ossma.core import limits
from ossma.core.formats import is_japanese
from ossma.core.net import client_address, source_of
from ossma.core.push import devices, vapid
from ossma.core.ratelimit import allowed
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from ossma.core.viewer import Viewer


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request) -> HttpResponse:
    """The list, and the button for this device; POST (by the page's script, after a tap) puts this device on it."""
    if request.method == "POST":
        return _register(request)
    context = {**frame(request), "devices": devices.listed(request.viewer.user_id or 0), "key": vapid.public_key()}
    return render(request, "member/members/push.html", context)


def _register(request: Request) -> HttpResponse:
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"ok": False}, status=400)
    language = "ja" if is_japanese(get_language() or "ja") else "en"
    name = browsers.describe(request.headers.get("User-Agent", ""))
    try:
        devices.register(
            actor=request.viewer, at=timezone.now(), subscription=form.subscription(), name=name, language=language,
            session_mark=mark_of(request.session),
        )  # fmt: skip
    except Refused:
        return JsonResponse({"ok": False}, status=400)
    messages.success(request, _("This device receives push messages from now on."))
    return JsonResponse({"ok": True, "owner": _owner(request.viewer.user_id)})


@signed_in
@require_POST
def remove(request: Request, device_id: int) -> HttpResponse:
    """Take a device off the list."""
    devices.remove(actor=request.viewer, at=timezone.now(), device_id=device_id)
    messages.success(request, _("The device receives no push messages any more."))
    return redirect("member:members:push")


@signed_in
@require_POST
def test(request: Request, device_id: int) -> HttpResponse:
    """Send a test message to a device."""
    now = timezone.now()
    if allowed(limits.PUSH_TEST, key=request.viewer.user_id, at=now):
        send_test(actor=request.viewer, at=now, device_id=device_id)
        messages.success(request, _("A test message is on its way. If nothing appears on the device within a minute, see the install page."))
    else:
        messages.warning(request, _("Please wait a minute before the next test message."))
    return redirect("member:members:push")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def renewal(request: Request) -> JsonResponse:
    """For browsers, not for people: the public key, and a subscription that comes by at a visit or that the browser itself has changed.

    No cookie proves anything here, so none can be abused: the former address with its secret is the proof. Whoever is signed in meanwhile only
    says whose browser it is now.
    """
    if request.method != "POST":
        return JsonResponse({"key": vapid.public_key()})
    now = timezone.now()
    if not allowed(limits.PUSH_RENEWAL, key=source_of(request), at=now):
        return JsonResponse({"ok": False}, status=429)
    form = RenewalForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"ok": False}, status=400)
    try:
        known = _renewed(request, form, now)
    except Refused:
        return JsonResponse({"ok": False}, status=400)
    return JsonResponse({"ok": known is not None, "owner": _owner(known)}, status=404 if known is None else 200)


def _owner(user_id: int | None) -> dict[str, str] | None:
    """Whom the device belongs to, for its page without network: known to whoever holds the subscription's secret, and no more than initials."""
    found = initials_of_user(user_id) if user_id else None
    return asdict(found) if found else None


def _renewed(request: Request, form: RenewalForm, now: datetime) -> int | None:
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    actor = request.viewer if signed_in else Viewer(address=client_address(request))
    mark = mark_of(request.session) if signed_in else ""
    return devices.renew(actor=actor, at=now, was=form.was(), now=form.subscription(), session_mark=mark)
