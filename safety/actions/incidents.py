"""Incidents: what happened, and the waves of checks about it. Closed when nothing is asked about it any more, opened again when it is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from members.school_access import require_school_act
from members.states import SchoolAct
from ossma.core import audit
from ossma.core.duties import Duty, office_duty
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Face, Viewer
from safety.models import Incident
from safety.states import CheckState


def _locked(actor: Viewer, incident_id: int) -> Incident:
    """The incident, locked. A school runs it only while nobody else asks about it."""
    require_school_act(actor, SchoolAct.FOLLOW_UP)
    incident = Incident.objects.select_for_update().filter(pk=incident_id).first()
    if incident is None or actor.face not in {Face.OFFICE, Face.SCHOOL}:
        raise NotFound
    if actor.face is Face.SCHOOL:
        own = incident.checks.filter(school=actor.school_id)
        if not own.exists():
            raise NotFound
        if incident.checks.exclude(school=actor.school_id).exists():
            raise Refused(_("Others ask about this event too, so the OSSMA office closes it."))
    return incident


@office_duty(Duty.MANAGE_CHECKS)
@transaction.atomic
def close_incident(*, actor: Viewer, at: datetime, incident_id: int) -> Incident:
    """Nothing is asked about it any more. Refused while one of its checks runs or waits; asked for twice, it closes once."""
    incident = _locked(actor, incident_id)
    if incident.closed_at is not None:
        return incident
    if incident.checks.filter(state__in=[CheckState.SCHEDULED, CheckState.OPEN, CheckState.STOPPED]).exists():
        raise Refused(_("A safety check about this event is still open or scheduled. Close it first."))
    incident.closed_at = at
    incident.save(update_fields=["closed_at"])
    audit.record(actor=actor, at=at, action="safety.incident_closed", subject=("incident", incident.pk), school_id=actor.school_id)
    return incident


@office_duty(Duty.MANAGE_CHECKS)
@transaction.atomic
def reopen_incident(*, actor: Viewer, at: datetime, incident_id: int) -> Incident:
    """It is not over after all."""
    incident = _locked(actor, incident_id)
    if incident.closed_at is not None:
        incident.closed_at = None
        incident.save(update_fields=["closed_at"])
        audit.record(actor=actor, at=at, action="safety.incident_reopened", subject=("incident", incident.pk), school_id=actor.school_id)
    return incident
