"""Which school's portal a session acts in: chosen by the person, kept in the session, asked anew on every request (contracts.md A1)."""

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

KEY = "school_portal"


def chosen_portal(request: HttpRequest) -> int | None:
    """The school chosen in this session; whether the account still acts for it is asked by whoever uses it."""
    return request.session.get(KEY)


def choose_portal(request: HttpRequest, school_id: int) -> None:
    """Act for this school from now on. Forms that were opened before are refused: what was meant for one school never reaches another."""
    request.session[KEY] = school_id
    rotate_token(request)
