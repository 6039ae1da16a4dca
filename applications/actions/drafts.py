"""Keeping what was typed (product.md: nothing is lost)."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from applications.models import ApplicationDraft
from applications.queries.locking import lock_member
from ossma.core import audit
from ossma.core.duties import not_for_office
from ossma.core.viewer import Viewer


@not_for_office
@transaction.atomic
def save_draft(*, member_id: int, data: dict[str, Any], actor: Viewer, at: datetime) -> None:
    """Keep the form as typed, right or wrong. The draft's key is what makes the application happen once."""
    member = lock_member(actor, member_id)
    if ApplicationDraft.objects.filter(member=member).update(data=data, updated_at=at):
        return
    draft = ApplicationDraft.objects.create(member=member, data=data, updated_at=at, key=uuid4())
    audit.record(actor=actor, at=at, action="application.draft_begun", subject=("application_draft", draft.pk), member_id=member.pk)
