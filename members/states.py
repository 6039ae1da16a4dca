"""Kinds and states of people and schools."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MemberKind(models.TextChoices):
    """会員種別 (product.md, "Words")."""

    STUDENT = "student", _("Student")
    STAFF = "staff", _("Staff")


class Sex(models.TextChoices):
    """Optional; as insurers ask for it."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")


class SchoolRoleKind(models.TextChoices):
    """Roles in a school (contracts.md A1)."""

    OWNER = "owner", _("Owner")
    ADMINISTRATOR = "administrator", _("School administrator")
    SUPPORTER = "supporter", _("Supporter")


# Those who run the school's account: they invite, remove and are told; a school keeps at least one of them.
MANAGING_ROLES = frozenset({SchoolRoleKind.OWNER, SchoolRoleKind.ADMINISTRATOR})


class InvitationState(models.TextChoices):
    """What became of an invitation (contracts.md A1). An open one past its last day has expired: it can be sent again."""

    OPEN = "open", _("not accepted yet")
    WAITING = "waiting", _("accepted, waits for the OSSMA office")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "withdrawn")
    REFUSED = "refused", _("refused by the OSSMA office")


INVITATION_MOVES = {
    InvitationState.OPEN: {InvitationState.WAITING, InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.WITHDRAWN},
    InvitationState.WAITING: {InvitationState.ACCEPTED, InvitationState.REFUSED, InvitationState.WITHDRAWN},
    InvitationState.ACCEPTED: set(),
    InvitationState.DECLINED: set(),
    InvitationState.WITHDRAWN: set(),
    InvitationState.REFUSED: set(),
}
LIVE_INVITATIONS = (InvitationState.OPEN, InvitationState.WAITING)


class SchoolState(models.TextChoices):
    """Whether the school's contract is alive (contracts.md C7)."""

    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", _("ended")


SCHOOL_MOVES = {
    SchoolState.ACTIVE: {SchoolState.SUSPENDED, SchoolState.ENDED},
    SchoolState.SUSPENDED: {SchoolState.ACTIVE, SchoolState.ENDED},
    SchoolState.ENDED: set(),
}


class KindRequestState(models.TextChoices):
    """What became of a member's request for another member kind."""

    OPEN = "open", _("waits for a decision")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


KIND_REQUEST_MOVES = {
    KindRequestState.OPEN: {KindRequestState.APPROVED, KindRequestState.REFUSED, KindRequestState.WITHDRAWN},
    KindRequestState.APPROVED: set(),
    KindRequestState.REFUSED: set(),
    KindRequestState.WITHDRAWN: set(),
}


class PortalState(models.TextChoices):
    """How far a school's portal is open: the school's state, and for an ended one whether its data can still be read."""

    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", _("ended, readable")
    CLOSED = "closed", _("ended, closed")


class SchoolAct(models.TextChoices):
    """The kinds of acts that depend on a school's state. Each address of the school portal names one for GET and one for POST."""

    READ = "read", _("Read lists, files and dashboards, and export them")
    FOLLOW_UP = "follow_up", _("Send safety checks, follow up cases, answer for members")
    REVOKE = "revoke", _("Take access away from supporters")
    MANAGE = "manage", _("Change groups, invite supporters, decide applications, and everything else of the portal")
    JOIN = "join", _("New members register with the join password")
    APPLY = "apply", _("Members apply for services")
    ALERT = "alert", _("The school is told of calls for help and missed check-ins")


# contracts.md C7. What is not in the table does not depend on the school: members answer, report, call the helpline, keep their itinerary and
# are asked by the office and by running schedules whatever becomes of the contract.
SCHOOL_ACTS = {
    PortalState.ACTIVE: frozenset(SchoolAct),
    PortalState.SUSPENDED: frozenset({SchoolAct.READ, SchoolAct.FOLLOW_UP, SchoolAct.REVOKE, SchoolAct.ALERT}),
    PortalState.ENDED: frozenset({SchoolAct.READ, SchoolAct.REVOKE, SchoolAct.ALERT}),
    PortalState.CLOSED: frozenset(),
}


class LegalKind(models.TextChoices):
    """The two documents that a member accepts (contracts.md D1)."""

    TERMS = "terms", _("Terms of use")
    PRIVACY = "privacy", _("Privacy policy")


class GroupKind(models.TextChoices):
    """What a group is (school-portal.md P4)."""

    DEPARTMENT = "department", _("Department")
    CLASS = "class", _("Class")
    TOUR = "tour", _("Tour")
