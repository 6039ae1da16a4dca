"""What this room hangs into the registries of the floor; importing it (AppConfig.ready) does so."""

from helpline.proposals import APPROVABLES
from ossma.core import registries

for label, approvable in APPROVABLES.items():
    registries.approvals.register(label, approvable)
