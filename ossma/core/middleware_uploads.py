"""Bodies that are too large are refused by what they announce, before anything reads them."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024


class UploadLimitMiddleware:
    """Answers 413 with a page that says the limit. Stands before everything that touches request.POST.

    A body without a length never gets here: WSGI servers hand it over as empty.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through, or refuse it."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) <= settings.UPLOAD_MAX_BYTES:
            return self.get_response(request)
        return _too_large(request)


def _too_large(request: HttpRequest) -> HttpResponse:
    language = translation.get_language_from_request(request)
    with translation.override(language):
        context = {
            "language": language,
            "title": _("What you sent is too large"),
            "lines": [
                _("Together, a form and its files may have up to %(limit)d MB.") % {"limit": settings.UPLOAD_MAX_BYTES // MEGABYTE},
                _("Nothing was saved. Go back to the page before, choose a smaller file (a screenshot, say) and send the form again."),
            ],
        }
        page = render_to_string("413.html", context)
    return HttpResponse(page, status=413, headers={"Cache-Control": "no-store", "Content-Language": language})
