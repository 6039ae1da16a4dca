"""Mails about invitations and roles, promised inside the caller's transaction."""

from datetime import datetime
from typing import Any

from django.conf import settings

from members.models import Invitation, School, SchoolRole, User
from members.states import MANAGING_ROLES, SchoolRoleKind
from ossma.core import outbox
from ossma.core.formats import HOME_ZONE, day

SENDER = {"office_name": settings.OFFICE_NAME, "office_address": settings.OFFICE_ADDRESS}


def _facts(school: School, kind: str) -> dict[str, Any]:
    return SENDER | {"school_ja": school.name_ja, "school_en": school.name_en, "kind": str(kind)}


def invite(invitation: Invitation, token: str, at: datetime) -> None:
    """The invitation itself, in both languages. It carries nothing that the inviter typed but the address it goes to."""
    last = invitation.expires_at.astimezone(HOME_ZONE).date()
    facts = _facts(invitation.school, invitation.kind) | {"inviter": invitation.inviter_name, "token": token, "by_office": invitation.by_office}
    outbox.promise(
        key=f"invitation:{invitation.pk}:{invitation.sent_count}",
        to_address=invitation.email,
        language=outbox.BOTH,
        template="members/invitation",
        context=facts | {"last_day_ja": day(last, "ja"), "last_day_en": day(last, "en")},
        at=at,
    )


def _tell(event: str, template: str, people: list[User], facts: dict[str, Any], at: datetime) -> None:
    for user in people:
        key = f"{event}:{user.pk}"
        outbox.promise(key=key, to_address=user.email, language=user.language, template=template, context=facts, at=at)


def _managing(school: School, *, but: int) -> list[User]:
    roles = SchoolRole.objects.filter(school=school, kind__in=MANAGING_ROLES, user__is_active=True).exclude(user_id=but)
    return list(User.objects.filter(pk__in=roles.values("user")).order_by("pk"))


def _and_inviter(people: list[User], invitation: Invitation) -> list[User]:
    inviter = invitation.invited_by
    known = {user.pk for user in people}
    return [*people, inviter] if inviter and inviter.is_active and inviter.pk not in known else people


def role_began(invitation: Invitation, user: User, kind: SchoolRoleKind, at: datetime) -> None:
    """Somebody has accepted: for the inviter and the school's other administrators; for the delegate whom the office has approved, too."""
    facts = _facts(invitation.school, kind) | {"person": user.get_full_name(), "address": user.email, "firm": invitation.firm}
    people = _and_inviter(_managing(invitation.school, but=user.pk), invitation)
    _tell(f"invitation.accepted:{invitation.pk}", "members/role_accepted", [one for one in people if one.pk != user.pk], facts, at)
    if invitation.firm:
        _tell(f"invitation.approved:{invitation.pk}", "members/role_approved", [user], facts, at)


def delegate_refused(invitation: Invitation, user: User | None, at: datetime) -> None:
    """The office has refused a delegate: for both who waited."""
    facts = _facts(invitation.school, invitation.kind) | {"firm": invitation.firm, "name": invitation.name}
    _tell(f"invitation.refused:{invitation.pk}", "members/role_refused", _and_inviter([user] if user else [], invitation), facts, at)


def role_ended(role: SchoolRole, *, left: bool, at: datetime) -> None:
    """A role has ended, before its row goes: for the person unless they left themselves, and for the school's other administrators if they did."""
    facts = _facts(role.school, role.kind) | {"person": role.user.get_full_name(), "address": role.user.email}
    if left:
        _tell(f"role.left:{role.pk}", "members/role_left", _managing(role.school, but=role.user_id), facts, at)
    else:
        _tell(f"role.ended:{role.pk}", "members/role_ended", [role.user], facts, at)
