"""Safety checks by web push: what it says and what it never says, who gets it, and that it stops where it is not needed (safety.md S1)."""

import json

import pytest

from ossma.core.models import Progress, PushDevice
from ossma.core.push.notices import LARGEST
from ossma.core.viewer import SYSTEM
from safety import actions, pushes
from safety.addresses import answer_url
from safety.dispatching import deliver_chunk
from safety.models import Delivery
from safety.states import Channel, CheckKind
from tests.factories.safety import HOUR, MINUTE, NOW, recipient, said, sent
from tests.push import push_service


@pytest.fixture
def service(settings):
    """A push service that takes everything."""
    with push_service() as running:
        settings.PUSH_SINK_URL = running.url
        yield running


@pytest.fixture
def phone(cast, service):
    """Aya's phone; Ben has an English one, Chika has none."""
    service.give(cast.ben.user, "ben", "en")
    return service.give(cast.aya.user, "aya")[1]


def queue(check, at=NOW):
    return actions.queue_rounds(actor=SYSTEM, at=at, check_id=check.pk)


def deliver(at=NOW):
    return deliver_chunk(Channel.PUSH, clock=lambda: at)


def rows():
    return Delivery.objects.filter(channel=Channel.PUSH).order_by("pk")


def pushed(service, browser):
    """What this browser was shown, in order."""
    return [browser.reads(message)["notification"] for message in service.taken if message.device == browser.name]


def test_push_goes_beside_mail_to_everybody_with_a_device(phone, cast, office, service):
    check = sent(office)
    queue(check)
    assert set(rows().values_list("recipient__member_id", flat=True)) == {cast.aya.pk, cast.ben.pk}
    assert Delivery.objects.filter(channel=Channel.EMAIL).count() == 3
    assert deliver().sent == 2
    assert sorted(service.devices()) == ["aya", "ben"]
    assert set(rows().values_list("state", flat=True)) == {Progress.SENT}


def test_it_says_what_happened_where_when_in_both_clocks_and_who_asks(phone, office, service):
    queue(sent(office))
    deliver()
    (told,) = pushed(service, phone)
    assert told["title"] == "【安否確認】 パリで大きな停電"
    for words in ("訓練ではありません", "パリ（フランス）", "03:02（現地）", "11:02（日本）", "OSSMA事務局"):
        assert words in told["body"]


def test_the_link_is_the_persons_own_and_says_that_it_came_by_push(phone, cast, office, service):
    check = sent(office)
    queue(check)
    deliver()
    (told,) = pushed(service, phone)
    url = answer_url(recipient(check, cast.aya).pk, "push")
    assert told["navigate"] == url
    assert told["actions"] == [
        {"action": "safe", "title": "無事です", "navigate": f"{url}?choice=safe"},
        {"action": "help", "title": "助けが必要", "navigate": f"{url}?choice=help"},
    ]


def test_it_holds_nothing_about_the_person(phone, cast, office, service):
    queue(sent(office))
    deliver()
    whole = json.dumps(pushed(service, phone), ensure_ascii=False)
    for private in (cast.aya.family_name, cast.aya.given_name, cast.aya.number, cast.aya.user.email, cast.aya.mobile):
        assert private not in whole


def test_a_device_speaks_its_own_language(cast, office, service):
    _device, browser = service.give(cast.ben.user, "ben", "en")
    queue(sent(office))
    deliver()
    (told,) = pushed(service, browser)
    assert told["title"] == "[Safety check] Power cut in Paris"
    assert told["lang"] == "en"


def test_a_drill_says_so_first_in_every_round(phone, office, service):
    drill = sent(office, kind=CheckKind.DRILL, typed=3)
    for number in (0, 1):
        told = json.loads(pushes.pattern(drill, language="ja", round_number=number, at=NOW).content)["notification"]
        assert told["title"].startswith("【訓練】")
    correction = json.loads(pushes.pattern(drill, language="ja", round_number=999, at=NOW).content)["notification"]
    assert "これは訓練でした。" in correction["body"]
    assert correction["actions"] == []


def test_a_reminder_takes_the_place_of_the_question(phone, office, service):
    check = sent(office, reminders=[60])
    queue(check)
    deliver()
    queue(check, NOW + HOUR)
    deliver(NOW + HOUR)
    first, second = (message for message in service.taken if message.device == "aya")
    assert first.headers["topic"] == second.headers["topic"] == f"check-{check.pk}"
    question, reminder = pushed(service, phone)
    assert question["tag"] == reminder["tag"]
    assert reminder["title"].startswith("【安否確認・再送】")
    assert (question["data"], reminder["data"]) == ({"round": 0}, {"round": 1})


def test_who_has_answered_by_another_way_gets_no_reminder_by_push(phone, cast, office, service):
    check = sent(office, reminders=[60])
    queue(check)
    deliver()
    queue(check, NOW + HOUR)
    asked = recipient(check, cast.aya)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW + HOUR, recipient_id=asked.pk, said=said())
    deliver(NOW + HOUR)
    assert len(pushed(service, phone)) == 1
    assert rows().get(recipient=asked, round_number=1).state == Progress.CANCELLED


def test_somebody_who_switched_the_last_device_off_meanwhile_is_left_to_the_other_channels(phone, cast, office, service):
    check = sent(office)
    queue(check)
    PushDevice.objects.filter(user=cast.aya.user).delete()
    deliver()
    assert service.devices() == ["ben"]
    assert rows().get(recipient=recipient(check, cast.aya)).state == Progress.CANCELLED


def test_two_devices_of_one_person_are_one_message_that_is_sent_when_one_took_it(phone, cast, office, service):
    service.give(cast.aya.user, "tablet")
    service.answers["tablet"] = 503, 0
    check = sent(office)
    queue(check)
    deliver()
    delivery = rows().get(recipient=recipient(check, cast.aya))
    assert (delivery.state, delivery.repeats) == (Progress.SENT, 0)


def test_it_waits_at_the_service_until_the_deadline_and_is_urgent_unless_it_is_regular(phone, office):
    urgent = pushes.pattern(sent(office, deadline_at=NOW + 2 * HOUR), language="ja", round_number=0, at=NOW)
    assert (urgent.headers["TTL"], urgent.headers["Urgency"]) == ("7200", "high")
    regular = pushes.pattern(sent(office, kind=CheckKind.REGULAR), language="ja", round_number=0, at=NOW)
    assert (regular.headers["TTL"], regular.headers["Urgency"]) == ("86400", "normal")


def test_the_longest_check_still_fits(phone, cast, office, settings):
    settings.SITE_URL = "https://a-rather-long-host-name.overseas-safety.example.ac.jp"
    check = sent(office, title_ja="停" * 120, text_ja="電" * 2000, place_ja="所" * 120)
    content = pushes.pattern(check, language="ja", round_number=0, at=NOW).for_person(recipient(check, cast.aya).pk)
    assert len(content) <= LARGEST
    assert json.loads(content)["notification"]["navigate"].startswith(settings.SITE_URL)


def test_without_a_key_no_push_is_written(phone, office, settings):
    settings.VAPID_PRIVATE_KEY = ""
    queue(sent(office))
    assert not rows().exists()


def test_a_stopped_check_pushes_nothing(phone, office, service):
    check = sent(office)
    queue(check)
    actions.stop_check(actor=office, at=NOW + MINUTE, check_id=check.pk)
    assert deliver(NOW + MINUTE) is None
    assert service.taken == []
