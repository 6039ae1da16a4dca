"""Two people at one name at the same moment: one gets it, and nobody is called twice at once (safety.md S3)."""

import pytest
from django.utils import timezone

from ossma.core.refusals import Refused
from safety import actions
from safety.actions import calls
from safety.models import SafetyCase
from tests.cast import make_cast
from tests.factories.members import RoleFactory
from tests.factories.safety import abroad, recipient, sent
from tests.safety.test_faults import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    """Dr. Doi and a colleague, Aya and Ben silent."""
    cast = make_cast()
    abroad(cast.aya, cast.ben)
    doi = cast.viewer(cast.doi)
    ito = cast.viewer(RoleFactory(school=cast.aoba, user__email="ito@example.jp"))
    return cast, doi, ito, sent(doi)


def silent(member, check):
    return SafetyCase.objects.create(
        member=member, school=member.school, recipient=recipient(check, member), cause="silent", opened_at=timezone.now(), zone="Europe/Paris"
    )  # fmt: skip


def refusals(results):
    return sum(isinstance(one, Refused) for one in results)


def test_of_two_who_take_one_name_at_once_one_gets_it(world):
    cast, doi, ito, check = world
    case, now = silent(cast.aya, check), timezone.now()
    results = at_once(*[lambda who=who: actions.take_case(actor=who, at=now, case_id=case.pk) for who in (doi, ito)])
    assert refusals(results) == 1
    case.refresh_from_db()
    assert case.owner_id in {doi.user_id, ito.user_id}


def test_of_two_who_call_one_person_at_once_one_does(world):
    cast, doi, ito, check = world
    case, now = silent(cast.aya, check), timezone.now()
    results = at_once(*[lambda who=who: calls.begin_call(actor=who, at=now, case_id=case.pk) for who in (doi, ito)])
    assert refusals(results) == 1


def test_two_who_take_the_same_handful_share_it_without_waiting_for_each_other(world):
    cast, doi, ito, check = world
    cases, now = [silent(member, check).pk for member in (cast.aya, cast.ben)], timezone.now()
    results = at_once(
        lambda: calls.claim_cases(actor=doi, at=now, case_ids=cases), lambda: calls.claim_cases(actor=ito, at=now, case_ids=cases[::-1])
    )  # fmt: skip
    assert sorted(results) == [0, 2]


def test_a_silent_person_taken_twice_at_once_is_one_case(world):
    cast, doi, ito, check = world
    row, now = recipient(check, cast.aya).pk, timezone.now()
    results = at_once(*[lambda who=who: calls.take_person(actor=who, at=now, recipient_id=row) for who in (doi, ito)])
    assert refusals(results) == 1
    assert SafetyCase.objects.count() == 1


def test_a_shift_handed_over_while_a_call_is_written_down_loses_neither(world):
    cast, doi, ito, check = world
    case, now = silent(cast.aya, check), timezone.now()
    actions.take_case(actor=doi, at=now, case_id=case.pk)
    tried = calls.Tried("phone", "no_answer", note="応答なし")
    results = at_once(
        lambda: calls.hand_over_shift(actor=doi, at=now, to_user_id=ito.user_id),
        lambda: calls.log_call(actor=doi, at=now, case_id=case.pk, tried=tried),
    )
    assert refusals(results) == 0
    case.refresh_from_db()
    assert (case.owner_id, case.calls.count(), case.next_try_at is not None) == (ito.user_id, 1, True)
