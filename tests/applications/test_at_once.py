"""Two clicks, two tabs: with real transactions on real PostgreSQL, an application is made once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from applications.models import Application
from ossma.core.models import OutboxMessage
from ossma.core.refusals import Refused
from payments.models import Payment
from tests.applications.conftest import submit
from tests.cast import make_cast
from tests.factories.applications import make_fees

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 4


def all_at_once(act):
    """Run `act(n)` in threads that start together; answers and refusals."""
    barrier = Barrier(TIMES)

    def run(number):
        try:
            barrier.wait(timeout=20)
            return act(number)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(run, range(TIMES)))


@pytest.fixture
def cast(transactional_db):
    make_fees()
    return make_cast()


def test_one_key_pressed_many_times_makes_one_application_one_payment_one_mail(cast):
    key = uuid4()
    found = all_at_once(lambda _number: submit(cast, key=key).pk)
    assert len(set(found)) == 1
    assert (Application.objects.count(), Payment.objects.count()) == (1, 1)
    assert OutboxMessage.objects.filter(template="applications/submitted").count() == 1


def test_different_tabs_with_different_keys_make_one_application_and_the_others_hear_why(cast):
    found = all_at_once(lambda number: submit(cast, key=uuid4(), first_day=date(2026, 7 + number, 1), last_day=date(2026, 7 + number, 20)).pk)
    assert sorted(map(str, found), key=str.isalpha)[1:] == ["waiting"] * (TIMES - 1)
    assert Application.objects.count() == 1
