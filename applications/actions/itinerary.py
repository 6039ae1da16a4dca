"""旅程: where the member will be, and where she says she is."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from applications.models import Application, Stay
from applications.queries.itinerary import span_of
from applications.queries.locking import lock_with_member
from applications.queries.places import Place
from applications.queries.presence import running_application
from applications.rules.deciding import refusal_to_open
from applications.rules.itinerary import refusal_of_item, report_ends
from applications.states import StayKind, StaySource
from ossma.core import audit, registries
from ossma.core.countries import HOME
from ossma.core.duties import Duty, inner_action, not_for_office, office_duty
from ossma.core.refusals import NotFound, first_or_404
from ossma.core.viewer import Face, Viewer

NO_DEPARTURE: dict[str, object] = {"country_id": None, "city": "", "zone": "", "latitude": None, "longitude": None}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as confirmed; times are aware."""

    kind: str
    location: Place
    starts_at: datetime
    ends_at: datetime
    # Of a flight or train: where it departs.
    departure: Place | None = None
    place: str = ""
    address: str = ""
    phone: str = ""
    local_contact: str = ""
    booking: str = ""
    note: str = ""

    def columns(self) -> dict[str, object]:
        """As the columns of a stay."""
        own = {name: value for name, value in asdict(self).items() if name not in {"location", "departure"}}
        start = self.departure.columns() if self.departure else NO_DEPARTURE
        return own | self.location.columns() | {f"from_{name}": value for name, value in start.items()} | {"to_check": False}


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
def report_place(*, member_id: int, location: Place, actor: Viewer, at: datetime, until: date | None = None) -> Stay | None:
    """Record where the member says she is now ("I am not there: I am in …"): through the day `until` there, else for a few days.

    The place on record goes on counting beside it (`queries.presence`). None when no application of hers runs: there is no record to correct.
    Whom the record has in Japan (before a flight, after one, by an earlier report) may well be abroad and say so. Raises Refused for a day that
    makes no sense.
    """
    running = running_application(actor, member_id, at)
    if running is None:
        return None
    application, _member = lock_with_member(actor, running)
    ends_at = _ends(until, location, application, at)
    mine = Stay.objects.filter(member_id=member_id, source=StaySource.OWN_REPORT)
    mine.filter(starts_at__lt=at, ends_at__gt=at).update(ends_at=at)
    stay = Stay.objects.create(
        application=application, member_id=member_id, kind=StayKind.STAY, source=StaySource.OWN_REPORT, starts_at=at, ends_at=ends_at,
        **location.columns(),
    )  # fmt: skip
    _record("stay.reported", stay, actor, at)
    return stay


@not_for_office
@transaction.atomic
def change_reported_place(*, stay_id: int, location: Place, until: date | None, actor: Viewer, at: datetime) -> Stay:
    """The member corrects where she had said she is, or until when. Raises NotFound for what is over or not hers, Refused."""
    stay, application = _own_report(actor, stay_id, at)
    stay.ends_at = _ends(until, location, application, at)
    for name, value in location.columns().items():
        setattr(stay, name, value)
    stay.save()
    _record("stay.changed", stay, actor, at, fields=["place"])
    return stay


@not_for_office
@transaction.atomic
def end_reported_place(*, stay_id: int, actor: Viewer, at: datetime) -> Stay:
    """The member is no longer where she had said: the itinerary counts again. Raises NotFound."""
    stay, _application = _own_report(actor, stay_id, at)
    # An instant that began and ended at once never was.
    stay.ends_at = max(at, stay.starts_at + timedelta(microseconds=1))
    stay.save(update_fields=["ends_at"])
    _record("stay.ended", stay, actor, at)
    return stay


def _ends(until: date | None, location: Place, application: Application, at: datetime) -> datetime:
    return report_ends(until, ZoneInfo(location.zone), application.abroad_until, at=at, is_home=location.country_id == HOME)


def _own_report(actor: Viewer, stay_id: int, at: datetime) -> tuple[Stay, Application]:
    """A report of the member's own that still holds, with its application, locked."""
    mine = Stay.objects.filter(pk=stay_id, source=StaySource.OWN_REPORT, ends_at__gt=at, member_id=actor.member_id or 0)
    found = first_or_404(list(mine))
    application, _member = lock_with_member(actor, found.application_id)
    return first_or_404(list(mine.select_for_update())), application


def _open_itinerary(application_id: int, actor: Viewer) -> Application:
    application, _member = lock_with_member(actor, application_id)
    if refused := refusal_to_open(application.state, application.payer):
        raise refused
    return application


def _check(application: Application, entry: Entry) -> None:
    if refused := refusal_of_item(entry.starts_at, entry.ends_at, span_of(application), transport=entry.departure is not None):
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
