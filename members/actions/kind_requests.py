"""A change of 会員種別 is asked for by the member and decided by the school or the office."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from members.models import KindRequest, Member, User
from members.states import KIND_REQUEST_MOVES, KindRequestState
from ossma.core import audit, outbox
from ossma.core.duties import Duty, inner_action, not_for_office, office_duty
from ossma.core.refusals import NotFound, Refused, first_or_404
from ossma.core.viewer import Viewer

SENDER = {"office_name": settings.OFFICE_NAME, "office_address": settings.OFFICE_ADDRESS}


@inner_action
@transaction.atomic
def ask_for_kind(*, member: Member, kind: str, actor: Viewer, at: datetime) -> KindRequest | None:
    """File a request, in the place of an open one for something else. None where it is the member's kind already.

    The caller holds the member's row locked.
    """
    open_one = KindRequest.objects.filter(member=member, state=KindRequestState.OPEN).first()
    if kind == member.kind or (open_one and open_one.to_kind == kind):
        return None
    if open_one:
        _end(open_one, KindRequestState.WITHDRAWN, actor=actor, at=at)
    row = KindRequest.objects.create(member=member, from_kind=member.kind, to_kind=kind, asked_at=at)
    _record("asked", row, actor=actor, at=at)
    return row


@not_for_office
@transaction.atomic
def withdraw_kind_request(*, request_id: int, actor: Viewer, at: datetime) -> KindRequest:
    """The member takes the open request back. NotFound for everybody else, Refused once it is decided."""
    if actor.member_id is None:
        raise NotFound
    rows = KindRequest.objects.select_for_update(of=("self",)).filter(pk=request_id, member_id=actor.member_id)
    row = first_or_404(list(rows.select_related("member")))
    _end(row, KindRequestState.WITHDRAWN, actor=actor, at=at)
    return row


@office_duty(Duty.HANDLE_APPLICATIONS)
@transaction.atomic
def approve_kind(*, request_id: int, actor: Viewer, at: datetime) -> KindRequest:
    """The member is of the kind asked for from now on, and is told by mail."""
    row = _to_decide(request_id, actor)
    _end(row, KindRequestState.APPROVED, actor=actor, at=at)
    row.member.kind = row.to_kind
    row.member.save(update_fields=["kind"])
    _tell(row, at=at)
    return row


@office_duty(Duty.HANDLE_APPLICATIONS)
@transaction.atomic
def refuse_kind(*, request_id: int, reason: str, actor: Viewer, at: datetime) -> KindRequest:
    """The kind stays; the member is told why by mail."""
    row = _to_decide(request_id, actor)
    row.reason = reason
    _end(row, KindRequestState.REFUSED, actor=actor, at=at)
    _tell(row, at=at)
    return row


def _to_decide(request_id: int, actor: Viewer) -> KindRequest:
    """The request, with its member locked first, as in every action on a member."""
    if not (actor.is_school or actor.is_office):
        raise NotFound
    rows = KindRequest.objects.filter(pk=request_id, member__in=Member.objects.visible_to(actor))
    found = first_or_404(list(rows))
    member = Member.objects.select_for_update().get(pk=found.member_id)
    row = KindRequest.objects.select_for_update().get(pk=found.pk)
    row.member = member
    return row


def _end(row: KindRequest, state: KindRequestState, *, actor: Viewer, at: datetime) -> None:
    if state not in KIND_REQUEST_MOVES[KindRequestState(row.state)]:
        raise Refused(_("This request has been decided already."), code="decided")
    row.state, row.decided_at, row.decided_by_id = state, at, actor.user_id
    row.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    _record(state.value, row, actor=actor, at=at)


def _record(what: str, row: KindRequest, *, actor: Viewer, at: datetime) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=f"member.kind_{what}",
        subject=("kind_request", row.pk),
        member_id=row.member_id,
        school_id=row.member.school_id,
        detail={"from": row.from_kind, "to": row.to_kind} | ({"reason": row.reason} if row.reason else {}),
    )


def _tell(row: KindRequest, *, at: datetime) -> None:
    user = User.objects.get(pk=row.member.user_id)
    approved = row.state == KindRequestState.APPROVED
    outbox.promise(
        key=f"kind_request:{row.pk}:{row.state}",
        to_address=user.email,
        language=user.language,
        template="members/kind_decided",
        context=SENDER | {"approved": approved, "kind": row.to_kind, "reason": row.reason},
        at=at,
        member_id=row.member_id,
    )
