"""What the gateway calls: its result notices, and the browser that comes back from it."""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ossma.core.net import client_address
from ossma.core.nudge import nudge
from ossma.core.refusals import NotFound
from ossma.core.viewer import SYSTEM
from payments import actions, queries
from payments.gateways.base import GatewayMisconfigured
from payments.gateways.registry import gateway

RECEIVED, AGAIN = "0", "1"


@csrf_exempt
@require_POST
def notify(request: HttpRequest, name: str) -> HttpResponse:
    """Store a notice and answer `0`; `1` (send again) only when it could not be stored. Never settles anything itself."""
    try:
        desk = gateway(name)
    except GatewayMisconfigured as error:
        raise NotFound from error
    address = client_address(request)
    notice = desk.parse_notice(dict(request.headers), request.body, address)
    try:
        actions.store_notice(
            gateway=name,
            body=request.body,
            digest=notice.digest,
            order_id=notice.order_id,
            remote_address=address or None,
            actor=SYSTEM,
            at=timezone.now(),
        )
    except DatabaseError:
        return HttpResponse(AGAIN, content_type="text/plain")
    return HttpResponse(RECEIVED, content_type="text/plain")


@csrf_exempt
def come_back(request: HttpRequest) -> HttpResponse:
    """The payer's browser is back: a cross-site post without our session. Lead it on; the notice decides, not the browser."""
    nudge("payments.apply_notices")
    order_id = gateway(settings.PAYMENT_GATEWAY).parse_return(request.POST.dict()) if request.method == "POST" else None
    payment_id = queries.payment_of_order(order_id) if order_id else None
    response = redirect("member:payments:detail", payment_id) if payment_id else redirect("member:payments:list")
    response.status_code = 303
    return response
