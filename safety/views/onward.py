"""After an answer was stored: on to the next page, by a redirect or, for the page's script, by its address."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse


def onward(request: HttpRequest, url: str) -> HttpResponse:
    """303, so that going back and reloading never sends again; the script asks for JSON and goes there itself."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"next": url})
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
