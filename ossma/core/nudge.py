"""A tap on the worker's shoulder. Work is always a row first; the tap only saves the wait until the scheduler looks."""

import logging
import time
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

QUIET_SECONDS = 30.0
_quiet_until = 0.0


def _send(task: str) -> None:
    global _quiet_until  # noqa: PLW0603 - one process, one broker: after a failure nobody else should wait for it
    if time.monotonic() < _quiet_until:
        return
    try:
        current_app.send_task(task, expires=60, retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the row is safe and the scheduler will find it
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("broker away, the scheduler will pick up %s: %s", task, type(error).__name__)


def nudge(task: str) -> None:
    """Ask for `task` (a Celery name) once the transaction has committed. Never fails and never waits long."""
    transaction.on_commit(partial(_send, task))
