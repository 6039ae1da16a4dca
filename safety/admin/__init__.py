"""Safety checks in the office's admin: for looking only, but for the ladder. The office asks, follows and
closes on its desk (/admin/desk/safety/).
"""

from safety.admin.ladder import LadderStepAdmin
from safety.admin.tables import DeliveryAdmin, IncidentAdmin, SafetyCheckAdmin

__all__ = ["DeliveryAdmin", "IncidentAdmin", "LadderStepAdmin", "SafetyCheckAdmin"]
