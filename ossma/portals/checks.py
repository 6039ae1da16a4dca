"""`manage.py check --deploy` says what start-up would refuse."""

from typing import Any

from django.conf import settings
from django.core import checks

from ossma.portals.startup import found


@checks.register(deploy=True)
def starts_in_production(**_unused: Any) -> list[checks.CheckMessage]:
    """One error for each fault."""
    return [checks.Error(fault, id="ossma.E020") for fault in found(settings)]
