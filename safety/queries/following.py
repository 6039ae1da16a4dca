"""Help cases behind the wall, and what waits for somebody: open checks and the people in them (safety.md S3)."""

from datetime import datetime

from django.db.models import Count, Min, Prefetch, Q, QuerySet

from members.models import EmergencyContact
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer
from safety.models import SafetyCase, SafetyCheck
from safety.queries.walls import behind_wall
from safety.states import CaseState, CheckKind, CheckState

CASES_SHOWN = 200


def _cases(viewer: Viewer) -> QuerySet[SafetyCase]:
    rows = SafetyCase.objects.select_related("member", "school", "owner", "recipient__check_row")
    return behind_wall(viewer, rows)


def case_of(viewer: Viewer, case_id: int) -> SafetyCase:
    """One case with its member's contacts. Raises NotFound."""
    contacts = Prefetch("member__emergency_contacts", EmergencyContact.objects.order_by("position"))
    return first_or_404(list(_cases(viewer).prefetch_related(contacts).filter(pk=case_id)))


def open_cases(viewer: Viewer) -> list[SafetyCase]:
    """The cases that are not resolved: what is real before drills, the longest waiting first."""
    return list(_cases(viewer).exclude(state=CaseState.RESOLVED).order_by("is_drill", "opened_at")[:CASES_SHOWN])


def waiting_cases(viewer: Viewer) -> tuple[int, datetime | None]:
    """How many real cases wait for the first human contact, and the oldest of them."""
    found = _cases(viewer).filter(state=CaseState.NEW, is_drill=False).aggregate(n=Count("*"), oldest=Min("opened_at"))
    return found["n"], found["oldest"]


def open_checks(viewer: Viewer, *, real_only: bool = False) -> list[SafetyCheck]:
    """The checks that run, the newest first."""
    rows = SafetyCheck.objects.visible_to(viewer).select_related("school").filter(Q(state=CheckState.OPEN) | Q(state=CheckState.STOPPED))
    return list((rows.exclude(kind=CheckKind.DRILL) if real_only else rows).order_by("-sent_at"))
