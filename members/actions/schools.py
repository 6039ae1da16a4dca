"""What becomes of a school: suspended, reinstated, ended (contracts.md C7). Decided by the office with a reason that the school reads."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from members.actions.accounts import SENDER
from members.models import School, SchoolStateChange
from members.queries.schools import told_addresses
from members.school_access import readable_until, require_school_move
from members.states import SchoolState
from ossma.core import audit, formats, outbox
from ossma.core.duties import Duty, office_duty
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Viewer

JAPAN = ZoneInfo("Asia/Tokyo")
LEAST_REASON = 5


@office_duty(Duty.MANAGE_CONTRACTS)
@transaction.atomic
def suspend_school(*, actor: Viewer, at: datetime, school_id: int, reason: str) -> School:
    """Suspend a school at once, for arrears, breach, a false application or insolvency. Members abroad keep helpline and safety checks."""
    return _move(SchoolState.SUSPENDED, actor=actor, at=at, school_id=school_id, reason=reason)


@office_duty(Duty.MANAGE_CONTRACTS)
@transaction.atomic
def reinstate_school(*, actor: Viewer, at: datetime, school_id: int, reason: str) -> School:
    """Lift a suspension."""
    return _move(SchoolState.ACTIVE, actor=actor, at=at, school_id=school_id, reason=reason)


@office_duty(Duty.MANAGE_CONTRACTS)
@transaction.atomic
def end_school(*, actor: Viewer, at: datetime, school_id: int, reason: str) -> School:
    """End a school's use of OSSMA for good. Its data can be read and exported for settings.SCHOOL_READABLE_DAYS."""
    return _move(SchoolState.ENDED, actor=actor, at=at, school_id=school_id, reason=reason)


def _move(to: SchoolState, *, actor: Viewer, at: datetime, school_id: int, reason: str) -> School:
    """Lock, ask the table, write, tell the school. Asked for twice, it happens once."""
    if not actor.may(Duty.MANAGE_CONTRACTS):
        raise NotFound
    school = School.objects.select_for_update().filter(pk=school_id).first()
    if school is None:
        raise NotFound
    if school.state == to:
        return school
    if len(reason.strip()) < LEAST_REASON:
        raise Refused(_("Write why. The school reads it."), field="reason")
    require_school_move(school.state, to)
    change = SchoolStateChange.objects.create(school=school, before=school.state, after=to, reason=reason.strip(), by_id=actor.user_id, at=at)
    school.state, school.ended_at = to, at if to is SchoolState.ENDED else None
    school.save(update_fields=["state", "ended_at"])
    detail = {"from": change.before, "to": to, "change": change.pk}
    audit.record(actor=actor, at=at, action=f"school.{to}", subject=("school", school.pk), school_id=school.pk, detail=detail)
    _tell_school(school, change, at)
    return school


def _tell_school(school: School, change: SchoolStateChange, at: datetime) -> None:
    """A mail to everybody who runs the school's portal, and to the addresses it named."""
    until = readable_until(at).astimezone(JAPAN).date()
    context = {
        "school_ja": school.name_ja,
        "school_en": school.name_en,
        "reason": change.reason,
        "until_ja": formats.day(until, "ja"),
        "until_en": formats.day(until, "en"),
    }
    for address in told_addresses(school):
        outbox.promise(
            key=f"school.state:{change.pk}:{address}",
            to_address=address,
            language=outbox.BOTH,
            template=f"members/school_{change.after}",
            context=SENDER | context,
            at=at,
        )
