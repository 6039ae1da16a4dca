"""Tables of the main job."""

from safety.models.answer import Answer, HelpCase, SignOfLife
from safety.models.check import Delivery, Incident, Recipient, Round, SafetyCheck

__all__ = ["Answer", "Delivery", "HelpCase", "Incident", "Recipient", "Round", "SafetyCheck", "SignOfLife"]
