"""Numbers need a second person (office.md, "Duties and roles"): written by a publisher, published by a manager."""

from django.db.models import Model

from helpline.actions import publish
from helpline.models import EmergencyProposal, NumberProposal
from ossma.core.approval import facts_of
from ossma.core.duties import Duty
from ossma.core.registries import Approvable, Fact

WRITES, PUBLISHES = (Duty.WRITE_REFERENCE,), (Duty.PUBLISH_REFERENCE,)


def _facts(row: Model) -> list[Fact]:
    """A proposal and the row that it changes, column by column; nothing is left of what would be taken away."""
    return [] if getattr(row, "removes", False) else facts_of(row, without={"replaces", "removes"})


APPROVABLES = {
    "helpline.numberproposal": Approvable(NumberProposal, WRITES, PUBLISHES, in_force=lambda row: row.replaces, facts=_facts, carry_out=publish),
    "helpline.emergencyproposal": Approvable(
        EmergencyProposal, WRITES, PUBLISHES, in_force=lambda row: row.replaces, facts=_facts, carry_out=publish
    ),
}
