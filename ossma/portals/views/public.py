"""The address everybody types: `/`."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.viewers import home_of
from ossma.core.requests import Request
from ossma.core.viewer import Face
from ossma.portals import composition


@require_safe
def home(request: Request) -> HttpResponse:
    """Member home, the welcome page for strangers, or the way to where a signed-in person belongs."""
    viewer = request.viewer
    if viewer.face is Face.MEMBER:
        return render(request, "member/portals/home.html", composition.home(viewer, timezone.now()))
    if request.user.is_authenticated:
        return redirect(home_of(request.user))
    return render(request, "public/portals/welcome.html")
