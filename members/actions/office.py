"""What the office does to people's tables in the admin, to its own accounts, and to accounts that need protection."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group as DjangoGroup
from django.db import models, transaction
from django.utils.translation import gettext as _

from members.actions.accounts import SENDER, open_confirmed
from members.models import Member, School, User
from members.queries.faces import office_users
from ossma.core import audit, outbox
from ossma.core.duties import Duty, OfficeRole, duty_of_table, office_duty
from ossma.core.push import devices
from ossma.core.refusals import Refused, first_or_404
from ossma.core.viewer import Viewer


def _about(row: models.Model) -> dict[str, Any]:
    """Whose data a row is."""
    member_id = row.pk if isinstance(row, Member) else getattr(row, "member_id", None)
    school_id = row.pk if isinstance(row, School) else getattr(row, "school_id", None)
    return {"member_id": member_id, "school_id": school_id}


@duty_of_table
@transaction.atomic
def save_row(*, row: models.Model, fields: list[str], duties: tuple[Duty, ...], actor: Viewer, at: datetime) -> None:
    """Store a row of an admin table that needs these `duties`; the trail names the fields, not their values."""
    row.save()
    kind = row._meta.model_name or ""
    audit.record(actor=actor, at=at, action=f"{kind}.saved", subject=(kind, row.pk), detail={"fields": fields}, **_about(row))


@duty_of_table
@transaction.atomic
def delete_row(*, row: models.Model, duties: tuple[Duty, ...], actor: Viewer, at: datetime) -> None:
    """Delete a row of an admin table that needs these `duties`."""
    kind, number, about = row._meta.model_name or "", row.pk, _about(row)
    row.delete()
    audit.record(actor=actor, at=at, action=f"{kind}.deleted", subject=(kind, number), **about)


def _tell(template: str, user: User, actor: Viewer, at: datetime, **context: Any) -> None:
    """A mail to the owner of the account, and one to every manager: roles and keys never change unseen."""
    said = SENDER | {"email": user.email, "name": user.get_full_name(), "by": actor.name} | context
    managers = office_users(Duty.MANAGE_ACCOUNTS).values_list("email", flat=True)
    occasion = uuid4().hex
    for address in sorted({user.email, *managers}):
        key = f"{template}:{user.pk}:{occasion}:{address}"
        outbox.promise(key=key, to_address=address, language=outbox.BOTH, template=template, context=said, at=at)


@office_duty(Duty.MANAGE_ACCOUNTS)
@transaction.atomic
def create_office_user(*, email: str, name: str, roles: Iterable[OfficeRole], actor: Viewer, at: datetime, superuser: bool = False) -> User:
    """An account of the office. It has no password: its owner asks for one by code, then sets up the second factor.

    `superuser` is for the shell alone: pages go by the roles. Refused when the address has an account, or without a role.
    """
    chosen = sorted(set(roles))
    if not chosen:
        raise Refused(_("Choose at least one role."), field="roles")
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(_("This address has an account already."), field="email")
    user = open_confirmed(email=email, password=None, name=name, actor=actor, at=at, is_staff=True, is_superuser=superuser)
    user.groups.set([DjangoGroup.objects.get_or_create(name=role)[0] for role in chosen])
    audit.record(actor=actor, at=at, action="office.account_created", subject=("user", user.pk), detail={"roles": chosen})
    _tell("members/office_account", user, actor, at, roles=chosen)
    return user


def _office_account(actor: Viewer, user_id: int) -> User:
    """A colleague's account, locked. Nobody changes their own, and a superuser's only by shell (office.md).

    All managers are locked first, in the order of their numbers: two who demote each other at the same moment must not leave none.
    """
    list(User.objects.select_for_update().filter(pk__in=office_users(Duty.MANAGE_ACCOUNTS).values("pk")).order_by("pk"))
    user = first_or_404(User.objects.select_for_update().filter(pk=user_id, is_staff=True))
    if user.pk == actor.user_id:
        raise Refused(_("You cannot change your own roles or close your own account. Another manager can."))
    if user.is_superuser:
        raise Refused(_("This account is for the shell and is changed there only."))
    return user


def _account(actor: Viewer, user_id: int) -> User:
    """Anybody's account, locked; a colleague's by the rules for colleagues."""
    if User.objects.filter(pk=user_id, is_staff=True).exists():
        return _office_account(actor, user_id)
    return first_or_404(User.objects.select_for_update().filter(pk=user_id))


def _require_manager_left(user: User) -> None:
    if not office_users(Duty.MANAGE_ACCOUNTS).exclude(pk=user.pk).exists():
        raise Refused(_("The office needs at least one manager."))


@office_duty(Duty.MANAGE_ACCOUNTS)
@transaction.atomic
def set_office_roles(*, user_id: int, roles: Iterable[OfficeRole], actor: Viewer, at: datetime) -> User:
    """Give and take roles. Without any the account sees itself only. Owner and managers are told; open pages lose their rights at once."""
    user, chosen = _office_account(actor, user_id), sorted(set(roles))
    before = sorted(user.groups.filter(name__in=OfficeRole.values).values_list("name", flat=True))
    if before == chosen:
        return user
    if OfficeRole.MANAGER in before and OfficeRole.MANAGER not in chosen:
        _require_manager_left(user)
    user.groups.set([DjangoGroup.objects.get_or_create(name=role)[0] for role in chosen])
    audit.record(actor=actor, at=at, action="office.roles_set", subject=("user", user.pk), detail={"before": before, "roles": chosen})
    _tell("members/office_roles", user, actor, at, roles=chosen)
    return user


@office_duty(Duty.MANAGE_ACCOUNTS)
@transaction.atomic
def secure_account(*, user_id: int, lock: bool, drop_factors: bool, reason: str, actor: Viewer, at: datetime) -> User:
    """Somebody's keys are in other hands, or lost (contracts.md A4): every session ends; on demand the account is closed, its second factors go.

    The owner is mailed. Refused without a reason, for one's own account, a superuser's, and the last manager's.
    """
    if not reason.strip():
        raise Refused(_("Please write why."), field="reason")
    user = _account(actor, user_id)
    if lock and user.is_active:
        if user.is_staff:
            _require_manager_left(user)
        # Without a password, whoever knows the old one has nothing; and sessions are bound to it.
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["is_active", "password"])
    for session in UserSession.objects.filter(user=user):
        session.end()
    devices.end_others(actor=actor, at=at, user_id=user.pk)
    if drop_factors:
        Authenticator.objects.filter(user=user).delete()
    done = {"locked": lock, "factors_dropped": drop_factors, "reason": reason.strip()[:300]}
    about = Member.objects.filter(user=user).values_list("pk", "school_id").first() or (None, None)
    audit.record(actor=actor, at=at, action="office.account_secured", subject=("user", user.pk), member_id=about[0], school_id=about[1], detail=done)
    _tell("members/account_secured", user, actor, at, locked=lock, dropped=drop_factors)
    return user


@office_duty(Duty.MANAGE_ACCOUNTS)
@transaction.atomic
def reopen_account(*, user_id: int, reason: str, actor: Viewer, at: datetime) -> User:
    """Let an account that was closed log in again. Its owner chooses a new password by code. Refused without a reason."""
    if not reason.strip():
        raise Refused(_("Please write why."), field="reason")
    user = _account(actor, user_id)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(actor=actor, at=at, action="office.account_reopened", subject=("user", user.pk), detail={"reason": reason.strip()[:300]})
    _tell("members/account_reopened", user, actor, at)
    return user
