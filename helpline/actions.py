"""Writes of the office: numbers, emergency numbers, FAQ."""

from datetime import datetime

from django.db import transaction

from helpline.models import FaqEntry, HelplineNumber, LocalEmergency
from ossma.core import audit
from ossma.core.viewer import Viewer

Row = HelplineNumber | LocalEmergency | FaqEntry


@transaction.atomic
def save_row(*, row: Row, actor: Viewer, at: datetime) -> None:
    """Store a row as the office wrote it; the audit line keeps its full text, so every version can be read again (H1)."""
    row.save()
    _note(row, "saved", actor, at)


@transaction.atomic
def delete_row(*, row: Row, actor: Viewer, at: datetime) -> None:
    """Take a row away; its last text stays in the audit trail."""
    _note(row, "deleted", actor, at)
    row.delete()


def _note(row: Row, verb: str, actor: Viewer, at: datetime) -> None:
    kind = row._meta.model_name
    text = {field.attname: field.value_to_string(row) for field in row._meta.concrete_fields}
    audit.record(actor=actor, at=at, action=f"helpline.{kind}_{verb}", subject=(str(kind), row.pk), detail=text)
