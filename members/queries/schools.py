"""Schools as the office sees them: who is told, and who is touched by a change of state."""

from dataclasses import dataclass
from datetime import datetime

from members.models import Member, School, SchoolRole, SchoolStateChange
from members.school_access import readable_until
from members.states import SchoolRoleKind, SchoolState
from ossma.core.duties import Duty
from ossma.core.refusals import NotFound, first_or_404
from ossma.core.viewer import Viewer

RUNNERS = (SchoolRoleKind.OWNER, SchoolRoleKind.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Touched:
    """How many people a change of a school's state touches, and which addresses are told."""

    members: int
    administrators: int
    supporters: int
    addresses: list[str]


@dataclass(frozen=True, slots=True)
class Closing:
    """Why and since when a school's portal is not wholly open; `until`: when it closes for good."""

    reason: str
    since: datetime | None
    until: datetime | None


def school_of(viewer: Viewer, school_id: int) -> School:
    """One school, for whoever of the office looks after contracts. Raises NotFound."""
    if not viewer.may(Duty.MANAGE_CONTRACTS):
        raise NotFound
    return first_or_404(School.objects.filter(pk=school_id))


def told_addresses(school: School) -> list[str]:
    """Owners, administrators and the notification addresses, nobody twice."""
    roles = SchoolRole.objects.filter(school=school, kind__in=RUNNERS, user__is_active=True)
    return sorted({address.lower() for address in (*roles.values_list("user__email", flat=True), *school.notify_addresses)})


def touched_by(viewer: Viewer, school_id: int) -> Touched:
    """For the page that asks before a school's state is changed. Raises NotFound."""
    school = school_of(viewer, school_id)
    kinds = list(SchoolRole.objects.filter(school=school).values_list("kind", flat=True))
    supporters = kinds.count(SchoolRoleKind.SUPPORTER)
    members = Member.objects.filter(school=school, withdrawn_at=None).count()
    return Touched(members, len(kinds) - supporters, supporters, told_addresses(school))


def closing_of(viewer: Viewer) -> Closing | None:
    """For the people of a school that is suspended or has ended: why, since when, until when they can read. None while it is active."""
    if viewer.school_state == SchoolState.ACTIVE or viewer.school_id is None:
        return None
    school = School.objects.filter(pk=viewer.school_id).first()
    change = SchoolStateChange.objects.filter(school=viewer.school_id).first()
    if school is None:
        return None
    until = readable_until(school.ended_at) if school.ended_at else None
    return Closing(change.reason if change else "", change.at if change else school.ended_at, until)
