"""The cover guard as pure functions (safety.md S3): what of a trip is in order, what is missing, and what its return date passes."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.states import ApplicationState, ServiceCode
from ossma.core.registries import Insured
from safety.states import CoverPart


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one trip. `last_day` is what the fee is for: a longer stay holds only once it is paid (member-portal.md M2).

    `returns_on`: the last day of the itinerary where it ends later than the trip.
    """

    state: str
    service: str
    first_day: date
    last_day: date
    insured: Insured | None
    gap_days: int
    returns_on: date
    reachable: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing in order, or not."""

    part: CoverPart
    is_ok: bool
    label: str

    @property
    def kind(self) -> str:
        """How a chip shows it."""
        return "ok" if self.is_ok else "warn"


def marks(facts: Facts) -> list[Mark]:
    """Fee, insurance, itinerary, contact: one mark each, in this order."""
    return [_fee(facts), _insurance(facts), _itinerary(facts), _contact(facts)]


def warnings(facts: Facts) -> list[tuple[str, date, date]]:
    """What the return date passes: ("paid" or "insured", the return, the last day covered)."""
    found = []
    if facts.returns_on > facts.last_day:
        found.append(("paid", facts.returns_on, facts.last_day))
    if facts.insured is not None and max(facts.returns_on, facts.last_day) > facts.insured.last_day:
        found.append(("insured", max(facts.returns_on, facts.last_day), facts.insured.last_day))
    return found


def countdown(first_day: date, last_day: date, local_day: date) -> str:
    """How long until the departure; once abroad, until the last day."""
    ahead = (first_day - local_day).days
    if ahead > 0:
        return ngettext("leaving in %(n)d day", "leaving in %(n)d days", ahead) % {"n": ahead}
    left = (last_day - local_day).days
    return ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}


def _fee(facts: Facts) -> Mark:
    if facts.state == ApplicationState.IN_FORCE:
        return Mark(CoverPart.FEE, True, _("Fee"))
    waiting = facts.state == ApplicationState.AWAITING_APPROVAL
    return Mark(CoverPart.FEE, False, _("Waiting for the school") if waiting else _("Fee not paid"))


def _insurance(facts: Facts) -> Mark:
    """OSSMA Plus includes cover once it is paid; beyond that only what is registered counts."""
    insured = facts.insured
    if insured is None:
        included = facts.service == ServiceCode.PLUS and facts.state == ApplicationState.IN_FORCE
        return Mark(CoverPart.INSURANCE, included, _("Insurance") if included else _("No insurance registered"))
    if insured.first_day > facts.first_day or insured.last_day < facts.last_day:
        return Mark(CoverPart.INSURANCE, False, _("Insurance does not cover every day"))
    return Mark(CoverPart.INSURANCE, insured.reaches_sums, _("Insurance") if insured.reaches_sums else _("Insurance below the needed sums"))


def _itinerary(facts: Facts) -> Mark:
    if not facts.gap_days:
        return Mark(CoverPart.ITINERARY, True, _("Itinerary"))
    label = ngettext("Itinerary: %(n)d day open", "Itinerary: %(n)d days open", facts.gap_days) % {"n": facts.gap_days}
    return Mark(CoverPart.ITINERARY, False, label)


def _contact(facts: Facts) -> Mark:
    return Mark(CoverPart.CONTACT, facts.reachable, _("Contact") if facts.reachable else _("Contact not confirmed"))
