"""How long the tables of safety are kept (quality.md, "Security and privacy"): rules, or why there is none."""

from django.db.models import Q

from notices.rules import INFECTION_TYPES, RISK_TYPES
from ossma.core import registries
from ossma.core.retention import A_SEASON, A_YEAR_AND_MORE, Rule, ended_by, kept_because

# Danger information says the level of its country until the next one; and what a check was drafted from stays with it.
GOES = ~Q(info_type__in=RISK_TYPES | INFECTION_TYPES) & Q(checks=None)

RULES = {
    "safety.advisories": Rule("notices.Advisory", "changed_at", A_YEAR_AND_MORE, GOES),
    "safety.looks": Rule("safety.PositionLook", "at", A_YEAR_AND_MORE),
    "safety.taps": Rule("safety.ReachTap", "asked_at", A_YEAR_AND_MORE),
    "safety.checkins": Rule("safety.CheckIn", "ended_at", A_YEAR_AND_MORE),
    "safety.family_links": Rule("safety.FamilyLink", "expires_at", A_SEASON),
    "safety.occasions": Rule("safety.Occasion", "decided_at", A_YEAR_AND_MORE),
}


def hang_in() -> None:
    """Called once, by registered.py."""
    for name, rule in RULES.items():
        registries.retention.register(name, rule)
        ended_by(name, rule.table)
    # Decisions go with their advisory.
    ended_by("safety.advisories", "safety.RuleDecision")
    # What is exact in an answer becomes its city; the answer itself is part of the check.
    ended_by("safety.positions", "safety.Answer")
    kept_because(
        "Evidence of who was asked, what came back and what was done: ends with the member (contracts.md D2).",
        "safety.SafetyCheck",
        "safety.Recipient",
        "safety.Round",
        "safety.Delivery",
        "safety.Omission",
        "safety.SafetyCase",
        "safety.CallEntry",
        "safety.Incident",
    )
    kept_because(
        "Figures of a check: bounded by its schools, places and minutes; changes are folded into them within seconds.",
        "safety.Shift",
        "safety.PlaceTally",
        "safety.SchoolTally",
        "safety.Pace",
        "safety.Summary",
    )
    kept_because("At most one row a member and channel.", "safety.SignOfLife", "safety.SafetyPreference", "safety.Reachability")
    kept_because(
        "Written by people who run checks, a few a year.",
        "safety.CheckTemplate",
        "safety.CheckSchedule",
        "safety.AdvisoryRule",
        "safety.EscalationPolicy",
        "safety.LadderStep",
    )
