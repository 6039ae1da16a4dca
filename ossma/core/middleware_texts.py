"""Text that no database can store (a NUL character, half a character) is answered with a page that says so."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from ossma.core.texts import is_storable, storable


class UnstorableTextMiddleware:
    """Answers 400 for such text in path, query, headers and cookies, and in the fields and file names of a form.

    A form is looked at when somebody reads it (`request.POST`): what is taken as raw bytes (result notices, returned
    mail) passes whatever it holds, and so does the content of files. Where a call for help may come in
    (settings.ALWAYS_TAKEN) a form is taken without such characters. Stands above everything that reads a request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through, or refuse it."""
        if not all(map(is_storable, _outside(request))):
            return _refusal(request)
        refused: list[bool] = []
        parse = request._load_post_and_files
        request._load_post_and_files = partial(_load, request, parse, refused)  # type: ignore[method-assign]
        response = self.get_response(request)
        return _refusal(request) if refused else response


def _outside(request: HttpRequest) -> Iterable[str]:
    headers = (value for name, value in request.META.items() if name.startswith("HTTP_"))
    return chain((request.path_info,), headers, request.COOKIES.values(), _words(request.GET))


def _words(form: QueryDict) -> Iterable[str]:
    return chain.from_iterable((name, *values) for name, values in form.lists())


def _load(request: HttpRequest, parse: Callable[[], None], refused: list[bool]) -> None:
    """Parse the form as Django does. Raises BadRequest when one of its texts cannot be stored and is not to be left out."""
    parse()
    if request.path_info.startswith(settings.ALWAYS_TAKEN):
        _leave_out(request)
    files = (text for name, held in request.FILES.lists() for text in (name, *(file.name or "" for file in held)))
    if not all(map(is_storable, chain(_words(request.POST), files))):
        refused.append(True)
        raise BadRequest("a text of the form cannot be stored")


def _leave_out(request: HttpRequest) -> None:
    form = QueryDict(mutable=True, encoding=request.POST.encoding)
    for name, values in request.POST.lists():
        form.setlist(storable(name), [storable(value) for value in values])
    form._mutable = False
    request._post = form  # type: ignore[attr-defined]
    for file in chain.from_iterable(held for _name, held in request.FILES.lists()):
        file.name = storable(file.name or "")


def _refusal(request: HttpRequest) -> HttpResponse:
    language = translation.get_language_from_request(request)
    with translation.override(language):
        lines = [
            _("It holds an invisible character that cannot be stored (NUL, or half a character). Nothing was saved."),
            _("Go back and type the text by hand instead of pasting it. If a link led you here, the link is broken."),
            _("In an emergency, call the helpline. It answers 24 hours a day."),
        ]
        context = {
            "language": language,
            "title": _("This request could not be understood"),
            "lines": lines,
            "helpline": _("Helpline numbers"),
        }
        page = render_to_string("413.html", context)
    return HttpResponse(page, status=400, headers={"Content-Language": language})
