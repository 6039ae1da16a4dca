"""A check that comes at an hour of the recipient's own place: everybody gets the first message and every reminder at their own hour.

The clock goes on in steps of half an hour over all zones, and over both changes of the clock.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ossma.core.claiming import claim
from ossma.core.models import Progress
from ossma.core.viewer import SYSTEM
from safety import actions, dispatching
from safety.models import Delivery, Recipient, SafetyCheck
from safety.queries import deliveries
from tests.factories.applications import ApplicationFactory
from tests.factories.members import MemberFactory
from tests.factories.safety import DAY, HOUR, MINUTE, draft, said

ZONES = ["Pacific/Auckland", "Asia/Singapore", "Europe/Paris", "America/New_York", "Pacific/Honolulu"]
STEP = 30 * MINUTE
NINE = time(9)


@pytest.fixture
def members(cast):
    """One member in each zone."""
    found = []
    for zone in ZONES:
        member = MemberFactory(school=cast.aya.school)
        application = ApplicationFactory(member=member, first_day=date(2027, 1, 1), last_day=date(2027, 12, 31))
        application.destinations.update(zone=zone)
        found.append(member)
    return found


def sent_for(office, members, day: date, **changes) -> SafetyCheck:
    """A check of the schedule "nine o'clock at their own place", written when the day begins in the first zone."""
    at = datetime.combine(day, NINE, ZoneInfo("Pacific/Auckland")).astimezone(UTC)
    check = draft(office, at=at, audience={"named": [member.pk for member in members]}, **changes)
    SafetyCheck.objects.filter(pk=check.pk).update(occasion=day, local_time=NINE)
    return actions.send_check(actor=office, at=at, check_id=check.pk, typed_count=len(members))


def carry(at: datetime, log: dict[str, list[datetime]]) -> None:
    """Take what is due as the worker does; everything that is handed over arrives."""
    held = claim(Delivery, at=at, limit=1000, lease=MINUTE, only=deliveries.going_out("email"))
    rows = deliveries.parcels(held)
    needless = {row.pk for row in rows if row.is_needless} | deliveries.superseded(held.ids, at)
    zones = dict(Recipient.objects.values_list("pk", "zone"))
    for row in rows:
        state = Progress.CANCELLED if row.pk in needless else Progress.SENT
        Delivery.objects.filter(pk=row.pk).update(state=state, ended_at=at, lease_until=None, lease_key=None)
        if state == Progress.SENT:
            log.setdefault(zones[row.recipient_id], []).append(at)


def live_through(check: SafetyCheck, until: timedelta, answers=(), away=()) -> dict[str, list[datetime]]:
    """By zone, when messages arrived. `answers`: (moment, recipient); `away`: (from, to) while nothing of ours runs."""
    log: dict[str, list[datetime]] = {}
    at = check.sent_at
    while at <= check.sent_at + until:
        for _moment, answer in [row for row in answers if at - STEP < row[0] <= at]:
            actions.answer_by_link(actor=SYSTEM, at=at, recipient_id=answer.pk, said=said())
        if not (away and away[0] <= at < away[1]):
            outcome = dispatching.Outcome()
            for step in dispatching.steps(at):
                dispatching.take(step, outcome, at=at)
            assert outcome.failures == []
            carry(at, log)
        at += STEP
    return log


def own_nine(zone: str, day: date) -> datetime:
    return datetime.combine(day, NINE, ZoneInfo(zone)).astimezone(UTC)


# An ordinary day, and those after which the clock changes in one of the zones.
ORDINARY = date(2027, 2, 10)
CHANGES = [date(2027, 3, 13), date(2027, 3, 27), date(2027, 4, 3), date(2027, 9, 25), date(2027, 10, 30), date(2027, 11, 6)]


@pytest.mark.parametrize(
    ("day", "kind", "reminders"),
    [
        (ORDINARY, "drill", [60, 360]),
        (ORDINARY, "regular", [120]),
        (ORDINARY, "regular", [1440, 4320]),
        *((day, "drill", [60, 1440]) for day in CHANGES),
    ],
)
def test_everybody_gets_the_first_message_and_every_reminder_at_their_own_hour(office, members, day, kind, reminders):
    log = live_through(sent_for(office, members, day, kind=kind, reminders=reminders), reminders[-1] * MINUTE + DAY)
    expected = {zone: [own_nine(zone, day) + timedelta(minutes=minutes) for minutes in (0, *reminders)] for zone in ZONES}
    assert log == expected


def test_the_order_of_the_zones_makes_no_difference(office, members):
    check = sent_for(office, members[::-1], date(2027, 2, 10), kind="drill", reminders=[60, 360])
    assert live_through(check, DAY + 12 * HOUR)["America/New_York"] == [datetime(2027, 2, 10, hour, tzinfo=UTC) for hour in (14, 15, 20)]


def test_who_has_answered_is_reminded_no_more(office, members):
    day = date(2027, 2, 10)
    check = sent_for(office, members, day, kind="drill", reminders=[60, 360])
    paris = Recipient.objects.get(check_row=check, member=members[2])
    nine = own_nine("Europe/Paris", day)
    log = live_through(check, 2 * DAY, answers=[(nine + 2 * HOUR, paris)])
    assert log["Europe/Paris"] == [nine, nine + HOUR]
    assert len(log["Pacific/Honolulu"]) == 3


def test_after_a_standstill_each_zone_gets_the_newest_that_is_over_there_and_what_lies_ahead(office, members):
    day = date(2027, 2, 10)
    check = sent_for(office, members, day, kind="drill", reminders=[60, 360])
    paris = own_nine("Europe/Paris", day)
    # Nothing runs from before Singapore's reminders until after Paris' second one.
    back = paris + 6 * HOUR + 30 * MINUTE
    log = live_through(check, 2 * DAY, away=(own_nine("Asia/Singapore", day) + 30 * MINUTE, back))
    assert log["Asia/Singapore"] == [own_nine("Asia/Singapore", day), back]
    assert log["Europe/Paris"] == [back]
    honolulu = own_nine("Pacific/Honolulu", day)
    assert log["Pacific/Honolulu"] == [honolulu, honolulu + HOUR, honolulu + 6 * HOUR]
    new_york = own_nine("America/New_York", day)
    assert log["America/New_York"] == [back, new_york + HOUR, new_york + 6 * HOUR]
