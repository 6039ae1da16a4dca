"""Alarms to the devices of the office and of the school (safety.md S2: "immediately by mail, push and on the dashboard")."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models import School
from members.queries.faces import office_users
from ossma.core.duties import Duty
from ossma.core.push.promises import both_languages, promise
from safety.models import SafetyCase
from safety.queries.alerted import alerted_users

# Words for a locked screen: no name and no place. Who it is stands behind the login.
HELP = (_("Somebody needs help"), _("A member has asked for help. Open the case."))
DRILL = (_("[DRILL] Somebody needs help"), _("This is an exercise. Open the case."))
MISSED = (_("A check-in was missed"), _("A member has not reported by the time they promised. Open the case."))
HANDED_OVER = (_("A case was handed to the helpline"), _("Nobody is in charge of it yet. Open the case and take it."))


def push_handed_over(case: SafetyCase, *, at: datetime) -> None:
    """Enqueue the alarm to the operators' devices, once per hand-over."""
    path = reverse("office:safety:case", args=[case.pk])
    operators = office_users(Duty.WORK_CASES).values_list("pk", flat=True)
    promise(key=f"case:{case.pk}:handed_over:{at.timestamp():.0f}", user_ids=operators, words=both_languages(*HANDED_OVER), path=path, at=at)


def push(words: tuple, school: School, case: SafetyCase, *, at: datetime) -> None:
    """Promise the alarm to everybody who is told at once and has a device; once per time the case was opened."""
    for face, user_ids in alerted_users(school).items():
        key = f"case:{case.pk}:{case.cause}:{case.opened_at.timestamp():.0f}:{face}"
        path = reverse(f"{face}:safety:case", args=[case.pk])
        promise(key=key, user_ids=user_ids, words=both_languages(*words), path=path, at=at)
