"""The plan of a check's rounds: the first sending, the reminders, the ladder for those who stay silent. Pure functions (safety.md S1, S3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from safety.hours import is_night
from safety.rules import CORRECTION_ROUND
from safety.states import Channel, CheckKind, Rung

# Push and mail go at once: the first two rungs are the first sending itself.
DEFAULT_CHANNELS = (Channel.PUSH, Channel.EMAIL)
# Numbers of rounds by what they are. Reminders follow the first sending, 0.
FIRST_ROUND = 0
LADDER_ROUNDS = 100
EXTRA_ROUNDS = 200
OFFICE_ROUND, OFFICE_ASLEEP_ROUND = 900, 901
# So long the last reminder, or the deadline of a check without reminders, may be answered before people take over.
AFTER_LAST = timedelta(minutes=60)
NO_REMINDERS = timedelta(days=1)
# An extra reminder to the silent, at most so often.
PAUSE = timedelta(minutes=10)
# The first sending is late by more than this: all that follows moves with it, so that nobody is reminded of what has only just reached them.
LATE = timedelta(minutes=5)
NEVER_IN_A_DRILL = frozenset({Rung.CONTACT, Rung.OFFICE})


class Step(Protocol):
    """A rung as it is stored."""

    minutes: int
    asleep_minutes: int
    rung: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A round to be: when, when for those asleep then, and by which channels (none: the check's own)."""

    number: int
    due_at: datetime
    asleep_due_at: datetime | None = None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the plan needs to know of a check. `told_at`: when the last of them gets the first message."""

    kind: str
    sent_at: datetime
    told_at: datetime
    reminders: list[int]
    deadline_at: datetime | None


def plan(asked: Asked, steps: Iterable[Step]) -> list[Planned]:
    """All rounds of a check that is sent now."""
    first_and_reminders = [0, *asked.reminders]
    rounds = [Planned(number, asked.sent_at + timedelta(minutes=minutes)) for number, minutes in enumerate(first_and_reminders)]
    wanted = sorted(steps, key=lambda step: step.minutes)
    if asked.kind == CheckKind.DRILL:
        return rounds + _rungs(asked, [step for step in wanted if step.rung not in NEVER_IN_A_DRILL])
    return rounds + _rungs(asked, [step for step in wanted if step.rung != Rung.OFFICE]) + _office(asked, wanted)


def _rungs(asked: Asked, steps: list[Step]) -> list[Planned]:
    return [
        Planned(number, asked.sent_at + timedelta(minutes=step.minutes), asked.sent_at + timedelta(minutes=step.asleep_minutes), (step.rung,))
        for number, step in enumerate(steps, start=LADDER_ROUNDS)
    ]


def _office(asked: Asked, steps: list[Step]) -> list[Planned]:
    """When people take over: by the last rung, at the latest an hour after the last reminder; of a regular check never before its deadline."""
    if asked.reminders:
        latest = asked.told_at + timedelta(minutes=asked.reminders[-1]) + AFTER_LAST
    else:
        latest = (asked.deadline_at or asked.told_at + NO_REMINDERS) + AFTER_LAST
    step = next((step for step in steps if step.rung == Rung.OFFICE), None)
    due = min(latest, asked.told_at + timedelta(minutes=step.minutes)) if step else latest
    if asked.kind == CheckKind.REGULAR and asked.deadline_at:
        due = max(due, asked.deadline_at)
    asleep_due = due + timedelta(minutes=step.asleep_minutes - step.minutes) if step else due
    if asleep_due == due:
        return [Planned(OFFICE_ROUND, due)]
    return [Planned(OFFICE_ROUND, due, asleep_due), Planned(OFFICE_ASLEEP_ROUND, asleep_due)]


def is_office(number: int) -> bool:
    """Whether this round opens cases instead of sending."""
    return number in {OFFICE_ROUND, OFFICE_ASLEEP_ROUND}


def is_for_everybody(number: int) -> bool:
    """Whether this round goes to those who have answered, too."""
    return number in {FIRST_ROUND, CORRECTION_ROUND}


def sleeps(zone: str, at: datetime) -> bool:
    """Whether people sleep there then; where the zone is not known nobody is taken to sleep."""
    return bool(zone) and is_night(zone, at)


@dataclass(frozen=True, slots=True)
class Timing:
    """When one round reaches a recipient, by the zone of the place they are believed to be at.

    `occasion` and `local_time`: the day and the hour at their own place at which the first message comes; the later ones keep their distance.
    """

    sent_at: datetime
    due_at: datetime
    asleep_due_at: datetime | None = None
    occasion: date | None = None
    local_time: time | None = None

    @property
    def is_one_for_all(self) -> bool:
        """Whether the zone makes no difference."""
        return self.asleep_due_at is None and self.local_time is None

    def for_zone(self, zone: str, *, at: datetime) -> datetime:
        """The moment for those of one zone, never before now (`at`)."""
        moment = self.due_at
        if self.occasion and self.local_time:
            own = datetime.combine(self.occasion, self.local_time, ZoneInfo(zone or "Asia/Tokyo"))
            # Hours are added in UTC: by the wall clock six of them are five or seven in the night of a change.
            moment = own.astimezone(UTC) + (self.due_at - self.sent_at)
        if self.asleep_due_at and sleeps(zone, max(moment, at)):
            moment += self.asleep_due_at - self.due_at
        return max(moment, at)


def worth_sending(rounds: list[tuple[int, tuple[str, ...], Mapping[str, datetime]]], *, at: datetime) -> list[tuple[int, str, tuple[str, ...]]]:
    """Of the rounds that are queued together: (number, channel, zones) of what is to be written.

    Given in the order of their times, with their channels and the moment for each zone. Where several are over by now, each channel takes
    the newest only: after a day of downtime nobody gets all reminders at once. What lies ahead in a zone, and what goes to everybody, stays.
    """
    kept = []
    for place, (number, channels, dues) in enumerate(rounds):
        later = [row for row in rounds[place + 1 :] if not is_for_everybody(row[0])]
        for channel in channels:
            newer = [moments for _number, also, moments in later if channel in also]
            zones = tuple(zone for zone in dues if is_for_everybody(number) or all(moments[zone] > at for moments in newer))
            if zones:
                kept.append((number, channel, zones))
    return kept
