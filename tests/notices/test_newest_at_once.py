"""Two workers that read an old and a new file of the ministry at the same moment: the newer one decides (support.md N2)."""

from datetime import timedelta

import pytest

from notices.feeds.intake import take_in
from notices.models import Advisory, FeedRun, FeedState
from ossma.core.viewer import SYSTEM
from tests.notices.test_newest import LATER, A, B, mails
from tests.safety.test_faults import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def reading(data):
    return lambda: take_in(read=lambda: data, source="test", actor=SYSTEM, at=LATER)


def test_of_an_old_and_a_new_file_at_once_the_new_one_decides():
    at_once(*[reading(A), reading(B)] * 2)
    row = Advisory.objects.get()
    assert (row.risk_levels, row.as_of) == ([3], FeedState.objects.get().newest_time)
    assert FeedRun.objects.filter(ok=True).count() == 4


def test_a_withdrawal_is_found_once():
    reading(mails("1", "2", at="2026/12/01 12:00:00"))()
    at_once(*[reading(mails("2", at="2026/12/01 12:05:00"))] * 3)
    assert sum(FeedRun.objects.values_list("withdrawn", flat=True)) == 1
    assert Advisory.objects.get(key_cd="1").withdrawn_at == LATER.replace(month=12, day=1, hour=3, minute=5)


def test_a_file_read_at_once_with_the_one_that_lacks_its_item_does_not_bring_it_back():
    old, new = mails("1", "2", at="2026/12/01 12:00:00"), mails("2", at="2026/12/01 12:05:00")
    at_once(reading(old), reading(new), reading(old))
    assert set(Advisory.objects.exclude(withdrawn_at=None).values_list("key_cd", flat=True)) == {"1"}
    assert LATER - FeedState.objects.get().newest_time > timedelta(0)
