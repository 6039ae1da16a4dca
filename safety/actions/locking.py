"""The first step of every action on a check: lock it behind the actor's wall."""

from ossma.core.refusals import NotFound
from ossma.core.viewer import Face, Viewer
from safety.models import SafetyCheck


def lock_check(actor: Viewer, check_id: int) -> SafetyCheck:
    """The check, locked until the transaction ends. A school acts on the checks it asked itself, the office on all."""
    checks = SafetyCheck.objects.select_for_update(of=("self",))
    match actor.face:
        case Face.OFFICE | Face.SYSTEM:
            pass
        case Face.SCHOOL:
            checks = checks.filter(school_id=actor.school_id)
        case _:
            raise NotFound
    check = checks.filter(pk=check_id).first()
    if check is None:
        raise NotFound
    return check
