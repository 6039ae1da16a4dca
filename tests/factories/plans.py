"""Templates and schedules as tests need them: always through the actions."""

from datetime import date, time

from safety import actions
from safety.states import CheckKind, Rhythm

WORDS = {
    "kind": CheckKind.REGULAR, "title_ja": "今週の安否確認", "title_en": "This week's check", "text_ja": "", "text_en": "",
    "correction_ja": "訓練でした。", "correction_en": "",
}  # fmt: skip


def make_template(actor, at, **changes):
    """Words kept ready."""
    names = {"name_ja": "地震", "name_en": "Earthquake"}
    return actions.make_template(actor=actor, at=at, school_id=actor.school_id, **{**WORDS, **names, **changes})


def rhythm(**changes):
    """What is written of a schedule: every Monday at nine."""
    return {
        **WORDS, "name": "月曜の定期確認", "rhythm": Rhythm.WEEKLY, "weekday": 0, "day": None, "local_time": time(9), "starts_on": date(2026, 11, 20),
        "ends_on": None, "audience": {"everyone_abroad": True}, "reminders": [],
    } | changes  # fmt: skip


def make_schedule(actor, at, **changes):
    """A schedule that rests."""
    return actions.make_schedule(actor=actor, at=at, school_id=actor.school_id, **rhythm(**changes))
