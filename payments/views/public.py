"""What the gateway calls: its result notices, and the browser that comes back from it."""

import logging
from ipaddress import ip_address

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from ossma.core import limits
from ossma.core.net import client_address, source
from ossma.core.nudge import nudge
from ossma.core.ratelimit import allowed
from ossma.core.refusals import NotFound
from ossma.core.viewer import SYSTEM
from payments import actions, queries
from payments.gateways.base import GatewayMisconfigured, Hint, Return
from payments.gateways.registry import configured, gateway
from payments.views.back import way_back

log = logging.getLogger(__name__)
RECEIVED, AGAIN = "0", "1"
# A notice has about 600 bytes. A gateway at its busiest sends a few a second; what is over the limit is asked for again.
MOST_BYTES = 32 * 1024


def _again() -> HttpResponse:
    return HttpResponse(AGAIN, content_type="text/plain")


@csrf_exempt
@require_POST
def notify(request: HttpRequest, name: str) -> HttpResponse:
    """Store a notice and answer `0`; `1` (send again) only when it could not be stored. Never settles anything itself."""
    try:
        desk = gateway(name)
    except GatewayMisconfigured as error:
        log.warning("notice refused: %s", error)
        raise NotFound from error
    if len(request.body) > MOST_BYTES:
        return HttpResponse(status=413)
    address, now = _address(request), timezone.now()
    notice = desk.parse_notice(dict(request.headers), request.body, address, now)
    try:
        if not allowed(limits.GATEWAY_NOTICE, key=source(address), at=now):
            return _again()
        actions.store_notice(
            gateway=name,
            body=request.body,
            digest=notice.digest,
            order_id=notice.order_id,
            remote_address=address or None,
            signature=request.headers.get(desk.signature_header, ""),
            actor=SYSTEM,
            at=now,
        )
    except DatabaseError:
        log.exception("a notice could not be stored")
        return _again()
    return HttpResponse(RECEIVED, content_type="text/plain")


def _address(request: HttpRequest) -> str:
    """The sender's network address, empty when it is none that could be stored."""
    try:
        return str(ip_address(client_address(request)))
    except ValueError:
        return ""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest) -> HttpResponse:
    """The payer's browser is back: a cross-site post without our session. Lead it on; the notice decides, not the browser."""
    nudge("payments.apply_notices")
    returned = _returned(request)
    attempt = queries.attempt_by_order(SYSTEM, returned.order_id) if returned else None
    if not (attempt and returned):
        return HttpResponseRedirect(reverse("member:payments:list"), status=303)
    if returned.hint is Hint.IN_DOUBT:
        actions.note_doubt(order_id=attempt.order_id, in_doubt=True, actor=SYSTEM, at=timezone.now())
    elif returned.hint is Hint.LINK_OVER:
        actions.note_link_over(order_id=attempt.order_id, actor=SYSTEM, at=timezone.now())
    url = reverse("member:payments:detail", args=[attempt.payment_id])
    unpaid = returned.hint in {Hint.UNPAID, Hint.LINK_OVER}
    return HttpResponseRedirect(f"{url}?{way_back(attempt.payment_id, unpaid=unpaid)}", status=303)


def _returned(request: HttpRequest) -> Return | None:
    """What the browser brings, from whichever gateway the order began at."""
    form = (request.POST if request.method == "POST" else request.GET).dict()
    for name in configured():
        try:
            returned = gateway(name).parse_return(form)
        except GatewayMisconfigured as error:
            log.warning("return not read: %s", error)
            continue
        if returned:
            return returned
    return None
