"""What a member may apply for today."""

from datetime import date

from django.db.models import FilteredRelation, Q

from applications.models import Application, ApplicationDraft
from applications.queries.own import own_id
from applications.rules.applying import Standing, Terms
from applications.rules.deciding import UNPAID
from applications.states import ALIVE, OPEN_CHANGES
from members.models import Member, SchoolContract
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer


def contract_of(school_id: int, day: date) -> SchoolContract | None:
    """The school's contract in force on `day`."""
    running = Q(ends_on=None) | Q(ends_on__gte=day)
    return SchoolContract.objects.filter(running, school_id=school_id, starts_on__lte=day).order_by("-starts_on").first()


def standing_of(member: Member, day: date) -> Standing:
    """Everything the rules of applying look at, for a member whose school is loaded."""
    contract = contract_of(member.school_id, day)
    asked = FilteredRelation("period_changes", condition=Q(period_changes__state__in=OPEN_CHANGES))
    rows = Application.objects.filter(member=member, state__in=ALIVE).annotate(asked=asked)
    alive = list(rows.values_list("state", "first_day", "last_day", "asked__first_day", "asked__last_day"))
    return Standing(
        kind=member.kind,
        school_state=member.school.state,
        terms=Terms(tuple(contract.services), tuple(contract.payers), contract.needs_approval) if contract else None,
        withdrawn=member.withdrawn_at is not None,
        waiting=any(state in UNPAID for state, *_days in alive),
        periods=tuple(days for _state, *both in alive for days in (tuple(both[:2]), tuple(both[2:])) if days[0]),
    )


def own_standing(viewer: Viewer, day: date) -> Standing:
    """The standing of the member who looks. Raises NotFound for anybody else."""
    member = Member.objects.visible_to(viewer).select_related("school").filter(pk=own_id(viewer)).first()
    if member is None:
        raise NotFound
    return standing_of(member, day)


def own_draft(viewer: Viewer) -> ApplicationDraft | None:
    """What the member who looks has typed so far."""
    return ApplicationDraft.objects.filter(member_id=own_id(viewer)).first()
