"""Checks that come again and again, at an hour of the member's own place (safety.md S1, "Schedules")."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from ossma.core.models import AuditEntry
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from safety import actions, occasions
from safety.dispatching import Outcome, steps, take
from safety.models import CheckSchedule, Delivery, Occasion, SafetyCheck
from safety.planned import look_at_plans
from safety.queries import plans
from safety.states import CheckState, OccasionOutcome, Rhythm
from tests.factories.applications import ApplicationFactory, StayFactory
from tests.factories.members import MemberFactory
from tests.factories.plans import make_schedule, rhythm
from tests.factories.safety import DAY, HOUR, MINUTE, recipient

# A Monday; its nine o'clock comes first fourteen hours before UTC's.
MONDAY = date(2026, 11, 23)
OPENS = datetime(2026, 11, 22, 19, tzinfo=UTC)
MADE = datetime(2026, 11, 20, tzinfo=UTC)


def started(actor, **changes) -> CheckSchedule:
    row = make_schedule(actor, MADE, **changes)
    return actions.start_schedule(actor=actor, at=MADE, schedule_id=row.pk, typed_count=plans.preview_of_schedule(actor, row, MADE).count)


def dispatched(at):
    outcome = Outcome(failures=look_at_plans(at))
    for step in steps(at):
        take(step, outcome, at=at)
    assert outcome.failures == []


def outcomes():
    return [(row.day, row.outcome) for row in Occasion.objects.order_by("day")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [23, 30]),
        ({"rhythm": Rhythm.FORTNIGHTLY}, [23]),
        ({"rhythm": Rhythm.FORTNIGHTLY, "starts_on": date(2026, 11, 24)}, [30]),
        ({"rhythm": Rhythm.MONTHLY, "day": 31}, [30]),
        ({"rhythm": Rhythm.MONTHLY, "day": 25}, [25]),
        ({"rhythm": Rhythm.DEPARTURE, "day": 3, "ends_on": date(2026, 11, 22)}, [20, 21, 22]),
        ({"ends_on": date(2026, 11, 29)}, [23]),
    ],
)
def test_each_rhythm_has_its_days(changes, expected):
    schedule = CheckSchedule(**{key: value for key, value in rhythm(**changes).items() if key != "reminders"})
    assert [day.day for day in occasions.days_between(schedule, date(2026, 11, 1), date(2026, 11, 30))] == expected


def test_the_audience_is_frozen_when_the_first_place_on_earth_reaches_the_hour(doi):
    started(doi)
    dispatched(OPENS - MINUTE)
    assert not SafetyCheck.objects.exists()
    dispatched(OPENS)
    check = SafetyCheck.objects.get()
    assert (check.state, check.occasion, check.local_time, check.recipient_count) == (CheckState.OPEN, MONDAY, time(9), 2)
    assert outcomes() == [(MONDAY, OccasionOutcome.ASKED)]


def test_each_gets_it_at_that_hour_of_their_own_place(cast, doi):
    cast.ben.applications.get().destinations.update(country_id="1000", city="ニューヨーク", zone="America/New_York")
    started(doi)
    dispatched(OPENS)
    check = SafetyCheck.objects.get()
    due = {row.recipient_id: row.due_at for row in Delivery.objects.filter(channel="email")}
    assert due[recipient(check, cast.aya).pk] == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert due[recipient(check, cast.ben).pk] == datetime(2026, 11, 23, 14, tzinfo=UTC)


def test_looked_at_twice_an_occasion_is_one_check(doi):
    schedule = started(doi)
    for _look in range(2):
        dispatched(OPENS)
    actions.open_occasion(actor=SYSTEM, at=OPENS, schedule_id=schedule.pk, day=MONDAY)
    assert SafetyCheck.objects.count() == Occasion.objects.count() == 1


def test_after_a_day_of_downtime_the_occasion_is_left_out_and_that_can_be_seen(doi):
    started(doi)
    dispatched(OPENS + 12 * HOUR + MINUTE)
    assert not SafetyCheck.objects.exists()
    assert outcomes() == [(MONDAY, OccasionOutcome.SKIPPED)]
    assert AuditEntry.objects.filter(action="safety.occasion_skipped").count() == 1


def test_half_a_day_late_it_is_still_asked(doi):
    started(doi)
    dispatched(OPENS + 12 * HOUR)
    assert SafetyCheck.objects.get().state == CheckState.OPEN


def test_days_before_the_schedule_was_made_are_not_asked_about(doi):
    started(doi, weekday=4)
    dispatched(MADE + HOUR)
    assert not Occasion.objects.exists()


def test_a_paused_schedule_asks_nobody(doi):
    schedule = started(doi)
    actions.pause_schedule(actor=doi, at=MADE, schedule_id=schedule.pk)
    dispatched(OPENS)
    assert not Occasion.objects.exists()


def test_a_day_on_which_nobody_is_there_makes_no_check(cast, doi):
    started(doi)
    cast.aya.applications.update(state="cancelled")
    cast.ben.applications.update(state="cancelled")
    dispatched(OPENS)
    assert (SafetyCheck.objects.count(), outcomes()) == (0, [(MONDAY, OccasionOutcome.NOBODY)])


def test_days_after_departure_ask_those_who_left_that_many_days_ago(cast, doi):
    traveller = MemberFactory(school=cast.aoba)
    ApplicationFactory(member=traveller, first_day=MONDAY - 3 * DAY)
    started(doi, rhythm=Rhythm.DEPARTURE, day=3)
    dispatched(OPENS)
    check = SafetyCheck.objects.get()
    assert list(check.recipients.values_list("member", flat=True)) == [traveller.pk]


def test_a_school_schedules_for_its_own_members_only(cast, doi, office):
    schedule = started(doi)
    with pytest.raises(NotFound):
        actions.make_schedule(actor=doi, at=MADE, school_id=cast.kohoku.pk, **rhythm())
    with pytest.raises(NotFound):
        actions.pause_schedule(actor=cast.viewer(cast.emi), at=MADE, schedule_id=schedule.pk)
    dispatched(OPENS)
    assert set(SafetyCheck.objects.get().recipients.values_list("school", flat=True)) == {cast.aoba.pk}
    assert [row.pk for row in plans.schedules(office)] == [schedule.pk]


def test_a_drill_by_schedule_needs_its_number_typed_before_it_starts(doi):
    row = actions.make_schedule(actor=doi, at=MADE, school_id=doi.school_id, **rhythm(kind="drill"))
    for typed in (None, 7):
        with pytest.raises(Refused):
            actions.start_schedule(actor=doi, at=MADE, schedule_id=row.pk, typed_count=typed)
    assert actions.start_schedule(actor=doi, at=MADE, schedule_id=row.pk, typed_count=2).is_active


def test_a_changed_schedule_rests_until_it_is_started_again(doi):
    schedule = started(doi)
    actions.change_schedule(actor=doi, at=MADE, schedule_id=schedule.pk, **rhythm(weekday=1))
    dispatched(OPENS + timedelta(days=1))
    assert not Occasion.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekday": None}, "weekday"),
        ({"rhythm": Rhythm.MONTHLY, "day": 32}, "day"),
        ({"rhythm": Rhythm.DEPARTURE}, "day"),
        ({"ends_on": date(2026, 11, 1)}, "ends_on"),
        ({"kind": "ad_hoc"}, "kind"),
        ({"kind": "drill", "correction_ja": ""}, "correction_ja"),
        ({"title_ja": "", "title_en": ""}, "title_ja"),
    ],
)
def test_what_cannot_be_a_schedule_is_refused_at_its_field(doi, changes, field):
    with pytest.raises(Refused) as refused:
        actions.make_schedule(actor=doi, at=MADE, school_id=doi.school_id, **rhythm(**changes))
    assert refused.value.field == field


def test_where_people_are_on_that_day_decides(cast, doi):
    StayFactory(
        application=cast.aya.applications.get(), country_id="0039", city="ローマ", zone="Europe/Rome", starts_at=OPENS - DAY, ends_at=OPENS + DAY
    )
    started(doi, audience={"countries": ["0039"]})
    dispatched(OPENS)
    assert SafetyCheck.objects.get().recipient_count == 1


def test_the_command_says_what_it_would_decide_and_decides_nothing(doi, capsys):
    long_ago = timezone.now() - 30 * DAY
    row = make_schedule(doi, long_ago, rhythm=Rhythm.DEPARTURE, day=0, starts_on=long_ago.date())
    actions.start_schedule(actor=doi, at=long_ago, schedule_id=row.pk, typed_count=None)
    call_command("dispatch_safety_checks", "--dry-run")
    assert f"schedule {row.pk}: " in capsys.readouterr().out
    assert not Occasion.objects.exists()
