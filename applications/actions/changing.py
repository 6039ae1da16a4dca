"""Changing an application: what has no price (destination, purpose, host), and with it the period, which is a new quote."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from applications.actions.period import change_period
from applications.models import Application, Destination
from applications.queries.locking import lock_with_money
from applications.queries.places import Place
from applications.rules.changing import Period
from applications.rules.deciding import refusal_to_change
from applications.rules.period import day_in_japan
from ossma.core import audit
from ossma.core.duties import Duty, office_duty
from ossma.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Change:
    """What an application says from now on."""

    purpose: str
    host: str
    stops: tuple[Place, ...]
    period: Period | None = None


@office_duty(Duty.HANDLE_APPLICATIONS)
@transaction.atomic
def change_application(*, application_id: int, change: Change, actor: Viewer, at: datetime, shown: str = "") -> Application:
    """Write the change; sent twice it is the same. The audit line names the fields. Raises Refused after the last day.

    Destination, purpose and host hold at once; a new period follows `change_period`, to which `shown` goes.
    """
    application, member = lock_with_money(actor, application_id)
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
    if change.period:
        first_day, last_day = change.period
        change_period(application_id=application_id, first_day=first_day, last_day=last_day, actor=actor, at=at, shown=shown)
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
