"""Tables of people, schools and legal documents in the office's admin."""

from members.admin.tables.audit import AuditEntryAdmin
from members.admin.tables.legal import LegalAcceptanceAdmin, LegalDocumentAdmin
from members.admin.tables.people import MemberAdmin, UserAdmin
from members.admin.tables.post import BouncedAddressAdmin, ReturnedMailAdmin
from members.admin.tables.schools import GroupAdmin, SchoolAdmin, SchoolContractAdmin, SchoolRoleAdmin

__all__ = [
    "AuditEntryAdmin",
    "BouncedAddressAdmin",
    "GroupAdmin",
    "LegalAcceptanceAdmin",
    "LegalDocumentAdmin",
    "MemberAdmin",
    "ReturnedMailAdmin",
    "SchoolAdmin",
    "SchoolContractAdmin",
    "SchoolRoleAdmin",
    "UserAdmin",
]
