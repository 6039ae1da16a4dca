"""Who may open a view. Every view of member, school and office portals stands behind one of these (queries have walls of their own)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from django.shortcuts import redirect

from members.models import User
from members.queries import faces
from ossma.core.duties import Duty
from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from ossma.core.viewer import Face

View = Callable[..., HttpResponseBase]
# Set at login while a newer version of a legal document waits for acceptance (contracts.md D1).
LEGAL_DUE = "legal_due"


def account_of(request: Request) -> User:
    """The account of a request that a wall has let in."""
    return cast(User, request.user)


def _wall(view: View, allowed: frozenset[Face]) -> View:
    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.viewer.face in allowed:
            return view(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise NotFound

    return guarded


def _is_half_registered(request: Request) -> bool:
    user = request.user
    return user.is_authenticated and not user.is_staff and not faces.was_ever_member(user.pk) and faces.role_of(user.pk) is None


def member_only(view: View) -> View:
    """Members. Whoever has an account but has not finished the registration is led on to the join password (M1)."""
    walled = _wall(view, frozenset({Face.MEMBER}))

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.viewer.face is not Face.MEMBER and _is_half_registered(request):
            return redirect("public:members:signup_school")
        if LEGAL_DUE in request.session:
            return redirect("public:members:legal_accept")
        return walled(request, *args, **kwargs)

    return guarded


def school_only(view: View) -> View:
    """Owners and administrators of a school."""
    return _wall(view, frozenset({Face.SCHOOL}))


def school_or_supporter(view: View) -> View:
    """Everybody of a school's side; the queries narrow supporters to their groups."""
    return _wall(view, frozenset({Face.SCHOOL, Face.SUPPORTER}))


def office_with(*duties: Duty) -> Callable[[View], View]:
    """Office staff with one of these duties; colleagues without find nothing here, like everybody else."""

    def guard(view: View) -> View:
        walled = _wall(view, frozenset({Face.OFFICE}))

        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.viewer.is_office and not request.viewer.may(*duties):
                raise NotFound
            return walled(request, *args, **kwargs)

        guarded.duties = duties  # type: ignore[attr-defined]
        return guarded

    return guard


def signed_in(view: View) -> View:
    """Anybody with an account, whatever their face: registration half-way, and the account's own security pages."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded
