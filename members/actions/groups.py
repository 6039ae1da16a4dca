"""Groups, who is in them and who follows them (school-portal.md P4)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.models import Group, Member
from members.queries.groups import group as group_of
from members.school_access import school_act
from members.states import SchoolAct
from ossma.core import audit
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
@school_act(SchoolAct.REVOKE)
@transaction.atomic
def remove_supporter(*, group_id: int, user_id: int, actor: Viewer, at: datetime) -> None:
    """Nobody follows the group under this account any more. The role stays, also after the last group: a supporter without groups sees
    nobody, and is put into next year's class without being asked again. It ends under `/school/staff/`, or when the person leaves.
    """
    group_of(actor, group_id).supporters.remove(user_id)
    audit.record(actor=actor, at=at, action="group.supporter_removed", subject=("group", group_id), detail={"user_id": user_id})
