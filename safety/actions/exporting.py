"""Files that leave the house: who took which list, and when (quality.md, "Security and privacy")."""

from datetime import datetime
from typing import Any

from django.db import transaction

from ossma.core import audit
from ossma.core.duties import Duty, office_duty
from ossma.core.viewer import Viewer
from safety.models import SafetyCheck


@office_duty(Duty.EXPORT_CHECK)
@transaction.atomic
def note_export(*, actor: Viewer, at: datetime, check: SafetyCheck, form: str, narrowed: dict[str, Any]) -> None:
    """Note that the list or the summary of a check was taken as a file: the form of the file and how the list was narrowed, no names."""
    audit.record(
        actor=actor, at=at, action="safety.exported", subject=("check", check.pk), school_id=actor.school_id or check.school_id,
        detail={"form": form, **narrowed},
    )  # fmt: skip
