"""Accounts as the managers of the office see them."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group as DjangoGroup
from django.db.models import Prefetch, Q, QuerySet

from members.models import User
from members.queries.directory import matching
from ossma.core.duties import Duty, OfficeRole
from ossma.core.folding import fold_key
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer

MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Account:
    """An account with what a manager must know of its keys."""

    user: User
    roles: list[OfficeRole]
    factors: int
    sessions: list[UserSession]
    last_seen: datetime | None


def _accounts(viewer: Viewer) -> QuerySet[User]:
    if not viewer.may(Duty.MANAGE_ACCOUNTS):
        return User.objects.none()
    roles = DjangoGroup.objects.filter(name__in=OfficeRole.values).order_by("name")
    return User.objects.prefetch_related(Prefetch("groups", roles, to_attr="office_groups"))


def roles_of(user: User) -> list[OfficeRole]:
    """The roles of an account that came from here."""
    return [OfficeRole(group.name) for group in user.office_groups]  # type: ignore[attr-defined]


def colleagues(viewer: Viewer) -> list[tuple[User, list[OfficeRole]]]:
    """The office's accounts with their roles."""
    rows = _accounts(viewer).filter(is_staff=True).order_by("-is_active", "name", "pk")
    return [(user, roles_of(user)) for user in rows]


def found(viewer: Viewer, text: str) -> list[User]:
    """Other people's accounts by a part of address or name, at least three letters of it."""
    word = fold_key(text)
    if len(word) < 3:
        return []
    called = Q(email__icontains=word) | Q(name__icontains=word) | matching(viewer, text, "member__")
    rows = _accounts(viewer).filter(called, is_staff=False)
    return list(rows.order_by("email")[:MOST_FOUND])


def account(viewer: Viewer, user_id: int) -> Account:
    """One account. Raises NotFound for whoever has not the duty."""
    user = first_or_404(_accounts(viewer).filter(pk=user_id))
    sessions = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).count()
    return Account(user, roles_of(user), factors, sessions, sessions[0].last_seen_at if sessions else user.last_login)
