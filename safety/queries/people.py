"""The people of one check: who needs help, who is silent and why, the list of all, one person's page (safety.md S3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.models import Stay
from applications.states import StayKind
from members.models import EmergencyContact, User
from ossma.core.models import City
from ossma.core.models.claimable import Progress
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer
from safety.hours import is_night
from safety.models import Answer, Delivery, Recipient, SafetyCase, SafetyCheck
from safety.queries.dashboard import recipients_of
from safety.states import CaseState, CheckKind, Standing

FIRST_TO_CALL = 10
CASES_SHOWN = 50
# Beyond this many nobody reads the list from its top: it is shown by answer and country, straight from the index, instead of sorted by silence.
MOST_SORTED = 20_000
# A Recipient with the annotations of `_with_traces`, which the type checker cannot see.
Traced = Any
HELP_FIRST = Case(
    *[When(standing=standing, then=Value(rank)) for rank, standing in enumerate([Standing.HELP, Standing.SILENT, Standing.NOT_THERE, Standing.OK])],
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list is asked for: a standing, a country (`none`: nobody knows), a group or, for the office, a school."""

    standing: str = ""
    country: str = ""
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One recipient as a list shows them: the mark and its words, and for the silent why they may be silent."""

    row: Recipient
    status: str
    label: str
    city: str = ""
    why: str = ""
    local_time: str = ""
    asleep: bool = False
    case: SafetyCase | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """The silent, sorted: whom to call now, and how many sleep or are in the air."""

    first: list[Person]
    to_call: int
    asleep: int
    flying: int


def _city_en() -> Subquery:
    """Cities are kept by their Japanese names; readers of English get the English one where we know it."""
    return Subquery(City.objects.filter(country=OuterRef("country"), name_ja=OuterRef("city")).values("name_en")[:1])


def _with_traces(rows: QuerySet[Recipient], at: datetime) -> QuerySet[Traced]:
    mails = Delivery.objects.filter(recipient=OuterRef("pk"))
    flights = Stay.objects.filter(member=OuterRef("member"), kind=StayKind.FLIGHT, starts_at__lte=at, ends_at__gt=at)
    return rows.select_related("member__sign_of_life", "country", "school").annotate(
        bounced=Exists(mails.filter(state=Progress.GAVE_UP)),
        told=Exists(mails.filter(state=Progress.SENT)),
        flying=Exists(flights),
        city_en=_city_en(),
    )


def _why_silent(row: Traced) -> str:
    if row.bounced and not row.told:
        return _("The message did not arrive")
    if row.opened_at and row.snoozed_at:
        return _("Opened, wants to answer later")
    if row.opened_at:
        return _("Opened but not answered")
    return _("Not opened") if row.told else _("Not sent yet")


def _label(row: Recipient) -> tuple[str, str]:
    if row.standing == Standing.OK:
        return ("late", _("Safe (late answer)")) if row.late else ("safe", str(Standing.OK.label))
    return row.standing, str(Standing(row.standing).label)


def _person(row: Traced, at: datetime) -> Person:
    status, label = _label(row)
    city = row.city_en or row.city if get_language() == "en" else row.city
    person = Person(row=row, status=status, label=label, city=city)
    if row.zone:
        local = at.astimezone(ZoneInfo(row.zone))
        person = replace(person, local_time=local.strftime("%H:%M"), asleep=is_night(row.zone, at))
    if row.standing == Standing.SILENT:
        return replace(person, why=_("In the air") if row.flying else _why_silent(row))
    return person


def _case_brief(*, is_drill: bool) -> Subquery:
    cases = SafetyCase.objects.filter(member=OuterRef("member"), is_drill=is_drill).order_by("-opened_at")
    brief = JSONObject(pk="pk", state="state", need="need", opened_at="opened_at", name="owner__name", email="owner__email")
    return Subquery(cases.values(brief=brief)[:1])


def _case(brief: dict[str, Any] | None) -> SafetyCase | None:
    """The case as far as a list shows it; not for saving."""
    if brief is None:
        return None
    owner = User(name=brief["name"], email=brief["email"]) if brief["email"] else None
    return SafetyCase(pk=brief["pk"], state=brief["state"], need=brief["need"], opened_at=datetime.fromisoformat(brief["opened_at"]), owner=owner)


def needing_help(viewer: Viewer, check: SafetyCheck, at: datetime) -> list[Person]:
    """Those who need help, the longest waiting first, with the case that runs for each. One query."""
    rows = recipients_of(viewer, check).filter(standing=Standing.HELP).select_related("member", "country", "school")
    rows = rows.annotate(city_en=_city_en(), case_brief=_case_brief(is_drill=check.kind == CheckKind.DRILL))
    return [replace(_person(row, at), case=_case(row.case_brief)) for row in rows.order_by("answered_at", "pk")[:CASES_SHOWN]]


def quiet(viewer: Viewer, check: SafetyCheck, at: datetime) -> Quiet:
    """The silent: the six to call before the hundred and forty who sleep. Two queries."""
    silent = recipients_of(viewer, check).filter(standing=Standing.SILENT)
    flying = Exists(Stay.objects.filter(member=OuterRef("member"), kind=StayKind.FLIGHT, starts_at__lte=at, ends_at__gt=at))
    by_zone = silent.order_by().values_list("zone").annotate(n=Count("*"), flying=Count("zone", filter=flying))
    total = asleep = in_the_air = 0
    night = []
    for zone, n, flying_here in by_zone:
        total += n
        in_the_air += flying_here
        if zone and is_night(zone, at):
            asleep += n - flying_here
            night.append(zone)
    to_call = total - asleep - in_the_air
    return Quiet(_first_to_call(silent.exclude(zone__in=night), at) if 0 < to_call <= MOST_SORTED else [], to_call, asleep, in_the_air)


def _first_to_call(awake: QuerySet[Recipient], at: datetime) -> list[Person]:
    """Whose message did not arrive, then of whom nothing was heard for longest."""
    rows = _with_traces(awake, at).filter(flying=False)
    return [_person(row, at) for row in rows.order_by(F("bounced").desc(), F("member__sign_of_life__at").asc(nulls_first=True), "pk")[:FIRST_TO_CALL]]


def wanted_rows(viewer: Viewer, check: SafetyCheck, wanted: Wanted, *, many: bool = False) -> QuerySet[Recipient]:
    """The part of the list that is asked for, help first, then those silent longest; `many` (see MOST_SORTED): by country."""
    rows = recipients_of(viewer, check)
    if wanted.standing:
        rows = rows.filter(standing=wanted.standing)
    if wanted.country:
        rows = rows.filter(country=None) if wanted.country == "none" else rows.filter(country=wanted.country)
    if wanted.part is not None:
        rows = rows.filter(Q(school=wanted.part) if viewer.is_office else Q(member__groups=wanted.part))
    if many:
        return rows.order_by("country")
    return rows.order_by(HELP_FIRST, F("member__sign_of_life__at").asc(nulls_first=True), "pk")


def people(rows: QuerySet[Recipient], at: datetime) -> list[Person]:
    """A page of the list (a slice of `wanted_rows`) with what it shows of each. One query."""
    return [_person(row, at) for row in _with_traces(rows, at)]


def person(viewer: Viewer, check: SafetyCheck, recipient_id: int, at: datetime) -> Person:
    """One recipient with all that is known: answers with their sources, deliveries, contacts. Raises NotFound."""
    rows = _with_traces(recipients_of(viewer, check).filter(pk=recipient_id), at).prefetch_related(
        Prefetch("answers", Answer.objects.select_related("country").order_by("-received_at", "-pk")),
        Prefetch("deliveries", Delivery.objects.order_by("round_number", "channel")),
        Prefetch("member__emergency_contacts", EmergencyContact.objects.order_by("position")),
    )
    row = first_or_404(rows.select_related("member__user")[:1])
    cases = SafetyCase.objects.filter(member=row.member_id, is_drill=check.kind == CheckKind.DRILL).select_related("owner")
    return replace(_person(row, at), case=cases.order_by(Case(When(state=CaseState.RESOLVED, then=1), default=0), "-opened_at").first())
