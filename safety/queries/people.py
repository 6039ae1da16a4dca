"""The people of one check: who needs help, who is silent and why, the list of all, one person's page (safety.md S3)."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from members.models import EmergencyContact
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer
from safety.models import Answer, Delivery, Recipient, SafetyCase, SafetyCheck
from safety.queries.dashboard import recipients_of
from safety.queries.echo import safe_since
from safety.queries.silence import MOST_SORTED, Quiet, quiet, rank, weighed
from safety.queries.traces import NULLS_FIRST, Person, in_order, persons, persons_of, with_traces
from safety.states import LISTED, CaseCause, CaseState, CheckKind, Standing

__all__ = [
    "MOST_SORTED", "Person", "Quiet", "Wanted", "helped_first", "in_order", "needing_help", "people", "person", "persons", "quiet", "wanted_part",
    "wanted_rows", "weighed",
]  # fmt: skip

CASES_SHOWN = 50
HELP_FIRST = Case(
    *[When(standing=standing, then=Value(place)) for place, standing in enumerate(LISTED)],
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list is asked for: a standing, a country (`none`: nobody knows), a group or, for the office, a school."""

    standing: str = ""
    country: str = ""
    part: int | None = None


def helped_first(viewer: Viewer, check: SafetyCheck) -> list[int]:
    """The numbers of those who need help, the longest waiting first; then those who have said something else since, and whose call is still open."""
    rows = recipients_of(viewer, check)
    needing = list(rows.filter(standing=Standing.HELP).order_by("answered_at", "pk").values_list("pk", flat=True)[:CASES_SHOWN])
    calls = SafetyCase.objects.filter(cause=CaseCause.HELP, is_drill=check.kind == CheckKind.DRILL).exclude(state=CaseState.RESOLVED)
    # By the member, not by the recipient a case came from: it may have come from another check, or from none.
    since = rows.filter(member__in=calls.values("member"), answered_at__isnull=False).exclude(standing=Standing.HELP)
    return needing + list(since.order_by("answered_at", "pk").values_list("pk", flat=True)[: CASES_SHOWN - len(needing)])


def needing_help(viewer: Viewer, check: SafetyCheck, at: datetime) -> list[Person]:
    """Those who need help, the longest waiting first, with the case that runs for each. Four queries."""
    numbers = helped_first(viewer, check)
    return in_order(numbers, persons(numbers, at, is_drill=check.kind == CheckKind.DRILL))


def wanted_part(viewer: Viewer, check: SafetyCheck, wanted: Wanted) -> QuerySet[Recipient]:
    """The part of the list that is asked for, in no order."""
    rows = recipients_of(viewer, check)
    if wanted.standing:
        rows = rows.filter(standing=wanted.standing)
    if wanted.country:
        rows = rows.filter(country=None) if wanted.country == "none" else rows.filter(country=wanted.country)
    if wanted.part is not None:
        rows = rows.filter(Q(school=wanted.part) if viewer.is_office else Q(member__groups=wanted.part))
    return rows


def wanted_rows(viewer: Viewer, check: SafetyCheck, wanted: Wanted, *, at: datetime | None = None) -> QuerySet[Recipient]:
    """The same sorted: help first, then the silent in the order in which they are called (`at`: who sleeps, who flies). Not for crowds."""
    silence = Case(When(standing=Standing.SILENT, then=rank(check, at)), default=0)
    return wanted_part(viewer, check, wanted).order_by(HELP_FIRST, silence, NULLS_FIRST, "pk")


def people(rows: QuerySet[Recipient], at: datetime) -> list[Person]:
    """A page of the list (a slice of `wanted_rows`) with what it shows of each. Three queries."""
    numbers = list(rows.values_list("pk", flat=True))
    return in_order(numbers, persons(numbers, at, is_drill=False))


def person(viewer: Viewer, check: SafetyCheck, recipient_id: int, at: datetime) -> Person:
    """One recipient with all that is known: answers with their sources, deliveries, contacts. Raises NotFound."""
    rows = with_traces(recipients_of(viewer, check).filter(pk=recipient_id), at).prefetch_related(
        Prefetch("answers", Answer.objects.select_related("country", "picture").order_by("-received_at", "-pk")),
        Prefetch("deliveries", Delivery.objects.order_by("round_number", "channel")),
        Prefetch("member__emergency_contacts", EmergencyContact.objects.order_by("position")),
    )
    row = first_or_404(rows.select_related("member__user")[:1])
    cases = (
        SafetyCase.objects.filter(member=row.member_id, is_drill=check.kind == CheckKind.DRILL).select_related("owner").annotate(safe_at=safe_since())
    )
    (shown,) = persons_of([row], at)
    return replace(shown, case=cases.order_by(Case(When(state=CaseState.RESOLVED, then=1), default=0), "-opened_at").first())
