"""Kinds and states of people and schools."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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


class LegalKind(models.TextChoices):
    """The two documents that a member accepts (contracts.md D1)."""

    TERMS = "terms", _("Terms of use")
    PRIVACY = "privacy", _("Privacy policy")


class GroupKind(models.TextChoices):
    """What a group is (school-portal.md P4)."""

    DEPARTMENT = "department", _("Department")
    CLASS = "class", _("Class")
    TOUR = "tour", _("Tour")
