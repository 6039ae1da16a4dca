"""Looks at personal data, kept in the audit trail.

A dashboard that asks for news every few seconds shows the same people again and again: a person is noted once per viewer and check,
and again after ten minutes. What was noted stands in the session, so that a quiet dashboard writes nothing at all.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ossma.core import access_log, audit
from ossma.core.requests import Request

AGAIN_AFTER = timedelta(minutes=10)
KEY = "safety_looks"


def note_looks(request: Request, *, action: str, subject: str, member_ids: Iterable[int], at: datetime) -> None:
    """Write one audit entry for those of these members whom this session has not looked at under `subject` in the last ten minutes."""
    member_ids = set(member_ids)
    access_log.mark_recorded(member_ids)
    oldest = (at - AGAIN_AFTER).timestamp()
    noted: dict[str, dict[str, float]] = request.session.get(KEY, {})
    fresh = {member: when for member, when in noted.get(subject, {}).items() if when > oldest}
    new = [member_id for member_id in member_ids if str(member_id) not in fresh]
    if not new:
        return
    audit.record_looks(actor=request.viewer, at=at, action=action, member_ids=new)
    kept = {name: members for name, members in noted.items() if name != subject and any(when > oldest for when in members.values())}
    request.session[KEY] = {**kept, subject: {**fresh, **{str(member_id): at.timestamp() for member_id in new}}}
