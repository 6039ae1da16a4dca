"""Writes of the office (numbers once published, FAQ), and the calls that members try."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from helpline.models import EmergencyProposal, FaqEntry, HelplineNumber, LocalEmergency, NumberProposal
from helpline.queries import live_row_for
from helpline.rules import already_there
from ossma.core import audit, registries
from ossma.core.duties import Duty, inner_action, not_for_office, office_duty
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Face, Viewer

Row = HelplineNumber | LocalEmergency | FaqEntry
# What a phone kept for longer without network says nothing any more.
KEPT = timedelta(days=7)


@office_duty(Duty.PUBLISH_NOTICES)
@transaction.atomic
def save_faq(*, row: FaqEntry, actor: Viewer, at: datetime) -> None:
    """Store a question as the office wrote it; the audit line keeps its full text, so every version can be read again (H1)."""
    row.save()
    _note(row, "saved", actor, at)


@office_duty(Duty.PUBLISH_NOTICES)
@transaction.atomic
def delete_faq(*, row: FaqEntry, actor: Viewer, at: datetime) -> None:
    """Take a question away; its last text stays in the audit trail."""
    _note(row, "deleted", actor, at)
    row.delete()


@inner_action
def publish(*, row: NumberProposal | EmergencyProposal, actor: Viewer, at: datetime) -> None:
    """Let members see an approved proposal, in the approval's transaction; the audit line keeps the full text (H1).

    Raises Refused where the number that it changes is gone, or another one stands in its way.
    """
    live = live_row_for(row)
    if live is None:
        raise Refused(_("What this would change is not there any more. Refuse the proposal."), code="gone")
    if row.removes:
        _note(live, "deleted", actor, at)
        live.delete()
        return
    for field in live._meta.concrete_fields:
        if not field.primary_key:
            setattr(live, field.attname, getattr(row, field.attname))
    try:
        live.validate_unique()
        live.validate_constraints()
    except ValidationError as error:
        raise already_there() from error
    live.save()
    row.replaces_id = live.pk
    row.save(update_fields=["replaces"])
    _note(live, "saved", actor, at)


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
