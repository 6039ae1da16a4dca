"""Safety checks in the office's admin: for looking only. The office asks, follows and closes on its desk (/admin/desk/safety/)."""

from safety.admin.tables import DeliveryAdmin, IncidentAdmin, SafetyCheckAdmin

__all__ = ["DeliveryAdmin", "IncidentAdmin", "SafetyCheckAdmin"]
