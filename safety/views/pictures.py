"""The picture of an answer, as the image itself: for the member, and for those who may see the answer."""

import logging
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from ossma.core import stored_files
from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from ossma.core.uploads import thumbnail
from safety.actions.pictures import open_picture

log = logging.getLogger(__name__)

# Pixels; shown at half of it on screens with two for one.
SMALL_SIDE = 320
# An image needs nothing and runs nothing, whatever a browser makes of it.
HARMLESS = "default-src 'none'; sandbox"


@require_safe
@cache_control(private=True, no_store=True)
def picture(request: Request, a: int, *, small: bool = False, **_desk: Any) -> HttpResponse:
    """The picture of answer `a`, whole or to fit 320 x 320. Found by the number of its answer alone; staff who open it are recorded."""
    stored = open_picture(actor=request.viewer, at=timezone.now(), answer_id=a)
    try:
        data = stored_files.read(stored)
    except FileNotFoundError as error:
        log.exception("picture %s has a row but no bytes", stored.pk)
        raise NotFound from error
    headers = {
        "Content-Disposition": f'inline; filename="answer-{a}.jpg"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": HARMLESS,
    }
    return HttpResponse(thumbnail(data, SMALL_SIDE) if small else data, content_type=stored.mime, headers=headers)
