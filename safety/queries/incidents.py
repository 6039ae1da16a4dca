"""Incidents and their waves behind the wall; over all waves everybody counts once (safety.md S1)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When

from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer
from safety.models import Incident, Recipient, SafetyCheck
from safety.queries.dashboard import Tally
from safety.queries.walls import behind_wall
from safety.states import CheckState, Standing


def incidents(viewer: Viewer) -> QuerySet[Incident]:
    """What happened, as far as this viewer may know: open ones first, the newest first, with the number of their checks."""
    seen = SafetyCheck.objects.visible_to(viewer)
    rows = Incident.objects.filter(checks__in=seen).annotate(waves=Count("checks", filter=Q(checks__in=seen), distinct=True))
    return rows.order_by(F("closed_at").desc(nulls_first=True), "-opened_at")


def incident_of(viewer: Viewer, incident_id: int) -> Incident:
    """One of them. Raises NotFound."""
    return first_or_404(incidents(viewer).filter(pk=incident_id)[:1])


def waves(viewer: Viewer, incident: Incident) -> list[SafetyCheck]:
    """Its checks that this viewer may know of, the newest first."""
    return list(SafetyCheck.objects.visible_to(viewer).filter(incident=incident).select_related("school"))


def may_close(viewer: Viewer, incident: Incident) -> bool:
    """Whether this viewer runs the event: the office, or a school that alone asks about it."""
    if viewer.is_office:
        return True
    return viewer.is_school and not SafetyCheck.objects.filter(incident=incident).exclude(school=viewer.school_id).exists()


def total(viewer: Viewer, incident: Incident) -> Tally:
    """Over all waves: everybody once, by the newest wave that asked them. "Needs help" stays while a newer wave has no answer yet."""
    rows = behind_wall(viewer, Recipient.objects.filter(check_row__incident=incident))
    newest = rows.order_by("member_id", "-check_row__sent_at", "-pk").distinct("member_id")
    earlier = Recipient.objects.filter(check_row__incident=incident, member=OuterRef("member")).exclude(standing=Standing.SILENT)
    counted: Any = Recipient.objects.filter(pk__in=newest.values("pk")).annotate(
        said=Subquery(earlier.order_by("-answered_at").values("standing")[:1])
    )
    shown = Case(When(standing=Standing.SILENT, said=Standing.HELP, then=F("said")), default=F("standing"))
    return Tally(**dict(counted.annotate(shown=shown).order_by().values_list("shown").annotate(n=Count("*"))))


@dataclass(frozen=True, slots=True)
class Running:
    """Whether something of an event still runs or waits."""

    checks: list[SafetyCheck]

    @property
    def any(self) -> bool:
        """Closing has to wait for these."""
        return any(check.state in {CheckState.SCHEDULED, CheckState.OPEN, CheckState.STOPPED} for check in self.checks)
