"""What this room hangs into the registries of the floor; importing it (AppConfig.ready) does so."""

from helpline.proposals import APPROVABLES
from ossma.core import registries, retention

for label, approvable in APPROVABLES.items():
    registries.approvals.register(label, approvable)
retention.kept_because(
    "Numbers and questions that the office edits, and what was proposed for them: some rows a country.",
    "helpline.HelplineNumber",
    "helpline.LocalEmergency",
    "helpline.FaqEntry",
    "helpline.NumberProposal",
    "helpline.EmergencyProposal",
)
