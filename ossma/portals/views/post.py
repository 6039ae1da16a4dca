"""What the mail server calls: mail that came back."""

import hmac
import logging

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ossma.core import limits
from ossma.core.bounces import noting
from ossma.core.net import source_of
from ossma.core.ratelimit import allowed
from ossma.core.refusals import NotFound

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def bounces(request: HttpRequest) -> HttpResponse:
    """Takes one raw mail (message/rfc822) with `Authorization: Bearer <BOUNCE_SECRET>`. 503: send it again. Nothing is ever mailed because of it."""
    if not settings.BOUNCE_SECRET:
        raise NotFound
    caller, at = source_of(request), timezone.now()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not hmac.compare_digest(given.encode(), settings.BOUNCE_SECRET.encode()):
        known = allowed(limits.RETURNED_MAIL_WRONG, key=caller, at=at)
        return HttpResponse(status=403 if known else 429)
    if not allowed(limits.RETURNED_MAIL, key=caller, at=at):
        return HttpResponse(status=429)
    raw = request.read(noting.MOST_BYTES)
    if not raw.strip():
        return HttpResponse(status=400)
    try:
        understood = noting.take_in(raw, source="hook", at=at)
    except DatabaseError:
        log.exception("a returned mail could not be stored")
        return HttpResponse(status=503)
    return HttpResponse(understood.value, content_type="text/plain", status=202)
