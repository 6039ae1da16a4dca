"""Registration after the code (M1)."""

from django.http import HttpRequest, HttpResponse

from members.walls import signed_in


@signed_in
def signup_school(request: HttpRequest) -> HttpResponse:
    """The join password."""
    return HttpResponse()


@signed_in
def legal_accept(request: HttpRequest) -> HttpResponse:
    """A newer version to accept."""
    return HttpResponse()
