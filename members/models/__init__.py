"""Tables of people and schools."""

from members.models.invitation import Invitation
from members.models.legal import LegalAcceptance, LegalDocument, SignupDraft
from members.models.member import EmergencyContact, Member
from members.models.requests import KindRequest
from members.models.school import Group, JoinPassword, School, SchoolContract, SchoolRole, SchoolStateChange
from members.models.user import User

__all__ = [
    "EmergencyContact", "Group", "Invitation", "JoinPassword", "KindRequest", "LegalAcceptance", "LegalDocument", "Member",
    "School", "SchoolContract", "SchoolRole", "SchoolStateChange", "SignupDraft", "User",
]  # fmt: skip
