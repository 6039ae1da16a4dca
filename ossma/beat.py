"""When the scheduler calls: at steady intervals, however the machine's clock jumps.

Celery's own keeps its next calls as times of the clock: one that was three hours ahead and is set right leaves it silent for three hours,
over a restart too, because the last call is kept in a file.
"""

import time
from datetime import datetime, timedelta
from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry
from celery.schedules import schedule


class Every(schedule):
    """So many seconds after the last call; at once when that lies in the future."""

    def remaining_estimate(self, last_run_at: datetime) -> timedelta:
        """How long until the next call."""
        if self.maybe_make_aware(last_run_at) > self.maybe_make_aware(self.now()):
            return timedelta(0)
        return super().remaining_estimate(last_run_at)


class SteadyScheduler(PersistentScheduler):
    """Orders its calls by a clock that only goes forward."""

    def _when(self, _entry: ScheduleEntry, next_time_to_run: float, **_unused: Any) -> float:
        return time.monotonic() + (self.adjust(next_time_to_run) or 0)
