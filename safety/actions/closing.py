"""What a check leaves behind when it ends: its report, frozen in the closing transaction (safety.md S3)."""

from datetime import datetime

from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from safety.models import SafetyCheck
from safety.queries.closing import closing_figures


@inner_action
def write_report(*, actor: Viewer, at: datetime, check: SafetyCheck, silent_decision: str) -> None:
    """Count everything once more and keep it, with what became of the silent: "followed_up", "left" or empty.

    The caller holds the check and its transaction; answers that come later stand beside the report.
    """
    decision = {"silent_decision": silent_decision, "closed_by": actor.name}
    check.report = {"at": at.isoformat(), **decision, **closing_figures(check)}
    check.save(update_fields=["report"])
    audit.record(
        actor=actor, at=at, action="safety.report_written", subject=("check", check.pk), school_id=check.school_id,
        detail={name: check.report["all"].get(name, 0) for name in ("help", "not_there", "ok", "silent")},
    )  # fmt: skip
