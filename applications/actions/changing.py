"""Changing what has no price: destination, purpose, host. A new period is a new quote and has an action of its own."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from applications.models import Application, Destination
from applications.queries.locking import lock_application, lock_with_member
from applications.queries.places import Place
from applications.rules.deciding import refusal_to_change
from applications.rules.period import day_in_japan
from ossma.core import audit
from ossma.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Change:
    """What an application says from now on."""

    purpose: str
    host: str
    stops: tuple[Place, ...]


@transaction.atomic
def change_application(*, application_id: int, change: Change, actor: Viewer, at: datetime) -> Application:
    """Write the change; sent twice it is the same. The audit line names the fields. Raises Refused after the last day."""
    _seen, member = lock_with_member(actor, application_id)
    application = lock_application(application_id)
    if refused := refusal_to_change(application.state, application.last_day, day_in_japan(at)):
        raise refused
    changed = [name for name in ("purpose", "host") if getattr(application, name) != getattr(change, name)]
    application.purpose, application.host = change.purpose, change.host
    application.save(update_fields=["purpose", "host"])
    if _write_stops(application, change.stops):
        changed.append("destinations")
    audit.record(
        actor=actor,
        at=at,
        action="application.changed",
        subject=("application", application.pk),
        member_id=member.pk,
        school_id=member.school_id,
        detail={"fields": changed},
    )
    return application


def _write_stops(application: Application, stops: tuple[Place, ...]) -> bool:
    """Bring the stops in step, keeping each position's row; answers whether anything changed."""
    before = {stop.position: stop for stop in application.destinations.all()}
    wanted = dict(enumerate((stop.columns() for stop in stops), 1))
    now = {position: {name: getattr(stop, name) for name in wanted[1]} for position, stop in before.items()}
    if now == wanted:
        return False
    for position, columns in wanted.items():
        Destination.objects.update_or_create(application=application, position=position, defaults=columns)
    application.destinations.filter(position__gt=len(stops)).delete()
    return True
