"""The office's tables of the helpline."""

from helpline.admin.proposals import EmergencyProposalAdmin, NumberProposalAdmin
from helpline.admin.tables import EmergencyAdmin, FaqAdmin, NumberAdmin

__all__ = ["EmergencyAdmin", "EmergencyProposalAdmin", "FaqAdmin", "NumberAdmin", "NumberProposalAdmin"]
