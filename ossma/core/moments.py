"""Moments as phones send them: what a device kept without network comes with its own time."""

from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime


def moment_of(value: Any) -> datetime | None:
    """A moment in ISO form, in UTC; None when it cannot be read."""
    try:
        moment = parse_datetime(str(value)) if value else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
