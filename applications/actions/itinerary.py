"""旅程: where the member will be, and where she says she is."""

from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from applications.models import Application, Stay
from applications.queries.locking import lock_with_member
from applications.queries.places import Place
from applications.queries.presence import where_is
from applications.rules.deciding import refusal_to_open
from applications.rules.itinerary import own_report_ends, refusal_of_item, travel_span
from applications.states import StayKind, StaySource
from ossma.core import audit, registries
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.refusals import NotFound
from ossma.core.viewer import Face, Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as confirmed; times are aware."""

    kind: str
    location: Place
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    address: str = ""
    phone: str = ""
    local_contact: str = ""
    booking: str = ""
    note: str = ""

    def columns(self) -> dict[str, object]:
        """As the columns of a stay."""
        own = {name: value for name, value in asdict(self).items() if name != "location"}
        return own | self.location.columns()


@office_duty(Duty.HANDLE_APPLICATIONS)
@transaction.atomic
def add_stay(*, application_id: int, entry: Entry, actor: Viewer, at: datetime) -> Stay:
    """Put an item into the itinerary of an application that is alive. Raises Refused by the rules of the itinerary."""
    application = _open_itinerary(application_id, actor)
    _check(application, entry)
    stay = Stay.objects.create(application=application, member_id=application.member_id, source=StaySource.ITINERARY, **entry.columns())
    _record("stay.added", stay, actor, at)
    _told(stay, actor, at)
    return stay


@office_duty(Duty.HANDLE_APPLICATIONS)
@transaction.atomic
def change_stay(*, application_id: int, stay_id: int, entry: Entry, actor: Viewer, at: datetime) -> Stay:
    """Change an item; the audit line names the fields, not their contents."""
    application = _open_itinerary(application_id, actor)
    _check(application, entry)
    stay = _own_stay(application, stay_id)
    columns = entry.columns()
    changed = sorted(name for name, value in columns.items() if getattr(stay, name) != value)
    for name, value in columns.items():
        setattr(stay, name, value)
    stay.save()
    _record("stay.changed", stay, actor, at, fields=changed)
    _told(stay, actor, at)
    return stay


@office_duty(Duty.HANDLE_APPLICATIONS)
@transaction.atomic
def delete_stay(*, application_id: int, stay_id: int, actor: Viewer, at: datetime) -> None:
    """Take an item out of the itinerary."""
    stay = _own_stay(_open_itinerary(application_id, actor), stay_id)
    _record("stay.deleted", stay, actor, at)
    _told(stay, actor, at)
    stay.delete()


@inner_action
@transaction.atomic
def report_place(*, member_id: int, location: Place, actor: Viewer, at: datetime) -> Stay | None:
    """Record where the member says she is now ("I am not there: I am in …"). It holds until the itinerary says something new.

    None when she is not abroad by any application: there is no record to correct.
    """
    here = where_is(actor, member_id, at)
    if here is None:
        return None
    application, _member = lock_with_member(actor, here.application_id)
    first_stop = application.destinations.get(position=1)
    _begin, period_end = travel_span(application.abroad_from, application.abroad_until, ZoneInfo(first_stop.zone))
    mine = Stay.objects.filter(member_id=member_id)
    mine.filter(source=StaySource.OWN_REPORT, starts_at__lt=at, ends_at__gt=at).update(ends_at=at)
    following = mine.filter(source=StaySource.ITINERARY, starts_at__gt=at).order_by("starts_at").first()
    stay = Stay.objects.create(
        application=application,
        member_id=member_id,
        kind=StayKind.STAY,
        source=StaySource.OWN_REPORT,
        starts_at=at,
        ends_at=own_report_ends(at, following.starts_at if following else None, period_end),
        **location.columns(),
    )
    _record("stay.reported", stay, actor, at)
    return stay


def _open_itinerary(application_id: int, actor: Viewer) -> Application:
    application, _member = lock_with_member(actor, application_id)
    if refused := refusal_to_open(application.state, application.payer):
        raise refused
    return application


def _check(application: Application, entry: Entry) -> None:
    zone = ZoneInfo(entry.location.zone)
    if refused := refusal_of_item(entry.starts_at, entry.ends_at, application.abroad_from, application.abroad_until, zone):
        raise refused


def _own_stay(application: Application, stay_id: int) -> Stay:
    stay = application.stays.filter(pk=stay_id, source=StaySource.ITINERARY).first()
    if stay is None:
        raise NotFound
    return stay


def _record(action: str, stay: Stay, actor: Viewer, at: datetime, **detail: object) -> None:
    audit.record(actor=actor, at=at, action=action, subject=("stay", stay.pk), member_id=stay.member_id, detail=detail)


def _told(stay: Stay, actor: Viewer, at: datetime) -> None:
    """Whoever plans is alive. Where they are this does not say: the plan may be about next month."""
    if actor.face is Face.MEMBER:
        for _key, tell in registries.signs_of_life:
            tell(stay.member_id, at, "itinerary", "")
