"""Requests for another member kind: a member's own, and those that wait for a decision."""

from datetime import datetime

from django.db.models import Min

from members.models import KindRequest, Member
from members.states import KindRequestState
from ossma.core.refusals import NotFound, first_or_404
from ossma.core.viewer import Viewer


def open_of(viewer: Viewer, member_id: int) -> KindRequest | None:
    """The member's open request, if there is one."""
    members = Member.objects.visible_to(viewer).filter(pk=member_id)
    return KindRequest.objects.filter(member__in=members, state=KindRequestState.OPEN).first()


def waiting(viewer: Viewer) -> list[KindRequest]:
    """Every request that this viewer may decide, the oldest first: the school's own, for the office all."""
    if not (viewer.is_school or viewer.is_office):
        return []
    rows = KindRequest.objects.filter(member__in=Member.objects.visible_to(viewer), state=KindRequestState.OPEN)
    return list(rows.select_related("member__school"))


def count(viewer: Viewer) -> tuple[int, datetime | None]:
    """How many wait for this viewer, and since when."""
    if not (viewer.is_school or viewer.is_office):
        return 0, None
    rows = KindRequest.objects.filter(member__in=Member.objects.visible_to(viewer), state=KindRequestState.OPEN)
    return rows.count(), rows.aggregate(oldest=Min("asked_at"))["oldest"]


def one(viewer: Viewer, request_id: int) -> KindRequest:
    """A request of one of the viewer's members, decided or not. Raises NotFound."""
    if not (viewer.is_school or viewer.is_office):
        raise NotFound
    rows = KindRequest.objects.filter(pk=request_id, member__in=Member.objects.visible_to(viewer))
    return first_or_404(list(rows.select_related("member__school")))
