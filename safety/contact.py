"""What reading and reaching change of a case that is locked and will be saved by the caller (safety.md S3, "Help is a case with a clock")."""

from datetime import datetime

from ossma.core.viewer import Viewer
from safety import hours
from safety.models import SafetyCase
from safety.states import CaseState


def take_charge(case: SafetyCase, actor: Viewer) -> None:
    """This person is in charge. A school that takes back what it had handed to the helpline has it again."""
    case.owner_id = actor.user_id
    if case.state == CaseState.HELPLINE and not actor.is_office:
        case.state = CaseState.CONTACTED if case.first_contact_at else CaseState.NEW


def note_read(case: SafetyCase, user_id: int | None, at: datetime) -> None:
    """Whoever acts on a case has read it; the first one is named to the member."""
    if case.read_at is None:
        case.read_at, case.read_by_id = at, user_id


def note_contact(case: SafetyCase, user_id: int | None, at: datetime) -> None:
    """Somebody has spoken with the member: the clock stops, and the case is looked at again after a day."""
    note_read(case, user_id, at)
    case.state = CaseState.CONTACTED
    case.owner_id = case.owner_id or user_id
    case.first_contact_at = case.first_contact_at or at
    case.next_try_at = at + hours.AFTER_CONTACT
