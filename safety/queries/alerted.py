"""Who is told at once when something is wrong with a member: the office, the school's own addresses, its administrators."""

from django.conf import settings

from members.models import School, SchoolRole
from members.queries.faces import office_users
from members.states import SchoolRoleKind
from ossma.core.duties import Duty

ALERTED_ROLES = (SchoolRoleKind.OWNER, SchoolRoleKind.ADMINISTRATOR)


def alerted(school: School) -> list[tuple[str, str]]:
    """Addresses, each with the face on which its reader opens a case; nobody twice."""
    roles = SchoolRole.objects.filter(school=school, kind__in=ALERTED_ROLES, user__is_active=True)
    office = {address.lower() for address in settings.OFFICE_MAIL}
    at_school = {address.lower() for address in (*school.notify_addresses, *roles.values_list("user__email", flat=True))} - office
    return [(address, "office") for address in sorted(office)] + [(address, "school") for address in sorted(at_school)]


def alerted_users(school: School) -> dict[str, list[int]]:
    """The same people where they have an account, by the face on which they open a case: for messages to their devices."""
    roles = SchoolRole.objects.filter(school=school, kind__in=ALERTED_ROLES, user__is_active=True)
    return {
        "office": list(office_users(Duty.WORK_CASES).values_list("pk", flat=True)),
        "school": list(roles.values_list("user_id", flat=True)),
    }
