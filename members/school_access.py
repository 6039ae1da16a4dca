"""What the state of a school lets its people do (contracts.md C7): one table (members.states), asked by every page and every action."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from members.states import SCHOOL_ACTS, SCHOOL_MOVES, PortalState, SchoolAct, SchoolState
from ossma.core.refusals import Refused
from ossma.core.viewer import Face, Viewer

Given = ParamSpec("Given")
Result = TypeVar("Result")
SCHOOL_SIDE = {Face.SCHOOL, Face.SUPPORTER}


def readable_until(ended_at: datetime) -> datetime:
    """When the portal of a school that ended at `ended_at` closes."""
    return ended_at + timedelta(days=settings.SCHOOL_READABLE_DAYS)


def portal_state(state: str, ended_at: datetime | None, at: datetime) -> PortalState:
    """How far the portal of a school in `state` is open at `at`."""
    if state == SchoolState.ENDED and (ended_at is None or at >= readable_until(ended_at)):
        return PortalState.CLOSED
    return PortalState(state)


def allows(state: str, act: SchoolAct) -> bool:
    """Whether a school whose portal is in `state` (PortalState) may do this."""
    return act in SCHOOL_ACTS[PortalState(state)]


def may(viewer: Viewer, act: SchoolAct) -> bool:
    """Whether this viewer's school may do this; the office and everybody else who acts for no school: yes."""
    return viewer.face not in SCHOOL_SIDE or allows(viewer.school_state, act)


def require_school_act(actor: Viewer, act: SchoolAct) -> None:
    """Raise Refused when `actor` acts for a school that may not do this now."""
    if not may(actor, act):
        raise Refused(why_closed(actor.school_state), code=f"school_{actor.school_state}")


def school_act(act: SchoolAct) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """For actions: refuse `actor` (a keyword) when they act for a school that may not do this now."""

    def decorate(action: Callable[Given, Result]) -> Callable[Given, Result]:
        @wraps(action)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            actor = kwargs["actor"]
            if not isinstance(actor, Viewer):
                raise TypeError("actor must be a Viewer")
            require_school_act(actor, act)
            return action(*args, **kwargs)

        return guarded

    return decorate


def why_closed(state: str) -> str:
    """In one sentence why something cannot be done in a school whose portal is in `state`."""
    match PortalState(state):
        case PortalState.SUSPENDED:
            return _("Your school's use of OSSMA is suspended. Safety follow-up goes on; everything else rests until the suspension is lifted.")
        case PortalState.ENDED:
            return _("Your school's use of OSSMA has ended. Its data can still be read and exported; nothing can be changed.")
        case PortalState.CLOSED:
            return _("Your school's use of OSSMA has ended, and the time for reading its data is over.")
    return ""


def require_school_move(before: str, after: SchoolState) -> None:
    """Raise Refused for a move of a school's state that the table does not have."""
    if after not in SCHOOL_MOVES[SchoolState(before)]:
        raise Refused(_("A school cannot go from this state to that one."), code="move")
