"""Safety checks in the office's admin: for looking only, but for the ladder and the rules over advisories. The office asks, follows and
closes on its desk (/admin/desk/safety/).
"""

from safety.admin.advisories import AdvisoryRuleAdmin, RuleDecisionAdmin
from safety.admin.ladder import EscalationPolicyAdmin
from safety.admin.tables import DeliveryAdmin, IncidentAdmin, SafetyCheckAdmin

__all__ = ["AdvisoryRuleAdmin", "DeliveryAdmin", "EscalationPolicyAdmin", "IncidentAdmin", "RuleDecisionAdmin", "SafetyCheckAdmin"]
