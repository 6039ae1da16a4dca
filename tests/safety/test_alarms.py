"""A call for help goes at once to the devices of the office and of the school, too (safety.md S2)."""

import pytest

from ossma.core.models import PushDevice, PushMessage
from safety import actions
from safety.models import SafetyCase
from safety.states import AnswerKind, CheckKind
from tests.factories.safety import NOW, recipient, said, sent


@pytest.fixture
def devices(cast):
    """Everybody has one, members and strangers too."""
    people = [cast.office, cast.doi.user, cast.emi.user, cast.aya.user, cast.ben.user]
    return PushDevice.objects.bulk_create(PushDevice(user=user, endpoint=f"https://web.push.apple.com/{user.pk}", created_at=NOW) for user in people)


def cry(cast, check):
    asked = recipient(check, cast.aya)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW, recipient_id=asked.pk, said=said(AnswerKind.HELP))


def test_a_call_for_help_is_pushed_to_the_office_and_the_schools_administrators_alone(cast, office, devices):
    cry(cast, sent(office))
    case = SafetyCase.objects.get()
    assert dict(PushMessage.objects.values_list("user_id", "path")) == {
        cast.office.pk: f"/admin/desk/safety/cases/{case.pk}/",
        cast.doi.user_id: f"/school/safety/cases/{case.pk}/",
    }


def test_the_alarm_names_nobody_and_is_urgent(cast, office, devices):
    cry(cast, sent(office))
    message = PushMessage.objects.filter(user=cast.office).get()
    assert message.is_urgent
    assert message.title_ja == "助けが必要な人がいます"
    said_there = message.title_ja + message.body_ja + message.title_en + message.body_en
    for private in (cast.aya.family_name, cast.aya.given_name, cast.aya.family_roman, cast.aya.number):
        assert private not in said_there


def test_said_twice_the_alarm_goes_once(cast, office, devices):
    check = sent(office)
    cry(cast, check)
    cry(cast, check)
    assert PushMessage.objects.filter(user=cast.office).count() == 1


def test_the_alarm_of_a_drill_says_so_first(cast, office, devices):
    cry(cast, sent(office, kind=CheckKind.DRILL, typed=3))
    assert set(PushMessage.objects.values_list("title_ja", flat=True)) == {"【訓練】助けが必要な人がいます"}
