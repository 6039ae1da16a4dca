"""Proposals that wait for a second person."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from members.queries.faces import office_users
from ossma.core.models import NeedsApproval
from ossma.core.refusals import first_or_404
from ossma.core.registries import Approvable
from ossma.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Pending:
    """How many proposals of one table stand somewhere, since when, and the only one's id if there is one."""

    count: int
    oldest: datetime | None
    only: int | None


def lock_proposal(model: type[NeedsApproval], pk: int) -> NeedsApproval:
    """The row under its lock, as everybody before has left it. Raises NotFound when it is gone."""
    return first_or_404(model.objects.select_for_update(of=("self",)).filter(pk=pk))


def proposal(viewer: Viewer, found: Approvable, pk: int) -> NeedsApproval:
    """A version for those who decide about its table. Raises NotFound for everybody else."""
    mine = found.model.objects.all() if viewer.may(*found.approves) else found.model.objects.none()
    return first_or_404(mine.select_related("proposed_by", "approved_by").filter(pk=pk))


def to_decide(viewer: Viewer, found: Approvable) -> Pending:
    """What this viewer can approve: what waits, but for what they wrote or changed themselves."""
    return _pending(found.model.objects.waiting().exclude(writers__contains=[viewer.user_id]) if viewer.may(*found.approves) else None)


def to_change(viewer: Viewer, found: Approvable) -> Pending:
    """What was refused to this viewer and waits for their change."""
    mine = found.model.objects.filter(approved_at=None, refused_at__isnull=False, writers__contains=[viewer.user_id])
    return _pending(mine if viewer.may(*found.writes) else None)


def in_hand(viewer: Viewer, found: Approvable) -> Pending:
    """What waits for people other than its writers, for those who write but do not decide."""
    return _pending(found.model.objects.waiting() if viewer.may(*found.writes) and not viewer.may(*found.approves) else None)


def _pending(rows: QuerySet | None) -> Pending:
    if rows is None:
        return Pending(0, None, None)
    found = rows.aggregate(count=Count("pk"), oldest=Min("proposed_at"), only=Min("pk"))
    return Pending(found["count"], found["oldest"], found["only"] if found["count"] == 1 else None)


def has_other_approver(viewer: Viewer, found: Approvable, row: NeedsApproval) -> bool:
    """Whether the office has anybody who could approve this row."""
    return office_users(*found.approves).exclude(pk__in=[*row.writers, viewer.user_id]).exists()
