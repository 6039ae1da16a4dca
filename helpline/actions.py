"""Writes of the office (numbers, emergency numbers, FAQ), and the calls that members try."""

from datetime import datetime, timedelta

from django.db import transaction

from helpline.models import FaqEntry, HelplineNumber, LocalEmergency
from ossma.core import audit, registries
from ossma.core.duties import Duty, duty_of_table, not_for_office
from ossma.core.refusals import NotFound
from ossma.core.viewer import Face, Viewer

Row = HelplineNumber | LocalEmergency | FaqEntry
# What a phone kept for longer without network says nothing any more.
KEPT = timedelta(days=7)


@duty_of_table
@transaction.atomic
def save_row(*, row: Row, duties: tuple[Duty, ...], actor: Viewer, at: datetime) -> None:
    """Store a row as the office wrote it; the audit line keeps its full text, so every version can be read again (H1)."""
    row.save()
    _note(row, "saved", actor, at)


@duty_of_table
@transaction.atomic
def delete_row(*, row: Row, duties: tuple[Duty, ...], actor: Viewer, at: datetime) -> None:
    """Take a row away; its last text stays in the audit trail."""
    _note(row, "deleted", actor, at)
    row.delete()


def _note(row: Row, verb: str, actor: Viewer, at: datetime) -> None:
    kind = row._meta.model_name
    text = {field.attname: field.value_to_string(row) for field in row._meta.concrete_fields}
    audit.record(actor=actor, at=at, action=f"helpline.{kind}_{verb}", subject=(str(kind), row.pk), detail=text)


@not_for_office
@transaction.atomic
def note_call(*, actor: Viewer, at: datetime, pressed_at: datetime | None = None) -> None:
    """A signed-in member pressed a number to call: on record in their file, and a sign of life (safety.md S3).

    `pressed_at`: when that was, if the phone had no network then.
    """
    if actor.face is not Face.MEMBER or actor.member_id is None:
        raise NotFound
    when = min(max(pressed_at, at - KEPT), at) if pressed_at else at
    audit.record(
        actor=actor, at=at, action="helpline.call_tried", subject=("member", actor.member_id), member_id=actor.member_id,
        detail={"pressed_at": when.isoformat()},
    )  # fmt: skip
    for _key, tell in registries.signs_of_life:
        tell(actor.member_id, when, "helpline", "")
