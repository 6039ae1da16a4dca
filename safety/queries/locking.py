"""The first step of every action: the row, locked behind the actor's wall."""

from django.db.models import QuerySet

from ossma.core.refusals import NotFound
from ossma.core.viewer import Face, Viewer
from safety.models import HelpCase, Recipient, SafetyCheck


def locked_check(viewer: Viewer, check_id: int) -> SafetyCheck:
    """The check, locked until the transaction ends. A school acts on the checks it asked itself, the office on all."""
    checks = SafetyCheck.objects.select_for_update(of=("self",))
    match viewer.face:
        case Face.OFFICE | Face.SYSTEM:
            pass
        case Face.SCHOOL:
            checks = checks.filter(school_id=viewer.school_id)
        case _:
            raise NotFound
    check = checks.filter(pk=check_id).first()
    if check is None:
        raise NotFound
    return check


def locked_case(viewer: Viewer, case_id: int) -> HelpCase:
    """The help case, locked. A school acts on its own members' cases, the office on all."""
    cases = HelpCase.objects.select_for_update(of=("self",)).filter(pk=case_id)
    if viewer.face is Face.SCHOOL:
        cases = cases.filter(school_id=viewer.school_id)
    elif not viewer.is_office:
        raise NotFound
    case = cases.first()
    if case is None:
        raise NotFound
    return case


# What an answer needs to know, and no more: this is read ten thousand times within minutes.
NEEDED = (
    "member_id", "school_id", "standing", "answered_at", "snoozed_at", "late", "country_id", "city", "zone",
    "check_row__kind", "check_row__state", "check_row__sent_at", "check_row__deadline_at",
)  # fmt: skip


def locked_recipients() -> QuerySet[Recipient]:
    """Recipients with their check beside them, to be narrowed and then locked. The caller knows whose they are."""
    return Recipient.objects.select_for_update(of=("self",)).select_related("check_row").only(*NEEDED)
