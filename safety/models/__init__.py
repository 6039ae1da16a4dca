"""Tables of the main job."""

from safety.models.answer import Answer, CallEntry, PositionLook, SafetyCase, SignOfLife
from safety.models.check import Delivery, Incident, Recipient, Round, SafetyCheck
from safety.models.decisions import Occasion, Omission, RuleDecision
from safety.models.figures import Pace, PlaceTally, SchoolTally, Shift, Summary
from safety.models.own import CheckIn, FamilyLink, Reachability, ReachTap, SafetyPreference
from safety.models.planning import AdvisoryRule, CheckSchedule, CheckTemplate, EscalationPolicy, LadderStep

__all__ = [
    "AdvisoryRule", "Answer", "CallEntry", "CheckIn", "CheckSchedule", "CheckTemplate", "Delivery", "EscalationPolicy", "FamilyLink",
    "Incident", "LadderStep", "Occasion", "Omission", "Pace", "PlaceTally", "PositionLook", "ReachTap", "Reachability", "Recipient",
    "Round", "RuleDecision", "SafetyCase", "SafetyCheck", "SafetyPreference", "SchoolTally", "Shift", "SignOfLife", "Summary",
]  # fmt: skip
