"""Groups of a school, their members and the supporters who follow them."""

from django.db.models import Count, QuerySet

from members.models import Group, Member, User
from members.queries.directory import members_by_words
from ossma.core.duties import Duty
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Face, Viewer


def _visible(viewer: Viewer) -> QuerySet[Group]:
    match viewer.face:
        case Face.OFFICE | Face.SYSTEM if viewer.may(Duty.FIND_MEMBER):
            return Group.objects.all()
        case Face.SCHOOL:
            return Group.objects.filter(school=viewer.school_id)
        case Face.SUPPORTER:
            return Group.objects.filter(school=viewer.school_id, pk__in=viewer.group_ids)
    return Group.objects.none()


def all_groups(viewer: Viewer) -> list[Group]:
    """The groups with `member_count` and `supporter_count`."""
    counts = {"member_count": Count("members", distinct=True), "supporter_count": Count("supporters", distinct=True)}
    return list(_visible(viewer).annotate(**counts).order_by("name"))


def group(viewer: Viewer, group_id: int) -> Group:
    """One group. Raises NotFound for another school's."""
    return first_or_404(list(_visible(viewer).filter(pk=group_id)))


def groups_of(viewer: Viewer, member_id: int) -> list[Group]:
    """The groups that a member is in, as far as this viewer may know."""
    return list(_visible(viewer).filter(members=member_id).order_by("name"))


def supporters_of(viewer: Viewer, group_id: int) -> list[User]:
    """Who follows the group."""
    return list(group(viewer, group_id).supporters.order_by("email"))


def supporter(viewer: Viewer, group_id: int, user_id: int) -> User:
    """One of them. Raises NotFound for whoever does not follow the group."""
    return first_or_404(list(group(viewer, group_id).supporters.filter(pk=user_id)))


def members_by_numbers(viewer: Viewer, words: list[str]) -> tuple[list[Member], list[str]]:
    """Members by member number, student number or address, one each; and the words that fit nobody or more than one."""
    return members_by_words(Member.objects.visible_to(viewer).filter(withdrawn_at=None), words, student_numbers=True)
