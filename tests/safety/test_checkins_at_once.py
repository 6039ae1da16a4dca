"""Two engines and two tabs at once, with real transactions: one reminder, one case, one question, three links (safety.md S3, S4)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from ossma.core.models import OutboxMessage
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from safety.actions.checkins import report_check_in
from safety.actions.family import give_link
from safety.actions.reach import ask_taps
from safety.actions.watching import open_missed, remind_due
from safety.models import Answer, CheckIn, FamilyLink, ReachTap, SafetyCase
from tests.factories.own import CheckInFactory
from tests.factories.safety import HOUR, NOW

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 4
DUE = NOW + 3 * HOUR


def all_at_once(act):
    """Run `act(n)` in threads that start together; what they answer, None for a refusal."""
    barrier = Barrier(TIMES)

    def run(number):
        try:
            barrier.wait(timeout=20)
            return act(number)
        except Refused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(run, range(TIMES)))


def test_several_engines_remind_and_miss_each_check_in_once(cast):
    for _ in range(12):
        CheckInFactory(member=cast.aya)
    assert sum(all_at_once(lambda _n: remind_due(actor=SYSTEM, at=DUE))) == 12
    assert OutboxMessage.objects.filter(template="safety/checkin_reminder").count() == 12
    assert sum(all_at_once(lambda _n: open_missed(actor=SYSTEM, at=DUE + HOUR))) == 12
    assert SafetyCase.objects.count() == 1
    assert set(CheckIn.objects.values_list("state", flat=True)) == {"missed"}


def test_two_taps_at_once_report_once(cast):
    row, viewer = CheckInFactory(member=cast.aya), cast.viewer(cast.aya)
    all_at_once(lambda _n: report_check_in(actor=viewer, at=NOW, check_in_id=row.pk))
    assert Answer.objects.filter(recipient=None).count() == 1


def test_two_schedulers_ask_everybody_once(cast):
    all_at_once(lambda _n: ask_taps(actor=SYSTEM, at=NOW))
    assert (ReachTap.objects.count(), OutboxMessage.objects.filter(template="safety/reach").count()) == (3, 3)


def test_four_tabs_give_three_links(cast):
    viewer = cast.viewer(cast.aya)
    made = all_at_once(lambda n: give_link(actor=viewer, at=NOW, name=f"家族{n}", relation=""))
    assert made.count(None) == 1
    assert FamilyLink.objects.count() == 3
