"""Carrying push messages: what each reply of the service means, and that nobody gets one twice unseen."""

from datetime import timedelta

import pytest

from ossma.core.claiming import claim
from ossma.core.models import Progress, PushDevice, PushMessage
from ossma.core.push import carrying, promises
from ossma.core.push.promises import Words
from ossma.core.push.wires import AT_ONCE
from tests.factories.members import UserFactory
from tests.factories.safety import NOW

WORDS = Words("助けが必要", "Help needed", "画面を開いてください。", "Open the page.")
LEASE = timedelta(seconds=30)


def promise(user, key="help:1", at=NOW):
    return promises.promise(key=key, user_ids=[user.pk], words=WORDS, path="/school/safety/cases/1/", at=at)


def send(at=NOW, limit=500):
    held = claim(PushMessage, at=at, limit=limit, lease=LEASE)
    return carrying.send_claimed(held, promises.parcels(held, at=at), clock=lambda: at)


def only():
    return PushMessage.objects.get()


def test_a_message_arrives_encrypted_and_the_browser_can_read_it(aya, service):
    device, browser = service.give(aya, "phone")
    promise(aya)
    assert send().sent == 1
    notification = browser.reads(service.taken[0])["notification"]
    assert notification["title"] == "助けが必要"
    assert notification["navigate"] == "http://127.0.0.1:8000/school/safety/cases/1/"
    assert only().state == Progress.SENT
    device.refresh_from_db()
    assert device.last_ok_at == NOW


def test_every_device_of_a_person_gets_it_in_its_own_language(aya, service):
    _phone, at_phone = service.give(aya, "phone", "ja")
    _desk, at_desk = service.give(aya, "desk", "en")
    promise(aya)
    send()
    by_device = {message.device: message for message in service.taken}
    assert at_phone.reads(by_device["phone"])["notification"]["title"] == "助けが必要"
    assert at_desk.reads(by_device["desk"])["notification"]["title"] == "Help needed"


def test_whoever_has_no_device_is_promised_nothing(aya, service):
    assert promise(aya) == 0
    assert not PushMessage.objects.exists()


def test_one_occasion_is_promised_once(aya, service):
    service.give(aya, "phone")
    promise(aya)
    promise(aya)
    assert PushMessage.objects.count() == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_its_service_no_longer_knows_is_forgotten(aya, service, status):
    service.give(aya, "old")
    service.give(aya, "new")
    service.answers["old"] = status, 0
    promise(aya)
    assert send().sent == 1
    assert service.devices() == ["new"]
    assert [device.name for device in PushDevice.objects.all()] == ["new"]


def test_when_the_last_device_is_gone_the_message_is_given_up_and_says_why(aya, service):
    service.give(aya, "old")
    service.answers["old"] = 410, 0
    promise(aya)
    assert send().refused == 1
    assert only().state == Progress.GAVE_UP
    assert "does not know the device" in only().last_error


def test_too_many_messages_wait_as_long_as_the_service_says(aya, service):
    service.give(aya, "phone")
    service.answers["phone"] = 429, 90
    promise(aya)
    send()
    assert (only().state, only().tries) == (Progress.DUE, 0)
    assert only().due_at == NOW + timedelta(seconds=90)
    service.answers.clear()
    assert send(at=NOW + timedelta(seconds=91)).sent == 1


def test_a_service_that_asks_for_very_long_is_asked_again_after_ten_minutes(aya, service):
    service.give(aya, "phone")
    service.answers["phone"] = 503, 86_400
    promise(aya)
    send()
    assert only().due_at == NOW + timedelta(minutes=10)


def test_an_unwell_service_is_tried_again_up_the_ladder(aya, service):
    service.give(aya, "phone")
    service.answers["phone"] = 503, 0
    promise(aya)
    send()
    assert only().due_at == NOW + timedelta(minutes=1)
    assert only().tries == 1


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_a_fault_of_ours_is_given_up_where_the_office_sees_it(aya, service, status, caplog):
    service.give(aya, "phone")
    service.answers["phone"] = status, 0
    promise(aya)
    send()
    assert only().state == Progress.GAVE_UP
    assert str(status) in only().last_error
    assert "push message" in caplog.text
    assert PushDevice.objects.exists()


def test_a_service_that_is_away_gets_everything_again_and_the_try_does_not_count(aya, service, settings):
    settings.PUSH_SINK_URL = service.url = "http://127.0.0.1:9"
    service.give(aya, "phone")
    promise(aya)
    assert send().returned == 1
    assert (only().tries, only().state, only().due_at) == (0, Progress.DUE, NOW + carrying.BACK_IN)
    assert only().begun_at is None


def test_many_go_out_at_once_over_connections_that_are_kept(transactional_db, service):
    people = [UserFactory(email=f"p{n}@example.jp") for n in range(AT_ONCE + 20)]
    for person in people:
        service.give(person, f"d{person.pk}")
        promise(person)
    assert send().sent == len(people)
    assert sorted(service.devices()) == sorted(f"d{person.pk}" for person in people)
    assert service.connections <= AT_ONCE


def test_a_row_that_another_worker_has_taken_over_is_not_sent(aya, service):
    service.give(aya, "phone")
    promise(aya)
    held = claim(PushMessage, at=NOW, limit=9, lease=LEASE)
    PushMessage.objects.update(lease_key=PushMessage.new_lease())
    assert carrying.send_claimed(held, promises.parcels(held, at=NOW), clock=lambda: NOW).sent == 0
    assert service.taken == []


def test_a_message_begun_by_a_worker_that_died_repeats_under_the_same_topic_and_is_counted(aya, service):
    _device, browser = service.give(aya, "phone")
    promise(aya)
    send()
    PushMessage.objects.update(state=Progress.DUE, ended_at=None)
    assert send(at=NOW + LEASE + timedelta(seconds=1)).sent == 1
    assert only().repeats == 1
    first, second = service.taken
    assert first.headers["topic"] == second.headers["topic"]
    assert browser.reads(first)["notification"]["tag"] == browser.reads(second)["notification"]["tag"]


def test_a_fault_in_composing_leaves_what_went_before_ticked_off(aya, service, monkeypatch):
    monkeypatch.setattr(carrying, "AT_ONCE", 1)
    service.give(aya, "phone")
    promise(aya)
    held = claim(PushMessage, at=NOW, limit=9, lease=LEASE)

    def broken():
        yield from promises.parcels(held, at=NOW)
        raise RuntimeError("cannot be composed")

    with pytest.raises(RuntimeError):
        carrying.send_claimed(held, broken(), clock=lambda: NOW)
    assert only().state == Progress.SENT
    assert service.devices() == ["phone"]


def test_a_message_without_a_reply_is_tried_again_and_counted_as_a_possible_repeat(aya, service):
    service.give(aya, "phone")
    service.cut.add("phone")
    promise(aya)
    send()
    assert (only().state, only().due_at) == (Progress.DUE, NOW + timedelta(minutes=1))
    assert only().begun_at == NOW
    service.cut.clear()
    assert send(at=NOW + timedelta(minutes=1)).sent == 1
    assert only().repeats == 1


def test_one_device_in_trouble_does_not_keep_the_other_from_getting_it(aya, service):
    service.give(aya, "phone")
    service.give(aya, "tablet")
    service.answers["phone"] = 500, 0
    promise(aya)
    assert send().sent == 1
    assert service.devices() == ["tablet"]
