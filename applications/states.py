"""Words and states of applications (member-portal.md M2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ServiceCode(models.TextChoices):
    """The two services. Staff may only apply for OSSMA."""

    OSSMA = "ossma", "OSSMA"
    PLUS = "plus", "OSSMA Plus"


class PayerKind(models.TextChoices):
    """会費請求先."""

    MEMBER = "member", _("Member")
    SCHOOL = "school", _("School")


class Purpose(models.TextChoices):
    """Why somebody goes."""

    STUDY = "study", _("Study abroad")
    LANGUAGE = "language", _("Language course")
    TOUR = "tour", _("Study tour")
    INTERNSHIP = "internship", _("Internship")
    RESEARCH = "research", _("Research or conference")
    WORK = "work", _("Work")
    OTHER = "other", _("Other")


class ApplicationState(models.TextChoices):
    """Where an application stands. Whether the stay lies ahead, runs or is over follows from its days, not from a state."""

    AWAITING_APPROVAL = "awaiting_approval", _("Waiting for the school's approval")
    AWAITING_PAYMENT = "awaiting_payment", _("Waiting for payment")
    IN_FORCE = "in_force", _("In force")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


APPLICATION_MOVES = {
    ApplicationState.AWAITING_APPROVAL: {
        ApplicationState.AWAITING_PAYMENT,
        ApplicationState.IN_FORCE,
        ApplicationState.REFUSED,
        ApplicationState.CANCELLED,
    },
    ApplicationState.AWAITING_PAYMENT: {ApplicationState.IN_FORCE, ApplicationState.CANCELLED},
    ApplicationState.IN_FORCE: {ApplicationState.CANCELLED},
    ApplicationState.REFUSED: set(),
    ApplicationState.CANCELLED: set(),
}
# Somebody with one of these is (or will be) abroad: paid or not never keeps a member out of an emergency check (safety.md S1).
ALIVE = (ApplicationState.AWAITING_APPROVAL, ApplicationState.AWAITING_PAYMENT, ApplicationState.IN_FORCE)


class ChangeState(models.TextChoices):
    """Where a change of period stands: the new period holds once it is applied. A change that replaces another withdraws it."""

    AWAITING_APPROVAL = "awaiting_approval", pgettext_lazy("change of period", "Waiting for the school's approval")
    AWAITING_PAYMENT = "awaiting_payment", pgettext_lazy("change of period", "Waiting for the payment of the difference")
    APPLIED = "applied", pgettext_lazy("change of period", "Changed")
    REFUSED = "refused", pgettext_lazy("change of period", "Refused by the school")
    WITHDRAWN = "withdrawn", pgettext_lazy("change of period", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("change of period", "Lapsed")


_CHANGE_ENDS = {ChangeState.APPLIED, ChangeState.WITHDRAWN, ChangeState.LAPSED}
CHANGE_MOVES = {
    ChangeState.AWAITING_APPROVAL: {ChangeState.AWAITING_PAYMENT, ChangeState.REFUSED} | _CHANGE_ENDS,
    ChangeState.AWAITING_PAYMENT: set(_CHANGE_ENDS),
    ChangeState.APPLIED: set(),
    ChangeState.REFUSED: set(),
    ChangeState.WITHDRAWN: set(),
    ChangeState.LAPSED: set(),
}
OPEN_CHANGES = (ChangeState.AWAITING_APPROVAL, ChangeState.AWAITING_PAYMENT)


class StayKind(models.TextChoices):
    """Kinds of itinerary items (member-portal.md M5)."""

    FLIGHT = "flight", _("Flight")
    TRAIN = "train", _("Train")
    STAY = "stay", _("Stay")
    OTHER = "other", _("Other")


# From one place to another, each with its own clock.
TRANSPORT = (StayKind.FLIGHT, StayKind.TRAIN)


class StaySource(models.TextChoices):
    """Who said so: the itinerary, or the member's own report that they are somewhere else."""

    ITINERARY = "itinerary", _("Itinerary")
    OWN_REPORT = "own_report", _("Own report")
