"""Who may apply for what (member-portal.md M2): each rule says no in words that tell what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from applications.rules.fees import office_quotes
from applications.rules.period import months_abroad
from applications.states import PayerKind, ServiceCode
from members.school_access import allows
from members.states import MemberKind, SchoolAct
from ossma.core.refusals import Refused

# A stay that begins later than this is a slip of the pen (2062 for 2026) more often than a plan.
FURTHEST_DAYS = 2 * 365
FOR_STAFF = (ServiceCode.OSSMA,)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the school's contract of the day allows; None in its place means that no contract is in force."""

    services: tuple[str, ...]
    payers: tuple[str, ...]
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the person who applies, before anything is chosen."""

    kind: str
    school_state: str
    terms: Terms | None
    withdrawn: bool = False
    waiting: bool = False
    periods: Sequence[tuple[date, date]] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is applied for."""

    service: str
    payer: str
    first_day: date
    last_day: date


def services_for(standing: Standing) -> list[str]:
    """The services that may be chosen: those of the contract, for staff OSSMA alone."""
    offered = standing.terms.services if standing.terms else ()
    return [code for code in ServiceCode.values if code in offered and (standing.kind != MemberKind.STAFF or code in FOR_STAFF)]


def payers_for(standing: Standing) -> list[str]:
    """Who may be named as the payer."""
    allowed = standing.terms.payers if standing.terms else ()
    return [code for code in PayerKind.values if code in allowed]


def refusal_to_start(standing: Standing) -> Refused | None:
    """Why "+" is greyed out, if it is."""
    if standing.withdrawn:
        return Refused(_("Your membership has ended. To apply again, please write to the office."), code="withdrawn")
    if standing.terms is None or not allows(standing.school_state, SchoolAct.APPLY):
        return Refused(_("Your school has no contract in force at present. Please ask the office in charge at your school."), code="no_contract")
    if standing.waiting:
        return Refused(_("Another application is waiting. You can apply again once it is paid or decided."), code="waiting")
    if not services_for(standing) or not payers_for(standing):
        return Refused(_("Your school's contract offers no service to you. Please ask the office in charge at your school."), code="nothing_offered")
    return None


def refusals_of_period(first_day: date, last_day: date, today: date) -> Iterator[Refused]:
    """What is wrong with a period that is newly chosen on `today` (Japan)."""
    if first_day < today:
        yield Refused(_("The first day has passed. If you are abroad already, enter today as the first day."), field="first_day", code="past")
    if (first_day - today).days > FURTHEST_DAYS:
        yield Refused(_("The first day lies more than two years ahead. Please check the year."), field="first_day", code="far")
    elif last_day < first_day:
        yield Refused(_("The last day lies before the first. Please check both days."), field="last_day", code="backwards")
    elif months_abroad(first_day, last_day) is None:
        yield office_quotes()


def refusals(wish: Wish, standing: Standing, today: date) -> Iterator[Refused]:
    """Everything that forbids this application, each with the form field it belongs to."""
    if refused := refusal_to_start(standing):
        yield refused
        return
    if wish.service not in services_for(standing):
        yield _service_refusal(standing)
    if wish.payer not in payers_for(standing):
        yield Refused(_("Your school's contract does not allow this payer. Please choose another."), field="payer", code="payer")
    yield from refusals_of_period(wish.first_day, wish.last_day, today)
    if any(wish.first_day <= last and first <= wish.last_day for first, last in standing.periods):
        yield Refused(_("You have an application for days of this period already. Please choose other days."), field="first_day", code="overlap")


def check(wish: Wish, standing: Standing, today: date) -> None:
    """Raise the first refusal, if there is one."""
    for refused in refusals(wish, standing, today):
        raise refused


def _service_refusal(standing: Standing) -> Refused:
    if standing.kind == MemberKind.STAFF:
        return Refused(_("Staff members can apply for OSSMA only."), field="service", code="staff")
    return Refused(_("Your school's contract does not include this service. Please choose another."), field="service", code="service")
