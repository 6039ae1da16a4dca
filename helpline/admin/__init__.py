"""The office's tables of the helpline."""

from helpline.admin.tables import EmergencyAdmin, FaqAdmin, NumberAdmin

__all__ = ["EmergencyAdmin", "FaqAdmin", "NumberAdmin"]
