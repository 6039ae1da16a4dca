"""An answer in the very moment in which somebody silent becomes a case leaves no case behind, whoever is quicker (safety.md S1)."""

from threading import Thread

import pytest
from django.db import connection, transaction

from ossma.core.viewer import SYSTEM, by_link
from safety import actions
from safety.actions.calls import take_person
from safety.actions.silence import open_silent_cases
from safety.models import SafetyCase
from safety.states import BY_ANSWER, CaseState
from tests.cast import make_cast
from tests.factories.safety import HOUR, MINUTE, NOW, abroad, recipient, said, sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    """Aya was asked and is silent."""
    cast = make_cast()
    abroad(cast.aya)
    office = cast.viewer(cast.office)
    return cast, office, sent(office)


def beside(first, second):
    """Do `first` and, before it is committed, `second` on a connection of its own; commit when that one has ended or waits for the first."""

    def run():
        try:
            second()
        finally:
            connection.close()

    other = Thread(target=run)
    with transaction.atomic():
        first()
        other.start()
        while other.is_alive() and not somebody_waits():
            pass
    other.join()


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database())"
        )
        return cursor.fetchone()[0]


def ways(world):
    """Aya answers; the ladder opens the cases; a colleague takes Aya from the dashboard."""
    cast, office, check = world
    row = recipient(check, cast.aya).pk
    return (
        lambda: actions.answer_by_link(actor=by_link(cast.aya.pk), at=NOW + HOUR + MINUTE, recipient_id=row, said=said()),
        lambda: open_silent_cases(actor=SYSTEM, at=NOW + HOUR, check=check, awake_only=False),
        lambda: take_person(actor=office, at=NOW + HOUR, recipient_id=row),
    )


def test_an_answer_while_the_cases_are_opened_ends_the_new_case(world):
    answers, opens, _takes = ways(world)
    beside(opens, answers)
    case = SafetyCase.objects.get()
    assert (case.state, case.resolution) == (CaseState.RESOLVED, BY_ANSWER)


def test_cases_that_are_opened_while_an_answer_is_stored_wait_for_it(world):
    answers, opens, _takes = ways(world)
    beside(answers, opens)
    assert not SafetyCase.objects.exclude(state=CaseState.RESOLVED).exists()


def test_an_answer_while_a_colleague_takes_the_name_ends_the_new_case(world):
    answers, _opens, takes = ways(world)
    beside(takes, answers)
    assert SafetyCase.objects.get().resolution == BY_ANSWER


def test_who_stays_silent_gets_a_case_all_the_same(world):
    _answers, opens, _takes = ways(world)
    opens()
    assert SafetyCase.objects.get().state == CaseState.NEW
    assert recipient(world[2], world[0].aya).followed_at == NOW + HOUR
