"""Background work of applications."""

from celery import shared_task
from django.utils import timezone

from applications.actions.changes import lapse_changes
from applications.actions.giving_back import ask_waiting
from ossma.core.viewer import SYSTEM

MOST = 500


@shared_task(name="applications.terms")
def terms() -> int:
    """End changes of period whose time is over, and ask for refunds that waited. Safe at any time and twice at once. Returns how many."""
    at = timezone.now()
    return lapse_changes(limit=MOST, actor=SYSTEM, at=at) + ask_waiting(limit=MOST, actor=SYSTEM, at=at)
