"""The check that all safety figures are measured with."""

from django.utils import timezone

from ossma.core.viewer import SYSTEM
from safety import actions
from safety.models import SafetyCheck
from safety.states import CheckState


def draft() -> SafetyCheck:
    """A draft to everybody abroad."""
    now = timezone.now()
    return actions.draft_check(
        actor=SYSTEM, at=now, school_id=None, kind="ad_hoc", title_ja="測定", title_en="Measurement", text_ja="本文です。" * 20,
        text_en="This is the text. " * 20, place_ja="パリ", place_en="Paris", event_at=now, event_zone="Europe/Paris",
        audience={"everyone_abroad": True}, reminders=[], deadline_at=None, correction_ja="", correction_en="",
    )  # fmt: skip


def queued(people: int) -> SafetyCheck:
    """A check that was sent, its messages written and due."""
    check = draft()
    actions.send_check(actor=SYSTEM, at=timezone.now(), check_id=check.pk, typed_count=people)
    actions.queue_rounds(actor=SYSTEM, at=timezone.now(), check_id=check.pk)
    return check


def opened(people: int) -> SafetyCheck:
    """The newest open check, or a new one."""
    return SafetyCheck.objects.filter(state=CheckState.OPEN).order_by("-pk").first() or queued(people)
