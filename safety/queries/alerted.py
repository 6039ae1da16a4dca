"""Who is told at once when something is wrong with a member: the office, the school's own addresses, its administrators."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from members.models import School, SchoolRole
from members.queries.faces import office_users
from members.school_access import allows, portal_state
from members.states import SchoolAct, SchoolRoleKind
from ossma.core.duties import Duty

ALERTED_ROLES = (SchoolRoleKind.OWNER, SchoolRoleKind.ADMINISTRATOR)


def _roles(school: School) -> QuerySet[SchoolRole]:
    return SchoolRole.objects.filter(school=school, kind__in=ALERTED_ROLES, user__is_active=True)


def _is_closed(school: School) -> bool:
    """Whether a school has ended so long ago that it hears nothing of its former members any more: then the office alone looks after them."""
    return not allows(portal_state(school.state, school.ended_at, timezone.now()), SchoolAct.ALERT)


def alerted(school: School) -> list[tuple[str, str]]:
    """Addresses, each with the face on which its reader opens a case; nobody twice."""
    office = {address.lower() for address in settings.OFFICE_MAIL}
    named = [] if _is_closed(school) else [*school.notify_addresses, *_roles(school).values_list("user__email", flat=True)]
    at_school = {address.lower() for address in named} - office
    return [(address, "office") for address in sorted(office)] + [(address, "school") for address in sorted(at_school)]


def alerted_users(school: School) -> dict[str, list[int]]:
    """The same people where they have an account, by the face on which they open a case: for messages to their devices."""
    return {
        "office": list(office_users(Duty.WORK_CASES).values_list("pk", flat=True)),
        "school": [] if _is_closed(school) else list(_roles(school).values_list("user_id", flat=True)),
    }
