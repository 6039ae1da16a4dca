"""Groups, who is in them and who follows them (school-portal.md P4)."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.models import Group, Member, SchoolRole, User
from members.queries.groups import group as group_of
from members.school_access import school_act
from members.states import SchoolAct, SchoolRoleKind
from ossma.core import audit, outbox
from ossma.core.duties import not_for_office
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Viewer


@not_for_office
@school_act(SchoolAct.MANAGE)
@transaction.atomic
def create(*, name: str, kind: str, actor: Viewer, at: datetime) -> Group:
    """A new group in the actor's school. Refused when the name is taken."""
    if actor.school_id is None:
        raise NotFound
    try:
        with transaction.atomic():
            group = Group.objects.create(school_id=actor.school_id, name=name, kind=kind)
    except IntegrityError as error:
        raise Refused(_("There is a group of this name already."), field="name") from error
    audit.record(actor=actor, at=at, action="group.created", subject=("group", group.pk))
    return group


@not_for_office
@school_act(SchoolAct.MANAGE)
@transaction.atomic
def add_members(*, group_id: int, members: list[Member], actor: Viewer, at: datetime) -> None:
    """Put members of the same school into a group; whoever is in it already stays."""
    group = group_of(actor, group_id)
    ids = [member.pk for member in members if member.school_id == group.school_id]
    group.members.add(*ids)
    audit.record(actor=actor, at=at, action="group.members_added", subject=("group", group_id), detail={"member_ids": ids})


@not_for_office
@school_act(SchoolAct.MANAGE)
@transaction.atomic
def remove_member(*, group_id: int, member_id: int, actor: Viewer, at: datetime) -> None:
    """Take a member out of a group."""
    group_of(actor, group_id).members.remove(member_id)
    audit.record(actor=actor, at=at, action="group.member_removed", subject=("group", group_id), member_id=member_id)


@not_for_office
@school_act(SchoolAct.MANAGE)
@transaction.atomic
def add_supporter(*, group_id: int, email: str, name: str, actor: Viewer, at: datetime) -> User:
    """Let somebody follow a group. An unknown address gets an account and an invitation to choose a password.

    Refused for an account that acts for another school, or that has another role in this one.
    """
    group = group_of(actor, group_id)
    user = User.objects.select_for_update().filter(email__iexact=email).first() or _invited(email, name, group, at)
    role, _made = SchoolRole.objects.get_or_create(
        user=user, defaults={"school_id": group.school_id, "kind": SchoolRoleKind.SUPPORTER, "granted_at": at}
    )
    if role.school_id != group.school_id or role.kind != SchoolRoleKind.SUPPORTER:
        raise Refused(_("This address cannot become a supporter. Please ask the OSSMA office."), field="email")
    group.supporters.add(user)
    audit.record(actor=actor, at=at, action="group.supporter_added", subject=("group", group_id), detail={"user_id": user.pk})
    return user


def _invited(email: str, name: str, group: Group, at: datetime) -> User:
    user = User.objects.create_user(email, None, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    outbox.promise(
        key=f"supporter.invited:{user.pk}",
        to_address=user.email,
        language=outbox.BOTH,
        template="members/supporter_invited",
        context={"school_ja": group.school.name_ja, "school_en": group.school.name_en, "office_name": settings.OFFICE_NAME,
                 "office_address": settings.OFFICE_ADDRESS},
        at=at,
    )  # fmt: skip
    return user


@not_for_office
@school_act(SchoolAct.REVOKE)
@transaction.atomic
def remove_supporter(*, group_id: int, user_id: int, actor: Viewer, at: datetime) -> None:
    """Nobody follows the group under this account any more; the account itself stays."""
    group_of(actor, group_id).supporters.remove(user_id)
    audit.record(actor=actor, at=at, action="group.supporter_removed", subject=("group", group_id), detail={"user_id": user_id})
