"""Proposing, withdrawing, approving and refusing what needs a second person (office.md, "Duties and roles").

Each locks the version's row first: a change and an approval at the same moment happen one after the other, and the second sees the first.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from members.queries.approval import lock_proposal
from members.queries.faces import office_users
from ossma.core import audit, outbox, registries
from ossma.core.approval import content_of, proposed_already, require_decidable, require_open
from ossma.core.duties import Duty, office_duty
from ossma.core.formats import HOME_ZONE
from ossma.core.models import NeedsApproval
from ossma.core.refusals import NotFound, Refused
from ossma.core.registries import Approvable
from ossma.core.viewer import Viewer

WRITERS = (Duty.SET_PRICES, Duty.WRITE_REFERENCE)
APPROVERS = (Duty.SET_PRICES, Duty.PUBLISH_REFERENCE)
REASON_LENGTH = 300


def _approvable(label: str, actor: Viewer, *, to_write: bool) -> Approvable:
    """The table's entry, for whoever has its duty. Raises NotFound."""
    if label not in registries.approvals:
        raise NotFound
    found = registries.approvals.get(label)
    if not actor.may(*(found.writes if to_write else found.approves)):
        raise NotFound
    return found


def _note(row: NeedsApproval, verb: str, *, actor: Viewer, at: datetime, detail: dict[str, Any]) -> None:
    kind = row._meta.model_name or ""
    audit.record(actor=actor, at=at, action=f"{kind}.{verb}", subject=(kind, row.pk), detail=detail)


def _content(found: Approvable, row: NeedsApproval) -> dict[str, Any]:
    """The whole version, its lines included, so that it can be read again."""
    return {"revision": row.revision, "content": content_of(row), "lines": [list(fact) for fact in found.facts(row)]}


@office_duty(*WRITERS)
@transaction.atomic
def save_proposal(*, row: NeedsApproval, fields: list[str], actor: Viewer, at: datetime) -> None:
    """Store a proposal, new or changed; whoever does so cannot approve it. The approvers hear of it once, and again after a refusal.

    Raises Refused when it was approved in the meantime, NotFound when it was withdrawn.
    """
    label = row._meta.label_lower
    found = _approvable(label, actor, to_write=True)
    is_new = row._state.adding
    stored = row if is_new else lock_proposal(found.model, row.pk)
    require_open(stored)
    is_to_be_told = is_new or stored.refused_at is not None or stored.proposed_by_id is None
    row.revision = 1 if is_new else stored.revision + 1
    row.writers = sorted({*stored.writers, *([actor.user_id] if actor.user_id else [])})
    row.proposed_by_id, row.proposed_at, row.refused_at, row.refusal = actor.user_id, at, None, ""
    _store(row)
    _note(row, "saved", actor=actor, at=at, detail={"fields": fields})
    if is_to_be_told:
        _tell_approvers(found, row, at=at)


def _store(row: NeedsApproval) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        # Two at once: the form of the second has not seen the first.
        raise proposed_already() from error


@office_duty(*WRITERS)
@transaction.atomic
def withdraw_proposal(*, label: str, pk: int, actor: Viewer, at: datetime) -> None:
    """Take a proposal away that nobody approved; its text stays in the audit trail. Raises Refused for an approved one."""
    found = _approvable(label, actor, to_write=True)
    row = lock_proposal(found.model, pk)
    require_open(row)
    _note(row, "deleted", actor=actor, at=at, detail=_content(found, row))
    row.delete()


@office_duty(*APPROVERS)
@transaction.atomic
def approve_proposal(*, label: str, pk: int, revision: int, actor: Viewer, at: datetime) -> NeedsApproval:
    """Let a version hold. `revision` is the one that was on the page.

    Raises Refused for its writers, for another revision, after a decision, and for what the table itself does not allow.
    """
    found = _approvable(label, actor, to_write=False)
    row = lock_proposal(found.model, pk)
    require_decidable(row, revision=revision, user_id=actor.user_id)
    found.check(row, at.astimezone(HOME_ZONE).date())
    row.approved_by_id, row.approved_at = actor.user_id, at
    row.save(update_fields=["approved_by", "approved_at"])
    _note(row, "approved", actor=actor, at=at, detail=_content(found, row))
    if found.carry_out is not None:
        found.carry_out(row=row, actor=actor, at=at)
    _tell_writer(row, approved=True, reason="", at=at)
    return row


@office_duty(*APPROVERS)
@transaction.atomic
def refuse_proposal(*, label: str, pk: int, revision: int, reason: str, actor: Viewer, at: datetime) -> NeedsApproval:
    """Send a proposal back to its writer with a reason. Raises Refused like an approval; writers withdraw their own instead."""
    if not reason.strip():
        raise Refused(_("Please write why."), field="reason")
    found = _approvable(label, actor, to_write=False)
    row = lock_proposal(found.model, pk)
    require_decidable(row, revision=revision, user_id=actor.user_id)
    row.refused_at, row.refusal = at, reason.strip()[:REASON_LENGTH]
    row.save(update_fields=["refused_at", "refusal"])
    _note(row, "refused", actor=actor, at=at, detail=_content(found, row))
    _tell_writer(row, approved=False, reason=row.refusal, at=at)
    return row


def _table(row: NeedsApproval, language: str) -> str:
    with translation.override(language):
        return str(row._meta.verbose_name)


def _page(row: NeedsApproval, name: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


def _tell_approvers(found: Approvable, row: NeedsApproval, *, at: datetime) -> None:
    """A mail to each who may decide. It names the table, not the figures."""
    for user in office_users(*found.approves).exclude(pk__in=row.writers):
        key = f"approval.waits:{row._meta.label_lower}:{row.pk}:{row.revision}:{user.pk}"
        context = {"table": _table(row, user.language), "path": _page(row, "decide")}
        outbox.promise(key=key, to_address=user.email, language=user.language, template="members/approval_waits", context=context, at=at)


def _tell_writer(row: NeedsApproval, *, approved: bool, reason: str, at: datetime) -> None:
    """A mail to whoever proposed it last, with the decision."""
    writer = row.proposed_by
    if writer is None or not writer.is_active:
        return
    key = f"approval.decided:{row._meta.label_lower}:{row.pk}:{row.revision}"
    context = {"table": _table(row, writer.language), "path": _page(row, "change"), "approved": approved, "reason": reason}
    outbox.promise(key=key, to_address=writer.email, language=writer.language, template="members/approval_decided", context=context, at=at)
