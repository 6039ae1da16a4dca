"""Safety checks as tests need them: always through the actions, as in life."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from safety import actions
from safety.models import Recipient, SafetyCheck
from safety.said import Said
from safety.states import AnswerKind, CheckKind
from tests.factories.applications import ApplicationFactory

NOW = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVENT = datetime(2026, 11, 21, 2, 2, tzinfo=UTC)


def content(**changes):
    """What a check about Paris says."""
    return {
        "kind": CheckKind.AD_HOC,
        "title_ja": "パリで大きな停電",
        "title_en": "Power cut in Paris",
        "text_ja": "市内の広い範囲で停電しています。",
        "text_en": "Large parts of the city are without power.",
        "place_ja": "パリ（フランス）",
        "place_en": "Paris, France",
        "event_at": EVENT,
        "event_zone": "Europe/Paris",
        "audience": {"countries": ["0033"]},
        "reminders": None,
        "deadline_at": None,
        "correction_ja": "これは訓練でした。",
        "correction_en": "This was a drill.",
    } | changes


def draft(actor, *, at=NOW, school=None, incident=None, **changes) -> SafetyCheck:
    """A draft of the actor's."""
    school_id = school.pk if school else actor.school_id
    said = content(**{"event_at": min(EVENT, at - 8 * MINUTE)} | changes)
    return actions.draft_check(actor=actor, at=at, school_id=school_id, incident_id=incident, **said)


def sent(actor, *, at=NOW, typed=None, **changes) -> SafetyCheck:
    """A check that was sent; its first round is queued when `dispatched`."""
    check = draft(actor, at=at, **changes)
    return actions.send_check(actor=actor, at=at, check_id=check.pk, typed_count=typed)


def recipient(check, member) -> Recipient:
    """The member's row in a check, fresh from the database."""
    return Recipient.objects.select_related("check_row").get(check_row=check, member=member)


def said(kind=AnswerKind.OK, **more) -> Said:
    """Something said, with a key of its own."""
    return Said(AnswerKind(kind), **{"key": uuid4()} | more)


def abroad(*members, **changes):
    """These members are in Paris from now on, with an application in force."""
    return [ApplicationFactory(member=member, **changes) for member in members]


def where_it_is_noon(at):
    """A zone in which people are awake at that moment: pages look at the real clock, and tests run at any hour."""
    ahead = 12 - at.astimezone(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
