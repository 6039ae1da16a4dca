"""After an answer was stored: on to the next page, by a redirect or, for the page's script, by its address."""

from django.http import HttpRequest, HttpResponse, JsonResponse


def onward(request: HttpRequest, url: str) -> HttpResponse:
    """303, so that going back and reloading never sends again; the script asks for JSON and goes there itself."""
    if "application/json" in request.META.get("HTTP_ACCEPT", ""):
        return JsonResponse({"next": url})
    return HttpResponse(status=303, headers={"Location": url})
