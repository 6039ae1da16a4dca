"""What the page skeletons need on every page: navigation, the school's name, the open safety check."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from members import school_access
from members.queries.schools import closing_of
from members.states import PortalState, SchoolAct, SchoolRoleKind
from ossma.core import formats
from ossma.core.duties import Duty
from ossma.core.links import device_mark
from ossma.core.viewer import Face, Viewer
from safety.queries.answering import page_head


def _link(request: HttpRequest, url: str, label: str, icon: str, *, count: int = 0, exact: bool = False) -> dict[str, Any]:
    current = request.path == url if exact else request.path.startswith(url)
    return {"url": url, "label": label, "icon": icon, "current": current, "count": count}


def _bottom_bar(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        _link(request, reverse("home"), _("Home"), "home", exact=True),
        _link(request, reverse("member:safety:report"), _("Safety report"), "report"),
        _link(request, reverse("public:helpline:index"), _("Helpline"), "phone"),
        _link(request, reverse("member:notices:list"), _("Notices"), "mail"),
        _link(request, reverse("member:members:index"), _("Member information"), "person"),
    ]


def _side_nav(request: HttpRequest, viewer: Viewer) -> list[dict[str, Any]]:
    if not school_access.may(viewer, SchoolAct.READ):
        return []
    everybody = [
        _link(request, reverse("school:portals:today"), _("Today"), "home", exact=True),
        _link(request, reverse("school:safety:list"), _("Safety checks"), "shield"),
        _link(request, reverse("school:safety:desk"), _("Follow-up desk"), "phone"),
    ]
    everybody[1]["current"] &= not everybody[2]["current"]
    if not viewer.is_school:
        return everybody
    return [
        *everybody,
        _link(request, reverse("school:notices:advisories"), _("Safety advisories"), "warn"),
        _link(request, reverse("school:members:list"), _("Members"), "group"),
        _link(request, reverse("school:applications:list"), _("Applications"), "list"),
        _link(request, reverse("school:members:groups"), _("Groups"), "person"),
        _link(request, reverse("school:members:staff"), _("Administrators and supporters"), "key"),
    ]


# What the office's menu leads to, and which duties open it.
OFFICE_MENU = (
    ("admin:index", _lazy("Work list"), "home", tuple(Duty)),
    ("office:safety:list", _lazy("Safety checks"), "shield", (Duty.SEE_CASES,)),
    ("office:safety:desk", _lazy("Follow-up desk"), "phone", (Duty.SEE_CASES,)),
    ("office:notices:advisories", _lazy("Safety advisories"), "warn", (Duty.SEND_CHECK, Duty.PUBLISH_NOTICES)),
    ("admin:members_member_changelist", _lazy("Members"), "group", (Duty.FIND_MEMBER,)),
    ("admin:payments_transferfile_to_make", _lazy("Bank transfers"), "card", (Duty.CONFIRM_TRANSFER,)),
    ("office:members:staff_schools", _lazy("People of the schools"), "key", (Duty.MANAGE_CONTRACTS,)),
    ("office:members:accounts", _lazy("Accounts"), "person", (Duty.MANAGE_ACCOUNTS,)),
)


def _office_nav(request: HttpRequest, viewer: Viewer) -> list[dict[str, Any]]:
    """The menu of those who can open it: a way that ends in "not found" helps nobody."""
    links = [
        _link(request, reverse(name), str(label), icon, exact=name == "admin:index")
        for name, label, icon, duties in OFFICE_MENU
        if viewer.may(*duties)
    ]
    # Of two that fit the address, the follow-up queue below the safety checks, the longer one is where the reader is.
    current = max((link for link in links if link["current"]), key=lambda link: len(link["url"]), default=None)
    return [link | {"current": link is current} for link in links]


def _school_state(viewer: Viewer) -> dict[str, Any]:
    """What the school's state lets its people do, and where it is not active the banner that says so. No query for an active school."""
    context: dict[str, Any] = {"school_state": viewer.school_state, "school_may": {act.value: school_access.may(viewer, act) for act in SchoolAct}}
    closing = closing_of(viewer)
    if closing is None:
        return context
    office = {"office_name": settings.OFFICE_NAME, "office_address": settings.OFFICE_ADDRESS}
    text = school_access.why_closed(viewer.school_state)
    if viewer.school_state == PortalState.ENDED and closing.until:
        until = formats.day(closing.until.astimezone(get_current_timezone()).date(), get_language() or "ja")
        text = _("%(why)s The portal closes on %(day)s.") % {"why": text, "day": until}
    title = _("Suspended") if viewer.school_state == PortalState.SUSPENDED else _("Use of OSSMA has ended")
    return {**context, **office, "closing": closing, "portal_banner": {"title": title, "text": text}}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for every template; costs one query on member pages and none elsewhere (the viewer is made already)."""
    viewer: Viewer = getattr(request, "viewer", Viewer())
    known = {"who": device_mark(viewer.user_id), "school_name": viewer.school_name}
    match viewer.face:
        case Face.MEMBER:
            head = page_head(viewer, timezone.now())
            # The pages of the call itself say all of it in their own card, which renews itself.
            call = None if request.path in {reverse(f"member:safety:{name}") for name in ("report", "done")} else head.call
            shown = {"open_check": head.check, "open_call": call, "call_number": head.call_number}
            return {**known, **shown, "bottom_bar": _bottom_bar(request)}
        case Face.SCHOOL | Face.SUPPORTER:
            role = " ".join(str(SchoolRoleKind(role).label) for role in viewer.roles)
            known |= {"portal_role": role, **_school_state(viewer)}
            return {**known, "side_nav": _side_nav(request, viewer), "user_label": viewer.name}
        case Face.OFFICE:
            return {"who": known["who"], "side_nav": _office_nav(request, viewer), "user_label": viewer.name}
    return {"who": known["who"]}
