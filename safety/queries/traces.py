"""One recipient as pages show them: where they stand, and for the silent why they may be silent (safety.md S3, "Silence explained")."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.models import Stay
from applications.states import StayKind
from members.models import User
from ossma.core.formats import day
from ossma.core.models import PushDevice
from ossma.core.models.claimable import Progress
from safety.hours import is_night
from safety.models import Answer, Delivery, Recipient, SafetyCase, SafetyCheck
from safety.queries.current_places import Current, begun, current_places, place_name, said_place
from safety.queries.echo import safe_since
from safety.queries.pictures import has_picture
from safety.states import AnswerSource, CaseCause, CaseState, Channel, LifeSource, Standing

# No flight takes longer: those in the air began within this time, which is what the index on their beginning needs.
LONGEST_FLIGHT = timedelta(hours=36)
SIGNS = {**dict(AnswerSource.choices), **dict(LifeSource.choices)}
# A Recipient with the annotations of `with_traces`, which the type checker cannot see.
Traced = Any


@dataclass(frozen=True, slots=True)
class Heard:
    """That somebody else than the member said what counts: a family, or a colleague for them, and how they know."""

    source: str
    said_by: str
    how_known: str


@dataclass(frozen=True, slots=True)
class Person:
    """One recipient as a list shows them: the mark and its words, and for the silent why they may be silent, what matters most first."""

    row: Recipient
    status: str
    label: str
    # Where they are by now, and where they were when they were asked if that is another place: frozen, for audit.
    place: str = ""
    asked_place: str = ""
    zone: str = ""
    why: str = ""
    local_time: str = ""
    asleep: bool = False
    # Of those who were asked because they travel there, or by name, before they leave: that they are still in Japan.
    home: str = ""
    landing: str = ""
    sign: str = ""
    heard: Heard | None = None
    has_picture: bool = False
    case: SafetyCase | None = None

    @property
    def open_call(self) -> SafetyCase | None:
        """The call for help that is still looked after, whatever was answered since."""
        case = self.case
        return case if case is not None and case.cause == CaseCause.HELP and case.state != CaseState.RESOLVED else None


def flights(at: datetime) -> QuerySet[Stay]:
    """Who is in the air at that moment, by the itinerary. Times that nobody has checked rest nobody: they may be half a day wrong."""
    return Stay.objects.filter(kind=StayKind.FLIGHT, to_check=False, starts_at__gt=at - LONGEST_FLIGHT, starts_at__lte=at, ends_at__gt=at)


def lost(check: SafetyCheck) -> Q:
    """Whom no message has reached: one came back, or all that were tried were given up. Looked up once for the whole check."""
    failed = Delivery.objects.filter(check_row=check, state=Progress.GAVE_UP).values("recipient")
    told = Delivery.objects.filter(recipient=OuterRef("pk"), state=Progress.SENT, bounced_at=None)
    return Q(bounced_at__isnull=False) | Q(~Exists(told), pk__in=failed)


def with_traces(rows: QuerySet[Recipient], at: datetime) -> QuerySet[Traced]:
    """Recipients with what tells why they are silent. For pages, not for crowds."""
    sent = Delivery.objects.filter(recipient=OuterRef("pk"))
    mail, push = sent.filter(channel=Channel.EMAIL), sent.filter(channel=Channel.PUSH)
    flight = flights(at).filter(member=OuterRef("member")).order_by("-ends_at")
    return rows.select_related("member__sign_of_life", "country", "school").annotate(
        told=Exists(sent.filter(state=Progress.SENT, bounced_at=None)),
        mail_lost=Exists(mail.filter(Q(state=Progress.GAVE_UP) | Q(bounced_at__isnull=False))),
        mail_told=Exists(mail.filter(state=Progress.SENT, bounced_at=None)),
        mail_waits=Exists(mail.filter(state=Progress.DUE, tries__gt=0)),
        push_lost=Exists(push.filter(state=Progress.GAVE_UP)),
        push_told=Exists(push.filter(state=Progress.SENT)),
        has_device=Exists(PushDevice.objects.filter(user=OuterRef("member__user"))),
        landing_at=Subquery(flight.values("ends_at")[:1]),
        landing_zone=Subquery(flight.values("zone")[:1]),
        begun=begun(at),
        said_place=said_place(),
        heard=_heard(),
        has_picture=has_picture(),
    )


def _heard() -> Subquery:
    """Who said the answer that counts, where it was not the member."""
    answers = Answer.objects.filter(recipient=OuterRef("pk"), kind=OuterRef("standing"), unconfirmed=False).order_by("-said_at", "-pk")
    words = JSONObject(source="source", said_by="said_by", how_known="how_known")
    return Subquery(answers.values(heard=words)[:1])


def case_brief(*, is_drill: bool) -> Subquery:
    """The newest case of a recipient's member, in short."""
    cases = SafetyCase.objects.filter(member=OuterRef("member"), is_drill=is_drill).order_by("-opened_at")
    plain = {name: name for name in ("pk", "cause", "state", "need", "opened_at")}
    brief = JSONObject(**plain, name="owner__name", email="owner__email", safe_at=safe_since())
    return Subquery(cases.values(brief=brief)[:1])


