"""Tables of the floor."""

from ossma.core.models.approval import ApprovalQuerySet, NeedsApproval, proposed_once
from ossma.core.models.audit import AuditEntry
from ossma.core.models.calendar import OfficeClosure
from ossma.core.models.claimable import Claimable, Progress
from ossma.core.models.country import City, Country
from ossma.core.models.document import IssuedDocument
from ossma.core.models.outbox import OutboxMessage
from ossma.core.models.push import BouncedAddress, PushDevice, PushMessage
from ossma.core.models.rate import RateCounter
from ossma.core.models.returned import ReturnedMail
from ossma.core.models.stored_file import StoredFile

__all__ = [
    "ApprovalQuerySet", "AuditEntry", "BouncedAddress", "City", "Claimable", "Country", "IssuedDocument", "NeedsApproval", "OfficeClosure",
    "OutboxMessage", "Progress", "PushDevice", "PushMessage", "RateCounter", "ReturnedMail", "StoredFile", "proposed_once",
]  # fmt: skip
