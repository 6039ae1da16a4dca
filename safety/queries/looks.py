"""Exact positions, one at a time, and who has looked at them (safety.md S3, "Position seen by its owner")."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from members.models import Member
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer
from safety.models import Answer, PositionLook, Recipient, SafetyCase, SafetyPreference
from safety.precision import shown_as
from safety.states import CaseCause, CaseState, CheckKind, Precision

LOOKS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Exact:
    """Where a phone said it was: degrees, metres of accuracy, when it measured and when it was said."""

    answer_id: int
    latitude: float
    longitude: float
    accuracy_m: float
    measured_at: datetime | None
    said_at: datetime


def exact_allowed(viewer: Viewer, member_id: int) -> bool:
    """Whether this member's exact position may be asked for now. NotFound for whoever may not know of the member."""
    if not Member.objects.visible_to(viewer).filter(pk=member_id).exists():
        raise NotFound
    cases = SafetyCase.objects.filter(member_id=member_id, cause=CaseCause.HELP, is_drill=False).exclude(state=CaseState.RESOLVED)
    asked = Recipient.objects.filter(member_id=member_id, check_row__incident__isnull=False, check_row__incident__closed_at=None)
    chosen = precision_of(member_id)
    shown = shown_as(
        chosen=chosen, needs_help=cases.exists(), incident_open=asked.exclude(check_row__kind=CheckKind.DRILL).exists(), is_drill=False
    )  # fmt: skip
    return shown is Precision.EXACT


def exact_position(viewer: Viewer, member_id: int) -> Exact | None:
    """The newest exact position of a member, if it may be shown now; for the action that notes the look. NotFound for strangers."""
    if not exact_allowed(viewer, member_id):
        return None
    answers = Answer.objects.filter(member_id=member_id, unconfirmed=False).exclude(position="")
    answer = answers.only("position", "said_at").order_by("-said_at", "-pk").first()
    if answer is None:
        return None
    stored = json.loads(answer.position)
    return Exact(answer.pk, stored["lat"], stored["lon"], stored["accuracy_m"], parse_datetime(stored["at"]), answer.said_at)


def precision_of(member_id: int) -> Precision:
    """What a member chose, else the default."""
    chosen = SafetyPreference.objects.filter(member_id=member_id).values_list("precision", flat=True).first()
    return Precision(chosen) if chosen else Precision.EXACT


def looks_at(viewer: Viewer) -> list[PositionLook]:
    """Who has opened the member's own exact positions and pictures, the newest first. NotFound for whoever is no member."""
    if viewer.member_id is None:
        raise NotFound
    return list(PositionLook.objects.filter(member_id=viewer.member_id).order_by("-at", "-pk")[:LOOKS_SHOWN])
