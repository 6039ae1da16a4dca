"""The picture of an answer: opened on record, deleted in time (safety.md S2, S3)."""

from datetime import datetime, timedelta
from typing import cast

from django.db import transaction

from ossma.core import audit, stored_files
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.models import StoredFile
from ossma.core.viewer import Viewer
from safety.actions.positions import KEPT
from safety.models import PositionLook
from safety.naming import viewer_label
from safety.queries.pictures import answer_with_picture, expired_pictures, locked_files
from safety.states import ViewedItem

# A page shows a small picture, a press the large one: for the member that is one viewing.
SAME_VIEWING = timedelta(minutes=10)
CHUNK = 200


@office_duty(Duty.SEE_CASES)
@transaction.atomic
def open_picture(*, actor: Viewer, at: datetime, answer_id: int) -> StoredFile:
    """Open the picture of an answer. That staff saw it is on record before it is shown, and the member can read it. NotFound for strangers.

    No reason is asked for: unlike a position, a picture was sent to be seen.
    """
    answer = answer_with_picture(actor, answer_id)
    picture = cast(StoredFile, answer.picture)
    if actor.is_staff_side and actor.user_id is not None:
        mine = PositionLook.objects.filter(answer=answer, by_id=actor.user_id, item=ViewedItem.PICTURE)
        if not mine.filter(at__gt=at - SAME_VIEWING).exists():
            PositionLook.objects.create(
                answer=answer,
                member_id=answer.member_id,
                by_id=actor.user_id,
                by_name=viewer_label(actor),
                at=at,
                item=ViewedItem.PICTURE,
            )
        subject = ("answer", answer.pk)
        audit.record(actor=actor, at=at, action="safety.picture_seen", subject=subject, member_id=answer.member_id)
    return picture


@inner_action
def delete_pictures(*, actor: Viewer, at: datetime, dry_run: bool = False) -> int:
    """Delete pictures, row and bytes, 90 days after their check closed. Safe at any time and twice at once."""
    expired = expired_pictures(at - KEPT)
    if dry_run:
        return expired.count()
    done = 0
    while True:
        with transaction.atomic():
            found = locked_files(list(expired.values_list("pk", flat=True)[:CHUNK]))
            for picture in found:
                stored_files.discard(stored=picture)
            if found:
                audit.record(actor=actor, at=at, action="safety.pictures_deleted", subject=("pictures", len(found)))
        done += len(found)
        if len(found) < CHUNK:
            return done
