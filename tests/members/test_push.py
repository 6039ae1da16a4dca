"""Devices for push messages: put on the list by their owner's browser, taken off by their owner, renewed by the browser itself (M6, M9)."""

import json
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.urls import reverse

from members.actions.accounts import set_password
from members.actions.office import secure_account
from members.models import User
from ossma.core import limits
from ossma.core.links import device_mark
from ossma.core.models import AuditEntry, OutboxMessage, PushDevice, PushMessage
from ossma.core.outbox import render_mail
from ossma.core.push import devices
from tests.cast import make_cast
from tests.factories.safety import NOW
from tests.limits import lower
from tests.push import Browser

SINK = "http://127.0.0.1:8005"
PAGE = "/me/push/"


@pytest.fixture
def cast(db, settings):
    settings.PUSH_SINK_URL = SINK
    return make_cast()


def fields(name="phone", **changes):
    made = Browser(name).subscription(SINK)
    return {"endpoint": made.endpoint, "p256dh": made.p256dh, "auth": made.auth, "expires": ""} | changes


def subscribe(client, name="phone", **changes):
    return client.post(PAGE, fields(name, **changes), headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/605"})


def test_a_members_browser_is_put_on_the_list_with_a_name_that_one_recognises(cast):
    client = cast.client(cast.aya)
    owner = {"letters": "A. Y.", "number_end": cast.aya.number[-3:], "mark": device_mark(cast.aya.user_id)}
    assert subscribe(client).json() == {"ok": True, "owner": owner}
    device = PushDevice.objects.get()
    assert (device.user, device.name, device.language) == (cast.aya.user, "Safari · iPhone", "ja")
    assert "Safari · iPhone" in client.get(PAGE).content.decode()
    assert AuditEntry.objects.filter(action="push.device_added", member_id=cast.aya.pk).exists()


def test_the_same_browser_twice_is_one_device(cast):
    client = cast.client(cast.aya)
    subscribe(client)
    subscribe(client)
    assert PushDevice.objects.count() == 1


def test_a_browser_on_which_somebody_else_signs_in_changes_hands(cast):
    subscribe(cast.client(cast.aya))
    subscribe(cast.client(cast.ben))
    assert PushDevice.objects.get().user == cast.ben.user


def test_whoever_knows_only_the_address_of_anothers_device_takes_nothing_from_them(cast):
    subscribe(cast.client(cast.aya))
    assert subscribe(cast.client(cast.chika), auth=Browser("thief").subscription(SINK).auth).status_code == 400
    assert PushDevice.objects.get().user == cast.aya.user


def test_a_device_that_changes_hands_is_on_record(cast):
    subscribe(cast.client(cast.aya))
    subscribe(cast.client(cast.ben))
    assert AuditEntry.objects.filter(action="push.device_added", member_id=cast.ben.pk).exists()
    assert AuditEntry.objects.get(action="push.device_ended").detail == {"user": cast.aya.user_id, "why": "changed hands"}


@pytest.mark.parametrize("changes", [{"endpoint": "https://169.254.169.254/latest"}, {"auth": "AAAA"}, {"endpoint": ""}, {"expires": "soon"}])
def test_what_is_no_subscription_is_refused(cast, changes):
    assert subscribe(cast.client(cast.aya), **changes).status_code == 400
    assert not PushDevice.objects.exists()


def test_the_eleventh_device_takes_the_place_of_the_oldest(cast):
    client = cast.client(cast.aya)
    for number in range(devices.MOST_DEVICES + 1):
        subscribe(client, f"d{number}")
    names = {device.endpoint.rsplit("/", 1)[1] for device in PushDevice.objects.all()}
    assert len(names) == devices.MOST_DEVICES
    assert "d0" not in names


def test_a_strangers_post_is_led_to_the_login(client, db):
    assert client.post(PAGE, fields()).status_code == 302


def test_a_schools_administrator_registers_a_device_on_the_same_page(cast):
    client = cast.client(cast.doi)
    assert client.get(PAGE).status_code == 200
    assert subscribe(client).status_code == 200
    assert PushDevice.objects.get().user == cast.doi.user


def test_its_owner_takes_a_device_off_and_nobody_else_can(cast):
    subscribe(cast.client(cast.aya))
    url = reverse("member:members:push_remove", args=[PushDevice.objects.get().pk])
    assert cast.client(cast.ben).post(url).status_code == 404
    assert PushDevice.objects.exists()
    assert cast.client(cast.aya).post(url).status_code == 302
    assert not PushDevice.objects.exists()


def test_a_test_message_is_promised_to_that_device_alone_and_not_too_often(cast):
    client = cast.client(cast.aya)
    subscribe(client, "phone")
    subscribe(client, "tablet")
    device = PushDevice.objects.get(endpoint__endswith="tablet")
    url = reverse("member:members:push_test", args=[device.pk])
    client.post(url)
    message = PushMessage.objects.get()
    assert (message.device, message.user, message.is_urgent) == (device, cast.aya.user, False)
    for _ in range(9):
        client.post(url)
    assert "ほど待って" in client.get(PAGE).content.decode()


def test_nobody_tests_another_persons_device(cast):
    subscribe(cast.client(cast.aya))
    url = reverse("member:members:push_test", args=[PushDevice.objects.get().pk])
    assert cast.client(cast.ben).post(url).status_code == 404
    assert not PushMessage.objects.exists()


def renewal(old="phone", new="new", **changes):
    was = Browser(old).subscription(SINK)
    return fields(new) | {"was_endpoint": was.endpoint, "was_auth": was.auth} | changes


def test_a_browser_that_changes_its_subscription_keeps_its_place_without_a_login(cast, client):
    subscribe(cast.client(cast.aya))
    before = PushDevice.objects.get()
    assert client.post("/push/", renewal()).status_code == 200
    after = PushDevice.objects.get()
    assert (after.pk, after.user) == (before.pk, cast.aya.user)
    assert after.endpoint.endswith("/new")


def test_without_the_former_secret_nothing_is_renewed(cast, client):
    subscribe(cast.client(cast.aya))
    assert client.post("/push/", renewal(was_auth="A" * 22)).status_code == 404
    assert client.post("/push/", renewal(was_endpoint=f"{SINK}/push/unknown")).status_code == 404
    assert PushDevice.objects.get().endpoint.endswith("/phone")


def test_a_renewal_leads_to_known_services_only(cast, client):
    subscribe(cast.client(cast.aya))
    assert client.post("/push/", renewal(endpoint="https://10.0.0.1/x")).status_code == 400


def test_renewals_are_limited_per_source_beyond_what_a_hall_needs(cast, client, monkeypatch, still):
    assert limits.PUSH_RENEWAL.most >= 400
    lower(monkeypatch, "PUSH_RENEWAL", 2)
    assert [client.post("/push/", renewal()).status_code == 429 for _ in range(3)] == [False, False, True]


def test_browsers_ask_for_the_public_key(client, db):
    assert len(client.get("/push/").json()["key"]) == 87


def test_home_reminds_until_a_device_is_there(cast):
    client = cast.client(cast.aya)
    assert "このスマートフォンで安否確認を受け取りましょう" in client.get("/").content.decode()
    subscribe(client)
    assert "このスマートフォンで安否確認を受け取りましょう" not in client.get("/").content.decode()


def test_without_a_key_the_page_says_that_mail_still_comes(cast, settings):
    settings.VAPID_PRIVATE_KEY = ""
    assert "安否確認は引き続きメールで届きます" in cast.client(cast.aya).get(PAGE).content.decode()


def test_an_expired_subscription_is_left_out_and_forgotten(cast):
    user = User.objects.get(pk=cast.aya.user_id)
    PushDevice.objects.create(user=user, endpoint=f"{SINK}/push/old", created_at=NOW, expires_at=NOW - timedelta(days=1))
    assert not devices.of_users([user.pk], at=NOW)
    assert devices.forget_expired(NOW, True) == 1
    assert devices.forget_expired(NOW, False) == 1
    assert not PushDevice.objects.exists()


def ended_mails():
    return OutboxMessage.objects.filter(template="core/push_ended").values_list("to_address", flat=True)


def signed_in_again(cast, member):
    """Another browser in which the member has logged in, with its session on the list of signed-in devices."""
    client = cast.client(member)
    UserSession.objects.create(user=member.user, ip="127.0.0.1", session_key=client.session.session_key, user_agent="Mozilla/5.0")
    return client


def test_after_logout_no_push_message_of_hers_appears_in_this_browser_and_the_page_says_so(cast):
    client, phone = cast.client(cast.aya), cast.client(cast.aya)
    subscribe(client, "hall")
    subscribe(phone, "phone")
    page = client.post("/logout/", follow=True).content.decode()
    assert "プッシュ通知も止めました" in page
    assert [device.endpoint.rsplit("/", 1)[1] for device in PushDevice.objects.all()] == ["phone"]
    assert AuditEntry.objects.get(action="push.device_ended").detail["why"] == "session"
    phone.post("/logout/")
    assert not PushDevice.objects.exists()
    assert not ended_mails()


def test_a_session_that_is_ended_elsewhere_takes_its_push_messages_along(cast):
    hall, phone = signed_in_again(cast, cast.aya), signed_in_again(cast, cast.aya)
    subscribe(hall, "hall")
    subscribe(phone, "phone")
    assert phone.post("/account/devices/").status_code == 302
    assert [device.endpoint.rsplit("/", 1)[1] for device in PushDevice.objects.all()] == ["phone"]


def test_a_new_password_ends_all_other_devices_also_those_of_an_unknown_session(cast):
    client, other = cast.client(cast.aya), cast.client(cast.aya)
    subscribe(client, "own")
    subscribe(other, "other")
    PushDevice.objects.create(user=cast.aya.user, endpoint=f"{SINK}/push/old", created_at=NOW)
    mark = PushDevice.objects.get(endpoint__endswith="own").session_mark
    set_password(user=cast.aya.user, password="long and new 42", actor=cast.viewer(cast.aya), at=NOW, push_mark=mark)
    assert [device.endpoint.rsplit("/", 1)[1] for device in PushDevice.objects.all()] == ["own"]
    assert not ended_mails()
    set_password(user=cast.aya.user, password="long and new 43", actor=cast.viewer(cast.aya), at=NOW)
    assert list(ended_mails()) == [cast.aya.user.email]


def test_the_password_page_keeps_the_device_in_hand(cast):
    client = cast.client(cast.aya)
    subscribe(client)
    assert client.session["push_mark"] == PushDevice.objects.get().session_mark != ""


def test_an_account_that_the_office_secures_rings_nowhere_any_more(cast):
    subscribe(cast.client(cast.aya))
    secure_account(user_id=cast.aya.user_id, lock=False, drop_factors=False, reason="stolen", actor=cast.viewer(cast.office), at=NOW)
    assert not PushDevice.objects.exists()
    assert list(ended_mails()) == [cast.aya.user.email]


def test_where_somebody_else_is_signed_in_the_former_owners_device_ends_at_the_first_visit(cast):
    subscribe(cast.client(cast.aya))
    mine = fields()
    renewal = mine | {"was_endpoint": mine["endpoint"], "was_auth": mine["auth"]}
    assert cast.client(cast.ben).post("/push/", renewal).status_code == 404
    assert not PushDevice.objects.exists()
    assert list(ended_mails()) == [cast.aya.user.email]


def test_a_device_from_before_belongs_to_the_session_that_comes_by(cast):
    client = cast.client(cast.aya)
    subscribe(client)
    PushDevice.objects.update(session_mark="")
    mine = fields()
    assert client.post("/push/", mine | {"was_endpoint": mine["endpoint"], "was_auth": mine["auth"]}).status_code == 200
    client.post("/logout/")
    assert not PushDevice.objects.exists()


def test_the_member_is_mailed_when_the_last_device_is_gone_and_not_before(cast):
    client = cast.client(cast.aya)
    subscribe(client, "one")
    subscribe(client, "two")
    first, last = PushDevice.objects.order_by("pk").values_list("pk", flat=True)
    devices.note_outcomes(taken=[], gone=[first], at=NOW)
    assert not ended_mails()
    devices.note_outcomes(taken=[], gone=[last], at=NOW)
    assert list(ended_mails()) == [cast.aya.user.email]
    (mail,) = OutboxMessage.objects.filter(template="core/push_ended")
    subject, text = render_mail(mail.template, json.loads(mail.context), "ja")
    assert "プッシュ通知" in subject
    assert "/me/push/" in text


def test_an_expired_last_device_is_told_and_one_she_has_removed_herself_is_not(cast):
    PushDevice.objects.create(user=cast.aya.user, endpoint=f"{SINK}/push/old", created_at=NOW, expires_at=NOW - timedelta(days=1))
    client = cast.client(cast.ben)
    subscribe(client)
    client.post(reverse("member:members:push_remove", args=[PushDevice.objects.get(user=cast.ben.user).pk]))
    devices.forget_expired(NOW, False)
    assert list(ended_mails()) == [cast.aya.user.email]
