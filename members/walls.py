"""Who may open a view. Every view of member, school and office portals stands behind one of these (queries have walls of their own)."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from members import school_access
from members.models import User
from members.queries import faces
from members.states import SchoolAct
from ossma.core.duties import Duty
from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from ossma.core.viewer import Face

View = Callable[..., HttpResponseBase]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
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
    return user.is_authenticated and not user.is_staff and not faces.was_ever_member(user.pk) and not faces.has_role(user.pk)


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


def school_only(view: View | None = None, *, get: SchoolAct = SchoolAct.READ, post: SchoolAct = SchoolAct.MANAGE) -> Any:
    """Owners and administrators of a school. `get` and `post`: the kind of act, which the school's state has to allow."""
    return _school_access(view, frozenset({Face.SCHOOL}), get, post)


def school_or_supporter(view: View | None = None, *, get: SchoolAct = SchoolAct.READ, post: SchoolAct = SchoolAct.MANAGE) -> Any:
    """Everybody of a school's side; the queries narrow supporters to their groups. `get`, `post`: as for `school_only`."""
    return _school_access(view, frozenset({Face.SCHOOL, Face.SUPPORTER}), get, post)


def _school_access(view: View | None, allowed: frozenset[Face], get: SchoolAct, post: SchoolAct) -> Any:
    if view is None:
        return partial(_school_access, allowed=allowed, get=get, post=post)
    by_portal = _wall(view, allowed)

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        act = get if request.method in SAFE_METHODS else post
        if request.viewer.face in allowed and not school_access.may(request.viewer, act):
            context = {"why": school_access.why_closed(request.viewer.school_state), "portal_banner": None}
            return render(request, "school/members/closed.html", context, status=403)
        return by_portal(request, *args, **kwargs)

    vars(guarded)["school_acts"] = (get, post)
    return guarded


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
