"""Asks a crowd whether it is safe, in the system that the environment names: `python -m benchmarks.ask PEOPLE`. Prints the check's number.

A program of its own: the trials of reliability speak to a system in another database than theirs.
"""

import sys

from django.utils import timezone

from benchmarks.crowd import make_crowd
from benchmarks.safety_check import draft
from members.models import Member
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.models import SafetyCheck
from safety.states import CheckState


def ask(people: int) -> int:
    """Send a check to everybody abroad; the crowd is made when there is none, earlier checks are closed: their ladders would climb in between."""
    if not Member.objects.exists():
        make_crowd(people, at=timezone.now())
    for earlier in SafetyCheck.objects.filter(state=CheckState.OPEN):
        actions.close_check(actor=SYSTEM, at=timezone.now(), check_id=earlier.pk)
    check = draft()
    actions.send_check(actor=SYSTEM, at=timezone.now(), check_id=check.pk, typed_count=people)
    return check.pk


if __name__ == "__main__":
    print(ask(int(sys.argv[1])))
