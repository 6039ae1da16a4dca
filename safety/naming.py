"""What the rounds of a check are called, in the reader's words, and how the staff who saw something are named."""

from django.utils.translation import gettext as _

from ossma.core.viewer import Viewer
from safety.ladder import EXTRA_ROUNDS, FIRST_ROUND, LADDER_ROUNDS
from safety.rules import CORRECTION_ROUND


def round_name(number: int) -> str:
    """A round by its number: the first message, a reminder, a rung of the ladder, a reminder by hand, the correction of a drill."""
    if number == FIRST_ROUND:
        return _("First message")
    if number == CORRECTION_ROUND:
        return _("Correction")
    if number >= EXTRA_ROUNDS:
        return _("Reminder by hand %(n)s") % {"n": number - EXTRA_ROUNDS + 1}
    if number >= LADDER_ROUNDS:
        return _("Step %(n)s of the ladder") % {"n": number - LADDER_ROUNDS + 1}
    return _("Reminder %(n)s") % {"n": number}


def viewer_label(actor: Viewer) -> str:
    """How the member's view log names somebody of the staff: name, and school or office."""
    return f"{actor.name}, {'OSSMA' if actor.is_office else actor.school_name}"[:200]