def case_of_brief(brief: dict[str, Any] | None) -> SafetyCase | None:
    """The case as far as a list shows it, with `safe_at`: when its member said "safe" after it was opened. Not for saving."""
    if brief is None:
        return None
    owner = User(name=brief["name"], email=brief["email"]) if brief["email"] else None
    case: Any = SafetyCase(**{name: brief[name] for name in ("pk", "cause", "state", "need")}, owner=owner)
    case.opened_at = datetime.fromisoformat(brief["opened_at"])
    case.safe_at = datetime.fromisoformat(brief["safe_at"]) if brief["safe_at"] else None
    return case


def _messages(row: Traced) -> list[str]:
    """What became of the messages, if that explains a silence."""
    found = []
    if (row.mail_lost and not row.mail_told) or row.bounced_at:
        found.append(_("The message did not arrive"))
    elif row.mail_waits and not row.mail_told:
        found.append(_("The mail server has not taken it yet"))
    if (row.push_lost and not row.push_told) or (row.push_told and not row.has_device):
        found.append(_("Push: device gone"))
    return found


def _opened(row: Traced) -> str:
    if row.snoozed_at:
        return _("Opened, wants to answer later")
    if row.opened_at and row.bounced_at and row.bounced_at > row.opened_at:
        # It came back after that: whoever opened it, nothing is read there now.
        return ""
    if row.opened_at:
        return _("Opened but not answered")
    return _("Not opened") if row.told else ""


def _why_silent(row: Traced, landing: str) -> str:
    found = [_("In the air until %(time)s") % {"time": landing}] if landing else []
    found += [*_messages(row), _opened(row)]
    return " · ".join(filter(None, found)) or _("Not sent yet")


def _label(row: Recipient) -> tuple[str, str]:
    if row.standing == Standing.OK:
        return ("late", _("Safe (late answer)")) if row.late else ("safe", str(Standing.OK.label))
    return row.standing, str(Standing(row.standing).label)


def _clock(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def sign_label(source: str) -> str:
    """From what we know that somebody was alive, in the reader's language."""
    return str(SIGNS.get(source, source))


def persons_of(rows: Iterable[Traced], at: datetime) -> list[Person]:
    """Rows of `with_traces` as they are shown."""
    found = list(rows)
    return [person_of(row, at, current) for row, current in zip(found, current_places(found, at), strict=True)]


def person_of(row: Traced, at: datetime, current: Current) -> Person:
    """One row of `with_traces` as it is shown; `current`: where they are by now."""
    status, label = _label(row)
    english = get_language() == "en"
    place = place_name(current.country_id, current.city, english=english)
    asked_place = place_name(row.country_id, row.city, english=english) if current.moved else ""
    sign = getattr(row.member, "sign_of_life", None)
    heard = Heard(**row.heard) if row.heard and row.heard["said_by"] else None
    person = Person(row=row, status=status, label=label, place=place, asked_place=asked_place, heard=heard, has_picture=row.has_picture)
    person = replace(person, sign=sign_label(sign.source) if sign else "")
    if current.zone:
        person = replace(person, zone=current.zone, local_time=_clock(at, current.zone), asleep=is_night(current.zone, at))
    if current.departs_on:
        leaves = day(current.departs_on, get_language() or "ja", with_year=False)
        person = replace(person, home=_("Still in Japan (leaves on %(day)s)") % {"day": leaves})
    if row.standing == Standing.SILENT:
        landing = _clock(row.landing_at, row.landing_zone) if row.landing_at else ""
        return replace(person, landing=landing, why=_why_silent(row, landing))
    return person


NULLS_FIRST = F("member__sign_of_life__at").asc(nulls_first=True)


def persons(numbers: list[int], at: datetime, *, is_drill: bool) -> dict[int, Person]:
    """Recipients by their number as lists show them, each with the newest case. One query for all lists of a page.

    Found first and then looked at: together the planner takes a page for the whole crowd and reads every message of the check.
    """
    rows = with_traces(Recipient.objects.filter(pk__in=numbers), at).annotate(case_brief=case_brief(is_drill=is_drill))
    briefs = {row.pk: row.case_brief for row in rows}
    return {person.row.pk: replace(person, case=case_of_brief(briefs[person.row.pk])) for person in persons_of(rows, at)}


def in_order(numbers: list[int], found: dict[int, Person]) -> list[Person]:
    """Those of these numbers that were found."""
    return [found[number] for number in numbers if number in found]
