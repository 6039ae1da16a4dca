"""Two dispatchers at the same moment: an occasion of a schedule is decided once, its check sent once, everybody gets one message (safety.md S1)."""

from datetime import UTC, date, datetime

import pytest

from ossma.core.models import AuditEntry
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.dispatching import Outcome, steps, take
from safety.models import Delivery, Occasion, Recipient, SafetyCheck
from safety.planned import look_at_plans
from safety.states import CheckState, OccasionOutcome
from tests.cast import make_cast
from tests.factories.plans import make_schedule
from tests.factories.safety import abroad
from tests.safety.test_faults import at_once

pytestmark = pytest.mark.django_db(transaction=True)

# A Monday; its nine o'clock comes first fourteen hours before UTC's.
MONDAY = date(2026, 11, 23)
OPENS = datetime(2026, 11, 22, 19, tzinfo=UTC)
MADE = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def schedule():
    """Dr. Doi's, every Monday at nine, for Aya and Ben."""
    cast = make_cast()
    abroad(cast.aya, cast.ben)
    doi = cast.viewer(cast.doi)
    row = make_schedule(doi, MADE)
    return actions.start_schedule(actor=doi, at=MADE, schedule_id=row.pk, typed_count=None)


def look():
    """What a dispatcher does."""
    outcome = Outcome(failures=look_at_plans(OPENS))
    for step in steps(OPENS):
        take(step, outcome, at=OPENS)
    return outcome.failures


def test_of_two_who_decide_one_day_at_once_one_does(schedule):
    results = at_once(*[lambda: actions.open_occasion(actor=SYSTEM, at=OPENS, schedule_id=schedule.pk, day=MONDAY)] * 3)
    assert sum(one is not None for one in results) == 1
    assert Occasion.objects.get().outcome == OccasionOutcome.ASKED
    assert SafetyCheck.objects.get().state == CheckState.SCHEDULED


def test_two_dispatchers_that_run_into_each_other_again_and_again_send_it_once(schedule):
    for _ in range(3):
        assert at_once(look, look, look) == [[], [], []]
    assert SafetyCheck.objects.get().state == CheckState.OPEN
    assert Recipient.objects.count() == 2
    assert Delivery.objects.filter(channel="email").count() == 2
    assert AuditEntry.objects.filter(action="safety.occasion_asked").count() == 1
    assert AuditEntry.objects.filter(action="safety.check_sent").count() == 1
