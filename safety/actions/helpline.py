"""A case passes to the helpline: nobody of the school is in charge any more, and the operators are told at once (safety.md S3)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Member
from members.queries.faces import office_users
from ossma.core import audit, formats, outbox, phones
from ossma.core.duties import Duty, not_for_office
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from safety import alarms, rules
from safety.models import SafetyCase
from safety.queries.locking import locked_case
from safety.states import CaseState


@not_for_office
@transaction.atomic
def hand_over_case(*, actor: Viewer, at: datetime, case_id: int) -> SafetyCase:
    """The helpline's operators go on with it; until one of them takes it, it is nobody's and stands on top of their list.

    That is no contact yet: the clock runs on. Mailed and pushed to the office. Handed over twice it goes once. Raises Refused for an
    exercise: the helpline has real calls to answer.
    """
    case = locked_case(actor, case_id)
    if case.state == CaseState.HELPLINE:
        return case
    if case.is_drill:
        raise Refused(_("This is an exercise: it is not handed to the helpline."))
    rules.require_case_move(case.state, CaseState.HELPLINE)
    case.state, case.owner_id, case.next_try_at = CaseState.HELPLINE, None, at
    case.calling_by_id = case.calling_until = None
    case.save()
    audit.record(
        actor=actor, at=at, action="safety.case_handed_over", subject=("case", case.pk), member_id=case.member_id, school_id=case.school_id
    )  # fmt: skip
    _tell_office(case, actor, at)
    return case


def _tell_office(case: SafetyCase, actor: Viewer, at: datetime) -> None:
    member = Member.objects.select_related("school").get(pk=case.member_id)
    context = _facts(case, member, actor)
    operators = office_users(Duty.WORK_CASES).values_list("email", flat=True)
    for address in sorted({address.lower() for address in (*settings.OFFICE_MAIL, *operators)}):
        outbox.promise(
            key=f"handed_over:{case.pk}:{at.timestamp():.0f}:{address}", to_address=address, language=outbox.BOTH,
            template="safety/handed_over", context=context, at=at, member_id=member.pk,
        )  # fmt: skip
    alarms.push_handed_over(case, at=at)


def _facts(case: SafetyCase, member: Member, actor: Viewer) -> dict[str, Any]:
    zone = ZoneInfo(case.zone or "Asia/Tokyo")
    return {
        "name_ja": member.japanese_name,
        "name_en": member.roman_name,
        "number": member.number,
        "mobile": phones.shown(case.call_back or member.mobile),
        "school_ja": member.school.name_ja,
        "school_en": member.school.name_en,
        "by": actor.name,
        "heard": case.first_contact_at is not None,
        "when_ja": formats.both_clocks(case.opened_at, zone, "ja"),
        "when_en": formats.both_clocks(case.opened_at, zone, "en"),
        "path": reverse("office:safety:case", args=[case.pk]),
    }
