"""What comes by itself, decided before the dispatcher sends what is due: days of schedules, advisories that rules have not looked at."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ossma.core.viewer import SYSTEM
from safety import actions
from safety.queries import plans

log = logging.getLogger(__name__)


def look_at_plans(at: datetime) -> list[str]:
    """Decide all of it; returns what could not be done. One broken schedule or rule does not hold up the others. Safe at any time."""
    failures: list[str] = []
    for due in plans.due_days(at):
        _try(failures, f"schedule {due.schedule_id}", actions.open_occasion, at=at, schedule_id=due.schedule_id, day=due.day)
    for rule_id, advisory_id in plans.undecided(at):
        _try(failures, f"rule {rule_id}", actions.apply_rule, at=at, rule_id=rule_id, advisory_id=advisory_id)
    return failures


def would_do(at: datetime) -> list[str]:
    """The same in words, without doing it."""
    days = [f"schedule {due.schedule_id}: {due.day} would be decided" for due in plans.due_days(at)]
    return days + [f"rule {rule}: advisory {advisory} would be decided" for rule, advisory in plans.undecided(at)]


def _try(failures: list[str], name: str, act: Callable[..., Any], **arguments: Any) -> None:
    try:
        act(actor=SYSTEM, **arguments)
    except Exception as error:
        log.exception("%s could not be decided", name)
        failures.append(f"{name}: {type(error).__name__}: {error}")
